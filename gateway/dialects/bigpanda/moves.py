"""Endpoints of what moves alerts from incident to incident, or resolves them wherever they are."""

from starlette.requests import Request
from starlette.responses import Response

from gateway import wire
from gateway.access.principals import Principal
from gateway.alerts import documents as alerts
from gateway.alerts import resolve as resolving
from gateway.alerts import saga as moving
from gateway.dialects.bigpanda import bodies, membership
from gateway.dialects.bigpanda.acting import accepted, open_incident
from gateway.dialects.bigpanda.membership import Environment
from gateway.dialects.bigpanda.names import ENVIRONMENT, INCIDENT, NAME
from gateway.dialects.dialect import Operation
from gateway.problems import NotFound
from gateway.state import Gateway, State
from gateway.store.tenants import incidents_of
from queries.criteria import And, Ids
from queries.searches import Search

MERGE, SPLIT = f"{INCIDENT}/merge", f"{INCIDENT}/split"
RESOLVE_ALERTS = f"{ENVIRONMENT}/batch-resolve/alerts"


async def merge(request: Request[State], caller: Principal) -> Response:
    """`POST E/{incident_id}/merge`; the incident of the path is the one that stays."""
    sent, gateway = await wire.read(request, bodies.Merge), request.state["gateway"]
    found = await open_incident(request, caller)
    places = [(each, f"source_incidents[{i}]") for i, each in enumerate(sent.source_incidents)]
    sources = [await _source(request, caller, *each) for each in places]
    await moving.merge(gateway.ctx, caller.acting(NAME), found.id, sources, sent.comment)
    return accepted()


async def split(request: Request[State], caller: Principal) -> Response:
    """`POST E/{incident_id}/split`; the alerts become an incident of their own."""
    sent, ctx = await wire.read(request, bodies.Split), request.state["gateway"].ctx
    found = await open_incident(request, caller)
    await moving.split(ctx, caller.acting(NAME), found.id, sent.alerts, sent.comment)
    return accepted()


async def resolve_alerts(request: Request[State], caller: Principal) -> Response:
    """`POST environments/{environment_id}/batch-resolve/alerts`: all of them, or none."""
    sent, gateway = await wire.read(request, bodies.AlertsResolution), request.state["gateway"]
    environment = await membership.require(gateway, caller.tenant, request.path_params["environment_id"])
    found = await alerts.read(gateway.ctx, caller.tenant, sent.ids)
    held = [str(each["_source"]["incident_id"]) if each else None for each in found]
    inside = await _inside(gateway, caller.tenant, environment, {each for each in held if each})
    unknown = next((i for i, each in enumerate(held) if each not in inside), None)
    if unknown is not None:
        raise NotFound(f'no alert "{sent.ids[unknown]}"', f"ids[{unknown}]")
    await resolving.resolve_alerts(gateway.ctx, caller.acting(NAME), sent.ids, sent.comments)
    return accepted()


async def _source(request: Request[State], caller: Principal, incident_id: str, where: str) -> str:
    """The document id of an incident that is to be merged. Raises NotFound with its place."""
    environment_id = request.path_params["environment_id"]
    try:
        return (await membership.located(request.state["gateway"], caller.tenant, environment_id, incident_id)).id
    except NotFound as error:
        raise NotFound(error.reason, where) from None


async def _inside(gateway: Gateway, tenant: str, environment: Environment, incident_ids: set[str]) -> set[str]:
    """Those of the incidents that are in the environment, as they are now."""
    if environment is membership.ALL or not incident_ids:
        return incident_ids
    await gateway.ctx.store.refresh(incidents_of(tenant))
    wanted = And((membership.LISTED, Ids(tuple(incident_ids)), membership.filtered(environment.filter)))
    search = Search(wanted, ({"numeric_id": {"order": "asc"}},), len(incident_ids), source=False)
    return {each.id for each in (await gateway.reader.find(tenant, search)).hits}


OPERATIONS = (
    Operation(
        "POST",
        MERGE,
        merge,
        "write",
        "Merge incidents into one",
        bodies.Merge,
        success=202,
        example='{"source_incidents": ["681102f731824249f48df555"], "comment": "the same outage"}',
    ),
    Operation(
        "POST",
        SPLIT,
        split,
        "write",
        "Split alerts off an incident",
        bodies.Split,
        success=202,
        example='{"alerts": ["5d09d221aebaec1c43ccd448"], "comment": "another rack"}',
    ),
    Operation(
        "POST",
        RESOLVE_ALERTS,
        resolve_alerts,
        "write",
        "Resolve alerts",
        bodies.AlertsResolution,
        success=202,
        example='{"ids": ["5d09d221aebaec1c43ccd448"], "comments": "a test"}',
    ),
)
