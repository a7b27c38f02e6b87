"""Times on the wire: whole seconds since the epoch, as BigPanda shows all; in bodies, what else senders call a time."""

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from math import floor

from queries.periods import EPOCH

LATEST = 99_999_999_999
"""In the year 5138; the same number of milliseconds is in 1973, so that a time of today in those is told apart."""

SECOND = timedelta(seconds=1)

_NUMBER = re.compile(r"\d{1,18}(?:\.\d{1,18})?", re.ASCII)
_LONGEST = 64


def moment(seconds: int) -> datetime:
    """The instant of that many seconds, which may be at most `LATEST`."""
    return EPOCH + seconds * SECOND


def whole_seconds(moment: datetime) -> int:
    """An instant, to the second that it lies in."""
    return (moment - EPOCH) // SECOND


@lru_cache(maxsize=1024)
def seconds(stored: str) -> int:
    """A stored time, to the second that it lies in."""
    # An incident has the same time as its start, its last change and its making, and a list shows the same incidents.
    return whole_seconds(datetime.fromisoformat(stored))


def seconds_or_none(stored: str | None) -> int | None:
    """The same of a time that there may not be."""
    return None if stored is None else seconds(stored)


def sent_seconds(value: object) -> object:
    """The second that a time of a body lies in: a number of seconds or milliseconds, also as text, or ISO 8601.

    What is no such text, and no number, is given back as it is. Without a zone a time is in UTC. Raises ValueError.
    """
    if isinstance(value, str):
        return _second(float(value)) if _NUMBER.fullmatch(value.strip()) else _iso_second(value.strip())
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _second(value)
    return value


def _second(number: float) -> int:
    return floor(number / 1000 if number > LATEST else number)


def _iso_second(text: str) -> int:
    try:
        instant = datetime.fromisoformat(text[:_LONGEST])
        return whole_seconds(instant if instant.tzinfo else instant.replace(tzinfo=UTC))
    except (ValueError, OverflowError):
        raise ValueError("seconds or milliseconds since the epoch, or ISO 8601, are wanted here") from None
