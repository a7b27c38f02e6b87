"""Alert events taken in: each makes or changes the one alert of its key, and that alert the incident it is in.

Which alert a key has now stands in an entry of its own beside the alerts, so that of two events at once only one makes
an alert. The ids of a new alert's incident follow from the alert's: whoever finds a key without its alert, left by a
writer that is slow or dead, goes on where that one stopped.
"""

import hashlib
import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import orjson

from gateway.incidents import alerts, creating
from gateway.incidents.alerts import News
from gateway.incidents.context import Actor, AlertRules, Context
from gateway.incidents.creating import Draft
from gateway.incidents.documents import Document
from gateway.incidents.events import Event
from gateway.incidents.rollup import Arrival, arrival
from gateway.incidents.statuses import own
from gateway.incidents.tenants import events_of, incidents_of
from gateway.opensearch import Json
from gateway.problems import Conflict, Unavailable
from queries.periods import iso

IN_FLIGHT = timedelta(seconds=60)

_ROUNDS = 20


@dataclass(frozen=True, slots=True)
class AlertEvent:
    """What a monitoring system says of one thing; the key says which. `title` is that of an incident that it makes."""

    key: str
    status: str
    at: datetime
    title: str
    source: str | None
    description: str | None
    tags: list[dict[str, Any]]
    primary_property: str | None
    secondary_property: str | None
    maintenance_plans: list[str] | None = None


@dataclass(frozen=True, slots=True)
class Ingested:
    """The alert that an event made or changed, and the document id of the incident it is in."""

    alert_id: str
    incident_id: str


async def ingest(ctx: Context, actor: Actor, sent: Sequence[AlertEvent]) -> list[Ingested]:
    """Takes the events in, those of one key in the order sent; what each became, where it stood.

    Raises Unavailable; what was taken in by then may be sent again.
    """
    await ctx.tenants.ensure(actor.tenant)
    results: list[Ingested | None] = [None] * len(sent)
    queues: dict[str, list[int]] = {}
    for i, each in enumerate(sent):
        queues.setdefault(each.key, []).append(i)
    tries = 0
    while queues:
        heads = [queue[0] for queue in queues.values()]
        done = await _round(ctx, actor, {i: sent[i] for i in heads})
        for i, taken in done.items():
            results[i] = taken
            queues[sent[i].key].pop(0)
        queues = {key: queue for key, queue in queues.items() if queue}
        tries = 0 if done else tries + 1
        if tries == _ROUNDS:
            raise Unavailable("the alerts are changing too fast; try again")
    return [taken for taken in results if taken is not None]


@dataclass(slots=True)
class _Step:
    """One event on its way: what was seen of its key and of its alert, and what is made of them."""

    event: AlertEvent
    key: Json
    seen: Json | None = None
    incident: Document | None = None
    alert: Event = field(default_factory=dict)


async def _round(ctx: Context, actor: Actor, sent: dict[int, AlertEvent]) -> dict[int, Ingested]:
    """Takes one event of each key in; those missing from the answer met another writer and are to be tried again."""
    now = ctx.clock()
    steps = await _seen(ctx, actor.tenant, sent, now)
    await _renew(ctx, actor.tenant, [each for each in steps.values() if _is_over(each, ctx.rules, now)], now)
    steps = {i: each for i, each in steps.items() if not _is_over(each, ctx.rules, now)}
    for each in steps.values():
        each.alert = _alert(each, ctx, now)
    await _make_incidents(ctx, actor, [each for each in steps.values() if each.seen is None])
    await _number(ctx, actor.tenant, [each.alert for each in steps.values() if each.seen is None])
    written = await alerts.write(ctx, actor.tenant, [(each.alert, each.seen) for each in steps.values()])
    done = {i: each for (i, each), kept in zip(steps.items(), written, strict=True) if kept}
    await alerts.follow(ctx, actor, _news(list(done.values())))
    return {i: Ingested(each.alert["alert_id"], each.alert["incident_id"]) for i, each in done.items()}


async def _seen(ctx: Context, tenant: str, sent: dict[int, AlertEvent], now: datetime) -> dict[int, _Step]:
    """Each event with its key's entry, made if there is none, its alert and its incident as they are now."""
    keys = await _keys(ctx, tenant, [each.key for each in sent.values()], now)
    found = await alerts.read(ctx, tenant, [each["_source"]["alert_id"] for each in keys])
    steps = {
        i: _Step(event, *each) for (i, event), each in zip(sent.items(), zip(keys, found, strict=True), strict=True)
    }
    held = [each for each in steps.values() if each.seen]
    ids = [each.seen["_source"]["incident_id"] for each in held if each.seen]
    incidents = await ctx.store.mget(incidents_of(tenant), ids) if ids else []
    for each, incident in zip(held, incidents, strict=True):
        each.incident = incident["_source"] if incident else None
    return steps


async def _keys(ctx: Context, tenant: str, keys: Sequence[str], now: datetime) -> list[Json]:
    """The entries of the keys; those that were not there are made."""
    index, ids = events_of(tenant), [_key_id(each) for each in keys]
    found = await ctx.store.mget(index, ids)
    new = [each for each, entry in zip(ids, found, strict=True) if entry is None]
    if not new:
        return [each for each in found if each]
    lines = b"".join(_key_lines(index, each, {"create": {}}, now) for each in new)
    items = await ctx.store.bulk(lines)
    failed = next((each for each in items if each["status"] >= 300 and each["status"] != 409), None)
    if failed is not None:
        raise Unavailable(f"the engine answered with status {failed['status']} for the key of an alert")
    return [each for each in await ctx.store.mget(index, ids) if each]


async def _renew(ctx: Context, tenant: str, steps: Sequence[_Step], now: datetime) -> None:
    """Gives the keys an alert to come; one that another writer renewed just now is as good."""
    index = events_of(tenant)
    lines = b"".join(
        _key_lines(
            index, each.key["_id"],
            {"index": {"if_seq_no": each.key["_seq_no"], "if_primary_term": each.key["_primary_term"]}}, now,
        )
        for each in steps
    )  # fmt: skip
    if lines:
        await ctx.store.bulk(lines)


def _key_id(key: str) -> str:
    return f"key-{hashlib.sha256(key.encode(errors='surrogatepass')).hexdigest()}"


def _key_lines(index: str, entry_id: str, operation: dict[str, dict[str, Any]], now: datetime) -> bytes:
    [(name, version)] = operation.items()
    action = orjson.dumps({name: {"_index": index, "_id": entry_id, **version}})
    entry = {"kind": "incident_key", "alert_id": secrets.token_hex(12), "created_at": iso(now)}
    return b"%b\n%b\n" % (action, orjson.dumps(entry))


def _is_over(step: _Step, rules: AlertRules, now: datetime) -> bool:
    """Whether the key's alert is one of the past: deleted, or of an incident closed too long ago to reopen."""
    if step.seen is None:
        return datetime.fromisoformat(step.key["_source"]["created_at"]) + IN_FLIGHT < now
    if step.incident is None:
        return True
    if step.event.status == "ok" or step.incident["state"] != "closed" or own(step.incident).get("merged_into"):
        return False
    return datetime.fromisoformat(step.incident["resolved_at"]) + rules.reopen_window < now


def _alert(step: _Step, ctx: Context, now: datetime) -> Event:
    """The alert after the event; one that is older than what is known of it changes no more than when it began."""
    event, at = step.event, iso(step.event.at)
    before = step.seen["_source"] if step.seen else None
    if before is None:
        alert_id = step.key["_source"]["alert_id"]
        made = {"alert_id": alert_id, "incident_id": incident_of(alert_id), "started_at": at}
        return alerts.settled(None, made | _said(event, {}), now, ctx.rules)
    earliest = {"started_at": min(at, before.get("started_at", at))}
    if at < before.get("last_event_at", ""):
        return alerts.settled(before, before | earliest, now, ctx.rules)
    return alerts.settled(before, before | earliest | _said(event, before), now, ctx.rules)


def _said(event: AlertEvent, before: Event) -> Event:
    """The alert's fields as the event has them; what it does not speak of stays."""
    at = iso(event.at)
    tags = {each["name"]: each for each in [*before.get("tags", ()), *event.tags]}
    named = {
        "primary_property": event.primary_property, "secondary_property": event.secondary_property,
        "incident_key": event.key, "maintenance_plans": event.maintenance_plans,
    }  # fmt: skip
    mine = own(before) | {name: value for name, value in named.items() if value is not None}
    return {
        "status": event.status, "ended_at": at if event.status == "ok" else None, "last_event_at": at,
        "description": event.description or before.get("description"), "tags": list(tags.values()),
        "source": event.source or before.get("source"), "ext": before.get("ext", {}) | {"bigpanda": mine},
    }  # fmt: skip


def incident_of(alert_id: str) -> str:
    """The document id of the incident that a new alert makes."""
    return f"i{uuid.uuid5(uuid.NAMESPACE_OID, alert_id)}"


async def _make_incidents(ctx: Context, actor: Actor, steps: Sequence[_Step]) -> None:
    """Makes the incidents of new alerts; one that is there was made by a writer that did not come further."""
    if not steps:
        return
    for outcome in await creating.create(ctx, actor, [_draft(each, ctx.rules) for each in steps]):
        if outcome.error is not None and not isinstance(outcome.error, Conflict):
            raise outcome.error


def _draft(step: _Step, rules: AlertRules) -> Draft:
    event, alert = step.event, step.alert
    # There is one pattern: events of one key belong together for as long as its incident may reopen.
    pattern = {
        "correlation_id": str(uuid.uuid5(uuid.NAMESPACE_OID, event.key)),
        "time_window": int(rules.reopen_window.total_seconds()),
        "tags": [each for each in event.tags if each["name"] in {event.primary_property, event.secondary_property}],
        "source_system": event.source,
    }
    mine = {"incident_key": event.key, "correlation_matchers_log": [[pattern]]}
    fields = {"title": event.title, "description": event.description, "source": event.source}
    given = {name: value for name, value in fields.items() if value is not None}
    return Draft({}, alert["incident_id"], given | {"started_at": alert["started_at"], "ext": {"bigpanda": mine}})


async def _number(ctx: Context, tenant: str, new: Sequence[Event]) -> None:
    for number, each in zip(await ctx.sequences.take(tenant, len(new)), new, strict=True):
        each["sequence"] = number


def _news(steps: Sequence[_Step]) -> dict[str, News]:
    """The news of each incident: what became of its alerts, and which of them are new."""
    arrivals: dict[str, list[Arrival]] = {}
    added: dict[str, list[str]] = {}
    for each in steps:
        incident_id = each.alert["incident_id"]
        arrivals.setdefault(incident_id, []).append(arrival(each.seen and each.seen["_source"], each.alert))
        added.setdefault(incident_id, []).extend([] if each.seen else [each.alert["alert_id"]])
    return {incident_id: News(some, added=added[incident_id]) for incident_id, some in arrivals.items()}
