"""Endpoint of alerts, found again by what an incident's history refers to."""

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import Response

from gateway import wire
from gateway.dialects.actian import replies, requests, translate
from gateway.dialects.actian.arrays import array
from gateway.incidents.reading import history
from gateway.incidents.session import Session
from gateway.state import State
from queries.errors import QueryError
from queries.searches import WINDOW, Search


async def by_filters(request: Request[State], session: Session) -> Response:
    """`POST configuration/alerts/by_filters`."""
    query = requests.AlertFilters.model_validate(await wire.read_object(request))
    wanted = translate.alerts(query, await _incidents_of(session, query.sources))
    return await array(history.pages(session, wanted), replies.alert_row)


async def _incidents_of(session: Session, sources: Sequence[str]) -> list[str]:
    """The ids of the assets' incidents. Raises QueryError for more than one search can name."""
    if not sources:
        return []
    search = Search(translate.of_assets(sources), translate.NEWEST_FIRST, WINDOW, source=False, total=True)
    page = await session.find(search)
    if page.total is not None and page.total > WINDOW:
        raise QueryError(f"these sources have more than {WINDOW:,} incidents; name fewer", "sources")
    return [each.id for each in page.hits]
