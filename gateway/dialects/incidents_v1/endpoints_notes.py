"""Endpoints of notes."""

from starlette.requests import Request
from starlette.responses import Response

from gateway import wire
from gateway.dialects.incidents_v1 import replies, requests
from gateway.dialects.incidents_v1.reading import body, number
from gateway.incidents.reading import history, identities
from gateway.incidents.reading.identities import get
from gateway.incidents.session import Session
from gateway.incidents.writing import notes
from gateway.state import State

_DONE = "OK"


async def get_note(request: Request[State], session: Session) -> Response:
    """`GET incidents/notes/{noteId}`."""
    note = await notes.read(session, number(request, "noteId", least=0))
    document = (await get(session, note["incident_id"])).document
    return wire.reply(replies.note(note, document["numeric_id"]))


async def change_note(request: Request[State], session: Session) -> Response:
    """`PUT incidents/notes/{noteId}`."""
    sent = await body(request, requests.Note)
    await notes.change(session, number(request, "noteId", least=0), sent.body)
    return wire.reply(_DONE)


async def delete_note(request: Request[State], session: Session) -> Response:
    """`DELETE incidents/notes/{noteId}`."""
    await notes.delete(session, number(request, "noteId", least=0))
    return wire.reply(_DONE)


async def list_notes(request: Request[State], session: Session) -> Response:
    """`GET incidents/{incidentId}/notes`: all of them, newest first."""
    incident_number = number(request, "incidentId", least=0)
    incident = await identities.find(session, "numeric_id", incident_number)
    notes = await history.all_of(session, incident.id, "note")
    return wire.reply([replies.note(each, incident_number) for each in notes])


async def add_note(request: Request[State], session: Session) -> Response:
    """`POST incidents/{incidentId}/notes`."""
    incident_number = number(request, "incidentId", least=0)
    sent = await body(request, requests.Note)
    incident = await identities.find(session, "numeric_id", incident_number)
    note = await notes.add(session, incident.id, sent.body)
    return wire.reply(replies.note(note, incident_number), 201)
