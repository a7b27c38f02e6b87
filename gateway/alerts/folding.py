"""What an incident becomes by its news: in steps where an alert is changed more than once, and each is told by itself.

So what is told of a hundred events of one alert that come together is what is told when they come one by one.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import msgspec
from msgspec.structs import replace

from gateway.alerts import telling
from gateway.alerts.documents import parts_of_incident
from gateway.alerts.news import AlertEdit, News, Seen
from gateway.alerts.rollup import Activity, Arrival, arrival, rolled_up
from gateway.alerts.tally import PAIRS, Tally, changed, counted, of, reading
from gateway.incidents.model.difference import derived, merged
from gateway.incidents.model.documents import Document
from gateway.incidents.model.sizes import check, check_alerts, check_pairs
from gateway.incidents.reading.history import Event
from gateway.incidents.session import Session
from gateway.incidents.writing.commit import differences
from gateway.incidents.writing.events import Happening
from gateway.store.hits import Stored
from gateway.work.turns import Turn
from queries.periods import iso

_HEARTBEAT = frozenset({"last_event_at", "updated_at"})


@dataclass(slots=True)
class Folded:
    """One incident with its news: what was seen of it and of its alerts, what is made of them, and what that tells."""

    id: str
    news: News
    seen: Stored | None
    before: Document
    now: datetime
    after: Document = field(init=False)
    alerts: dict[str, tuple[Stored | None, Event]] = field(default_factory=dict)
    happenings: list[Happening] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.after = self.before

    @property
    def is_heartbeat(self) -> bool:
        """Whether an alert was heard of and nothing else: nothing of the incident changes, and nothing is told."""
        if self.seen is None or self.happenings or self.after != self.before:
            return False
        return all(seen and _same(seen.source, after) for seen, after in self.alerts.values())


class _Heard(msgspec.Struct, frozen=True):
    """What became of an alert in one step, and what that means to its incident."""

    before: Event | None
    after: Event
    meaning: Arrival


async def fold(session: Session, change: Folded, seen: Seen, turn: Turn) -> None:
    """Makes of the incident and its alerts what the news make of them; others go on between the steps."""
    for step in _steps(change.news):
        heard = [_hear(change, edit, seen) for edit in step.edits]
        await _advance(session, change, step, heard)
        await turn.give()
    # However many steps there were, it is one revision: an alert is written once for each version of its incident.
    change.alerts = {each: (stored, _revised(stored, after)) for each, (stored, after) in change.alerts.items()}


def _steps(news: News) -> Iterator[News]:
    """The news one after the other: what becomes of an alert for the second time is in the second, all else in the
    first."""
    if len(news.edits) <= 1:
        yield news
        return
    times, edits = Counter[str](), list[list[AlertEdit]]([[]])
    for edit in news.edits:
        if times[edit.alert_id] == len(edits):
            edits.append([])
        edits[times[edit.alert_id]].append(edit)
        times[edit.alert_id] += 1
    yield replace(news, edits=edits[0])
    yield from map(News, edits[1:])


def _hear(change: Folded, edit: AlertEdit, seen: Seen) -> _Heard:
    stored = seen.alerts[edit.alert_id]
    _, was = change.alerts.get(edit.alert_id, (None, stored.source if stored else None))
    becomes = edit.edit(was) | ({} if was else {"incident_id": change.id})
    change.alerts[edit.alert_id] = stored, becomes
    return _Heard(was, becomes, (edit.meaning or arrival)(was, becomes))


async def _advance(session: Session, change: Folded, step: News, heard: Sequence[_Heard]) -> None:
    """Makes of the incident what one step makes of it; one that was merged into another stays as it is."""
    after, by_alerts = change.after, list[Activity]()
    if not session.rules.marks(change.before).get("merged_into"):
        tally = await _tally(session, change, step, heard)
        if heard or step.arrivals:
            limits = session.rules.limits
            check_pairs(change.after.get(PAIRS, ()), tally.pairs, limits)
            check_alerts(change.after.get("alert_count", 0), tally.count, limits)
        after, by_alerts = _rolled_up(session, change, step, tally, [each.meaning for each in heard])
    made = change.seen is None and not change.happenings
    if made or by_alerts or step.activities or step.comment is not None or after != change.after:
        after = derived(change.after, after, session.rules, change.now)
        seen = [] if made else differences(session, change.after, after)
        added = [each.after["alert_id"] for each in heard if each.before is None]
        change.happenings += [Happening(change.id, "created")] if made else []
        change.happenings += telling.happenings(session.rules, change.id, seen, by_alerts, step, added)
        change.after = after


async def _tally(session: Session, change: Folded, step: News, heard: Sequence[_Heard]) -> Tally:
    """What all its alerts come to then; counted anew where the change alone does not tell."""
    tally = None if step.recount else of(change.after)
    for each in heard:
        gone = each.after["incident_id"] != change.id
        tally = tally and changed(tally, each.before, None if gone else each.after, session.rules)
    if tally is not None:
        return tally
    stored = await parts_of_incident(session, change.id, *reading(session.rules))
    held = {alert["alert_id"]: alert for alert in stored}
    held |= {alert_id: after for alert_id, (_, after) in change.alerts.items()}
    return counted((alert for alert in held.values() if alert["incident_id"] == change.id), session.rules)


def _rolled_up(
    session: Session, change: Folded, step: News, tally: Tally, meanings: Sequence[Arrival]
) -> tuple[Document, list[Activity]]:
    rules, now = session.rules, change.now
    fields = dict(step.fields(change.after)) | ({} if step.comment is None else {"comment": step.comment})
    edited = merged(change.after, fields) if fields else change.after
    if fields:
        check(change.after, edited, rules.limits)
    for edit in step.edits:
        edited = merged(edited, edit.fields(edited)) if edit.fields else edited
    after, by_alerts = rolled_up(edited, tally, [*step.arrivals, *meanings], rules, now, departed=step.departed)
    if step.resolution is not None and after["state"] != "closed":
        closed = {"status": rules.words.status_for(after["workflow_id"], "closed"), "resolved_at": iso(now)}
        after |= closed | {"state": "closed"}
    return after, by_alerts


def _revised(seen: Stored | None, after: Event) -> Event:
    """The alert with the number of this revision; being heard of is none."""
    if seen is not None and _same(seen.source, after):
        return after
    return {**after, "revision": (seen.source if seen else {}).get("revision", 0) + 1}


def _same(before: Event, after: Event) -> bool:
    return all(before.get(name) == after.get(name) for name in (before.keys() | after.keys()) - _HEARTBEAT)
