"""Endpoint of alerts, found again by what an incident's history refers to."""

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import Response

from gateway import wire
from gateway.access.principals import Principal
from gateway.dialects.actian import replies, requests, translate
from gateway.dialects.actian.arrays import array
from gateway.incidents.writing import events
from gateway.state import Gateway, State
from queries.errors import QueryError
from queries.searches import WINDOW, Search


async def by_filters(request: Request[State], caller: Principal) -> Response:
    """`POST configuration/alerts/by_filters`."""
    gateway = request.state["gateway"]
    asked = requests.AlertFilters.model_validate(await wire.read_object(request))
    wanted = translate.alerts(asked, await _incidents_of(gateway, caller.tenant, asked.sources))
    return await array(events.pages(gateway.ctx, caller.tenant, wanted), replies.alert)


async def _incidents_of(gateway: Gateway, tenant: str, sources: Sequence[str]) -> list[str]:
    """The ids of the assets' incidents. Raises QueryError for more than one search can name."""
    if not sources:
        return []
    search = Search(translate.of_assets(sources), translate.NEWEST_FIRST, WINDOW, source=False, total=True)
    page = await gateway.reader.find(tenant, search)
    if page.total is not None and page.total > WINDOW:
        raise QueryError(f"these sources have more than {WINDOW:,} incidents; name fewer", "sources")
    return [each.id for each in page.hits]
