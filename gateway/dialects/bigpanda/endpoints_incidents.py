"""Endpoints of incidents: the search, and one by its id."""

from collections.abc import Mapping, Sequence

from starlette.requests import Request
from starlette.responses import Response

from gateway import wire
from gateway.alerts import documents as alerts
from gateway.dialects.bigpanda import matching, membership, replies, requests, searching
from gateway.incidents.reading import Hit, identities
from gateway.incidents.session import Session
from gateway.state import State
from queries.criteria import Everything, Placed


async def search_incidents(request: Request[State], session: Session) -> Response:
    """`GET environments/{environment_id}/incidents`."""
    search = wire.known_query(request, requests.Search)
    now = session.now()
    environment_id = request.path_params["environment_id"]
    known = await membership.lately(session, environment_id)
    chosen = membership.chosen(known, environment_id)
    inside = membership.criteria(known)
    sought = Placed("query", await matching.criterion(session, search.query))
    wanted = (inside.pop(chosen.id, Everything()), sought)
    page = await session.find(searching.search(search, wanted, inside, now, session.ctx.settings.search_window))
    alerts_of = await _alerts(session, page.hits, search, fresh=False)
    rows = [
        replies.incident(each.document, alerts_of[each.id], membership.matched(known, each, chosen), now)
        for each in page.hits
    ]
    return wire.reply(replies.page(rows, page.total or 0, search.page))


async def get_incident(request: Request[State], session: Session) -> Response:
    """`GET environments/{environment_id}/incidents/{incident_id}`, as it is now."""
    query = wire.known_query(request, requests.Detail)
    names = request.path_params
    known = await membership.environments(session)
    chosen = membership.chosen(known, names["environment_id"])
    incident = await identities.find(session, "hex_id", names["incident_id"])
    inside = await membership.containing(session, known, incident.id)
    membership.check_inside(chosen, inside, names["incident_id"])
    held = await _alerts(session, [incident], query, fresh=True)
    return wire.reply(replies.incident(incident.document, held[incident.id], inside, session.now()))


async def _alerts(
    session: Session, hits: Sequence[Hit], query: requests.Detail, *, fresh: bool
) -> Mapping[str, Sequence[replies.Json]]:
    """The alerts of each incident, whole or by their ids; all that the incidents count, also those of a moment ago."""
    ids, fields = [hit.id for hit in hits], None if query.expand is not None else ("alert_id",)
    held = await alerts.of_incidents(session, ids, fields, fresh=fresh)
    if not fresh and any(len(held[hit.id]) < hit.document.get("alert_count", 0) for hit in hits):
        held = await alerts.of_incidents(session, ids, fields)
    shown = replies.alert if fields is None else replies.alert_ref
    return {incident_id: [shown(alert) for alert in held[incident_id]] for incident_id in ids}
