"""Endpoints of notes."""

from collections.abc import Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from gateway import wire
from gateway.access.principals import Principal
from gateway.alerts import timeline
from gateway.dialects.incidents_v1 import replies, requests
from gateway.dialects.incidents_v1.names import NAME
from gateway.dialects.incidents_v1.reading import body, number
from gateway.incidents.reading import identities
from gateway.incidents.reading.find import get
from gateway.incidents.session import Context
from gateway.incidents.writing.events import Event
from gateway.state import State
from gateway.store import hits

_SLICE = 1000
_DONE = "OK"


async def get_note(request: Request[State], caller: Principal) -> Response:
    """`GET incidents/notes/{noteId}`."""
    ctx = request.state["gateway"].ctx
    note = await timeline.note(ctx, caller.tenant, number(request, "noteId", least=0))
    document = hits.document(await get(ctx, caller.tenant, note["incident_id"]))
    return wire.reply(replies.note(note, document["numeric_id"]))


async def change_note(request: Request[State], caller: Principal) -> Response:
    """`PUT incidents/notes/{noteId}`."""
    sent, ctx = await body(request, requests.Note), request.state["gateway"].ctx
    await timeline.change_note(ctx, caller.acting(NAME), number(request, "noteId", least=0), sent.body)
    return wire.reply(_DONE)


async def delete_note(request: Request[State], caller: Principal) -> Response:
    """`DELETE incidents/notes/{noteId}`."""
    ctx = request.state["gateway"].ctx
    await timeline.delete_note(ctx, caller.acting(NAME), number(request, "noteId", least=0))
    return wire.reply(_DONE)


async def list_notes(request: Request[State], caller: Principal) -> Response:
    """`GET incidents/{incidentId}/notes`: all of them, newest first."""
    ctx, incident_number = request.state["gateway"].ctx, number(request, "incidentId", least=0)
    found = await identities.find(ctx, caller.tenant, "numeric_id", incident_number)
    notes = await _all(ctx, caller.tenant, found.id)
    return wire.reply([replies.note(each, incident_number) for each in notes])


async def add_note(request: Request[State], caller: Principal) -> Response:
    """`POST incidents/{incidentId}/notes`."""
    ctx, incident_number = request.state["gateway"].ctx, number(request, "incidentId", least=0)
    sent = await body(request, requests.Note)
    found = await identities.find(ctx, caller.tenant, "numeric_id", incident_number)
    note = await timeline.add_note(ctx, caller.acting(NAME), found.id, sent.body, refresh="false")
    return wire.reply(replies.note(note, incident_number), 201)


async def _all(ctx: Context, tenant: str, incident_id: str) -> list[Event]:
    rows: list[Event] = []
    after: Sequence[Any] | None = None
    while True:
        found = await timeline.page(ctx, tenant, incident_id, "note", size=_SLICE, after=after)
        rows, after = rows + found.rows, found.after
        if after is None:
            return rows
