"""Incidents kept in line with their alerts.

What an incident shows of its alerts is derived. It is worked out anew from all of them after each write, on the version
of the incident that was read before them, so that of writers at once none overwrites what it did not see.
"""

import asyncio
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from gateway.alerts.documents import move, of_incidents
from gateway.alerts.rollup import BY_ALERTS, Arrival, Told, rolled_up
from gateway.incidents.model import activities
from gateway.incidents.model.difference import FieldChange, merged
from gateway.incidents.model.documents import Document
from gateway.incidents.model.statuses import own
from gateway.incidents.session import Actor, Context
from gateway.incidents.writing.change import Change, change
from gateway.incidents.writing.events import Event, Happening
from gateway.incidents.writing.outcomes import Outcome, succeeded, version
from gateway.problems import Conflict, NotFound, Unavailable
from gateway.store import Json
from gateway.store.tenants import incidents_of
from queries.periods import iso

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


def annotated(comment: str | None) -> dict[str, str]:
    """A comment as an activity's parameter; none without one."""
    return {} if comment is None else {"annotation": comment}


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
