"""Endpoints of one incident: create or update, read, change in part, acknowledge; and the types there are."""

import hashlib

from starlette.requests import Request
from starlette.responses import Response

from gateway import wire
from gateway.access.principals import Principal
from gateway.dialects.incidents_v1 import replies, requests, writing
from gateway.dialects.incidents_v1.names import NAME
from gateway.dialects.incidents_v1.reading import body, number, user_id
from gateway.dialects.incidents_v1.words import ENUMERATIONS
from gateway.incidents.reading import identities
from gateway.incidents.reading.find import get
from gateway.incidents.session import Actor, Context
from gateway.incidents.writing.change import Change, Edit, change_one
from gateway.incidents.writing.create import Draft, create
from gateway.incidents.writing.outcomes import Outcome, succeeded
from gateway.problems import Conflict, NotFound
from gateway.state import State
from gateway.store import hits


async def put_incident(request: Request[State], caller: Principal) -> Response:
    """`POST incidents`: the incident of that `incidentId` is made, or made to be what was sent."""
    ctx, sent = request.state["gateway"].ctx, await body(request, requests.Incident)
    outcome = await _put(ctx, caller.acting(NAME), sent.incident_id, writing.upserted(sent, ctx.words))
    return Response(str(outcome.document["numeric_id"]), media_type="text/plain")


async def get_incident(request: Request[State], caller: Principal) -> Response:
    """`GET incidents/{id}`."""
    ctx = request.state["gateway"].ctx
    found = await identities.find(ctx, caller.tenant, "numeric_id", number(request, "id"))
    return wire.reply(replies.incident(hits.document(found), ctx.words.severities))


async def patch_incident(request: Request[State], caller: Principal) -> Response:
    """`PATCH incidents/{id}`."""
    sent = await body(request, requests.Patch)
    return await _changed(request, caller, writing.patched(sent, request.state["gateway"].ctx.words))


async def acknowledge(request: Request[State], caller: Principal) -> Response:
    """`POST incidents/{id}/acknowledge`; the first one stays."""
    return await _changed(request, caller, writing.acknowledged(user_id(request)))


async def types(_request: Request[State], _caller: Principal) -> Response:
    """`GET incidents/types`."""
    return wire.reply(ENUMERATIONS["type"])


async def _changed(request: Request[State], caller: Principal, edit: Edit) -> Response:
    ctx = request.state["gateway"].ctx
    found = await identities.find(ctx, caller.tenant, "numeric_id", number(request, "id"))
    outcome = await change_one(ctx, caller.acting(NAME), Change(found.id, edit))
    return wire.reply(replies.incident(outcome.document, ctx.words.severities))


async def _put(ctx: Context, actor: Actor, incident_id: str, edit: Edit) -> Outcome:
    """One document whoever asks at once: its id follows from `incidentId`, unless another dialect gave that first."""
    document_id = f"v1-{hashlib.sha256(incident_id.encode()).hexdigest()[:32]}"
    held = await _held(ctx, actor.tenant, document_id, incident_id)
    if held is None:
        draft = Draft({}, document_id, own=edit({}, ctx.clock()))
        [outcome] = await create(ctx, actor, [draft])
        if not isinstance(outcome.error, Conflict):
            return succeeded(outcome)
    return await change_one(ctx, actor, Change(held or document_id, edit))


async def _held(ctx: Context, tenant: str, document_id: str, incident_id: str) -> str | None:
    try:
        return (await get(ctx, tenant, document_id)).id
    except NotFound:
        pass
    try:
        return (await identities.find(ctx, tenant, "external_id", incident_id)).id
    except NotFound:
        return None
