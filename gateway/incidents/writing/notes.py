"""Notes: added, changed and taken away; the newest one is the incident's comment."""

from collections.abc import Sequence
from datetime import datetime

from gateway.incidents.model.difference import FieldChange
from gateway.incidents.reading import history
from gateway.incidents.reading.history import Event, shown
from gateway.incidents.session import Session
from gateway.incidents.writing import events
from gateway.incidents.writing.change import Change, change_one, own_edit
from gateway.incidents.writing.events import Happening, note_id
from gateway.problems import NotFound
from gateway.store.bulk import Write
from gateway.store.hits import Stored
from queries.periods import iso


async def add(session: Session, incident_id: str, text: str, *, refresh: str = "false") -> Event:
    """Adds a note, which is then the incident's comment. Raises NotFound."""
    [number] = await session.numbers(1)

    def tell(differences: Sequence[FieldChange]) -> list[Happening]:
        return [Happening(incident_id, "note_added", differences, note=text, number=number)]

    change = Change(incident_id, own_edit({"comment": text}), tell=tell)
    outcome = await change_one(session, change, refresh=refresh)
    at = datetime.fromisoformat(outcome.document["updated_at"])
    return shown("note", events.note(incident_id, number, text, session.actor, at))


async def keep(session: Session, incident_id: str, text: str, number: int) -> None:
    """Adds a note under a number that it alone has; doing so again changes nothing. Raises NotFound."""
    await events.record(session, [Happening(incident_id, "note_added", note=text, number=number)], session.now())
    total = (await history.page(session, incident_id, "note", size=0)).total
    edit = own_edit({"comment": text, "note_count": total})
    await change_one(session, Change(incident_id, edit, tell=lambda _differences: []))


async def read(session: Session, number: int) -> Event:
    """The note of that number as it is now. Raises NotFound."""
    return shown("note", (await _stored(session, number)).source)


async def change(session: Session, number: int, text: str) -> None:
    """Gives a note another text; the newest one's is the incident's comment. Raises NotFound, Conflict."""
    seen = await _stored(session, number)
    changed = seen.source | {"body": text, "updated_at": iso(session.now())}
    await session.events.put(Write(note_id(number), changed, seen))
    await _bring_in_line(session, seen.source["incident_id"])


async def delete(session: Session, number: int) -> None:
    """Takes a note away; the newest one left is the incident's comment. Raises NotFound, Conflict."""
    seen = await _stored(session, number)
    await session.events.delete(note_id(number), seen=seen)
    await _bring_in_line(session, seen.source["incident_id"])


async def _stored(session: Session, number: int) -> Stored:
    found = await session.events.get(note_id(number))
    if found is None:
        raise NotFound(f'no note "{number}"')
    return found


async def _bring_in_line(session: Session, incident_id: str) -> None:
    """Has the incident's comment and count of notes be those of its notes."""
    left = await history.page(session, incident_id, "note", size=1)
    comment = left.rows[0]["body"] if left.rows else None

    def tell(differences: Sequence[FieldChange]) -> list[Happening]:
        return [Happening(incident_id, "updated", differences)]

    edit = own_edit({"comment": comment, "note_count": left.total})
    await change_one(session, Change(incident_id, edit, tell=tell))
