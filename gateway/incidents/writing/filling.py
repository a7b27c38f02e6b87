"""What is derived at each write, put into documents that older gateways wrote, which did not know of it."""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from gateway.incidents.model.difference import durations, stamped
from gateway.store import Store
from gateway.store.bulk import Write
from gateway.store.documents import Documents
from gateway.store.hits import Hit
from queries.criteria import And, Criterion, Not, Or, Present, Where
from queries.fields import DURATIONS, LONG_FIELDS, LONG_TEXTS, TYPED_COLUMNS, Column
from queries.searches import Search
from queries.texts import long_texts

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Lack:
    """Which documents lack something, an order that they keep, and what one of them lacks."""

    documents: Criterion
    order: str
    filling: Callable[[Document], Document]


def _lacking(end: str, length: Column) -> Criterion:
    return And((Where(TYPED_COLUMNS[end], Present()), Not(Where(length, Present()))))


def _lacking_long(name: str) -> Criterion:
    """The documents with a text that is too long for its column, and not in the one for long ones."""
    short, long = Column(f"{name}.keyword", "keyword"), Column(f"{LONG_TEXTS}.{name}", "keyword")
    return And((Where(Column(name, "text"), Present()), Not(Where(short, Present())), Not(Where(long, Present()))))


def _of_incident(document: Document) -> Document:
    return durations(document) | long_texts(document, LONG_FIELDS)


def _of_note(document: Document) -> Document:
    return long_texts(document, ("body",))


_ENDS = (_lacking("acknowledged_at", DURATIONS["acknowledge"]), _lacking("resolved_at", DURATIONS["resolve"]))
_INCIDENTS = _Lack(Or((*_ENDS, *map(_lacking_long, LONG_FIELDS))), "numeric_id", _of_incident)
_NOTES = _Lack(_lacking_long("body"), "sequence", _of_note)


async def fill(store: Store) -> list[str]:
    """Fills every tenant's documents; what was done, a line for each index.

    A document that another writer is faster with is as that one left it. Running it again does nothing more.
    """
    done: list[str] = []
    for tenant in await store.tenants.all():
        for documents, lack in ((store.incidents(tenant), _INCIDENTS), (store.events(tenant), _NOTES)):
            count = await _fill(documents, lack)
            done += [f"index {documents.index}: {count} documents filled"] if count else []
    return done


async def _fill(documents: Documents, lack: _Lack) -> int:
    """How many documents were filled."""
    return sum([sum(item.done for item in await documents.write(writes)) async for writes in _writes(documents, lack)])


async def _writes(documents: Documents, lack: _Lack) -> AsyncIterator[Sequence[Write]]:
    order = ({lack.order: {"order": "asc"}},)
    async for page in documents.pages(Search(lack.documents, order, 0)):
        yield [write for write in (_filled(hit, lack) for hit in page) if write is not None]


def _filled(hit: Hit, lack: _Lack) -> Write | None:
    """The document with what it lacks, on the version that was found; None for one that has nothing to fill in."""
    document = hit.document
    filling = lack.filling(document)
    # A length that would not be forward in time is always lacking.
    if filling.items() <= document.items():
        return None
    return Write(hit.id, stamped({**document, **filling}, {}), (hit.seq_no, hit.primary_term))
