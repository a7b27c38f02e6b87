"""Alert events taken in: each makes or changes the one alert of its key, and that alert the incident it is in.

The id of the incident that a new alert makes follows from the alert's: whoever finds a key without its alert, left by a
writer that is slow or dead, goes on where that one stopped.
"""

import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from msgspec.structs import replace

from gateway.alerts import documents as alerts
from gateway.alerts import keys
from gateway.alerts.news import AlertEdit, News, Seen
from gateway.alerts.rollup import Arrival, arrival
from gateway.alerts.sync import sync_with_alerts
from gateway.incidents.model.documents import Document
from gateway.incidents.model.rules import Rules
from gateway.incidents.model.sizes import fits
from gateway.incidents.projection import project, waiting
from gateway.incidents.reading.history import Event
from gateway.incidents.session import Session
from gateway.incidents.writing.create import Draft
from gateway.problems import NotFound
from gateway.store.attempts import Attempts
from gateway.store.hits import Stored
from queries.periods import iso

ACKNOWLEDGED = "acknowledged"
"""A status of events alone: somebody has seen the alert, which stays as it is."""

IN_FLIGHT = timedelta(seconds=60)


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


async def ingest(session: Session, events: Sequence[AlertEvent]) -> list[Ingested]:
    """Takes the events in, those of one key in the order sent; what each became, where it stood.

    Raises Unavailable; what was taken in by then may be sent again.
    """
    await session.ensure()
    taken: dict[int, Ingested] = {}
    queues: dict[str, list[int]] = {}
    for i, event in enumerate(events):
        queues.setdefault(event.key, []).append(i)
    while queues:
        heads = {queue[0]: events[queue[0]] for queue in queues.values()}
        taken |= await _take(session, heads)
        queues = {key: rest for key, queue in queues.items() if (rest := queue[1:])}
    return [taken[i] for i in range(len(events))]


async def _take(session: Session, heads: dict[int, AlertEvent]) -> dict[int, Ingested]:
    """Takes one event of each key in; where an incident is deleted just then, its alert is made anew."""
    taken: dict[int, Ingested] = {}
    async for _ in Attempts("the alerts"):
        taken |= await _round(session, {i: event for i, event in heads.items() if i not in taken})
        if len(taken) == len(heads):
            break
    return taken


@dataclass(slots=True)
class _Step:
    """One event on its way, with what was seen of its key, of its alert and of the incident that it is in."""

    event: AlertEvent
    key: Stored
    seen: Stored | None = None
    incident: Document | None = None
    alert_id: str = field(init=False)
    made: str = field(init=False)
    """The incident that the alert makes."""

    def __post_init__(self) -> None:
        self.alert_id = self.key.source["alert_id"]
        self.made = alerts.incident_made_by(self.alert_id)

    @property
    def incident_id(self) -> str:
        """The incident that the alert is in, or makes."""
        return str(self.seen.source["incident_id"]) if self.seen else self.made


async def _round(session: Session, heads: dict[int, AlertEvent]) -> dict[int, Ingested]:
    """Takes events in; those missing from the answer are to be tried again, as a key had an alert of the past."""
    now = session.now()
    steps, seen = await _seen(session, heads, now)
    over = {i: step for i, step in steps.items() if _is_over(step, session.rules, now)}
    await keys.renew(session, [step.key for step in over.values()], now)
    for step in over.values():
        if step.seen and step.incident is None:
            await session.events.delete(step.seen.id)
    steps = {i: step for i, step in steps.items() if i not in over}
    try:
        alerts_ = await sync_with_alerts(session, await _news(session, list(steps.values())), seen=seen)
    except NotFound:  # deleted just now: the next round takes the events to others
        return {}
    return {i: Ingested(step.alert_id, alerts_[step.alert_id]["incident_id"]) for i, step in steps.items()}


async def _seen(session: Session, heads: dict[int, AlertEvent], now: datetime) -> tuple[dict[int, _Step], Seen | None]:
    """Each event with its key's entry, made if there is none, its alert and its incident as they are now.

    Nothing has to be read again, unless one of the alerts is in another incident than it made.
    """
    entries, made = await keys.entries(session, [event.key for event in heads.values()], now)
    steps = {i: _Step(event, entry) for (i, event), entry in zip(heads.items(), entries, strict=True)}
    known = [step for step in steps.values() if step.key.id not in made]
    incidents = await _incidents(session, [step.incident_id for step in known])
    for step, alert in zip(known, await alerts.read(session, [step.alert_id for step in known]), strict=True):
        step.seen = alert
    # An alert that is not in the incident that it made was moved, or both came to be just now.
    elsewhere = [step.incident_id for step in known if step.seen and not incidents.get(step.incident_id)]
    incidents |= await _incidents(session, elsewhere)
    for step in steps.values():
        incident = incidents.setdefault(step.incident_id, None)
        step.incident = incident.source if incident else None
    seen = Seen(incidents, {step.alert_id: step.seen for step in steps.values()})
    return steps, None if elsewhere else seen


async def _incidents(session: Session, ids: Sequence[str]) -> dict[str, Stored | None]:
    """The incidents as they are now, and their alerts as they have them."""
    incidents = await session.incidents.get_many(ids)
    # What waits is carried on.
    await project(session, [each for each in incidents if each and waiting(session, each) is None])
    return dict(zip(ids, incidents, strict=True))


def _is_over(step: _Step, rules: Rules, now: datetime) -> bool:
    """Whether the key's alert is one of the past: deleted, or of an incident closed too long ago to reopen."""
    if step.seen is None:
        return datetime.fromisoformat(step.key.source["created_at"]) + IN_FLIGHT < now
    if step.incident is None:
        return True
    calm = step.event.status in {"ok", ACKNOWLEDGED} or step.incident["state"] != "closed"
    if calm or rules.marks(step.incident).get("merged_into"):
        return False
    return datetime.fromisoformat(step.incident["resolved_at"]) + rules.reopen_window < now


def _alert(session: Session, step: _Step, number: int, before: Event | None) -> Event:
    """The alert after the event; one that is older than what is known of it changes no more than when it began."""
    event, at, rules, now = step.event, iso(step.event.at), session.rules, session.now()
    if before is None:
        made = {"alert_id": step.alert_id, "incident_id": step.incident_id, "sequence": number, "started_at": at}
        return alerts.derived(None, made | _said(event, {}, rules), now, rules)
    earliest = {"started_at": min(at, before.get("started_at", at))}
    if at < before.get("last_event_at", ""):
        return alerts.derived(before, before | earliest, now, rules)
    return alerts.derived(before, before | earliest | _said(event, before, rules), now, rules)


def _said(event: AlertEvent, before: Event, rules: Rules) -> Event:
    """The alert's fields as the event has them; what it does not speak of stays, while there is room for it."""
    at = iso(event.at)
    tags = {tag["name"]: tag for tag in [*before.get("tags", ()), *event.tags]}
    tags = tags if fits(tags, rules.limits) else {tag["name"]: tag for tag in event.tags}
    named = {
        "primary_property": event.primary_property, "secondary_property": event.secondary_property,
        "incident_key": event.key, "maintenance_plans": event.maintenance_plans,
    }  # fmt: skip
    marks = rules.marks(before) | {name: value for name, value in named.items() if value is not None}
    ended_at = at if event.status == "ok" else None
    was = {"status": before.get("status", "unknown"), "ended_at": before.get("ended_at")}
    status = was if event.status == ACKNOWLEDGED else {"status": event.status, "ended_at": ended_at}
    return {
        **status, "last_event_at": at,
        "description": event.description or before.get("description"), "tags": list(tags.values()),
        "source": event.source, "ext": before.get("ext", {}) | {rules.alerting: marks},
    }  # fmt: skip


def _draft(step: _Step, rules: Rules) -> Draft:
    event = step.event
    # There is one pattern: events of one key belong together for as long as its incident may reopen.
    pattern = {
        "correlation_id": str(uuid.uuid5(uuid.NAMESPACE_OID, event.key)),
        "time_window": int(rules.reopen_window.total_seconds()),
        "tags": [tag for tag in event.tags if tag["name"] in {event.primary_property, event.secondary_property}],
        "source_system": event.source,
    }
    marks = rules.marked(incident_key=event.key, correlation_matchers_log=[[pattern]])
    fields = {"title": event.title, "description": event.description, "source": event.source}
    given = {name: value for name, value in fields.items() if value is not None}
    return Draft({}, step.incident_id, given | {"started_at": iso(event.at)} | marks)


async def _news(session: Session, steps: Sequence[_Step]) -> dict[str, News]:
    """The news of each incident: what becomes of its alerts, and whether it was seen; one that is new is made."""
    by_incident: dict[str, list[_Step]] = {}
    for step in steps:
        by_incident.setdefault(step.incident_id, []).append(step)
    numbers = iter(await session.numbers(len(steps)))
    return {incident_id: _news_of(session, some, numbers) for incident_id, some in by_incident.items()}


def _news_of(session: Session, steps: Sequence[_Step], numbers: Iterator[int]) -> News:
    edits = [AlertEdit(each.alert_id, partial(_alert, session, each, next(numbers)), _meaning(each)) for each in steps]
    seen_at = [iso(step.event.at) for step in steps if step.event.status == ACKNOWLEDGED]
    draft = _draft(steps[0], session.rules) if steps[0].seen is None else None
    if not seen_at:
        return News(edits, draft)
    return News(edits, draft, fields=partial(_acknowledged, min(seen_at), session.actor))


def _meaning(step: _Step) -> Callable[[Event | None, Event], Arrival] | None:
    """What the event means to the incident; that an alert was seen neither opens nor closes anything."""

    def only_seen(before: Event | None, after: Event) -> Arrival:
        meaning = arrival(before, after)
        return meaning if before is None else replace(meaning, active=False, recovered=False)

    return only_seen if step.event.status == ACKNOWLEDGED else None


def _acknowledged(at: str, actor: str, incident: Document) -> Document:
    """The first acknowledgement, of an incident that has none."""
    if "acknowledged_at" in incident:
        return {}
    return {"acknowledged_at": at, "acknowledged_by": {"id": actor}}
