"""Deleting many incidents at once, each with its own outcome, in the steps in which one is deleted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gateway.incidents.model.difference import INCIDENT
from gateway.incidents.session import Session
from gateway.incidents.writing.delete import DELETION, finish
from gateway.incidents.writing.events import Happening, activity, activity_id
from gateway.incidents.writing.outcomes import Outcome
from gateway.problems import Conflict, NotFound, Unavailable
from gateway.store.bulk import Item, Write
from gateway.store.errors import of_item
from gateway.store.hits import Stored

_ATTEMPTS = 5
_NOT_WRITTEN_DOWN = "that it is to be deleted could not be written down; nothing was done"


@dataclass(frozen=True, slots=True)
class Deletion:
    """An incident to be deleted; with a version, that version only.

    A `mark` is what it is known by where its request is carried out again, if not by the order of the deletions.
    """

    id: str
    version: str | None = None
    mark: str | None = None


@dataclass(frozen=True, slots=True)
class Doomed:
    """An incident as it was seen, and under which id and number the account of its deletion is kept."""

    incident: Stored
    account_id: str
    number: int


async def delete_many(session: Session, deletions: Sequence[Deletion]) -> list[Outcome]:
    """Deletes incidents with all that hangs on them; each outcome stands where its deletion stood."""
    marks = {each.id: each.mark or session.next_mark(each.id) for each in deletions}
    outcomes = await _done_before(session, marks)
    pending = {each.id: each.version for each in deletions if each.id not in outcomes}
    for _ in range(_ATTEMPTS):
        incidents = await _found(session, pending, outcomes)
        numbers = await session.numbers(len(incidents)) if incidents else []
        doomed = [
            Doomed(each, marks[each.id] or activity_id(number), number)
            for each, number in zip(incidents, numbers, strict=True)
        ]
        overtaken = await delete_seen(session, doomed, outcomes)
        pending = {each: version for each, version in pending.items() if each in overtaken}
        if not pending:
            break
    busy = {each: Outcome(each, error=Unavailable("the incident is changing too fast; try again")) for each in pending}
    return [(outcomes | busy)[each.id] for each in deletions]


async def _done_before(session: Session, marks: Mapping[str, str | None]) -> dict[str, Outcome]:
    """The outcomes of those that this very request has deleted."""
    if session.once is None or not session.once.again:
        return {}
    entries = await session.events.get_many([str(mark) for mark in marks.values()])
    done = await accounted(session, {each: entry for each, entry in zip(marks, entries, strict=True) if entry})
    return {each: Outcome(each, "deleted") for each in done}


async def accounted(session: Session, entries: Mapping[str, Stored]) -> set[str]:
    """The incidents whose entry is the account of what was done; the deletion of one that is gone is finished first."""
    begun = [each for each, entry in entries.items() if entry.source["kind"] == DELETION]
    there = await session.incidents.get_many(begun, source=False)
    left = {each for each, incident in zip(begun, there, strict=True) if incident is None}
    if left:
        await finish(session, [entries[each] for each in left])
    return left | (entries.keys() - set(begun))


async def _found(
    session: Session, versions: Mapping[str, str | None], outcomes: dict[str, Outcome]
) -> Sequence[Stored]:
    """The incidents as they are now; of those that are not there, or not so, the outcomes say it."""
    result = []
    incidents = await session.incidents.get_many(list(versions))
    for (each, version), incident in zip(versions.items(), incidents, strict=True):
        if incident is None or incident.source["kind"] != INCIDENT:
            outcomes[each] = Outcome(each, error=NotFound(f'no incident "{each}"'))
        elif version not in {None, incident.version}:
            outcomes[each] = Outcome(each, error=Conflict(f'incident "{each}" is at version {incident.version}'))
        else:
            result.append(incident)
    return result


async def delete_seen(session: Session, doomed: Sequence[Doomed], outcomes: dict[str, Outcome]) -> set[str]:
    """Deletes the incidents of the versions that were seen.

    Adds their outcomes; those that another writer was faster with have none, and are the answer.
    """
    deletions = await _written_down(session, doomed)
    seen = [each.incident for each in doomed if each.account_id in deletions]
    items = await session.incidents.write([Write(each.id, None, each) for each in seen])
    rows = list(zip(deletions.values(), seen, items, strict=True))
    if gone := [deletion for deletion, _, item in rows if _is_done(item)]:
        await finish(session, gone)
    kept = [deletion for deletion, _, item in rows if not _is_done(item)]
    await session.events.write([Write(each.id, None, each) for each in kept])
    for each in doomed:
        if each.account_id not in deletions:
            outcomes[each.incident.id] = Outcome(each.incident.id, error=Unavailable(_NOT_WRITTEN_DOWN))
    outcomes |= {incident.id: _outcome(incident, item) for _, incident, item in rows if not item.overtaken}
    return {incident.id for _, incident, item in rows if item.overtaken}


async def _written_down(session: Session, doomed: Sequence[Doomed]) -> dict[str, Stored]:
    """What says that the incidents are to be deleted, by its id, where it could be written or is there already."""
    now = session.now()
    entries = {
        each.account_id: activity(Happening(each.incident.id, "deleted"), each.number, session, now)
        | {"kind": DELETION}
        for each in doomed
    }
    items = await session.events.write([Write(*entry) for entry in entries.items()])
    before = [each for each, item in zip(entries, items, strict=True) if item.overtaken]
    held = dict(zip(before, await session.events.get_many(before), strict=True))
    result: dict[str, Stored] = {}
    for (each, entry), item in zip(entries.items(), items, strict=True):
        there = held.get(each)
        if item.done:
            result[each] = Stored(each, item.seq_no, item.primary_term, entry)
        elif there is not None and there.source["kind"] == DELETION:
            result[each] = there
    return result


def _is_done(item: Item) -> bool:
    """Whether the incident is gone, by this write or before it."""
    return item.done or (item.status == 404 and not item.in_no_index)


def _outcome(incident: Stored, item: Item) -> Outcome:
    if item.done:
        return Outcome(incident.id, "deleted", incident.version)
    if _is_done(item):
        return Outcome(incident.id, error=NotFound(f'no incident "{incident.id}"'))
    return Outcome(incident.id, error=of_item(item.status, item.error, ""))
