"""Statistics over incidents, counted by the engine."""

from typing import Any

from gateway.incidents.session import Session
from queries.criteria import Criterion
from queries.searches import Search


async def aggregated(session: Session, wanted: Criterion, aggregations: dict[str, Any]) -> dict[str, Any]:
    """What the aggregations say of the documents that the criterion holds for; nothing for a tenant without any."""
    search = Search(wanted, (), 0, aggregations=aggregations)
    return (await session.incidents.search(search, cached=True)).aggregations
