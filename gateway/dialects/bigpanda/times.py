"""Times on the wire: whole seconds since the epoch, as BigPanda takes and shows all of them."""

from datetime import datetime, timedelta

from queries.periods import EPOCH

LATEST = 99_999_999_999
"""In the year 5138; the same number of milliseconds is in 1973, so that a time of today in those is told apart."""

SECOND = timedelta(seconds=1)


def moment(seconds: int) -> datetime:
    """The instant of that many seconds, which may be at most `LATEST`."""
    return EPOCH + seconds * SECOND


def whole_seconds(moment: datetime) -> int:
    """An instant, to the second that it lies in."""
    return (moment - EPOCH) // SECOND


def seconds(stored: str) -> int:
    """A stored time, to the second that it lies in."""
    return whole_seconds(datetime.fromisoformat(stored))


def seconds_or_none(stored: str | None) -> int | None:
    """The same of a time that there may not be."""
    return None if stored is None else seconds(stored)
