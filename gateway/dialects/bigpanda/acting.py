"""The incident that an action is for, and what an action answers."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from gateway import wire
from gateway.dialects.bigpanda import membership
from gateway.dialects.bigpanda.extension import own
from gateway.incidents.model.difference import merged
from gateway.incidents.model.documents import Document
from gateway.incidents.reading import Hit, identities
from gateway.incidents.session import Session
from gateway.incidents.writing.create import hex_id
from gateway.problems import Conflict, NotFound
from gateway.state import State
from queries.periods import iso


async def incident(request: Request[State], session: Session) -> Hit:
    """The incident of the path as it is now. Raises NotFound."""
    environment_id, incident_id = request.path_params["environment_id"], request.path_params["incident_id"]
    return await membership.located(session, environment_id, incident_id)


async def look(request: Request[State], session: Session) -> None:
    """Looks for the incident that the path names, if it names one. Raises NotFound."""
    if {"environment_id", "incident_id"} <= request.path_params.keys():
        await incident(request, session)


async def open_incident(request: Request[State], session: Session) -> Hit:
    """The same, if something can be done to it. Raises NotFound, and Conflict for one that was merged."""
    hit = await incident(request, session)
    check_open(session.tenant, hit)
    return hit


def check_open(tenant: str, hit: Hit) -> None:
    """Raises Conflict for an incident that was merged, as nothing can be done to it any more."""
    destination = own(hit.document).get("merged_into")
    if destination is not None:
        raise Conflict(f'it was merged into "{hex_id(tenant, destination)}"', kind="merged")


async def named(session: Session, incident_id: str) -> Hit:
    """The incident that a request names beside its path, as it is now. Raises NotFound with that place."""
    try:
        return await identities.find(session, "hex_id", incident_id)
    except NotFound as error:
        raise NotFound(error.reason, "incident_id") from None


def changed(before: Document, fields: Mapping[str, Any], now: datetime) -> Document:
    """The incident with the fields set; if that makes it another, those whom it is shared with are told."""
    after = merged(before, fields)
    return before if after == before else merged(after, {"ext": {"bigpanda": {"changed_at": iso(now)}}})


def done() -> Response:
    """The answer to an action that there is nothing to tell of."""
    return Response(status_code=204)


def accepted() -> Response:
    """The answer to an action that takes the vendor a while; here it is done by then."""
    return wire.reply({"status": 202, "data": {}}, 202)
