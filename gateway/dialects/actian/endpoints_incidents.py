"""Endpoints of incidents: the list, and one with its metrics and history."""

from starlette.requests import Request
from starlette.responses import Response

from gateway import wire
from gateway.dialects.actian import reading, replies, translate, walking
from gateway.dialects.actian.arrays import array
from gateway.dialects.actian.history import history
from gateway.dialects.actian.requests import Filters
from gateway.incidents.reading import identities
from gateway.incidents.session import Session
from gateway.state import State
from queries.searches import Search


async def list_incidents(request: Request[State], session: Session) -> Response:
    """`GET incidents`."""
    wanted = reading.planned(request, session, _listing)
    pages = walking.incidents(session, wanted)
    return await array(pages, replies.incident)


def _listing(filters: Filters) -> Search:
    return Search(translate.wanted(filters), translate.NEWEST_FIRST, walking.PAGE, fields=replies.SHOWN)


async def get_incident(request: Request[State], session: Session) -> Response:
    """`GET incidents/{incidentId}`."""
    incident = await identities.find(session, "numeric_id", reading.incident_id(request))
    return wire.spliced(replies.detail(incident, await history(session, incident.id)))
