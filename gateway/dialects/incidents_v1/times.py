"""Times as v1's callers write them: ISO 8601, or seconds since the epoch as a number or as digits."""

import math
import re
from datetime import datetime, timedelta

from queries.errors import QueryError
from queries.periods import EPOCH, MILLISECOND, instant, is_math, iso

_SECONDS = re.compile(r"-?\d+(\.\d+)?", re.ASCII)
_SECOND = timedelta(seconds=1)


def at(seconds: int) -> datetime:
    """The instant that epoch seconds name."""
    return EPOCH + seconds * _SECOND


def moment(value: object, where: str) -> str | None:
    """The instant named, as it is stored; None for none. Raises QueryError for what is no time."""
    if value is None:
        return None
    if isinstance(value, str) and not _SECONDS.fullmatch(value):
        return date_time(value, where)
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise _no_time(where)
    return _of_seconds(float(value), where)


def date_time(text: str, where: str) -> str:
    """The instant that ISO 8601 text names, as it is stored. Raises QueryError for any other text."""
    if is_math(text) or text.isdecimal():
        raise _no_time(where)
    try:
        return iso(instant(text, EPOCH, round_up=False, where=where))
    except QueryError:
        raise _no_time(where) from None


def _of_seconds(seconds: float, where: str) -> str:
    try:
        return iso(EPOCH + math.floor(seconds * 1000 + 0.5) * MILLISECOND)
    except (OverflowError, ValueError):
        raise _no_time(where) from None


def _no_time(where: str) -> QueryError:
    return QueryError("a time is wanted here, in ISO 8601 or in epoch seconds", where)
