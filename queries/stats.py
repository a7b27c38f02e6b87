"""Counts by field as aggregations, and their replies as rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from queries.criteria import Value
from queries.fields import Column
from queries.periods import EPOCH, MILLISECOND, iso

Aggregations = Mapping[str, Any]
"""What the engine is to count, or what it counted, by name."""

_SAFE = 2**53


def counts(column: Column, size: int) -> dict[str, Any]:
    """Aggregations that count documents by value of the column, and those that have none."""
    terms = {"field": column.path, "size": size, "shard_size": _candidates(size)}
    none = {"filter": {"bool": {"must_not": [_exists(column.held_path)]}}}
    return {"values": {"terms": terms}, "none": none} | ({"unlisted": _unlisted(column)} if column.long_path else {})


def rows(aggregations: Mapping[str, Any]) -> tuple[dict[str, int], int]:
    """Counts by value, most first, those without any last under `""`; and how many are not listed."""
    values = aggregations["values"]
    buckets = {_label(bucket): bucket["doc_count"] for bucket in values["buckets"]}
    none = aggregations["none"]["doc_count"] + buckets.pop("", 0)
    return buckets | ({"": none} if none else {}), _others(aggregations)


def _others(aggregations: Mapping[str, Any]) -> int:
    """How many values are beyond the size asked for, and documents whose text is too long to be listed."""
    beyond: int = aggregations["values"]["sum_other_doc_count"]
    return beyond + int(aggregations.get("unlisted", {}).get("doc_count", 0))


def _label(bucket: Mapping[str, Any]) -> str:
    key = bucket.get("key_as_string", bucket["key"])
    return str(int(key)) if isinstance(key, float) and key.is_integer() else str(key)


@dataclass(frozen=True, slots=True)
class Top:
    """The most frequent values with their counts; documents of other values, and those without one."""

    values: list[tuple[Value, int]]
    others: int = 0
    missing: int = 0


def top(column: Column, size: int, include: str | None = None) -> dict[str, Any]:
    """Aggregations of the `size` most frequent values, of those that the regular expression `include` fits alone."""
    return {
        "values": terms(column, size, include),
        "missing": {"filter": {"bool": {"must_not": [_exists(column.held_path)]}}},
        **({"unlisted": _unlisted(column)} if column.long_path else {}),
    }


def terms(column: Column, size: int, include: str | None = None) -> dict[str, Any]:
    """The aggregation of the values alone."""
    words = {"field": column.path, "size": size, "shard_size": _candidates(size)}
    return {"terms": words | ({} if include is None else {"include": include})}


def _candidates(size: int) -> int:
    """How many values a shard tells of: ten times as many, or a thousand more, as it keeps all of them in its heap."""
    return size + min(9 * size, 1000)


def values_and_holders(columns: Sequence[Column]) -> dict[str, Any]:
    """Aggregations of how many values each column holds, and in how many documents."""
    values = {f"{i}.values": {"value_count": {"field": each.path}} for i, each in enumerate(columns)}
    return values | {f"{i}.holders": {"filter": _exists(each.path)} for i, each in enumerate(columns)}


def top_of(column: Column, aggregations: Aggregations) -> Top:
    """What the engine counted; nothing where there is no index."""
    if not aggregations:
        return Top([])
    missing = aggregations["missing"]["doc_count"]
    return Top(buckets_of(column, aggregations["values"]), _others(aggregations), missing)


def buckets_of(column: Column, counted: Mapping[str, Any]) -> list[tuple[Value, int]]:
    """Values, as the type that they are stored as, and their counts."""
    return [(value_of(column, each["key"]), each["doc_count"]) for each in counted["buckets"]]


def value_of(column: Column, key: Any) -> Value:
    """A bucket's key as the value that documents have: the engine's booleans are numbers, its times milliseconds."""
    match column.kind:
        case "boolean":
            return bool(key)
        case "date":
            return iso(EPOCH + key * MILLISECOND)
        case "number" if float(key).is_integer() and abs(key) < _SAFE:
            return int(key)
        case _:
            value: Value = key
            return value


def _unlisted(column: Column) -> dict[str, Any]:
    """The documents whose text is too long to be counted by its whole value."""
    return {"filter": {"bool": {"filter": [_exists(column.held_path)], "must_not": [_exists(column.path)]}}}


def _exists(path: str) -> dict[str, Any]:
    return {"exists": {"field": path}}
