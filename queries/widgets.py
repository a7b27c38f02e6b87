"""What a screen counts, as aggregations, and what the engine counted as values: over time, how many, how long."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from itertools import islice
from typing import Any

from queries.criteria import Value
from queries.errors import QueryError
from queries.fields import Column
from queries.intervals import Interval
from queries.periods import EPOCH, MILLISECOND, Span, iso, milliseconds
from queries.stats import Aggregations, terms, value_of

MOST_BUCKETS = 2000
"""Of one histogram, empty ones among them."""
MOST_STARTS = 6000
"""Times at which the buckets of all histograms of one search begin, each of which is worked out on the calendar."""
MOST_IN_ALL = 60_000
"""Buckets that one search may come to; the engine fails past 65,535, once it has made them."""
PRECISION = 40_000
"""Different values up to which the engine's count of them is next to exact; it takes no higher one."""
COMPRESSION = 5000
"""At which a percentile of a thousand values is one of them, of two in the middle the higher, and of more is less than
a thousandth of the ranks away; measured on OpenSearch 3.8 up to 100,000 values. It takes 1.2 MB of heap."""
COMPRESSION_OF_EACH = 500
"""The same where there is one for each value of a field: up to 150 values, and at most a two-hundredth; 0.12 MB, which
no breaker of the engine counts until its heap is full."""

_PERCENTS = (50, 90, 95)


@dataclass(frozen=True, slots=True)
class Histogram:
    """Documents by the time in a column, cut by an interval; each bucket split by a column's values, if one is given.

    The buckets reach to the ends of `span` that are known, else to the first and the last document.
    """

    column: Column
    interval: Interval
    split: tuple[Column, int] | None = None
    span: Span = field(default_factory=Span)


@dataclass(frozen=True, slots=True)
class Bucket:
    """The documents from a moment on; `split` those of each of the values that are most frequent in all."""

    start: datetime
    count: int
    split: list[tuple[Value, int]]


@dataclass(frozen=True, slots=True)
class Lengths:
    """How many lengths of time there are, and in seconds their mean and percentiles; None of none."""

    count: int
    mean: float | None
    p50: float | None
    p90: float | None
    p95: float | None


def histogram(wanted: Histogram) -> Aggregations:
    """The aggregations of a histogram."""
    times = {"date_histogram": {"field": wanted.column.path, "min_doc_count": 1, **wanted.interval.clause}}
    aggregations = {"over_time": times, "missing": missing(wanted.column)}
    # Values over time, as times by value would have each bucket look at every value there is.
    split = {"split": terms(*wanted.split) | {"aggs": {"over_time": times}}} if wanted.split else {}
    return aggregations | split


def room(wanted: Histogram, where: str) -> int:
    """How many buckets of time there may be, known without a look at the calendar. Raises QueryError for too many."""
    low, high = wanted.span.gte, wanted.span.lte
    if low is None or high is None:
        return MOST_BUCKETS
    least, most = wanted.interval.counts(high - low)
    if least > MOST_BUCKETS:
        raise _too_many(low, high, where)
    return min(most, MOST_BUCKETS)


def most(wanted: Histogram, room: int) -> int:
    """How many buckets it may come to, of so many of time, those of each value among them."""
    return room * (1 + (wanted.split[1] if wanted.split else 0))


def buckets(wanted: Histogram, counted: Aggregations, where: str) -> Iterator[Bucket]:
    """Every bucket, in order, those without a document among them; each made when it is wanted.

    Raises QueryError for too many, before the first.
    """
    with _in_years(where):
        counts = _over_time(counted)
    lows, highs = ([bound] if bound else [] for bound in (wanted.span.gte, wanted.span.lte))
    if not counts and not (lows and highs):
        return
    starts = _starts(wanted.interval, min([*counts, *lows]), max([*counts, *highs]), where)
    split = _split(wanted, counted)
    for start in starts:
        yield Bucket(start, counts.get(start, 0), split.get(milliseconds(start), []))


def _over_time(counted: Aggregations) -> dict[datetime, int]:
    rows = counted.get("over_time", {}).get("buckets", ())
    return {EPOCH + row["key"] * MILLISECOND: row["doc_count"] for row in rows}


def _split(wanted: Histogram, counted: Aggregations) -> dict[int, list[tuple[Value, int]]]:
    """The counts of each value, the most frequent first, by the milliseconds that the bucket begins at."""
    result: dict[int, list[tuple[Value, int]]] = {}
    if wanted.split is None:
        return result
    for value in counted.get("split", {}).get("buckets", ()):
        shown = value_of(wanted.split[0], value["key"])
        for row in value["over_time"]["buckets"]:
            result.setdefault(row["key"], []).append((shown, row["doc_count"]))
    return result


def missing(column: Column) -> dict[str, Any]:
    """The aggregation of the documents without a value in the column."""
    return {"filter": {"bool": {"must_not": [{"exists": {"field": column.path}}]}}}


def cardinality(column: Column) -> dict[str, Any]:
    """The aggregation of how many different values there are."""
    return {"cardinality": {"field": column.path, "precision_threshold": PRECISION}}


def lengths(column: Column, by: tuple[Column, int] | None = None) -> dict[str, Any]:
    """The aggregation of the lengths of time in a column of milliseconds, `by` each value of another one too."""
    inner = _measures(column, COMPRESSION)
    if by is not None:
        # Without more candidates than the engine takes by itself, of one shard none: each has percentiles of its own.
        most_frequent = {"terms": {"field": by[0].path, "size": by[1]}}
        inner["by"] = most_frequent | {"aggs": _measures(column, COMPRESSION_OF_EACH)}
    return {"filter": {"exists": {"field": column.path}}, "aggs": inner}


def lengths_of(counted: Aggregations) -> Lengths:
    """What the engine counted, of all of them or of one value."""
    if not counted:
        return Lengths(0, None, None, None, None)
    values = [_seconds(row["value"]) for row in counted["percentiles"]["values"]]
    return Lengths(counted["doc_count"], _seconds(counted["mean"]["value"]), *values)


def lengths_by(by: Column, counted: Aggregations) -> list[tuple[Value, Lengths]]:
    """The same of each value, the most frequent first."""
    return [(value_of(by, row["key"]), lengths_of(row)) for row in counted.get("by", {}).get("buckets", ())]


def _measures(column: Column, compression: int) -> dict[str, Any]:
    digest = {"tdigest": {"compression": compression}, "keyed": False, "percents": list(_PERCENTS)}
    return {"mean": {"avg": {"field": column.path}}, "percentiles": {"percentiles": {"field": column.path, **digest}}}


def _seconds(milliseconds: float | None) -> float | None:
    return None if milliseconds is None else round(milliseconds / 1000, 3)


@contextmanager
def _in_years(where: str) -> Iterator[None]:
    """Raises QueryError for what is in no year from 1 to 9999, as days of a zone may be at their ends."""
    try:
        yield
    except (OverflowError, ValueError):
        raise QueryError("a bucket begins before the year 1, or after 9999", f"{where}.interval", "refused") from None


def _starts(interval: Interval, low: datetime, high: datetime, where: str) -> tuple[datetime, ...]:
    with _in_years(where):
        starts = _laid_out(interval, low, high)
    if len(starts) > MOST_BUCKETS:
        raise _too_many(low, high, where)
    return starts


# Histograms of one dashboard go over the same time, and the calendar is two thirds of what one costs.
@lru_cache(maxsize=16)
def _laid_out(interval: Interval, low: datetime, high: datetime) -> tuple[datetime, ...]:
    return tuple(islice(interval.starts(interval.start(low), high), MOST_BUCKETS + 1))


def _too_many(low: datetime, high: datetime, where: str) -> QueryError:
    reason = f"over {MOST_BUCKETS:,} buckets from {iso(low)} to {iso(high)}: a longer interval, or a shorter time"
    return QueryError(reason, f"{where}.interval", "refused")
