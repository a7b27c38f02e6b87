"""Times as a caller says them (date math, ISO 8601, epoch milliseconds), fixed to an instant, to the millisecond.

The engine's own rules hold: a bound rounded up takes the hours, minutes and seconds left unsaid at their last
millisecond, so that `2026-11-22` as an end is the whole day. Text of four digits is a year; a number never is.
"""

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache

from queries.datemath import LENGTHS, moved
from queries.errors import QueryError
from queries.zones import offset

LONGEST = 64
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = LENGTHS["ms"]
DATE_TIME = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}(\.[0-9]{1,9})?(Z|[+-]((0[0-9]|1[0-7]):[0-5][0-9]|18:00))$"
"""Which of the texts that JSON Schema calls a `date-time` are instants here: the engine knows no zone past 18 hours."""

_DATE = re.compile(
    r"(\d{4})(?:-(\d\d)(?:-(\d\d))?"
    r"(?:T(?:(\d\d)(?::(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?)?(Z|[+-]\d\d(?::?\d\d)?)?)?)?)?",
    re.ASCII,
)
_NUMBER = re.compile(r"(-?\d+)(?:\.0+)?", re.ASCII)
_DURATION = re.compile(r"(\d{1,9})(ms|s|m|h|d)", re.ASCII)
_SECONDS = range(10**8, 10**11)
"""Numbers of 9 to 11 digits: days of today in seconds, and of 1970 to 1973 in milliseconds."""


class _Seconds(ValueError):
    """A number that must be epoch seconds."""


@dataclass(frozen=True, slots=True)
class Span:
    """The instants from `gte` to `lte`, both included; None is an open end."""

    gte: datetime | None = None
    lte: datetime | None = None


def span(
    start: object, end: object, now: datetime, *, where_start: str = "start_time", where_end: str = "end_time"
) -> Span:
    """The span from `start`, rounded down, to `end`, rounded up; None is open.

    Raises QueryError if either is no time, or the start is after the end.
    """
    gte = None if start is None else instant(start, now, round_up=False, where=where_start)
    lte = None if end is None else instant(end, now, round_up=True, where=where_end)
    if gte is not None and lte is not None and gte > lte:
        raise QueryError(f"{where_start} {iso(gte)} is after {where_end} {iso(lte)}", where_start)
    return Span(gte, lte)


def instant(value: object, now: datetime, *, round_up: bool, where: str, zone: tzinfo = UTC) -> datetime:
    """The instant that `value` names as a bound, in UTC; what it leaves open is rounded the way asked, in `zone`.

    A number is whole milliseconds since the epoch. Raises QueryError for a number of 9 to 11 digits, and for what is no
    time of the years 1 to 9999.
    """
    try:
        return _named(value, now, round_up, zone).astimezone(UTC)
    except _Seconds:
        raise QueryError(f"{_shown(value)}: epoch seconds? send milliseconds", where) from None
    except (ValueError, OverflowError):
        wanted = "ISO 8601, epoch milliseconds or date math such as now-1d/d"
        raise QueryError(f"{_shown(value)} is not a time: {wanted}", where) from None


def is_math(text: str) -> bool:
    """Whether the engine would read `text` as date math: it starts at now, or at a date before `||`."""
    return text[:4] in ("now", "now+", "now-", "now/") or "||" in text


def duration(text: str, where: str) -> timedelta:
    """The length of time that `text` names, such as `500ms`, `30s`, `5m`, `1h` or `1d`; raises QueryError otherwise."""
    match = _DURATION.fullmatch(text)
    if match is None or not int(match[1]):
        raise QueryError(f"{_shown(text)} is not a duration such as 30s, 5m or 1h", where)
    return int(match[1]) * LENGTHS[match[2]]


@lru_cache(maxsize=64)
def iso(moment: datetime) -> str:
    """The instant as it is stored and sent, such as `2026-11-22T04:15:00.000Z`."""
    # One moment is told for everything that a request writes.
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")[:-6] + "Z"


def milliseconds(moment: datetime) -> int:
    """The instant in milliseconds since the epoch."""
    return (moment - EPOCH) // MILLISECOND


def stepped(now: datetime, step: timedelta) -> datetime:
    """The last whole step since the epoch, so that requests within one step share an answer; no step leaves `now`."""
    return now - (now - EPOCH) % step if step else now


def _named(value: object, now: datetime, round_up: bool, zone: tzinfo) -> datetime:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _epoch(value)
    if not isinstance(value, str) or len(value) > LONGEST:
        raise ValueError
    if value.startswith("now"):
        return moved(_to_millisecond(now).astimezone(zone), value[3:], round_up)
    date, bars, steps = value.partition("||")
    if not bars:
        return _absolute(date, zone, round_up)
    start = _absolute(date, zone, round_up=False).astimezone(UTC)
    return moved(start.astimezone(zone), steps, round_up)


def _absolute(text: str, zone: tzinfo, round_up: bool) -> datetime:
    match = _DATE.fullmatch(text)
    if match is None:
        return _written(text)
    year, month, day, hour, minute, second, fraction, at = match.groups()
    unsaid = (23, 59, 59, "999") if round_up else (0, 0, 0, "000")
    return datetime(
        int(year),
        int(month or 1),
        int(day or 1),
        int(hour or unsaid[0]),
        int(minute or unsaid[1]),
        int(second or unsaid[2]),
        int(f"{fraction or unsaid[3]}00"[:3]) * 1000,
        offset(at) if at else zone,
    )


def _written(text: str) -> datetime:
    """The instant of a number as text."""
    match = _NUMBER.fullmatch(text)
    if match is None:
        raise ValueError
    return _epoch(int(match[1]))


def _epoch(number: int | float) -> datetime:
    whole = int(number)
    if abs(whole) in _SECONDS:
        raise _Seconds
    if whole != number:
        raise ValueError
    return EPOCH + whole * MILLISECOND


def _to_millisecond(moment: datetime) -> datetime:
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def _shown(value: object) -> str:
    if isinstance(value, list | dict):
        return "a list" if isinstance(value, list) else "an object"
    return json.dumps(value[:LONGEST]) if isinstance(value, str) else json.dumps(value, default=str)[:LONGEST]
