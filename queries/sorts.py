"""Orders as OpenSearch sort clauses; every one ends in the tie-breaker, so that paging misses nothing."""

import re
from dataclasses import dataclass
from typing import Any, Literal

from queries.custom import is_custom
from queries.errors import QueryError
from queries.fields import Columns, column_of, require_ordered

TIE_BREAKER = "numeric_id"
_CUSTOM = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,127}")
_ALWAYS_THERE = frozenset({TIE_BREAKER, "started_at", "created_at", "updated_at", "severity_rank"})


@dataclass(frozen=True, slots=True)
class Sort:
    """One key of an order."""

    field: str
    order: Literal["asc", "desc"] = "desc"


AS_KEPT = ({"_shard_doc": {"order": "asc"}},)
"""The order in which the engine keeps documents: its cheapest, complete within a point in time, and in no other."""
NEWEST_FIRST = (Sort("started_at"),)


def sort_clauses(order: tuple[Sort, ...], columns: Columns) -> list[dict[str, Any]]:
    """The clauses of an order; a tie-breaker that it lacks follows the last key's direction.

    By a custom field that no document has yet, it is as if every one lacked it. Raises QueryError for another field
    that does not exist, or that has no order (an object, and what is within one).
    """
    clauses = [_clause(each, columns, f"sort[{i}].field") for i, each in enumerate(order)]
    names = [each.field for each in order]
    until = names.index(TIE_BREAKER) + 1 if TIE_BREAKER in names else len(names)
    kept = [clause for clause in clauses[:until] if clause]
    if TIE_BREAKER in names:
        return kept
    return [*kept, {TIE_BREAKER: {"order": order[-1].order if order else "desc"}}]


def _clause(sort: Sort, columns: Columns, where: str) -> dict[str, Any]:
    column = column_of(sort.field, columns)
    if column is None and is_custom(sort.field) and _CUSTOM.fullmatch(sort.field):
        return {}
    if column is None:
        raise QueryError(f'no field "{sort.field[:80]}"', where)
    require_ordered(sort.field, column, where)
    path = column.sort_path or column.path
    # Without a total the engine passes over segments whose values lie before the cursor, unless it is told of missing
    # ones: documents without a value would be lost, or break the search where the value is text.
    missing = {} if path in _ALWAYS_THERE else {"missing": "_last"}
    return {path: {"order": sort.order, **missing}}
