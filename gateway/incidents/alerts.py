"""Alerts: documents that each name the one incident they are in, and the incident kept in line with them.

What an incident shows of its alerts is derived. It is worked out anew from all of them after each write, on the version
of the incident that was read before them, so that of writers at once none overwrites what it did not see.
"""

import asyncio
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from gateway.incidents import activities, events, hits
from gateway.incidents.changes import FieldChange, merged
from gateway.incidents.changing import Change, change
from gateway.incidents.context import Actor, AlertRules, Context
from gateway.incidents.documents import Document
from gateway.incidents.events import Event, Happening
from gateway.incidents.outcomes import Outcome, succeeded, version
from gateway.incidents.rollup import BY_ALERTS, Arrival, Told, rolled_up
from gateway.incidents.statuses import STATUSES, own
from gateway.incidents.tenants import events_of, incidents_of
from gateway.opensearch import Json
from gateway.problems import Conflict, NotFound, Unavailable
from queries.criteria import And, Is, Where
from queries.fields import Column
from queries.periods import iso
from queries.searches import Search, body

ALERT_ID = Column("alert_id", "keyword")

_AS_ATTACHED = ({"sequence": {"order": "asc"}}, {"alert_id": {"order": "asc"}})
_PAGE = 1000
_ROUNDS = 12


def _nothing(_incident: Document) -> Mapping[str, Any]:
    return {}


@dataclass(frozen=True, slots=True)
class News:
    """What happens to an incident with its alerts: what became of some, and what is done and told beside.

    `fields` says what is to be set, `told` are activities of their own; a number that one must have stands with it.
    With `departed`, alerts have left.
    """

    arrivals: Sequence[Arrival] = ()
    added: Sequence[str] = ()
    departed: bool = False
    fields: Callable[[Document], Mapping[str, Any]] = _nothing
    told: Sequence[tuple[str, Mapping[str, Any], int | None]] = ()
    resolution: Mapping[str, Any] | None = None
    comment: str | None = None


def event_id(alert_id: str) -> str:
    """The document id of an alert."""
    return f"alert-{alert_id}"


async def of_incidents(
    ctx: Context,
    tenant: str,
    incident_ids: Sequence[str],
    fields: tuple[str, ...] | None = None,
    *,
    at_once: bool = True,
) -> dict[str, list[Event]]:
    """Every alert of the incidents, in the order attached, by the incident's id.

    Those of a moment ago are among them, unless that is not asked for, as in a list.
    """
    if at_once:
        await ctx.store.refresh(events_of(tenant))
    wanted = And((Where(events.INCIDENT_ID, Is(tuple(incident_ids))), Where(events.KIND, Is(("alert",)))))
    shown = None if fields is None else (*fields, "incident_id")
    found: dict[str, list[Event]] = {each: [] for each in incident_ids}
    search = Search(wanted, _AS_ATTACHED, _PAGE, fields=shown)
    while incident_ids:
        rows = hits.reply(await ctx.store.search(body(search, tenant), events_of(tenant))).hits.hits
        for row in rows:
            alert = hits.document(row)
            found[alert["incident_id"]].append(alert)
        if len(rows) < _PAGE:
            break
        search = replace(search, after=rows[-1].sort)
    return found


async def read(ctx: Context, tenant: str, alert_ids: Sequence[str]) -> list[Json | None]:
    """The alerts as they are now, each as the engine answers it; None where there is none."""
    if not alert_ids:
        return []
    return await ctx.store.mget(events_of(tenant), [event_id(each) for each in alert_ids])


def settled(before: Event | None, alert: Mapping[str, Any], now: datetime, rules: AlertRules) -> Event:
    """The alert with what follows from its status, and from what that was: since when, active or not, flapping."""
    at = iso(now)
    made = {"kind": "alert", "created_at": at, "at": at} if before is None else _kept(before)
    after: Event = {**alert, **made, "updated_at": at}
    after["active"] = after.get("ended_at") is None and after.get("status") != "ok"
    was, status = (before or {}).get("status"), after.get("status")
    changes = own(before or {}).get("status_changes", ())
    if status in STATUSES:
        after["changed_at"] = at if status != was or before is None else before.get("changed_at", at)
        changes = [*changes, at] if was in STATUSES and status != was else changes
    _keep_changes(after, changes, rules)
    return {name: value for name, value in after.items() if value is not None}


def _kept(before: Event) -> Event:
    return {name: before[name] for name in ("kind", "sequence", "created_at", "at", "incident_id")}


def _keep_changes(alert: Event, changes: Sequence[str], rules: AlertRules) -> None:
    """Keeps the latest changes of status, and until when they are so many in so little time as to be flapping."""
    latest = list(changes)[-rules.flapping_changes :]
    kept = {name: value for name, value in own(alert).items() if name not in {"status_changes", "flapping_until"}}
    kept |= {"status_changes": latest} if latest else {}
    if len(latest) == rules.flapping_changes:
        kept["flapping_until"] = iso(datetime.fromisoformat(latest[0]) + rules.flapping_window)
    if kept != own(alert):
        alert["ext"] = alert.get("ext", {}) | {"bigpanda": kept}


async def write(ctx: Context, tenant: str, alerts: Sequence[tuple[Event, Json | None]]) -> list[bool]:
    """Puts each alert in place of the one that was seen, or of none; whether that was still so. Raises Unavailable."""
    if not alerts:
        return []
    lines = b"".join(
        events.line(tenant, event_id(alert["alert_id"]), alert, "index" if seen else "create", seen)
        for alert, seen in alerts
    )
    items = await ctx.store.bulk(lines)
    failed = next((each for each in items if each["status"] >= 300 and each["status"] != 409), None)
    if failed is not None:
        raise Unavailable(f"the engine answered with status {failed['status']} for an alert")
    return [each["status"] != 409 for each in items]


async def follow(ctx: Context, actor: Actor, news: Mapping[str, News], *, refresh: str = "false") -> None:
    """Brings incidents in line with their alerts, and tells the news of each. Raises NotFound, QueryError, Unavailable.

    Of an incident that was merged meanwhile, the alerts pass on to where it is now, and the news with them.
    """
    pending = news
    for attempt in range(_ROUNDS):
        pending = await _follow_once(ctx, actor, pending, refresh) if pending else {}
        if not pending:
            return
        await asyncio.sleep(random.uniform(0, 0.005 * 2 ** min(attempt, 6)))
    raise Unavailable("the incidents are changing too fast; try again")


async def _follow_once(ctx: Context, actor: Actor, news: Mapping[str, News], refresh: str) -> Mapping[str, News]:
    """What is left: the incidents that another writer was faster with."""
    found = await ctx.store.mget(incidents_of(actor.tenant), list(news))
    seen = {incident_id: each for incident_id, each in zip(news, found, strict=True) if each}
    missing = next((each for each in news if each not in seen), None)
    if missing is not None:
        raise NotFound(f'no incident "{missing}"')
    alerts = await of_incidents(ctx, actor.tenant, list(news))
    passed = [each for each in news if alerts[each] and own(seen[each]["_source"]).get("merged_into")]
    for each in passed:
        await _pass_on(ctx, actor, seen[each], alerts[each], news[each])
    changes = [_change(ctx, seen[each], alerts[each], about) for each, about in news.items() if each not in passed]
    asked = [each for each in changes if each]
    outcomes = await change(ctx, actor, asked, refresh=refresh) if asked else []
    overtaken = {str(each.id) for each in outcomes if isinstance(each.error, Conflict)}
    _check([each for each in outcomes if each.id not in overtaken])
    return {each: news[each] for each in overtaken}


def _check(outcomes: Sequence[Outcome]) -> None:
    for each in outcomes:
        succeeded(each)


async def _pass_on(ctx: Context, actor: Actor, source: Json, alerts: Sequence[Event], news: News) -> None:
    destination = own(source["_source"])["merged_into"]
    await move(ctx, actor.tenant, [each["alert_id"] for each in alerts], source["_id"], destination)
    await follow(ctx, actor, {destination: replace(news, fields=_nothing, told=())})


async def move(ctx: Context, tenant: str, alert_ids: Sequence[str], source_id: str, destination_id: str) -> None:
    """Puts those of the alerts that are in the one incident into the other. Raises Unavailable."""
    waiting = list(alert_ids)
    for _ in range(_ROUNDS):
        found = [each for each in await read(ctx, tenant, waiting) if each]
        staying = [each for each in found if each["_source"]["incident_id"] == source_id]
        moved = [(each["_source"] | {"incident_id": destination_id}, each) for each in staying]
        kept = await write(ctx, tenant, moved)
        waiting = [alert["alert_id"] for (alert, _), done in zip(moved, kept, strict=True) if not done]
        if not waiting:
            return
    raise Unavailable("the alerts are changing too fast; try again")


def _change(ctx: Context, seen: Json, alerts: Sequence[Event], news: News) -> Change | None:
    """The change of the version that was seen; None if there is nothing to write."""
    before = seen["_source"]
    after, told = _edited(before, alerts, news, ctx)
    if after == before and not told and not news.told and not news.added and news.comment is None:
        return None

    def edit(_before: Document, _now: datetime) -> Document:
        return after

    def happenings(differences: Sequence[FieldChange]) -> list[Happening]:
        return _happenings(seen["_id"], differences, told, news)

    return Change(seen["_id"], edit, version(seen), told=happenings)


def _edited(before: Document, alerts: Sequence[Event], news: News, ctx: Context) -> tuple[Document, list[Told]]:
    now = ctx.clock()
    fields = dict(news.fields(before)) | ({} if news.comment is None else {"comment": news.comment})
    after, told = rolled_up(merged(before, fields), alerts, news.arrivals, ctx.words, now, departed=news.departed)
    if news.resolution is not None and after["state"] != "closed":
        closed = {"status": ctx.words.status_for(after["workflow_id"], "closed"), "resolved_at": iso(now)}
        after |= closed | {"state": "closed"}
    return after, told


def _happenings(
    incident_id: str, differences: Sequence[FieldChange], told: Sequence[Told], news: News
) -> list[Happening]:
    """Everything there is to tell: what the alerts made of the incident, what was done, each change once."""
    found = [Happening(incident_id, kind, (), params) for kind, params in told]
    found += [Happening(incident_id, kind, (), params, number=number) for kind, params, number in news.told]
    changes = dict(activities.happened(differences))
    if news.added:
        params = {"alert_ids": list(news.added)}
        found.append(Happening(incident_id, "alerts_added", changes.pop("updated", ()), params))
    found += [
        Happening(incident_id, kind, each, _params(kind, news), _note(kind, news)) for kind, each in changes.items()
    ]
    if news.comment is not None and all(each.note is None for each in found):
        found.append(Happening(incident_id, "note_added", (), None, news.comment))
    return found


def _params(kind: str, news: News) -> Mapping[str, Any] | None:
    if kind == "resolved" and news.resolution is not None:
        return news.resolution
    return BY_ALERTS if kind in {"resolved", "reopened"} else None


def _note(kind: str, news: News) -> str | None:
    return news.comment if kind == "note_added" else None
