"""Endpoints of incidents: the search, and one by its id."""

from collections.abc import Mapping, Sequence

from starlette.requests import Request
from starlette.responses import Response

from gateway import wire
from gateway.alerts import documents as alerts
from gateway.dialects.bigpanda import membership, repeated, replies, requests
from gateway.incidents.model.documents import Document
from gateway.incidents.reading import identities
from gateway.incidents.session import Session
from gateway.state import State


async def search_incidents(request: Request[State], session: Session) -> Response:
    """`GET environments/{environment_id}/incidents`."""
    asked, now = repeated.read(request, session), session.now()
    environment_id = request.path_params["environment_id"]
    known = await membership.lately(session, environment_id)
    chosen = membership.chosen(known, environment_id)
    page = await session.find(await repeated.wanted(session, asked, known, chosen, now))
    documents = {each.id: each.document for each in page.hits}
    held = await _listed(session, documents, asked.query)
    rows = [
        replies.incident(documents[each.id], held.get(each.id, ()), membership.matched(known, each, chosen), now)
        for each in page.hits
    ]
    return wire.reply(replies.page(rows, page.total or 0, asked.query.page))


async def get_incident(request: Request[State], session: Session) -> Response:
    """`GET environments/{environment_id}/incidents/{incident_id}`, as it is now."""
    query = wire.known_query(request, requests.Detail)
    names = request.path_params
    known = await membership.environments(session)
    chosen = membership.chosen(known, names["environment_id"])
    incident = await identities.find(session, "hex_id", names["incident_id"])
    inside = await membership.containing(session, known, incident.id)
    membership.check_inside(chosen, inside, names["incident_id"])
    held = await _alerts(session, [incident.id], query, fresh=True)
    return wire.reply(replies.incident(incident.document, held[incident.id], inside, session.now()))


async def _listed(
    session: Session, incidents: Mapping[str, Document], query: requests.Detail
) -> Mapping[str, Sequence[replies.Json]]:
    """The alerts of each incident of a list: all that they count, also those of a moment ago."""
    counts = {each: incident["alert_count"] for each, incident in incidents.items() if incident.get("alert_count")}
    held = await _alerts(session, list(counts), query, fresh=False)
    if any(len(held[each]) < count for each, count in counts.items()):
        return await _alerts(session, list(counts), query, fresh=True)
    return held


async def _alerts(
    session: Session, ids: Sequence[str], query: requests.Detail, *, fresh: bool
) -> Mapping[str, Sequence[replies.Json]]:
    """The alerts of each incident, whole or by their ids."""
    if query.expand is None:
        names = await alerts.ids_of_incidents(session, ids, fresh=fresh)
        return {incident_id: list(map(replies.alert_ref, held)) for incident_id, held in names.items()}
    whole = await alerts.of_incidents(session, ids, fresh=fresh)
    return {incident_id: list(map(replies.alert, held)) for incident_id, held in whole.items()}
