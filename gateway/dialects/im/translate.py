"""`_im`'s words as criteria and searches. Nothing here talks to a server or reads the clock."""

import json
from collections.abc import Sequence, Set
from datetime import datetime
from typing import Any, Literal

from gateway.dialects.im import list_words, requests
from queries.criteria import And, Between, Criterion, Everything, Is, Nothing, Or, Placed, Predicate, Value, Where
from queries.errors import QueryError
from queries.fields import TYPED_COLUMNS, Column, Columns, column_of, require_ordered
from queries.guest import guest
from queries.kinds import KIND
from queries.numbers import number, require_exact
from queries.patterns import matching
from queries.periods import EPOCH, Span, instant, iso, span
from queries.sorts import NEWEST_FIRST, Sort

INCIDENTS_ONLY = Where(KIND, Is(("incident",)))
STARTED_AT = TYPED_COLUMNS["started_at"]

_LIST_WORDS = frozenset({"start_time", "end_time", "from", "size", "after", "pit", "sort", "keep_alive"})
_BOUNDS = {"gte", "gt", "lte", "lt"}
_LONGEST, _MOST = 1024, 1024
_TEXTS = frozenset({"keyword", "text", "key"})
_NUMBERS = frozenset({"number", "whole"})
_HOLDS = {
    "keyword": "text", "text": "text", "number": "numbers", "whole": "whole numbers", "date": "times",
    "boolean": "booleans", "object": "objects", "key": "text",
}  # fmt: skip


def wanted(filters: requests.Filters, columns: Columns, now: datetime, also: Sequence[Criterion] = ()) -> Criterion:
    """The documents that the filters, and `also`, ask for. Raises QueryError at the place."""
    criteria: list[Criterion] = [*also] if filters.is_show_aggs else [INCIDENTS_ONLY, *also]
    criteria += [Placed(where, each) for where, each in placed(filters, columns, now).items()]
    return And(tuple(criteria)) if criteria else Everything()


def placed(filters: requests.Filters, columns: Columns, now: datetime) -> dict[str, Criterion]:
    """What each of the filters asks for, by its place. Raises QueryError there."""
    result: dict[str, Criterion] = {}
    if filters.search_query is not None:
        result["search_query"] = guest(filters.search_query, now=now, columns=columns)
    for bounds in period(filters.start_time, filters.end_time, now):
        result["start_time"] = bounds
    for i, each in enumerate(filters.additional_fields):
        where = f"additional_fields[{i}].value"
        result[where] = additional(each, columns, now, where)
    return result


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


def additional(field: requests.AdditionalField, columns: Columns, now: datetime, where: str) -> Criterion:
    """The documents that pass one of `additional_fields`. Raises QueryError for a value that cannot be."""
    column = column_of(field.name, columns)
    match field.type:
        case "number":
            predicate = _number_predicate(column, field, where)
            return _typed(column, predicate, _NUMBERS | {"date"}, field, where)
        case "text":
            return _typed(column, matching(_text(field.value, where)), _TEXTS, field, where)
        case "select":
            return _any_of(column, [field.value], now, where)
        case "multiselect":
            return _any_of(column, _list(field.value, where), now, where)


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

    `sort` is `field:asc,field:desc`. Raises ValidationError; QueryError for a parameter that is given twice.
    """
    given = list_words.read(query)
    filters = {name: values for name, values in given.items() if name not in _LIST_WORDS}
    words: dict[str, Any] = {name: _once(name, given[name]) for name in given if name in _LIST_WORDS}
    if "sort" in words:
        words["sort"] = [_sort_key(each) for each in words["sort"].split(",")]
    always = {"size": 100, "is_show_aggs": False, "with_total_docs": True}
    return requests.Search.model_validate({**always, **words}), filters


def _once(name: str, values: Sequence[str]) -> str:
    if len(values) > 1:
        raise QueryError(f'"{name}" is given twice', name)
    return values[0]


def _sort_key(text: str) -> dict[str, str]:
    field, colon, direction = text.partition(":")
    return {"field": field} | ({"order": direction} if colon else {})


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
    return _any_of(column, [value], now, where)


def _at(column: Column, value: Value, now: datetime, where: str) -> Criterion:
    """The documents of a moment, or of the whole of what is named less exactly."""
    first, last = (instant(value, now, round_up=up, where=where) for up in (False, True))
    return Where(column, Between(gte=iso(first), lte=iso(last)))


def _number_predicate(column: Column | None, field: requests.AdditionalField, where: str) -> Is | Between:
    if not isinstance(field.value, dict):
        return Is((_comparable(column, field.value, where),))
    if not field.value or field.value.keys() - _BOUNDS:
        raise QueryError("a range is an object of gte, gt, lte and lt", where)
    if column is not None:
        require_ordered(field.name, column, where)
    bounds = {word: _comparable(column, bound, f"{where}.{word}") for word, bound in field.value.items()}
    return Between(**bounds)


def _comparable(column: Column | None, value: Any, where: str) -> Value:
    """The number; for a column of times the moment, as of a bare number the engine may make a year."""
    read = number(value, where)
    match column:
        case Column(kind="date"):
            return iso(instant(read, EPOCH, round_up=False, where=where))
        case Column(kind="number"):
            require_exact(read, where)
    return read


def _any_of(column: Column | None, values: Sequence[Any], now: datetime, where: str) -> Criterion:
    if not all(isinstance(each, str | int | float) for each in values):
        raise QueryError("a text, a number or a boolean is wanted here", where)
    if column is None or not values:
        return Nothing()
    if column.kind == "date":
        moments = tuple(_at(column, each, now, where) for each in values)
        return moments[0] if len(moments) == 1 else Or(moments)
    return Where(column, Is(tuple(_value(column, each, where) for each in values)))


def _value(column: Column, value: Value, where: str) -> Value:
    if column.kind in _NUMBERS:
        return _comparable(column, value, where)
    if column.kind == "boolean":
        return _boolean(value, where)
    if column.kind == "object":
        raise QueryError("the field holds objects; name a leaf of it, with dots", where)
    return _text(value if isinstance(value, str) else json.dumps(value), where)


def _boolean(value: Value, where: str) -> bool:
    said: dict[Any, Literal[True, False]] = {True: True, False: False, "true": True, "false": False}
    if value not in said or (isinstance(value, int | float) and not isinstance(value, bool)):
        raise QueryError("the field holds booleans; true or false is wanted here", where)
    return said[value]
