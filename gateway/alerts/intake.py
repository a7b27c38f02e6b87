"""Alert events taken in: each makes or changes the one alert of its key, and that alert the incident it is in.

The id of the incident that a new alert makes follows from the alert's: whoever finds a key without its alert, left by a
writer that is slow or dead, goes on where that one stopped.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from gateway.alerts import documents as alerts
from gateway.alerts import keys
from gateway.alerts.events import ACKNOWLEDGED, CALM, AlertEvent, acknowledged, alert_after, draft_of, only_seen
from gateway.alerts.keys import Entries
from gateway.alerts.news import AlertEdit, News, Seen
from gateway.alerts.sync import sync_with_alerts
from gateway.incidents.model.documents import Document
from gateway.incidents.model.rules import Rules
from gateway.incidents.projection import project, waiting
from gateway.incidents.session import Session
from gateway.problems import NotFound
from gateway.store.attempts import Attempts
from gateway.store.hits import Stored

IN_FLIGHT = timedelta(seconds=60)


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
        runs = await _take(session, {key: [events[i] for i in queue] for key, queue in queues.items()})
        for key, (count, made) in runs.items():
            taken |= dict.fromkeys(queues[key][:count], made)
        queues = {key: rest for key, queue in queues.items() if (rest := queue[runs[key][0] :])}
    return [taken[i] for i in range(len(events))]


Queues = Mapping[str, Sequence[AlertEvent]]
Runs = dict[str, tuple[int, Ingested]]
"""How many of a key's events were taken in, and what they became."""


async def _take(session: Session, queues: Queues) -> Runs:
    """Takes the next events of each key in; where an incident is deleted just then, its alert is made anew."""
    taken: Runs = {}
    async for _ in Attempts("the alerts"):
        taken |= await _round(session, {key: queue for key, queue in queues.items() if key not in taken})
        if len(taken) == len(queues):
            break
    return taken


@dataclass(slots=True)
class _Step:
    """Events of one key on their way, with what was seen of it, of its alert and of the incident that it is in."""

    events: Sequence[AlertEvent]
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


async def _round(session: Session, queues: Queues) -> Runs:
    """Takes events in; keys missing from the answer are to be tried again, as they had an alert of the past."""
    now = session.now()
    async with keys.entries(session, list(queues), now) as entries:
        steps, seen = await _seen(session, queues, entries, now)
        over = {key: step for key, step in steps.items() if _is_over(step, session.rules, now)}
        await keys.renew(session, [step.key for step in over.values()], now)
        for step in over.values():
            if step.seen and step.incident is None:
                await session.events.delete(step.seen.id)
        steps = {key: step for key, step in steps.items() if key not in over}
        try:
            alerts_ = await sync_with_alerts(session, await _news(session, list(steps.values())), seen=seen)
        except (NotFound, keys.Overtaken):  # deleted, or made, just now: the next round takes the events to others
            return {}
    return {
        key: (len(step.events), Ingested(step.alert_id, alerts_[step.alert_id]["incident_id"]))
        for key, step in steps.items()
    }


async def _seen(
    session: Session, queues: Queues, entries: Entries, now: datetime
) -> tuple[dict[str, _Step], Seen | None]:
    """The next events of each key with its entry, its alert and its incident as they are now.

    Nothing has to be read again, unless one of the alerts is in another incident than it made.
    """
    runs = {key: _run(queue, session.rules, now) for key, queue in queues.items()}
    steps = {key: _Step(runs[key], entry) for key, entry in zip(queues, entries.entries, strict=True)}
    known = [step for step in steps.values() if step.key.id not in entries.new]
    incidents = await _incidents(session, [step.incident_id for step in known])
    for step, alert in zip(known, await alerts.read(session, [step.alert_id for step in known]), strict=True):
        step.seen = alert
    # An alert that is not in the incident that it made was moved, or both came to be just now.
    elsewhere = [step.incident_id for step in known if step.seen and not incidents.get(step.incident_id)]
    incidents |= await _incidents(session, elsewhere)
    for step in steps.values():
        incident = incidents.setdefault(step.incident_id, None)
        step.incident = incident.source if incident else None
    if elsewhere:
        await entries.made()
        return steps, None
    return steps, Seen(incidents, {step.alert_id: step.seen for step in steps.values()}, entries.made)


def _run(queue: Sequence[AlertEvent], rules: Rules, now: datetime) -> Sequence[AlertEvent]:
    """The first events of a key that are of one alert, whatever they make of its incident.

    News of trouble begin another run where what goes before may have closed an incident too long ago to reopen, or may
    have found it so: those before are all calm, or one that is calm is older than that.
    """
    long_ago, trouble, past = now - rules.reopen_window, False, False
    for i, event in enumerate(queue):
        if event.status not in CALM:
            if i and (past or not trouble):
                return queue[:i]
            trouble = True
        past = past or (event.status in CALM and event.at < long_ago)
    return queue


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
    calm = step.events[0].status in CALM or step.incident["state"] != "closed"
    if calm or rules.marks(step.incident).get("merged_into"):
        return False
    return datetime.fromisoformat(step.incident["resolved_at"]) + rules.reopen_window < now


async def _news(session: Session, steps: Sequence[_Step]) -> dict[str, News]:
    """The news of each incident: what becomes of its alerts, and whether it was seen; one that is new is made."""
    by_incident: dict[str, list[_Step]] = {}
    for step in steps:
        by_incident.setdefault(step.incident_id, []).append(step)
    numbers = iter(await session.numbers(sum(len(step.events) for step in steps)))
    return {incident_id: _news_of(session, some, numbers) for incident_id, some in by_incident.items()}


def _news_of(session: Session, steps: Sequence[_Step], numbers: Iterator[int]) -> News:
    edits = [_edit(session, step, event, next(numbers)) for step in steps for event in step.events]
    return News(
        edits, draft_of(steps[0].events[0], steps[0].incident_id, session.rules) if steps[0].seen is None else None
    )


def _edit(session: Session, step: _Step, event: AlertEvent, number: int) -> AlertEdit:
    new = {"alert_id": step.alert_id, "incident_id": step.incident_id, "sequence": number}
    edit = partial(alert_after, session, event, new)
    if event.status != ACKNOWLEDGED:
        return AlertEdit(step.alert_id, edit)
    return AlertEdit(step.alert_id, edit, only_seen, partial(acknowledged, event, session.actor))
