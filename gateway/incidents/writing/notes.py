"""Notes: added, changed and taken away; the newest one is the incident's comment."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from msgspec.structs import replace

from gateway.incidents.model.accounts import Effect
from gateway.incidents.model.difference import FieldChange
from gateway.incidents.projection import project, project_incident
from gateway.incidents.reading import history
from gateway.incidents.reading.history import Event, shown
from gateway.incidents.session import Session
from gateway.incidents.writing import events
from gateway.incidents.writing.change import Change, change_one, own_edit
from gateway.incidents.writing.events import Happening, note_id
from gateway.problems import Conflict, NotFound
from gateway.store.attempts import Attempts
from gateway.store.hits import Stored
from queries.periods import iso


async def add(session: Session, incident_id: str, text: str, *, refresh: str = "false") -> Event:
    """Adds a note, which is then the incident's comment. Raises NotFound."""
    [number] = await session.numbers(1)
    mark = session.next_mark(incident_id)

    def tell(differences: Sequence[FieldChange]) -> list[Happening]:
        return [Happening(incident_id, "note_added", differences, note=text, number=number)]

    change = Change(incident_id, own_edit({"comment": text}), tell=tell, mark=mark)
    outcome = await change_one(session, change, refresh=refresh)
    if await session.done([mark]):
        number = await _number_under(session, str(mark), number)
    at = datetime.fromisoformat(outcome.document["updated_at"])
    return shown("note", events.note(incident_id, number, text, session, at))


async def _number_under(session: Session, mark: str, number: int) -> int:
    """The number of the note that was added under the mark."""
    event = await session.events.get(mark)
    return int(event.source.get("sequence", number)) if event else number


async def keep(session: Session, incident_id: str, text: str, number: int) -> None:
    """Adds a note under a number that it alone has; doing so again changes nothing. Raises NotFound."""
    await project_incident(session, incident_id)
    if await session.events.get(note_id(number)) is not None:
        return

    def tell(differences: Sequence[FieldChange]) -> list[Happening]:
        return [Happening(incident_id, "note_added", differences, note=text, number=number)]

    await change_one(session, Change(incident_id, own_edit({"comment": text}), tell=tell))


async def read(session: Session, number: int) -> Event:
    """The note of that number as it is now. Raises NotFound."""
    return shown("note", (await _stored(session, number)).source)


async def change(session: Session, number: int, text: str) -> None:
    """Gives a note another text; the newest one's is the incident's comment. Raises NotFound."""

    def edited(note: Stored) -> Event:
        return note.source | {"body": text, "updated_at": iso(session.now())}

    await _rewrite(session, number, edited)


async def delete(session: Session, number: int) -> None:
    """Takes a note away; the newest one left is the incident's comment. Raises NotFound."""
    await _rewrite(session, number, lambda _note: None)


async def _rewrite(session: Session, number: int, edit: Callable[[Stored], Event | None]) -> None:
    """Changes a note with its incident, on the versions of both that were read."""
    mark = session.next_mark(note_id(number))
    async for _ in Attempts("the note"):
        if await session.done([mark]):
            return
        incident = await session.incidents.get((await _stored(session, number)).source["incident_id"])
        await project(session, [incident])
        note = await _stored(session, number)
        if incident is None:
            raise NotFound(f'no note "{number}"')
        after = edit(note)
        effect = Effect(note.id, after, (note.seq_no, note.primary_term))
        fields = await _fields(session, incident.id, note, after)
        change = Change(incident.id, own_edit(fields), incident.version, tell=_updated(incident.id), effects=[effect])
        change = replace(change, mark=mark)
        try:
            await change_one(session, change)
            return
        except Conflict:
            continue


def _updated(incident_id: str) -> Callable[[Sequence[FieldChange]], list[Happening]]:
    def tell(differences: Sequence[FieldChange]) -> list[Happening]:
        return [Happening(incident_id, "updated", differences)]

    return tell


async def _fields(session: Session, incident_id: str, note: Stored, after: Event | None) -> dict[str, Any]:
    """The incident's comment, which is its newest note, and the count of its notes, once the note is as after."""
    page = await history.page(session, incident_id, "note", size=2)
    newest = [row for row in page.rows if row["note_id"] != note.source["note_id"]]
    if after is not None and (not newest or page.rows[0]["note_id"] == note.source["note_id"]):
        newest.insert(0, after)
    comment = newest[0]["body"] if newest else None
    return {"comment": comment, "note_count": page.total - (after is None)}


async def _stored(session: Session, number: int) -> Stored:
    result = await session.events.get(note_id(number))
    if result is None:
        raise NotFound(f'no note "{number}"')
    return result
