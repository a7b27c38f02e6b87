"""Endpoints of one incident: read, create, change, delete, and its ATT&CK matrix."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from gateway import attack, wire
from gateway.auth import Principal
from gateway.dialects.im import requests
from gateway.dialects.im.documents import etag, lock, rendered, split_meta
from gateway.dialects.im.names import NAME, PREFIX
from gateway.incidents import hits, reading
from gateway.incidents.changing import Change, change_one, field_edit
from gateway.incidents.creating import Draft, create
from gateway.incidents.deleting import delete
from gateway.incidents.outcomes import succeeded
from gateway.state import State


async def get_incident(request: Request[State], caller: Principal) -> Response:
    """`GET incidents/{id}`."""
    wire.query(request, requests.Strict)
    found = await reading.get(request.state["gateway"].ctx, caller.tenant, request.path_params["id"])
    return wire.spliced(hits.wire(found), 200, etag(hits.version(found)))


async def create_incident(request: Request[State], caller: Principal) -> Response:
    """`POST incidents/{id}` and `POST incidents`; never overwrites."""
    asked = wire.query(request, requests.Write)
    meta, fields = split_meta(await wire.read_object(request), request.path_params.get("id"))
    ctx, actor = request.state["gateway"].ctx, caller.acting(NAME)
    draft = Draft(fields, meta.id, version=lock(request, meta))
    outcome = succeeded(*await create(ctx, actor, [draft], refresh=asked.refresh))
    headers = {"Location": f"{request.scope['root_path']}{PREFIX}/incidents/{outcome.id}", **etag(outcome.version)}
    return wire.spliced(rendered(outcome), 201, headers)


async def update_incident(request: Request[State], caller: Principal) -> Response:
    """`PUT incidents/{id}`: the changed fields and `_meta`."""
    asked, incident_id = wire.query(request, requests.Write), request.path_params["id"]
    meta, fields = split_meta(await wire.read_object(request), incident_id)
    change = Change(incident_id, field_edit(fields), lock(request, meta))
    outcome = await change_one(request.state["gateway"].ctx, caller.acting(NAME), change, refresh=asked.refresh)
    return wire.spliced(rendered(outcome), 200, etag(outcome.version))


async def delete_incident(request: Request[State], caller: Principal) -> Response:
    """`DELETE incidents/{id}`."""
    asked, incident_id = wire.query(request, requests.Write), request.path_params["id"]
    ctx, actor = request.state["gateway"].ctx, caller.acting(NAME)
    outcome = await delete(ctx, actor, incident_id, lock(request), refresh=asked.refresh)
    meta = {"id": incident_id, "type": "incident", "version": outcome.version}
    return wire.reply({"_meta": meta, "result": "deleted"})


async def mitre(request: Request[State], caller: Principal) -> Response:
    """`GET incidents/{id}/mitre`."""
    wire.query(request, requests.Strict)
    gateway = request.state["gateway"]
    found = await reading.get(gateway.ctx, caller.tenant, request.path_params["id"])
    document: dict[str, Any] = wire.parsed(bytes(found.source))
    matrix = attack.tree(gateway.attack, document.get("mitre", []))
    return wire.reply({"incident_id": found.id, **matrix})
