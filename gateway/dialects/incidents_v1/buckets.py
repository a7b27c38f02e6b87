"""Time frames cut into buckets, as aggregations, and the engine's counts as v1's rows."""

from collections.abc import Mapping, Sequence
from functools import cache
from itertools import chain
from typing import Any

from gateway.dialects.incidents_v1 import words
from gateway.dialects.incidents_v1.times import at
from gateway.dialects.incidents_v1.translate import SEPARATOR, SERVICE_PAIRS
from queries.clauses import clause
from queries.criteria import Between, Criterion, Where
from queries.errors import QueryError
from queries.fields import Column
from queries.periods import iso

MOST_WORDS = 100
"""Words of one severity that are counted each for itself, most frequent first; the rest under the level's name."""

MOST_SERVICES = 10
_LISTED = {"size": 1000, "shard_size": 1000}
"""The values that are looked at, of each shard too: the engine holds each of them, however long."""

Row = dict[str, Any]


def frame(column: Column, start: int | None, end: int) -> Criterion:
    """The incidents whose time lies at or after `start` and before `end`, in epoch seconds."""
    return Where(column, Between(gte=None if start is None else iso(at(start)), lt=iso(at(end))))


def ordered(start: int | None, end: int, where: str) -> None:
    """Raises QueryError for a frame that ends before it starts."""
    if start is not None and start > end:
        raise QueryError(f"the time frame starts at {start}, after its end at {end}", where)


def edges(start: int, end: int, count: int) -> list[tuple[int, int]]:
    """Buckets of equal width; the last one takes what is left over."""
    width = (end - start) // count
    starts = [start + i * width for i in range(count)]
    return list(zip(starts, [*starts[1:], end], strict=True))


def over_time(column: Column, parts: Sequence[tuple[int, int]], inner: dict[str, Any]) -> dict[str, Any]:
    """The aggregation that counts each bucket by `inner`."""
    # The end of one is the start of the next, and is written once.
    times = {second: iso(at(second)) for second in {*chain.from_iterable(parts)}}
    ranges = [{"key": str(i), "from": times[start], "to": times[end]} for i, (start, end) in enumerate(parts)]
    return {"over_time": {"date_range": {"field": column.path, "keyed": True, "ranges": ranges}, "aggs": inner}}


@cache
def by_type() -> dict[str, Any]:
    """The aggregation that counts by type."""
    filters = {word: clause(words.criterion("type", word)) for word in words.ENUMERATIONS["type"]}
    return {"types": {"filters": {"filters": filters}}}


def by_filter(wanted: Mapping[str, Criterion]) -> dict[str, Any]:
    """The aggregations that count what each criterion holds for."""
    return {name: {"filter": clause(each)} for name, each in wanted.items()}


def by_severity() -> dict[str, Any]:
    """The aggregation that counts by level and, within it, by the word that was sent."""
    word = {"terms": {"field": "ext.v1.severity", "size": MOST_WORDS, "missing": ""}}
    level = {"terms": {"field": "severity", "size": MOST_WORDS, "missing": ""}}
    return {"levels": level | {"aggs": {"words": word}}}


def by_priority() -> dict[str, Any]:
    """The aggregation that counts by priority."""
    return {"priorities": {"terms": {"field": "priority", **_LISTED, "missing": ""}}}


def by_service() -> dict[str, Any]:
    """The aggregation that counts by service and namespace."""
    return {"services": {"terms": {"field": SERVICE_PAIRS.path, **_LISTED}}}


def type_rows(parts: Sequence[tuple[int, int]], counted: Mapping[str, Any]) -> list[Row]:
    """A row for each bucket, with a count for each type."""
    counts = [_types(each) for each in _in_time(parts, counted)]
    return [_row(part, item) for part, item in zip(parts, counts, strict=True)]


def severity_rows(parts: Sequence[tuple[int, int]], counted: Mapping[str, Any], levels: Sequence[str]) -> list[Row]:
    """A row for each bucket, with a count for each word that any bucket has."""
    counts = [_severities(each, levels) for each in _in_time(parts, counted)]
    zeros = dict.fromkeys((word for each in counts for word in each), 0)
    return [_row(part, zeros | item) for part, item in zip(parts, counts, strict=True)]


def priority_counts(counted: Mapping[str, Any]) -> dict[str, int]:
    """Counts by priority, most frequent first; what has none under `NONE`, what is rarer than the rest as `OTHER`."""
    buckets = counted.get("priorities", {"buckets": [], "sum_other_doc_count": 0})
    counts: dict[str, int] = {}
    for each in buckets["buckets"]:
        _add(counts, each["key"] or words.NONE, each["doc_count"])
    _add(counts, words.OTHER, buckets["sum_other_doc_count"])
    return counts


def service_rows(counted: Mapping[str, Any]) -> list[Row]:
    """The services with the most incidents, most first, then by name."""
    rows = [_service(each) for each in counted.get("services", {}).get("buckets", [])]
    return sorted(rows, key=lambda row: (-row["count"], row["name"], row["namespace"] or ""))[:MOST_SERVICES]


def _in_time(parts: Sequence[tuple[int, int]], counted: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    counts = counted.get("over_time", {}).get("buckets", {})
    return [counts.get(str(i), {}) for i in range(len(parts))]


def _row(part: tuple[int, int], counts: dict[str, int]) -> Row:
    return {"timestampFrom": part[0], "timestampTo": part[1], "counts": counts}


def _types(bucket: Mapping[str, Any]) -> dict[str, int]:
    counts = bucket.get("types", {}).get("buckets", {})
    return {word: counts.get(word, {}).get("doc_count", 0) for word in words.ENUMERATIONS["type"]}


def _severities(bucket: Mapping[str, Any], levels: Sequence[str]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for level in bucket.get("levels", {}).get("buckets", []):
        held = level["key"] or None
        for word in level["words"]["buckets"]:
            _add(counts, words.shown_severity(held, word["key"], levels) or words.NONE, word["doc_count"])
        _add(counts, words.shown_severity(held, None, levels) or words.NONE, level["words"]["sum_other_doc_count"])
    return counts


def _add(counts: dict[str, int], key: str, more: int) -> None:
    if more:
        counts[key] = counts.get(key, 0) + more


def _service(bucket: Mapping[str, Any]) -> Row:
    namespace, _, name = bucket["key"].partition(SEPARATOR)
    return {"name": name, "namespace": namespace or None, "count": bucket["doc_count"]}
