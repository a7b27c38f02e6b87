"""Times as a caller says them (date math, ISO 8601, epoch milliseconds), fixed to an instant, to the millisecond.

The engine's own rules hold: a bound rounded up takes the hours, minutes and seconds left unsaid at their last
millisecond, so that `2026-11-22` as an end is the whole day. Text of four digits is a year; a number never is.
"""

import json
import re
from calendar import isleap, monthrange
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

from queries.errors import QueryError

LONGEST = 64
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)

_DATE = re.compile(
    r"(\d{4})(?:-(\d\d)(?:-(\d\d))?"
    r"(?:T(?:(\d\d)(?::(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?)?(Z|[+-]\d\d(?::?\d\d)?)?)?)?)?",
    re.ASCII,
)
_MATH = re.compile(r"([+-]\d*[yMwdhHms]|/1?[yMwdhHms])*", re.ASCII)
_STEP = re.compile(r"([+/-])(\d*)([yMwdhHms])", re.ASCII)
_ZONE = re.compile(r"([+-])(\d\d)(?::?(\d\d))?", re.ASCII)
_DURATION = re.compile(r"(\d{1,9})(ms|s|m|h|d)", re.ASCII)

_LENGTHS = {
    "w": timedelta(weeks=1),
    "d": timedelta(days=1),
    "h": timedelta(hours=1),
    "H": timedelta(hours=1),
    "m": timedelta(minutes=1),
    "s": timedelta(seconds=1),
    "ms": MILLISECOND,
}


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


def instant(value: object, now: datetime, *, round_up: bool, where: str, zone: timezone = UTC) -> datetime:
    """The instant that `value` names as a bound, in UTC; what it leaves open is rounded the way asked, in `zone`.

    Raises QueryError where it is no time of the years 1 to 9999.
    """
    try:
        return _named(value, now, round_up, zone).astimezone(UTC)
    except (ValueError, OverflowError):
        wanted = "ISO 8601, epoch milliseconds or date math such as now-1d/d"
        raise QueryError(f"{_shown(value)} is not a time: {wanted}", where) from None


def is_math(text: str) -> bool:
    """Whether the engine would read `text` as date math: it starts at now, or at a date before `||`."""
    return text[:4] in ("now", "now+", "now-", "now/") or "||" in text


def offset(text: str, where: str) -> timezone:
    """The fixed offset that `text` names: `Z`, or hours and minutes within 18 hours; raises QueryError otherwise."""
    try:
        return _zone(text)
    except ValueError:
        raise QueryError(f"{_shown(text)} is not an offset such as +01:00", where) from None


def duration(text: str, where: str) -> timedelta:
    """The length of time that `text` names, such as `500ms`, `30s`, `5m`, `1h` or `1d`; raises QueryError otherwise."""
    match = _DURATION.fullmatch(text)
    if match is None or not int(match[1]):
        raise QueryError(f"{_shown(text)} is not a duration such as 30s, 5m or 1h", where)
    return int(match[1]) * _LENGTHS[match[2]]


def iso(moment: datetime) -> str:
    """The instant as it is stored and sent, such as `2026-11-22T04:15:00.000Z`."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def milliseconds(moment: datetime) -> int:
    """The instant in milliseconds since the epoch."""
    return (moment - EPOCH) // MILLISECOND


def stepped(now: datetime, step: timedelta) -> datetime:
    """The last whole step since the epoch, so that requests within one step share an answer; no step leaves `now`."""
    return now - (now - EPOCH) % step if step else now


def _named(value: object, now: datetime, round_up: bool, zone: timezone) -> datetime:
    if isinstance(value, int) and not isinstance(value, bool):
        return EPOCH + value * MILLISECOND
    if not isinstance(value, str) or len(value) > LONGEST:
        raise ValueError
    if value.startswith("now"):
        return _moved(_to_millisecond(now).astimezone(zone), value[3:], round_up)
    date, bars, math = value.partition("||")
    if not bars:
        return _absolute(date, zone, round_up)
    return _moved(_absolute(date, zone, round_up=False).astimezone(zone), math, round_up)


def _absolute(text: str, zone: timezone, round_up: bool) -> datetime:
    match = _DATE.fullmatch(text)
    if match is None:
        return EPOCH + int(_digits(text)) * MILLISECOND
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
        _zone(at) if at else zone,
    )


def _digits(text: str) -> str:
    if re.fullmatch(r"\d+", text, re.ASCII) is None:
        raise ValueError
    return text


def _moved(moment: datetime, math: str, round_up: bool) -> datetime:
    if _MATH.fullmatch(math) is None:
        raise ValueError
    for sign, count, unit in _STEP.findall(math):
        if sign == "/":
            moment = _last(_first(moment, unit), unit) if round_up else _first(moment, unit)
        else:
            moment = _shifted(moment, int(f"{sign}{count or 1}"), unit)
    return moment


def _shifted(moment: datetime, count: int, unit: str) -> datetime:
    if unit in _LENGTHS:
        return moment + count * _LENGTHS[unit]
    months = moment.year * 12 + moment.month - 1 + count * (12 if unit == "y" else 1)
    year, month = divmod(months, 12)
    first = moment.replace(year=year, month=month + 1, day=1)
    return first.replace(day=min(moment.day, monthrange(first.year, first.month)[1]))


def _first(moment: datetime, unit: str) -> datetime:
    """The first millisecond of the unit that `moment` lies in; a week begins on Monday."""
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    match unit:
        case "y":
            return midnight.replace(month=1, day=1)
        case "M":
            return midnight.replace(day=1)
        case "w":
            return midnight - timedelta(days=moment.weekday())
    return midnight + (moment - midnight) // _LENGTHS[unit] * _LENGTHS[unit]


def _last(first: datetime, unit: str) -> datetime:
    match unit:
        case "y":
            length = timedelta(days=366 if isleap(first.year) else 365)
        case "M":
            length = timedelta(days=monthrange(first.year, first.month)[1])
        case _:
            length = _LENGTHS[unit]
    return first + (length - MILLISECOND)


def _to_millisecond(moment: datetime) -> datetime:
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def _zone(text: str) -> timezone:
    match = _ZONE.fullmatch("+00" if text == "Z" else text)
    if match is None:
        raise ValueError
    hours, minutes = int(match[2]), int(match[3] or 0)
    if minutes > 59 or hours * 60 + minutes > 18 * 60:
        raise ValueError
    shift = timedelta(hours=hours, minutes=minutes)
    return timezone(-shift if match[1] == "-" else shift)


def _shown(value: object) -> str:
    return json.dumps(value[:LONGEST]) if isinstance(value, str) else str(value)[:LONGEST]
