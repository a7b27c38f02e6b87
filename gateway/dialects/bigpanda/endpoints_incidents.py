"""Endpoints of incidents: the search, and one by its id."""

import asyncio
from collections.abc import Mapping, Sequence

from starlette.requests import Request
from starlette.responses import Response

from gateway import wire
from gateway.alerts import documents as alerts
from gateway.dialects.bigpanda import membership, repeated, replies, requests
from gateway.dialects.bigpanda.repeated import Asked
from gateway.incidents.model.documents import Document
from gateway.incidents.reading import identities
from gateway.incidents.reading.search import Page
from gateway.incidents.session import Session
from gateway.state import State
from queries.searches import Search

Alerts = Mapping[str, Sequence[replies.Json]]
"""Those of incidents as they are shown, by the incident's id."""


async def search_incidents(request: Request[State], session: Session) -> Response:
    """`GET environments/{environment_id}/incidents`."""
    asked, now = repeated.read(request, session), session.now()
    environment_id = request.path_params["environment_id"]
    known = await membership.lately(session, environment_id)
    chosen = membership.chosen(known, environment_id)
    page, early = await _found(session, await repeated.wanted(session, asked, known, chosen, now), asked)
    documents = {each.id: each.document for each in page.hits}
    held = await _listed(session, documents, asked, early)
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


async def _found(session: Session, search: Search, asked: Asked) -> tuple[Page, Alerts]:
    """The page, and meanwhile the alerts of what was on it when it was asked for last."""
    if not asked.alerted:
        return await session.find(search), {}
    return await asyncio.gather(session.find(search), _alerts(session, asked.alerted, asked.query, fresh=False))


async def _listed(session: Session, incidents: Mapping[str, Document], asked: Asked, early: Alerts) -> Alerts:
    """The alerts of each incident of a list: all that they count, also those of a moment ago."""
    counts = {each: incident["alert_count"] for each, incident in incidents.items() if incident.get("alert_count")}
    asked.alerted = () if asked.query.expand else tuple(counts)
    others = [each for each, count in counts.items() if len(early.get(each, ())) != count]
    held = {**early, **await _alerts(session, others, asked.query, fresh=False)}
    if all(len(held[each]) >= count for each, count in counts.items()):
        return held
    return await _alerts(session, list(counts), asked.query, fresh=True)


async def _alerts(session: Session, ids: Sequence[str], query: requests.Detail, *, fresh: bool) -> Alerts:
    """The alerts of each incident, whole or by their ids."""
    if query.expand is None:
        names = await alerts.ids_of_incidents(session, ids, fresh=fresh)
        return {incident_id: list(map(replies.alert_ref, held)) for incident_id, held in names.items()}
    whole = await alerts.of_incidents(session, ids, fresh=fresh)
    return {incident_id: list(map(replies.alert, held)) for incident_id, held in whole.items()}
