"""Endpoints of incidents: the search, and one by its id."""

from collections.abc import Mapping, Sequence

from starlette.requests import Request
from starlette.responses import Response

from gateway import wire
from gateway.auth import Principal
from gateway.dialects.bigpanda import matching, membership, replies, requests, searching
from gateway.dialects.bigpanda.names import INCIDENT, INCIDENTS
from gateway.dialects.dialect import Operation
from gateway.incidents import alerts, hits, identities
from gateway.incidents.context import Context
from gateway.incidents.hits import Hit
from gateway.state import State
from queries.criteria import Everything, Placed


async def search_incidents(request: Request[State], caller: Principal) -> Response:
    """`GET environments/{environment_id}/incidents`."""
    gateway, asked = request.state["gateway"], wire.known_query(request, requests.Search)
    ctx, tenant, now = gateway.ctx, caller.tenant, gateway.ctx.clock()
    known = await membership.environments(ctx, tenant)
    chosen = membership.chosen(known, request.path_params["environment_id"])
    inside = membership.criteria(known)
    sought = Placed("query", await matching.criterion(ctx, tenant, asked.query))
    wanted = (inside.pop(chosen.id, Everything()), sought)
    page = await gateway.reader.find(tenant, searching.search(asked, wanted, inside, now))
    found = await _alerts(ctx, tenant, page.hits, asked, at_once=False)
    rows = [
        replies.incident(hits.document(each), found[each.id], membership.matched(known, each, chosen), now)
        for each in page.hits
    ]
    return wire.reply(replies.page(rows, page.total or 0, asked.page))


async def get_incident(request: Request[State], caller: Principal) -> Response:
    """`GET environments/{environment_id}/incidents/{incident_id}`, as it is now."""
    gateway, asked = request.state["gateway"], wire.known_query(request, requests.Detail)
    ctx, tenant, names = gateway.ctx, caller.tenant, request.path_params
    known = await membership.environments(ctx, tenant)
    chosen = membership.chosen(known, names["environment_id"])
    found = await identities.find(ctx, tenant, "hex_id", names["incident_id"])
    inside = await membership.containing(gateway, tenant, known, found.id)
    membership.check_inside(chosen, inside, names["incident_id"])
    held = await _alerts(ctx, tenant, [found], asked, at_once=True)
    return wire.reply(replies.incident(hits.document(found), held[found.id], inside, ctx.clock()))


async def _alerts(
    ctx: Context, tenant: str, found: Sequence[Hit], asked: requests.Detail, *, at_once: bool
) -> Mapping[str, Sequence[replies.Json]]:
    """The alerts of each incident, whole or by their ids."""
    ids = [each.id for each in found]
    if asked.expand is not None:
        whole = await alerts.of_incidents(ctx, tenant, ids, at_once=at_once)
        return {each: [replies.alert(event) for event in whole[each]] for each in ids}
    named = await alerts.of_incidents(ctx, tenant, ids, ("alert_id",), at_once=at_once)
    return {each: [replies.alert_ref(event) for event in named[each]] for each in ids}


OPERATIONS = (
    Operation("GET", INCIDENTS, search_incidents, "read", "Search incidents", query=requests.Search),
    Operation("GET", INCIDENT, get_incident, "read", "Get an incident", query=requests.Detail),
)
