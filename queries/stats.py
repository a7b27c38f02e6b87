"""Counts by field as aggregations, and their replies as rows."""

from collections.abc import Mapping
from typing import Any

from queries.fields import Column


def counts(column: Column, size: int) -> dict[str, Any]:
    """Aggregations that count documents by value of the column, and those that have none."""
    terms = {"field": column.path, "size": size, "shard_size": 10 * size}
    return {"values": {"terms": terms}, "none": {"missing": {"field": column.path}}}


def rows(aggregations: Mapping[str, Any]) -> tuple[dict[str, int], int]:
    """Counts by value, most first, those without any last under `""`; and how many are beyond the size asked for."""
    values = aggregations["values"]
    buckets = {_label(bucket): bucket["doc_count"] for bucket in values["buckets"]}
    none = aggregations["none"]["doc_count"] + buckets.pop("", 0)
    return buckets | ({"": none} if none else {}), values["sum_other_doc_count"]


def _label(bucket: Mapping[str, Any]) -> str:
    key = bucket.get("key_as_string", bucket["key"])
    return str(int(key)) if isinstance(key, float) and key.is_integer() else str(key)
