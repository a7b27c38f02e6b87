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
    """An incident to be deleted; with a version, that version only."""

    id: str
    version: str | None = None


async def delete_many(session: Session, deletions: Sequence[Deletion]) -> list[Outcome]:
    """Deletes incidents with all that hangs on them; each outcome stands where its deletion stood."""
    outcomes: dict[str, Outcome] = {}
    pending = {each.id: each.version for each in deletions}
    for _ in range(_ATTEMPTS):
        incidents = await _found(session, pending, outcomes)
        numbers = await session.numbers(len(incidents))
        overtaken = await delete_seen(session, dict(zip(numbers, incidents, strict=True)), outcomes)
        pending = {each: version for each, version in pending.items() if each in overtaken}
        if not pending:
            break
    busy = {each: Outcome(each, error=Unavailable("the incident is changing too fast; try again")) for each in pending}
    return [(outcomes | busy)[each.id] for each in deletions]


async def _found(
    session: Session, versions: Mapping[str, str | None], outcomes: dict[str, Outcome]
) -> Sequence[Stored]:
    """The incidents as they are now; of those that are not there, or not so, the outcomes say it."""
    result = []
    for (each, version), incident in zip(
        versions.items(), await session.incidents.get_many(list(versions)), strict=True
    ):
        if incident is None or incident.source["kind"] != INCIDENT:
            outcomes[each] = Outcome(each, error=NotFound(f'no incident "{each}"'))
        elif version not in {None, incident.version}:
            outcomes[each] = Outcome(each, error=Conflict(f'incident "{each}" is at version {incident.version}'))
        else:
            result.append(incident)
    return result


async def delete_seen(session: Session, incidents: Mapping[int, Stored], outcomes: dict[str, Outcome]) -> set[str]:
    """Deletes the incidents of the versions that were seen, each under the number that its account gets.

    Adds their outcomes; those that another writer was faster with have none, and are the answer.
    """
    deletions = await _written_down(session, incidents)
    seen = [incidents[number] for number in deletions]
    items = await session.incidents.write([Write(each.id, None, each) for each in seen])
    rows = list(zip(deletions.values(), seen, items, strict=True))
    if gone := [deletion for deletion, _, item in rows if _is_done(item)]:
        await finish(session, gone)
    kept = [deletion for deletion, _, item in rows if not _is_done(item)]
    await session.events.write([Write(each.id, None, each) for each in kept])
    for number, incident in incidents.items():
        if number not in deletions:
            outcomes[incident.id] = Outcome(incident.id, error=Unavailable(_NOT_WRITTEN_DOWN))
    outcomes |= {incident.id: _outcome(incident, item) for _, incident, item in rows if not item.overtaken}
    return {incident.id for _, incident, item in rows if item.overtaken}


async def _written_down(session: Session, incidents: Mapping[int, Stored]) -> dict[int, Stored]:
    """What says that the incidents are to be deleted, by number, where it could be written or is there already."""
    now = session.now()
    accounts = {
        number: activity(Happening(incident.id, "deleted"), number, session, now) | {"kind": DELETION}
        for number, incident in incidents.items()
    }
    items = await session.events.write([Write(activity_id(number), account) for number, account in accounts.items()])
    made = {
        number: Stored(activity_id(number), item.seq_no, item.primary_term, account)
        for (number, account), item in zip(accounts.items(), items, strict=True)
        if item.done
    }
    before = [number for number, item in zip(accounts, items, strict=True) if item.overtaken]
    entries = await session.events.get_many([activity_id(number) for number in before])
    held = {number: entry for number, entry in zip(before, entries, strict=True) if entry is not None}
    return made | {number: entry for number, entry in held.items() if entry.source["kind"] == DELETION}


def _is_done(item: Item) -> bool:
    """Whether the incident is gone, by this write or before it."""
    return item.done or (item.status == 404 and not item.in_no_index)


def _outcome(incident: Stored, item: Item) -> Outcome:
    if item.done:
        return Outcome(incident.id, "deleted", incident.version)
    if _is_done(item):
        return Outcome(incident.id, error=NotFound(f'no incident "{incident.id}"'))
    return Outcome(incident.id, error=of_item(item.status, item.error, ""))
