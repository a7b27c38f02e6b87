"""Statistics as aggregations, and their replies as Actian's JSON. Nothing here talks to a server or reads the clock."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from math import floor
from typing import Any

from gateway.dialects.actian import words
from gateway.dialects.actian.translate import created_in, within
from queries.clauses import Clause, clause
from queries.criteria import And, Criterion, Everything, Not
from queries.errors import QueryError
from queries.periods import MILLISECOND, Span

MOST_DAYS = 3660
"""Days of a range with two ends, each of which is listed."""

MOST_TAGS = 1000
"""Tags that a summary lists of each status, most frequent first."""

LATELY = timedelta(days=30)

Json = dict[str, Any]

_NONE = "none"
_ZEROS: Mapping[str, int] = dict.fromkeys(words.LEVELS, 0)
_NOBODY: Mapping[str, Mapping[str, int]] = {"counts": _ZEROS, "counts_by_impact": _ZEROS}
"""The counts of a day without incidents."""
_HOUR = 3_600_000


def check(span: Span) -> None:
    """Raises QueryError for a range with two ends that has too many days to list."""
    count = (span.lte.toordinal() - span.gte.toordinal() + 1) if span.gte and span.lte else 0
    if count > MOST_DAYS:
        raise QueryError(f"a range may have at most {MOST_DAYS:,} days; this one has {count:,}", "from_time")


def by_day() -> Json:
    """The aggregation that counts by the day of creation, in UTC, and within it by severity and by impact."""
    severities = {each: clause(words.severity_is([each])) for each in words.LEVELS}
    impacts = {each: clause(words.impact_is([each])) for each in words.LEVELS}
    inner = {
        "counts": _filters(severities | {_NONE: clause(words.NO_SEVERITY)}),
        "counts_by_impact": _filters(impacts | {_NONE: clause(words.NO_IMPACT)}),
    }
    days = {"field": "created_at", "calendar_interval": "day", "format": "yyyy-MM-dd", "min_doc_count": 1}
    return {"days": {"date_histogram": days, "aggs": inner}}


def days(counted: Mapping[str, Any], span: Span) -> list[Json]:
    """A row for each day that has incidents, and for each day of a range with two ends."""
    rows = {name: {"date": name, **_NOBODY} for name in _every_day(span)}
    rows |= {each["key_as_string"]: _day(each) for each in counted.get("days", {}).get("buckets", [])}
    return [rows[name] for name in sorted(rows)]


def summary_of(span: Span, current: Span, previous: Span | None) -> Json:
    """The aggregations of a summary: counts over those created in one range, times to resolve in two others."""
    tags = {"tags": {"terms": {"field": "tags", "size": MOST_TAGS, "shard_size": MOST_TAGS}}}
    counts = {
        "open": {"filter": clause(Not(words.CLOSED)), "aggs": tags},
        "closed": {"filter": clause(words.CLOSED), "aggs": tags},
    }
    created = And(tuple(created_in(span))) if created_in(span) else Everything()
    result: Json = {"counted": {"filter": clause(created), "aggs": counts}, "current": _resolved(current)}
    return result | ({} if previous is None else {"previous": _resolved(previous)})


def summary(counted: Mapping[str, Any]) -> Json:
    """The summary."""
    counts = counted.get("counted", {})
    opened, closed = (counts.get(each, {}) for each in ("open", "closed"))
    return {
        "total": counts.get("doc_count", 0),
        "open": opened.get("doc_count", 0),
        "closed": closed.get("doc_count", 0),
        "mean_time_to_resolve": _mean_hours(counted.get("current", {})),
        "previous_mean_time_to_resolve": _mean_hours(counted.get("previous", {})),
        "open_by_tag": _tags(opened),
        "closed_by_tag": _tags(closed),
    }


def is_cut(counted: Mapping[str, Any]) -> bool:
    """Whether there are tags that the summary does not list."""
    counts = counted.get("counted", {})
    return any(counts.get(each, {}).get("tags", {}).get("sum_other_doc_count") for each in ("open", "closed"))


def resolve_period(span: Span, now: datetime) -> Span:
    """When incidents were resolved whose times count: in the range; where it is open, up to now, and for 30 days."""
    last = span.lte or max(now, span.gte or now)
    return Span(span.gte or _earlier(last, LATELY), last)


def period_before(span: Span) -> Span | None:
    """The range of equal length that ends where this one starts; none where the calendar has no room for it."""
    if span.gte is None or span.lte is None:
        return None
    length = span.lte - span.gte + MILLISECOND
    first, last = _earlier(span.gte, length), _earlier(span.gte, MILLISECOND)
    return Span(first, last) if last < span.gte else None


def _earlier(moment: datetime, length: timedelta) -> datetime:
    first = datetime.min.replace(tzinfo=moment.tzinfo)
    return moment - length if moment - first >= length else first


def _filters(named: Mapping[str, Clause]) -> Json:
    return {"filters": {"filters": dict(named)}}


def _resolved(span: Span) -> Json:
    """Counts those resolved in the range, and averages both of their times; the difference is the mean of theirs."""
    resolved: Criterion = And((words.CLOSED, within("resolved_at", span)))
    means = {name: {"avg": {"field": name}} for name in ("resolved_at", "created_at")}
    return {"filter": clause(resolved), "aggs": means}


def _mean_hours(counted: Mapping[str, Any]) -> int:
    """The mean in whole hours; never below none, as of incidents that were resolved before they were entered here."""
    if not counted.get("doc_count"):
        return 0
    milliseconds: float = counted["resolved_at"]["value"] - counted["created_at"]["value"]
    return max(0, floor(milliseconds / _HOUR + 0.5))


def _every_day(span: Span) -> list[str]:
    if span.gte is None or span.lte is None:
        return []
    return [date.fromordinal(day).isoformat() for day in range(span.gte.toordinal(), span.lte.toordinal() + 1)]


def _day(bucket: Mapping[str, Any]) -> Json:
    return {"date": bucket["key_as_string"]} | {each: _counts(bucket[each]["buckets"]) for each in _NOBODY}


def _counts(counted: Mapping[str, Any]) -> dict[str, int]:
    """Counts by level, the zeros too; those without one, if there are any, under the empty key."""
    levels: dict[str, int] = {each: counted[each]["doc_count"] for each in words.LEVELS}
    none = counted[_NONE]["doc_count"]
    return levels | {"": none} if none else levels


def _tags(counted: Mapping[str, Any]) -> dict[str, int]:
    return {each["key"]: each["doc_count"] for each in counted.get("tags", {}).get("buckets", [])}
