"""What is derived at each write, put into documents that older gateways wrote, which did not know of it."""

from collections.abc import AsyncIterator, Sequence

from gateway.incidents.model.difference import durations, stamped
from gateway.store import Store
from gateway.store.bulk import Write
from gateway.store.documents import Documents
from gateway.store.hits import Hit
from gateway.store.names import incidents_of
from queries.criteria import And, Criterion, Not, Or, Present, Where
from queries.fields import DURATIONS, TYPED_COLUMNS, Column
from queries.searches import Search

_IN_ORDER = ({"numeric_id": {"order": "asc"}},)


def _lacking(end: str, length: Column) -> Criterion:
    return And((Where(TYPED_COLUMNS[end], Present()), Not(Where(length, Present()))))


_UNFILLED = Or(
    (_lacking("acknowledged_at", DURATIONS["acknowledge"]), _lacking("resolved_at", DURATIONS["resolve"])),
)


async def fill(store: Store) -> list[str]:
    """Fills the lengths of time of every tenant's documents; what was done, a line for each index.

    A document that another writer is faster with is as that one left it. Running it again does nothing more.
    """
    counts = {tenant: await _fill_tenant(store.incidents(tenant)) for tenant in await store.tenants.all()}
    return [f"index {incidents_of(tenant)}: {count} documents filled" for tenant, count in counts.items() if count]


async def _fill_tenant(documents: Documents) -> int:
    """How many documents were filled."""
    return sum([sum(item.done for item in await documents.write(writes)) async for writes in _writes(documents)])


async def _writes(documents: Documents) -> AsyncIterator[Sequence[Write]]:
    async for page in documents.pages(Search(_UNFILLED, _IN_ORDER, 0)):
        yield [write for write in map(_filled, page) if write is not None]


def _filled(hit: Hit) -> Write | None:
    """The document with its lengths of time, on the version that was found; None for one that has none to fill in."""
    document = hit.document
    lengths = durations(document)
    if not lengths:
        return None
    return Write(hit.id, stamped({**document, **lengths}, {}), (hit.seq_no, hit.primary_term))
