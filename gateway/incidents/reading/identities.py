"""The other names of an incident, found at once after it was made: numeric id, hex id, a client's own id."""

from typing import Literal

from gateway.incidents.model.difference import INCIDENT
from gateway.incidents.reading.find import get
from gateway.incidents.session import Context
from gateway.problems import NotFound
from gateway.store import hits
from gateway.store.hits import Hit
from gateway.store.tenants import incidents_of
from queries.criteria import And, Is, Where
from queries.fields import TYPED_COLUMNS, Column
from queries.searches import Search, body

Name = Literal["numeric_id", "hex_id", "external_id"]

_INCIDENTS = Where(Column("kind", "keyword"), Is((INCIDENT,)))


async def find(ctx: Context, tenant: str, name: Name, value: str | int) -> Hit:
    """The incident of that name as it is now. Raises NotFound.

    A name never changes, so the search only has to know of it; one that it does not know yet, it knows after a refresh.
    """
    document_id = await _id_of(ctx, tenant, name, value)
    if document_id is None:
        await ctx.store.refresh(incidents_of(tenant))
        document_id = await _id_of(ctx, tenant, name, value)
    missing = NotFound(f'no incident "{value}"')
    if document_id is None:
        raise missing
    try:
        return await get(ctx, tenant, document_id)
    except NotFound:
        raise missing from None


async def _id_of(ctx: Context, tenant: str, name: Name, value: str | int) -> str | None:
    wanted = And((Where(TYPED_COLUMNS[name], Is((value,))), _INCIDENTS))
    search = Search(wanted, ({"numeric_id": {"order": "asc"}},), 1, source=False)
    found = hits.reply(await ctx.store.search(body(search, tenant), incidents_of(tenant))).hits.hits
    return found[0].id if found else None
