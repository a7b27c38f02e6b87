"""Incidents and their alerts, kept in line: an alert is only ever changed with the incident that it is in.

The incident is written on the version that was read, and carries what becomes of its alerts; so that of writers at once
none overwrites what it did not see, and what an incident says of its alerts is always so. An event that changes nothing
of an incident, but when its alert was last heard of, is written to the alert alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from gateway.alerts import telling
from gateway.alerts.documents import event_id, of_incident
from gateway.alerts.news import News, Seen, joined, owned, parts, under_marks
from gateway.alerts.rollup import Activity, Arrival, arrival, rolled_up
from gateway.alerts.seen import seen_now, told_before
from gateway.alerts.tally import Tally, changed, counted, of
from gateway.incidents.model.accounts import Effect
from gateway.incidents.model.difference import derived, merged
from gateway.incidents.model.documents import Document
from gateway.incidents.model.sizes import check_pairs
from gateway.incidents.projection import waiting
from gateway.incidents.reading.history import Event
from gateway.incidents.session import Session
from gateway.incidents.writing.commit import Version, commit, differences, stamped
from gateway.incidents.writing.create import drafted
from gateway.incidents.writing.events import Happening, mark_effect, marked
from gateway.store.attempts import Attempts
from gateway.store.bulk import Item, Write
from gateway.store.errors import of_item
from gateway.store.hits import Stored
from gateway.work.turns import Turn, in_turns
from queries.periods import iso

Alerts = dict[str, Event]

_HEARTBEAT = frozenset({"last_event_at", "updated_at"})


@dataclass(slots=True)
class _Change:
    """One incident with its news: what was seen of it and of its alerts, and what is made of them."""

    id: str
    news: News
    seen: Stored | None
    before: Document
    alerts: list[tuple[Stored | None, Event]] = field(default_factory=list)
    arrivals: list[Arrival] = field(default_factory=list)
    after: Document = field(default_factory=dict)
    by_alerts: Sequence[Activity] = ()

    @property
    def added(self) -> list[str]:
        """The alerts that are new to it."""
        return [after["alert_id"] for seen, after in self.alerts if seen is None]


async def sync_with_alerts(
    session: Session, news: Mapping[str, News], *, refresh: str = "false", seen: Seen | None = None
) -> Alerts:
    """Changes alerts with their incidents, and tells the news of each; the alerts as they are then, by their ids.

    What the caller has just `seen` of all of them is not read again, unless another writer was faster.

    An alert that is in another incident by now is changed there. Raises NotFound, QueryError, Unavailable, and what the
    edits raise; incidents that were brought in line by then stay so.
    """
    done: Alerts = {}
    for part in parts(news):
        pending = part
        async for _ in Attempts("the incidents"):
            pending = await _round(session, pending, refresh, done, seen)
            seen = None
            if not pending:
                break
    return done


async def _round(
    session: Session, news: Mapping[str, News], refresh: str, done: Alerts, seen: Seen | None
) -> dict[str, News]:
    """What is left: the incidents that another writer was faster with, and alerts that are elsewhere."""
    news = under_marks(session, news)
    seen, now = seen or await seen_now(session, news), session.now()
    here, later = owned(session, news, seen)
    for incident_id, told in (await told_before(session, here, seen)).items():
        done |= told
        del here[incident_id]
    changes, turn = await _begun(session, here, seen, now), Turn()
    for change in changes:
        await _make(session, change, seen, now)
        await turn.give()
    quiet, loud = _parted(changes)
    left = await _write_alerts(session, quiet, refresh, done)
    left |= await _commit(session, loud, now, refresh, done)
    return joined(left, later)


async def _begun(session: Session, news: Mapping[str, News], seen: Seen, now: datetime) -> list[_Change]:
    """The incidents as they were seen; those that are not there, as they are made."""
    absent = sum(seen.incidents[each] is None for each in news)
    numbers = iter(await session.numbers(absent) if absent else [])
    changes: list[_Change] = []
    for incident_id, about in news.items():
        incident = seen.incidents[incident_id]
        before = incident.source if incident else _drafted(session, about, next(numbers), now)
        changes.append(_Change(incident_id, about, incident, before))
    return changes


async def _make(session: Session, change: _Change, seen: Seen, now: datetime) -> None:
    """Makes of the incident what its alerts make of it; one that was merged into another stays as it is."""
    for edit in change.news.edits:
        alert = seen.alerts[edit.alert_id]
        was = alert.source if alert else None
        becomes = _revised(was, edit.edit(was) | ({} if was else {"incident_id": change.id}))
        change.alerts.append((alert, becomes))
        change.arrivals.append((edit.meaning or arrival)(was, becomes))
    if session.rules.marks(change.before).get("merged_into"):
        change.after = change.before
    else:
        tally = await _tally(session, change)
        if change.added:
            check_pairs(tally.pairs, session.rules.limits)
        _roll_up(session, change, tally, now)


def _drafted(session: Session, news: News, number: int, now: datetime) -> Document:
    assert news.draft is not None
    return drafted(session, news.draft, number, now)


def _revised(before: Event | None, after: Event) -> Event:
    """The alert with the number of this revision; being heard of is none."""
    if before is not None and _same(before, after):
        return after
    return {**after, "revision": (before or {}).get("revision", 0) + 1}


def _same(before: Event, after: Event) -> bool:
    return all(before.get(name) == after.get(name) for name in (before.keys() | after.keys()) - _HEARTBEAT)


async def _tally(session: Session, change: _Change) -> Tally:
    """What all its alerts come to then; counted anew where the change alone does not tell."""
    tally = None if change.news.recount else of(change.before)
    for seen, after in change.alerts:
        gone = after["incident_id"] != change.id
        tally = tally and changed(tally, seen.source if seen else None, None if gone else after, session.rules)
    if tally is not None:
        return tally
    held = {alert["alert_id"]: alert for alert in await of_incident(session, change.id)}
    held |= {after["alert_id"]: after for _, after in change.alerts}
    return counted((alert for alert in held.values() if alert["incident_id"] == change.id), session.rules)


def _roll_up(session: Session, change: _Change, tally: Tally, now: datetime) -> None:
    news, before, rules = change.news, change.before, session.rules
    fields = dict(news.fields(before)) | ({} if news.comment is None else {"comment": news.comment})
    arrivals = [*news.arrivals, *change.arrivals]
    after, change.by_alerts = rolled_up(merged(before, fields), tally, arrivals, rules, now, departed=news.departed)
    if news.resolution is not None and after["state"] != "closed":
        closed = {"status": rules.words.status_for(after["workflow_id"], "closed"), "resolved_at": iso(now)}
        after |= closed | {"state": "closed"}
    change.after = after


def _parted(changes: Sequence[_Change]) -> tuple[list[_Change], list[_Change]]:
    """Those of which an alert was heard and nothing else, and the others."""
    parted: tuple[list[_Change], list[_Change]] = [], []
    for change in changes:
        parted[not _is_heartbeat(change)].append(change)
    return parted


def _is_heartbeat(change: _Change) -> bool:
    """Whether nothing of the incident changes, and nothing is to be told of it."""
    if change.seen is None or change.by_alerts or change.news.activities or change.news.comment is not None:
        return False
    return change.after == change.before and all(seen and _same(seen.source, after) for seen, after in change.alerts)


async def _write_alerts(session: Session, quiet: Sequence[_Change], refresh: str, done: Alerts) -> dict[str, News]:
    """Writes when alerts were last heard of. What is left met another writer."""
    pairs = [(change, seen, after) for change in quiet for seen, after in change.alerts]
    heard = [(change, seen, after) for change, seen, after in pairs if seen and seen.source != after]
    writes = [Write(event_id(after["alert_id"]), after, seen) for _, seen, after in heard]
    items = await session.events.write(writes, refresh=refresh)
    left: dict[str, News] = {}
    for (change, _, _), item in zip(heard, items, strict=True):
        if not item.done:
            left[change.id] = change.news
            _require_overtaken(item)
    done |= {after["alert_id"]: after for change, _, after in pairs if change.id not in left}
    return left


async def _commit(
    session: Session, changes: Sequence[_Change], now: datetime, refresh: str, done: Alerts
) -> dict[str, News]:
    """Writes the incidents, which carry what becomes of their alerts. What is left met another writer."""
    versions = await in_turns(changes, lambda change: _version(session, change, now))
    left: dict[str, News] = {}
    for change, item in zip(changes, await commit(session, versions, now, refresh=refresh), strict=True):
        if item.done:
            done |= {after["alert_id"]: after for _, after in change.alerts}
        else:
            left[change.id] = change.news
            _require_overtaken(item)
    return left


def _require_overtaken(item: Item) -> None:
    if not item.overtaken:
        raise of_item(item.status, item.error, "")


def _version(session: Session, change: _Change, now: datetime) -> Version:
    after = derived(change.before, change.after, session.rules, now)
    happenings = _happenings(session, change, after)
    document = stamped(session, after, happenings, now)
    happenings = marked(happenings, change.news.mark)
    effects = (waiting(session, change.seen) or []) if change.seen else []
    effects += [_effect(*each) for each in change.alerts]
    effects += mark_effect(happenings, change.news.mark, change.id)
    # What may be sent again is known by its accounts, which are looked for among what is published.
    waits = change.seen is None and session.once is None
    return Version(change.id, change.seen, document, happenings, effects, waits)


def _happenings(session: Session, change: _Change, after: Document) -> list[Happening]:
    seen = differences(session, change.before, after) if change.seen else []
    happenings = telling.happenings(session.rules, change.id, seen, change.by_alerts, change.news, change.added)
    return happenings if change.seen else [Happening(change.id, "created"), *happenings]


def _effect(seen: Stored | None, alert: Event) -> Effect:
    return Effect(event_id(alert["alert_id"]), alert, (seen.seq_no, seen.primary_term) if seen else None)
