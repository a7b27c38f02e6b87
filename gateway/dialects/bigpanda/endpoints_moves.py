"""Endpoints of what moves alerts from incident to incident, or resolves them wherever they are."""

from starlette.requests import Request
from starlette.responses import Response

from gateway import wire
from gateway.alerts import documents as alerts
from gateway.alerts import resolve as resolving
from gateway.alerts import saga
from gateway.dialects.bigpanda import membership
from gateway.dialects.bigpanda import requests_writes as bodies
from gateway.dialects.bigpanda.acting import accepted, open_incident
from gateway.dialects.bigpanda.membership import Environment
from gateway.dialects.bigpanda.names import ENVIRONMENT, INCIDENT
from gateway.incidents.reading import identities
from gateway.incidents.session import Session
from gateway.problems import NotFound
from gateway.state import State
from queries.criteria import And, Ids
from queries.searches import Search

MERGE, SPLIT = f"{INCIDENT}/merge", f"{INCIDENT}/split"
RESOLVE_ALERTS = f"{ENVIRONMENT}/batch-resolve/alerts"


async def merge(request: Request[State], session: Session) -> Response:
    """`POST E/{incident_id}/merge`; the incident of the path is the one that stays."""
    sent = await wire.read(request, bodies.Merge)
    incident = await open_incident(request, session)
    places = [(each, f"source_incidents[{i}]") for i, each in enumerate(sent.source_incidents)]
    try:
        sources = [await _source(request, session, *each) for each in places]
    except NotFound:
        if not await _is_merged(session, incident.id, sent):
            raise
        return accepted()
    await saga.merge(session, incident.id, sources, sent.comment)
    return accepted()


async def split(request: Request[State], session: Session) -> Response:
    """`POST E/{incident_id}/split`; the alerts become an incident of their own."""
    sent = await wire.read(request, bodies.Split)
    incident = await open_incident(request, session)
    await saga.split(session, incident.id, sent.alerts, sent.comment)
    return accepted()


async def resolve_alerts(request: Request[State], session: Session) -> Response:
    """`POST environments/{environment_id}/batch-resolve/alerts`: all of them, or none."""
    sent = await wire.read(request, bodies.AlertsResolution)
    environment = await membership.require(session, request.path_params["environment_id"])
    stored = await alerts.read(session, sent.ids)
    held = [str(alert.source["incident_id"]) if alert else None for alert in stored]
    inside = await _inside(session, environment, {each for each in held if each})
    unknown = next((i for i, each in enumerate(held) if each not in inside), None)
    if unknown is not None:
        raise NotFound(f'no alert "{sent.ids[unknown]}"', f"ids[{unknown}]")
    await resolving.resolve_alerts(session, sent.ids, sent.comments)
    return accepted()


async def _source(request: Request[State], session: Session, incident_id: str, where: str) -> str:
    """The document id of an incident that is to be merged. Raises NotFound with its place."""
    environment_id = request.path_params["environment_id"]
    try:
        return (await membership.located(session, environment_id, incident_id)).id
    except NotFound as error:
        raise NotFound(error.reason, where) from None


async def _is_merged(session: Session, destination: str, sent: bodies.Merge) -> bool:
    """Whether this merge is done; by that, its sources may have left the environment."""
    try:
        sources = [(await identities.find(session, "hex_id", each)).id for each in sent.source_incidents]
    except NotFound:
        return False
    return await saga.is_merged(session, destination, sources, sent.comment)


async def _inside(session: Session, environment: Environment, incident_ids: set[str]) -> set[str]:
    """Those of the incidents that are in the environment, as they are now."""
    if environment is membership.ALL or not incident_ids:
        return incident_ids
    await session.incidents.refresh()
    wanted = And((membership.LISTED, Ids(tuple(incident_ids)), membership.filtered(environment.filter)))
    search = Search(wanted, ({"numeric_id": {"order": "asc"}},), len(incident_ids), source=False)
    return {each.id for each in (await session.find(search)).hits}
