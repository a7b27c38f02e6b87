"""The engine's date math: steps of time and rounding, on the calendar and the clocks of a zone."""

import re
from calendar import isleap, monthrange
from datetime import datetime, timedelta

from queries.zones import passed, resolved

MILLISECOND = timedelta(milliseconds=1)
LENGTHS = {
    "w": timedelta(weeks=1),
    "d": timedelta(days=1),
    "h": timedelta(hours=1),
    "H": timedelta(hours=1),
    "m": timedelta(minutes=1),
    "s": timedelta(seconds=1),
    "ms": MILLISECOND,
}

_MATH = re.compile(r"([+-]\d*[yMwdhHms]|/1?[yMwdhHms])*", re.ASCII)
_STEP = re.compile(r"([+/-])(\d*)([yMwdhHms])", re.ASCII)
_DAYS = "wd"


def moved(moment: datetime, math: str, round_up: bool) -> datetime:
    """The moment that the steps of `math` lead to, such as `-1d/d`; raises ValueError if it is no date math.

    Years to days are the calendar's, so that a day may have 23 hours; hours and less are time that passes.
    """
    if _MATH.fullmatch(math) is None:
        raise ValueError
    for sign, count, unit in _STEP.findall(math):
        if sign == "/":
            first = _first(moment, unit)
            moment = _last(first, unit) if round_up else first
        else:
            moment = _shifted(moment, int(f"{sign}{count or 1}"), unit)
    return moment


def _shifted(moment: datetime, count: int, unit: str) -> datetime:
    if unit in _DAYS:
        return resolved(moment + count * LENGTHS[unit], moment)
    if unit in LENGTHS:
        return passed(moment, count * LENGTHS[unit])
    months = moment.year * 12 + moment.month - 1 + count * (12 if unit == "y" else 1)
    year, month = divmod(months, 12)
    first = moment.replace(year=year, month=month + 1, day=1)
    return resolved(first.replace(day=min(moment.day, monthrange(first.year, first.month)[1])), moment)


def _first(moment: datetime, unit: str) -> datetime:
    """The first millisecond of the unit that `moment` lies in; a week begins on Monday."""
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    match unit:
        case "y":
            return resolved(midnight.replace(month=1, day=1), moment)
        case "M":
            return resolved(midnight.replace(day=1), moment)
        case "w":
            return resolved(midnight - timedelta(days=moment.weekday()), moment)
        case "d":
            return resolved(midnight, moment)
        case "h" | "H":
            return resolved(moment.replace(minute=0, second=0, microsecond=0), moment)
        case "m":
            return resolved(moment.replace(second=0, microsecond=0), moment)
    return moment.replace(microsecond=0)


def _last(first: datetime, unit: str) -> datetime:
    match unit:
        case "y":
            length = timedelta(days=366 if isleap(first.year) else 365)
        case "M":
            length = timedelta(days=monthrange(first.year, first.month)[1])
        case _:
            length = LENGTHS[unit]
    if unit in "yMwd":
        # Of a last hour that comes twice, the second one.
        return (first + (length - MILLISECOND)).replace(fold=1)
    return passed(first, length - MILLISECOND)
