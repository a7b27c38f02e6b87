"""What a list, a page or a count asks of the engine: one search body, always within one tenant."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from queries import costs
from queries.budgets import Cost
from queries.clauses import clause
from queries.criteria import Criterion
from queries.fields import SIZE
from queries.scopes import Body, require, scoped

WINDOW = 10_000
"""How deep `from` + `size` may reach in one search of the engine."""


class Sent(NamedTuple):
    """A search as it is sent, and what it asks of the engine."""

    text: bytes
    cost: Cost


@dataclass(frozen=True, slots=True)
class Search:
    """Which documents, in which order, and how many of them from where.

    Each hit says which of the `named` criteria hold for it; they find nothing and leave out nothing. With `collapse`,
    the first of each value of that column alone. With `sizes`, a large one says how large it is. With `values`, each
    has what stands in these columns alone, as they are ordered and counted by, and neither id, version nor source.
    """

    criterion: Criterion
    order: Sequence[dict[str, Any]]
    size: int
    offset: int = 0
    after: Sequence[Any] | None = None
    fields: tuple[str, ...] | None = None
    source: bool = True
    sizes: bool = False
    values: tuple[str, ...] = ()
    total: bool = False
    aggregations: dict[str, Any] = field(default_factory=dict)
    named: Mapping[str, Criterion] = field(default_factory=dict)
    collapse: str | None = None
    sent: dict[Hashable, Sent] = field(init=False, default_factory=dict, compare=False, repr=False)
    """What it was sent as, by where it looks: kept by who sends it, and by no search that is made from it."""


def cost(search: Search) -> Cost:
    """What the search asks of the engine in all its parts; raises QueryError, at its place, for too much."""
    rows = search.size + search.offset
    own = costs.of_search(search.criterion, search.order, rows, search.fields or (), search.aggregations)
    # These are the tenant's, not the caller's.
    return own + costs.of_criteria(search.named.values())


def body(search: Search, tenant: str, *, pit: str | None = None, keep_alive: str | None = None) -> Body:
    """The body of a search; with a point in time, which it extends by `keep_alive`, it must name no index.

    Raises QueryError for a search that asks too much.
    """
    return priced(search, tenant, pit=pit, keep_alive=keep_alive)[0]


def priced(search: Search, tenant: str, *, pit: str | None = None, keep_alive: str | None = None) -> tuple[Body, Cost]:
    """The same, and what it asks of the engine."""
    price = cost(search)
    wanted: Body = {
        "query": query(search, tenant),
        "size": search.size,
        "track_total_hits": search.total,
    }
    if search.size:
        wanted |= {"sort": list(search.order), "seq_no_primary_term": not search.values}
    if search.after is not None and search.size:
        wanted["search_after"] = list(search.after)
    elif search.offset:
        wanted["from"] = search.offset
    wanted |= _shown(search)
    if search.aggregations:
        wanted["aggs"] = search.aggregations
    if search.collapse is not None:
        wanted["collapse"] = {"field": search.collapse}
    if pit is not None:
        wanted["pit"] = {"id": pit} | ({"keep_alive": keep_alive} if keep_alive else {})
    require(wanted, tenant)
    return wanted, price


def _shown(search: Search) -> Body:
    """What is shown of each document."""
    if search.values:
        return {"_source": False, "stored_fields": "_none_", "docvalue_fields": list(search.values)}
    if not search.source:
        return {"_source": False} | ({"docvalue_fields": [SIZE]} if search.sizes else {})
    return {} if search.fields is None else {"_source": {"includes": [*search.fields, "kind"]}}


def query(search: Search, tenant: str) -> Body:
    """What the documents must fit, of one tenant alone."""
    wanted = scoped(clause(search.criterion), tenant)
    if search.named:
        wanted["bool"]["should"] = [_named(name, criterion) for name, criterion in search.named.items()]
    return wanted


def _named(name: str, criterion: Criterion) -> Body:
    return {"bool": {"filter": [clause(criterion)], "_name": name}}
