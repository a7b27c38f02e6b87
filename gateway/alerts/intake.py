"""Alert events taken in: each makes or changes the one alert of its key, and that alert the incident it is in.

The id of the incident that a new alert makes follows from the alert's: whoever finds a key without its alert, left by a
writer that is slow or dead, goes on where that one stopped.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from gateway.alerts import documents as alerts
from gateway.alerts import keys as incident_keys
from gateway.alerts.rollup import Arrival, arrival
from gateway.alerts.sync import News, follow
from gateway.incidents.model.documents import Document
from gateway.incidents.model.statuses import own
from gateway.incidents.session import Actor, AlertRules, Context
from gateway.incidents.writing import create as creating
from gateway.incidents.writing.create import Draft
from gateway.incidents.writing.events import Event
from gateway.problems import Conflict, NotFound, Unavailable
from gateway.store import Json
from gateway.store.tenants import events_of, incidents_of
from queries.periods import iso

ACKNOWLEDGED = "acknowledged"
"""A status of events alone: somebody has seen the alert, which stays as it is."""

IN_FLIGHT = timedelta(seconds=60)

_ROUNDS = 20


@dataclass(frozen=True, slots=True)
class AlertEvent:
    """What a monitoring system says of one thing; the key says which. `title` is that of an incident that it makes."""

    key: str
    status: str
    at: datetime
    title: str
    source: str
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
    over = [each for each in steps.values() if _is_over(each, ctx.rules, now)]
    await incident_keys.renew(ctx, actor.tenant, [each.key for each in over], now)
    for each in over:
        if each.seen and each.incident is None:
            await ctx.store.delete(events_of(actor.tenant), each.seen["_id"])
    steps = {i: each for i, each in steps.items() if not _is_over(each, ctx.rules, now)}
    for each in steps.values():
        each.alert = _alert(each, ctx, now)
    await _make_incidents(ctx, actor, [each for each in steps.values() if each.seen is None])
    await _number(ctx, actor.tenant, [each.alert for each in steps.values() if each.seen is None])
    written = await alerts.write(ctx, actor.tenant, [(each.alert, each.seen) for each in steps.values()])
    done = {i: each for (i, each), kept in zip(steps.items(), written, strict=True) if kept}
    try:
        await follow(ctx, actor, _news(list(done.values()), actor))
    except NotFound:  # deleted just now: the next round takes the events to others
        return {}
    return {i: Ingested(each.alert["alert_id"], each.alert["incident_id"]) for i, each in done.items()}


async def _seen(ctx: Context, tenant: str, sent: dict[int, AlertEvent], now: datetime) -> dict[int, _Step]:
    """Each event with its key's entry, made if there is none, its alert and its incident as they are now."""
    keys = await incident_keys.entries(ctx, tenant, [each.key for each in sent.values()], now)
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


def _is_over(step: _Step, rules: AlertRules, now: datetime) -> bool:
    """Whether the key's alert is one of the past: deleted, or of an incident closed too long ago to reopen."""
    if step.seen is None:
        return datetime.fromisoformat(step.key["_source"]["created_at"]) + IN_FLIGHT < now
    if step.incident is None:
        return True
    if (
        step.event.status in {"ok", ACKNOWLEDGED}
        or step.incident["state"] != "closed"
        or own(step.incident).get("merged_into")
    ):
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
    ended_at = at if event.status == "ok" else None
    status = {"status": event.status, "ended_at": ended_at}
    if event.status == ACKNOWLEDGED:
        status = {"status": before.get("status", "unknown"), "ended_at": before.get("ended_at")}
    return {
        **status, "last_event_at": at,
        "description": event.description or before.get("description"), "tags": list(tags.values()),
        "source": event.source, "ext": before.get("ext", {}) | {"bigpanda": mine},
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


def _news(steps: Sequence[_Step], actor: Actor) -> dict[str, News]:
    """The news of each incident: what became of its alerts, which of them are new, and whether it was seen."""
    by_incident: dict[str, list[_Step]] = {}
    for each in steps:
        by_incident.setdefault(each.alert["incident_id"], []).append(each)
    return {incident_id: _news_of(some, actor) for incident_id, some in by_incident.items()}


def _news_of(steps: Sequence[_Step], actor: Actor) -> News:
    added = [each.alert["alert_id"] for each in steps if each.seen is None]
    seen_at = [iso(each.event.at) for each in steps if each.event.status == ACKNOWLEDGED]
    arrivals = [_arrival(each) for each in steps]
    if not seen_at:
        return News(arrivals, added)
    return News(arrivals, added, fields=partial(_acknowledged, min(seen_at), actor))


def _arrival(step: _Step) -> Arrival:
    """What the event means to the incident; that an alert was seen neither opens nor closes anything."""
    found = arrival(step.seen and step.seen["_source"], step.alert)
    told_of = step.seen is not None and step.event.status == ACKNOWLEDGED
    return replace(found, active=False, recovered=False) if told_of else found


def _acknowledged(at: str, actor: Actor, incident: Document) -> Document:
    """The first acknowledgement, of an incident that has none."""
    if "acknowledged_at" in incident:
        return {}
    return {"acknowledged_at": at, "acknowledged_by": {"id": actor.name}}
