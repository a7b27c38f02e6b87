"""Log360's times: ISO 8601, or with a space and no offset, which means the server's zone."""

import re
from contextlib import suppress
from datetime import datetime, tzinfo

from queries.errors import QueryError
from queries.periods import EPOCH, iso

_DATE_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)?", re.ASCII)


def due(text: str, zone: tzinfo) -> str:
    """A due date as it is stored; without an offset it is the zone's. Raises QueryError."""
    try:
        moment = datetime.fromisoformat(text if _DATE_TIME.fullmatch(text) else "")
        stored = iso(moment if moment.tzinfo else moment.replace(tzinfo=zone))
    except (ValueError, OverflowError):
        wanted = "ISO 8601 date-time such as 2027-10-03T10:30:00Z or 2027-10-03 10:30:00"
        raise QueryError(f'"{text[:64]}" is no {wanted}', "due_date") from None
    if stored < iso(EPOCH):
        raise QueryError(f'"{text}" is before 1970-01-01T00:00:00Z', "due_date")
    return stored


def server_time(stored: str, zone: tzinfo) -> str:
    """A stored time as the server's clock shows it."""
    moment = datetime.fromisoformat(stored)
    with suppress(OverflowError):  # at the ends of the calendar another zone has no such year
        moment = moment.astimezone(zone)
    return moment.replace(tzinfo=None).isoformat(" ", "seconds")
