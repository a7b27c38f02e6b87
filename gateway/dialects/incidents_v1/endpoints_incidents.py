"""Endpoints of one incident: create or update, read, change in part, acknowledge; and the types there are."""

import hashlib

from starlette.requests import Request
from starlette.responses import Response

from gateway import wire
from gateway.dialects.incidents_v1 import replies, requests, writing
from gateway.dialects.incidents_v1.reading import body, number, user_id
from gateway.dialects.incidents_v1.words import ENUMERATIONS
from gateway.incidents.reading import identities
from gateway.incidents.reading.identities import get
from gateway.incidents.session import Session
from gateway.incidents.writing.change import Change, Edit, change_one
from gateway.incidents.writing.create import Draft, create
from gateway.incidents.writing.edits import acknowledged
from gateway.incidents.writing.outcomes import Outcome, succeeded
from gateway.problems import Conflict, NotFound
from gateway.state import State


async def put_incident(request: Request[State], session: Session) -> Response:
    """`POST incidents`: the incident of that `incidentId` is made, or made to be what was sent."""
    sent = await body(request, requests.Incident)
    outcome = await _put(session, sent.incident_id, writing.upserted(sent, session.rules.words))
    return Response(str(outcome.document["numeric_id"]), media_type="text/plain")


async def get_incident(request: Request[State], session: Session) -> Response:
    """`GET incidents/{id}`."""
    incident = await identities.find(session, "numeric_id", number(request, "id"))
    return wire.reply(replies.incident(incident.document, session.rules.words.severities))


async def patch_incident(request: Request[State], session: Session) -> Response:
    """`PATCH incidents/{id}`."""
    sent = await body(request, requests.Patch)
    return await _changed(request, session, writing.patched(sent, session.rules.words))


async def acknowledge(request: Request[State], session: Session) -> Response:
    """`POST incidents/{id}/acknowledge`; the first one stays."""
    return await _changed(request, session, acknowledged(user_id(request)))


async def types(_request: Request[State], _session: Session) -> Response:
    """`GET incidents/types`."""
    return wire.reply(ENUMERATIONS["type"])


async def _changed(request: Request[State], session: Session, edit: Edit) -> Response:
    incident = await identities.find(session, "numeric_id", number(request, "id"))
    outcome = await change_one(session, Change(incident.id, edit))
    return wire.reply(replies.incident(outcome.document, session.rules.words.severities))


async def _put(session: Session, incident_id: str, edit: Edit) -> Outcome:
    """One document whoever asks at once: its id follows from `incidentId`, unless another dialect gave that first."""
    document_id = f"v1-{hashlib.sha256(incident_id.encode()).hexdigest()[:32]}"
    held = await _held(session, document_id, incident_id)
    if held is None:
        draft = Draft({}, document_id, own=edit({}, session.now()))
        [outcome] = await create(session, [draft])
        if not isinstance(outcome.error, Conflict):
            return succeeded(outcome)
    return await change_one(session, Change(held or document_id, edit))


async def _held(session: Session, document_id: str, incident_id: str) -> str | None:
    try:
        return (await get(session, document_id)).id
    except NotFound:
        pass
    try:
        return (await identities.find(session, "external_id", incident_id)).id
    except NotFound:
        return None
