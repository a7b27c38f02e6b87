"""Time zones by name or by offset, and what their clocks show where they are put forward or back."""

import json
import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from queries.errors import QueryError

_OFFSET = re.compile(r"(?:UTC|GMT|UT)?([+-])(\d\d)(?::?(\d\d))?", re.ASCII)
# Of the database's other files, such as `right/UTC`, the engine knows none.
_NAME = re.compile(r"[A-Z][A-Za-z0-9_+-]*(/[A-Z][A-Za-z0-9_+-]*){0,2}", re.ASCII)
_LONGEST = 64


def zone(text: str, where: str) -> tzinfo:
    """The zone that `text` names: an IANA name, `Z`, or an offset within 18 hours; raises QueryError otherwise."""
    try:
        return _named(text) if _OFFSET.fullmatch(text) is None else offset(text)
    except (KeyError, ValueError, OSError):
        shown = json.dumps(text[:_LONGEST])
        raise QueryError(f"{shown} is not a time zone such as Europe/Paris or +01:00", where) from None


def offset(text: str) -> timezone:
    """The offset that `text` is, as in `+01:00`, or `Z`; raises ValueError otherwise."""
    match = _OFFSET.fullmatch("+00" if text == "Z" else text)
    if match is None:
        raise ValueError
    hours, minutes = int(match[2]), int(match[3] or 0)
    if minutes > 59 or hours * 60 + minutes > 18 * 60:
        raise ValueError
    shift = timedelta(hours=hours, minutes=minutes)
    return timezone(-shift if match[1] == "-" else shift)


def passed(moment: datetime, time: timedelta) -> datetime:
    """The moment so much time later, as the clocks of its zone show it."""
    return (moment.astimezone(UTC) + time).astimezone(moment.tzinfo)


def resolved(wall: datetime, before: datetime) -> datetime:
    """The moment at which clocks show `wall`: of two the one with the offset of `before`; of none, past the gap.

    So the engine has it (`java.time`).
    """
    first, second = wall.replace(fold=0), wall.replace(fold=1)
    is_twice = (first.utcoffset() or timedelta()) > (second.utcoffset() or timedelta())
    meant = second if is_twice and second.utcoffset() == before.utcoffset() else first
    return meant.astimezone(UTC).astimezone(wall.tzinfo)


def _named(text: str) -> tzinfo:
    if text == "Z":
        return UTC
    if len(text) > _LONGEST or _NAME.fullmatch(text) is None:
        raise ValueError
    return ZoneInfo(text)
