"""Making, changing and deleting incidents as Log360 does: under a unique name, notes and evidence always added."""

from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo
from functools import partial
from typing import Any

from gateway.dialects.log360 import evidence, translate
from gateway.dialects.log360.requests import Create, Update
from gateway.dialects.log360.uniqueness import giving, name_key, release
from gateway.incidents.model.difference import FieldChange, merged
from gateway.incidents.model.documents import Document
from gateway.incidents.model.sizes import check, check_text
from gateway.incidents.reading import Hit, identities
from gateway.incidents.reading.history import Event
from gateway.incidents.session import Session
from gateway.incidents.writing.change import Change, change_one, own_edit
from gateway.incidents.writing.create import Draft, new_incident_id
from gateway.incidents.writing.create import create as create_incidents
from gateway.incidents.writing.delete import delete as delete_incident
from gateway.incidents.writing.events import Happening
from gateway.incidents.writing.outcomes import Outcome
from gateway.problems import NotFound

_ROOM = " " * 1024
"""For what the gateway itself writes beside."""


async def create(session: Session, sent: Create, zone: tzinfo) -> int:
    """The numeric id of the new incident. Raises QueryError, and Conflict for a name in use."""
    incident_id = new_incident_id(session)
    draft = Draft({}, incident_id, translate.made(sent, name_key(sent.name), session.rules.words, zone))
    _check_notes(session, {}, draft.own, sent)
    alerts = await _evidence(session, incident_id, sent)
    undo = partial(delete_incident, session, incident_id)
    made = await giving(session, sent.name, incident_id, partial(_made, session, draft), undo)
    await _append(session, incident_id, sent, alerts)
    number: int = made.document["numeric_id"]
    return number


async def update(session: Session, sent: Update, zone: tzinfo) -> None:
    """Changes the incident. Raises NotFound, QueryError, and Conflict for another incident's name."""
    incident = await identities.find(session, "numeric_id", sent.incident_id)
    before = incident.document
    _check_notes(session, before, before | {"title": sent.name, "description": sent.description or ""}, sent)
    alerts = await _evidence(session, incident.id, sent)
    if sent.name != before.get("title"):
        await _rename(session, incident.id, before, sent, zone)
    else:
        await _changed(session, incident.id, sent, zone, {})
    await _append(session, incident.id, sent, alerts)


async def delete(session: Session, numbers: Sequence[int]) -> None:
    """Deletes the incidents that there are. Raises NotFound if there is none."""
    begun = await session.begun(f"delete {numbers}")
    await session.incidents.refresh()
    page = await session.find(translate.numbered(tuple(numbers)))
    if not sum([await _deleted(session, each) for each in page.hits]) and not begun:
        raise NotFound(f"no incident {', '.join(str(each) for each in numbers)}", "incident_ids")


def _check_notes(session: Session, before: Document, after: Mapping[str, Any], sent: Create) -> None:
    """Raises QueryError for notes that there would be no room for, before anything else is done."""
    limits = session.rules.limits
    for i, note in enumerate(sent.notes or ()):
        check_text(note, limits, f"notes[{i}]")
    if sent.notes:
        check(before, {**after, "comment": sent.notes[-1] + _ROOM}, limits)


async def _evidence(session: Session, incident_id: str, sent: Create) -> list[Event]:
    """What is new of the evidence. Raises QueryError before anything else is done."""
    return await evidence.lacking(session, incident_id, sent.evidence or (), sent.source or "")


async def _made(session: Session, draft: Draft) -> Outcome:
    [outcome] = await create_incidents(session, [draft])
    return outcome


async def _rename(session: Session, incident_id: str, before: Document, sent: Update, zone: tzinfo) -> None:
    """The update with its new name; the old one is free after it."""
    held = before.get("ext", {}).get("log360", {}).get("name_key")
    named = {"title": sent.name, "ext": {"log360": {"name_key": name_key(sent.name)}}}
    restored = own_edit({"title": before.get("title"), "ext": {"log360": {"name_key": held}}})
    undo = partial(change_one, session, Change(incident_id, restored))
    write = partial(_changed, session, incident_id, sent, zone, named)
    await giving(session, sent.name, incident_id, write, undo)
    if held is not None:
        await release(session, held, incident_id)


async def _changed(session: Session, incident_id: str, sent: Update, zone: tzinfo, named: Document) -> Outcome:
    """The outcome of the update of fields, as the incident stands when it is written."""

    def edit(before: Document, _now: datetime) -> Document:
        return merged(merged(before, translate.changed(sent, before, session.rules.words, zone)), named)

    return await change_one(session, Change(incident_id, edit))


async def _append(session: Session, incident_id: str, sent: Create, alerts: Sequence[Event]) -> None:
    """More evidence and more notes; the last note is the incident's comment."""
    await evidence.add(session, incident_id, alerts)
    if not sent.notes:
        return
    *others, last = [Happening(incident_id, "note_added", note=each) for each in sent.notes]

    def told(differences: Sequence[FieldChange]) -> list[Happening]:
        return [*others, Happening(incident_id, "note_added", differences, note=last.note)]

    await change_one(session, Change(incident_id, own_edit({"comment": last.note}), tell=told))


async def _deleted(session: Session, hit: Hit) -> bool:
    """Whether the incident was there to be deleted; its name is free after it."""
    try:
        await delete_incident(session, hit.id)
    except NotFound:
        return False
    held = hit.document.get("ext", {}).get("log360", {}).get("name_key")
    if held is not None:
        await release(session, held, hit.id)
    return True
