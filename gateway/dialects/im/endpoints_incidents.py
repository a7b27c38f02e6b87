"""Endpoints of one incident: read, create, change, delete, and its ATT&CK matrix."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from gateway import attack, wire
from gateway.dialects.im import requests
from gateway.dialects.im.documents import deleted, etag, is_known, lock, locked, rendered, split_meta
from gateway.dialects.im.names import PREFIX
from gateway.incidents.reading.identities import get
from gateway.incidents.session import Session
from gateway.incidents.writing.change import Change, change_one, field_edit
from gateway.incidents.writing.create import Draft, create
from gateway.incidents.writing.delete import delete
from gateway.incidents.writing.outcomes import succeeded
from gateway.state import State


async def get_incident(request: Request[State], session: Session) -> Response:
    """`GET incidents/{id}`; 304 for a version that the caller has."""
    wire.query(request, requests.Strict)
    result = await get(session, request.path_params["id"])
    if is_known(request, result.version):
        return Response(status_code=304, headers=etag(result.version))
    return wire.spliced(result.wire(), 200, etag(result.version))


async def create_incident(request: Request[State], session: Session) -> Response:
    """`POST incidents/{id}` and `POST incidents`; never overwrites."""
    query = wire.query(request, requests.Write)
    meta, fields = split_meta(await wire.read_document(request), request.path_params.get("id"))
    draft = Draft(fields, meta.id, version=lock(request, meta))
    outcome = succeeded(*await create(session, [draft], refresh=query.refresh))
    headers = {"Location": f"{request.scope['root_path']}{PREFIX}/incidents/{outcome.id}", **etag(outcome.version)}
    return wire.spliced(rendered(outcome), 201, headers)


async def update_incident(request: Request[State], session: Session) -> Response:
    """`PUT incidents/{id}`: the changed fields and `_meta`."""
    query, incident_id = wire.query(request, requests.Write), request.path_params["id"]
    meta, fields = split_meta(await wire.read_document(request), incident_id)
    change = Change(incident_id, field_edit(fields, session.rules), await locked(request, session, incident_id, meta))
    outcome = await change_one(session, change, refresh=query.refresh)
    return wire.spliced(rendered(outcome), 200, etag(outcome.version))


async def delete_incident(request: Request[State], session: Session) -> Response:
    """`DELETE incidents/{id}`."""
    query, incident_id = wire.query(request, requests.Write), request.path_params["id"]
    outcome = await delete(session, incident_id, await locked(request, session, incident_id), refresh=query.refresh)
    return wire.reply(deleted(incident_id, "incident", outcome.version))


async def mitre(request: Request[State], session: Session) -> Response:
    """`GET incidents/{id}/mitre`."""
    wire.query(request, requests.Strict)
    result = await get(session, request.path_params["id"])
    document: dict[str, Any] = wire.parsed(bytes(result.source))
    matrix = attack.tree(request.state["gateway"].attack, document.get("mitre", []))
    return wire.reply({"incident_id": result.id, **matrix})
