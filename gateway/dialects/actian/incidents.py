"""Endpoints of incidents: the list, and one with its metrics and history."""

from starlette.requests import Request
from starlette.responses import Response

from gateway import wire
from gateway.access.principals import Principal
from gateway.dialects.actian import reading, replies, translate, walking
from gateway.dialects.actian.arrays import array
from gateway.dialects.actian.history import history
from gateway.incidents.reading import identities
from gateway.state import State
from gateway.store import hits


async def list_incidents(request: Request[State], caller: Principal) -> Response:
    """`GET incidents`."""
    wanted = translate.wanted(reading.filters(request))
    pages = walking.incidents(request.state["gateway"], caller.tenant, wanted, replies.SHOWN)
    return await array(pages, replies.incident)


async def get_incident(request: Request[State], caller: Principal) -> Response:
    """`GET incidents/{incidentId}`."""
    ctx = request.state["gateway"].ctx
    found = await identities.find(ctx, caller.tenant, "numeric_id", reading.incident_id(request))
    return wire.reply(replies.detail(hits.document(found), await history(ctx, caller.tenant, found.id)))
