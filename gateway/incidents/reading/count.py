"""Statistics over incidents, counted by the engine."""

from typing import Any

import orjson

from gateway.incidents.session import Context
from gateway.store import Json, hits
from gateway.store.tenants import incidents_of
from queries.criteria import Criterion
from queries.searches import Search, body


async def aggregated(ctx: Context, tenant: str, wanted: Criterion, aggregations: dict[str, Any]) -> Json:
    """What the aggregations say of the documents that the criterion holds for; nothing for a tenant without any."""
    search = Search(wanted, (), 0, aggregations=aggregations)
    found = hits.reply(await ctx.store.search(body(search, tenant), incidents_of(tenant), cached=True))
    counted: Json = orjson.loads(bytes(found.aggregations) or b"{}")
    return counted
