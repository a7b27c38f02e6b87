"""`_im`'s words as criteria and searches. Nothing here talks to a server or reads the clock."""

import math
from collections.abc import Sequence, Set
from datetime import datetime
from typing import Any, Literal

from gateway.dialects.im import requests
from queries.criteria import And, Between, Criterion, Everything, Guest, Is, Nothing, Or, Predicate, Value, Where
from queries.errors import QueryError
from queries.fields import TYPED_COLUMNS, Column, Columns
from queries.guest import guest
from queries.patterns import matching
from queries.periods import Span, instant, iso, span
from queries.sorts import NEWEST_FIRST, Sort

KIND = Column("kind", "keyword")
INCIDENTS_ONLY = Where(KIND, Is(("incident",)))
STARTED_AT = TYPED_COLUMNS["started_at"]

_LIST_WORDS = frozenset({"start_time", "end_time", "from", "size", "after", "pit", "sort", "keep_alive"})
_BOUNDS = {"gte", "gt", "lte", "lt"}
_LONGEST, _MOST = 1024, 1024
_TEXTS = frozenset({"keyword", "text"})
_NUMBERS = frozenset({"number", "whole"})
_HOLDS = {
    "keyword": "text", "text": "text", "number": "numbers", "whole": "whole numbers", "date": "times",
    "boolean": "booleans", "object": "objects",
}  # fmt: skip


def wanted(asked: requests.Filters, columns: Columns, now: datetime, also: Sequence[Criterion] = ()) -> Criterion:
    """The documents that the filters, and `also`, ask for. Raises QueryError at the place."""
    criteria: list[Criterion] = [*also] if asked.is_show_aggs else [INCIDENTS_ONLY, *also]
    if asked.search_query is not None:
        criteria.append(Guest(guest(asked.search_query, now=now)))
    criteria += period(asked.start_time, asked.end_time, now)
    criteria += [
        additional(each, columns, f"additional_fields[{i}].value") for i, each in enumerate(asked.additional_fields)
    ]
    return And(tuple(criteria)) if criteria else Everything()


def period(start: object, end: object, now: datetime) -> list[Criterion]:
    """The documents that started within the bounds given; nothing without any."""
    within = span(start, end, now)
    if within == Span():
        return []
    bounds = [None if bound is None else iso(bound) for bound in (within.gte, within.lte)]
    return [Where(STARTED_AT, Between(gte=bounds[0], lte=bounds[1]))]


def order(keys: Sequence[requests.SortKey]) -> tuple[Sort, ...]:
    """The order asked for; newest first if none was."""
    return tuple(Sort(each.field, each.order) for each in keys) or NEWEST_FIRST


def column_of(name: str, columns: Columns) -> Column | None:
    """The column of a field, a leaf within an object field included; None where no document has it."""
    parent = columns.get(name.partition(".")[0])
    if name not in columns and parent is not None and parent.kind == "object":
        return Column(name, "keyword")
    return columns.get(name)


def additional(field: requests.AdditionalField, columns: Columns, where: str) -> Criterion:
    """The documents that pass one of `additional_fields`. Raises QueryError for a value that cannot be."""
    column = column_of(field.name, columns)
    match field.type:
        case "number":
            return _typed(column, _number_predicate(field.value, where), _NUMBERS | {"date"}, field, where)
        case "text":
            return _typed(column, matching(_text(field.value, where)), _TEXTS, field, where)
        case "select":
            return _any_of(column, [field.value], where)
        case "multiselect":
            return _any_of(column, _list(field.value, where), where)


def _typed(
    column: Column | None, predicate: Predicate, kinds: Set[str], field: requests.AdditionalField, where: str
) -> Criterion:
    if column is None:
        return Nothing()
    if column.kind not in kinds:
        raise QueryError(f'field "{field.name}" holds {_HOLDS[column.kind]}, not a {field.type}', where)
    return Where(column, predicate)


def _text(value: Any, where: str) -> str:
    if not isinstance(value, str) or len(value) > _LONGEST:
        raise QueryError(f"a text of at most {_LONGEST} characters is wanted here", where)
    return value


def _list(value: Any, where: str) -> list[Any]:
    if not isinstance(value, list) or len(value) > _MOST:
        raise QueryError(f"a list of at most {_MOST} values is wanted here", where)
    return value


def listed(query: Sequence[tuple[str, str]]) -> tuple[requests.Search, dict[str, list[str]]]:
    """The page that the query of a list asks for, and its field filters: every name that is no parameter of the list.

    `sort` is `field:asc,field:desc`. Raises ValidationError.
    """
    words: dict[str, Any] = {"size": 100, "is_show_aggs": False, "with_total_docs": True}
    filters: dict[str, list[str]] = {}
    for name, value in query:
        if name == "sort":
            words["sort"] = [_sort_key(each) for each in value.split(",")]
        elif name in _LIST_WORDS:
            words[name] = value
        else:
            filters.setdefault(name, []).append(value)
    return requests.Search.model_validate(words), filters


def _sort_key(text: str) -> dict[str, str]:
    field, _, direction = text.partition(":")
    return {"field": field} | ({"order": direction} if direction else {})


def equality(name: str, values: Sequence[str], columns: Columns, now: datetime) -> Criterion:
    """The documents whose field is any of the values, each read as the field's type has it (a list's query filters)."""
    column = column_of(name, columns)
    if column is None:
        return Nothing()
    criteria = tuple(_equality(column, value, now, name) for value in values)
    return criteria[0] if len(criteria) == 1 else Or(criteria)


def _equality(column: Column, value: str, now: datetime, where: str) -> Criterion:
    if column.kind in _TEXTS:
        return Where(column, matching(value))
    if column.kind == "date":
        first, last = (instant(value, now, round_up=up, where=where) for up in (False, True))
        return Where(column, Between(gte=iso(first), lte=iso(last)))
    return _any_of(column, [value], where)


def _number_predicate(value: Any, where: str) -> Is | Between:
    if not isinstance(value, dict):
        return Is((_number(value, where),))
    if not value or value.keys() - _BOUNDS:
        raise QueryError("a range is an object of gte, gt, lte and lt", where)
    bounds = {word: _number(bound, f"{where}.{word}") for word, bound in value.items()}
    return Between(**bounds)


def _any_of(column: Column | None, values: Sequence[Any], where: str) -> Criterion:
    if not all(isinstance(each, str | int | float) for each in values):
        raise QueryError("a text, a number or a boolean is wanted here", where)
    if column is None or not values:
        return Nothing()
    return Where(column, Is(tuple(_value(column, each, where) for each in values)))


def _value(column: Column, value: Value, where: str) -> Value:
    if column.kind in _NUMBERS:
        return _number(value, where)
    if column.kind == "boolean":
        return _boolean(value, where)
    if column.kind == "object":
        raise QueryError("the field holds objects; name a leaf of it, with dots", where)
    return _text(value if isinstance(value, str) else str(value), where)


def _boolean(value: Value, where: str) -> bool:
    said: dict[Any, Literal[True, False]] = {True: True, False: False, "true": True, "false": False}
    if value not in said or (isinstance(value, int | float) and not isinstance(value, bool)):
        raise QueryError("the field holds booleans; true or false is wanted here", where)
    return said[value]


def _number(value: Any, where: str) -> int | float:
    try:
        number = value if isinstance(value, int | float) and not isinstance(value, bool) else float(value.strip())
    except (ValueError, AttributeError):
        raise QueryError("a number is wanted here", where) from None
    if not math.isfinite(number):
        raise QueryError("a number is wanted here", where)
    return number
