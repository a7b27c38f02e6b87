"""Endpoints of incidents: the list, and one with its metrics and history."""

from starlette.requests import Request
from starlette.responses import Response

from gateway import wire
from gateway.dialects.actian import reading, replies, translate, walking
from gateway.dialects.actian.arrays import array
from gateway.dialects.actian.history import history
from gateway.incidents.reading import identities
from gateway.incidents.session import Session
from gateway.state import State


async def list_incidents(request: Request[State], session: Session) -> Response:
    """`GET incidents`."""
    wanted = translate.wanted(reading.filters(request))
    pages = walking.incidents(session, wanted, replies.SHOWN)
    return await array(pages, replies.incident)


async def get_incident(request: Request[State], session: Session) -> Response:
    """`GET incidents/{incidentId}`."""
    incident = await identities.find(session, "numeric_id", reading.incident_id(request))
    return wire.reply(replies.detail(incident.document, await history(session, incident.id)))
