"""Time cut into buckets, on the calendar and the clocks of a zone, as the engine cuts it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

from queries.datemath import LENGTHS, moved
from queries.errors import QueryError
from queries.zones import resolved, zone

_CALENDAR = {"minute": "m", "hour": "h", "day": "d", "week": "w", "month": "M", "quarter": "M", "year": "y"}
_DAY = timedelta(days=1)
_LENGTHS = {
    "minute": (timedelta(minutes=1), timedelta(minutes=1)),
    "hour": (timedelta(hours=1), timedelta(hours=1)),
    "day": (_DAY, _DAY),
    "week": (7 * _DAY, 7 * _DAY),
    "month": (28 * _DAY, 31 * _DAY),
    "quarter": (90 * _DAY, 92 * _DAY),
    "year": (365 * _DAY, 366 * _DAY),
}
"""The shortest and the longest of each unit."""
_FIXED = re.compile(r"([1-9]\d{0,5})([smhd])", re.ASCII)
_SECOND = timedelta(seconds=1)
_WALL_EPOCH = datetime(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Interval:
    """Buckets of one unit of the calendar, or of a length of time that begins with the zone's clocks at its epoch."""

    text: str
    zone_name: str
    zone: tzinfo

    @property
    def clause(self) -> dict[str, str]:
        """The words by which the engine cuts time so."""
        kind = "calendar_interval" if self.text in _CALENDAR else "fixed_interval"
        return {kind: self.text, "time_zone": self.zone_name}

    def counts(self, length: timedelta) -> tuple[int, int]:
        """How many buckets there are at least, and at most, within so long a time."""
        shortest, longest = _LENGTHS[self.text] if self.text in _CALENDAR else (_length(self.text),) * 2
        # Where clocks are put forward a bucket may be cut in two, and where they are put back many may be one.
        shifts = 4 + 4 * length // (366 * _DAY)
        return max(int((length - shifts * _DAY) / longest), 0), int(length / shortest) + 2 + shifts

    def start(self, moment: datetime) -> datetime:
        """The start of the bucket that the moment lies in."""
        local = moment.astimezone(self.zone)
        if self.text not in _CALENDAR:
            return _floored(local, _length(self.text)).astimezone(UTC)
        first = moved(local, f"/{_CALENDAR[self.text]}", round_up=False)
        if self.text == "quarter":
            first = moved(first, f"-{(first.month - 1) % 3}M", round_up=False)
        return first.astimezone(UTC)

    def starts(self, first: datetime, last: datetime) -> Iterator[datetime]:
        """The starts of the buckets from the one that begins at `first` to the one that holds `last`.

        Raises OverflowError where one is in no year from 1 to 9999.
        """
        final = self.start(last)
        while first < final:
            yield first
            first = self._next(first)
        yield final

    def _next(self, start: datetime) -> datetime:
        """The next start; where clocks go back, a step of one length may lead to the same one again."""
        steps = 1
        while (after := self.start(self._passed(start, steps))) <= start:
            steps += 1
        return after

    def _passed(self, start: datetime, count: int) -> datetime:
        if self.text not in _CALENDAR:
            return start + count * _length(self.text)
        months = 3 if self.text == "quarter" else 1
        return moved(start.astimezone(self.zone), f"+{count * months}{_CALENDAR[self.text]}", round_up=False)


def interval(text: str, zone_name: str, where: str, where_zone: str) -> Interval:
    """The interval of a calendar's unit, or of so many seconds, minutes, hours or days. Raises QueryError."""
    if text not in _CALENDAR and _FIXED.fullmatch(text) is None:
        units = ", ".join(_CALENDAR)
        raise QueryError(f'"{text[:64]}" is no interval: {units}, or a length such as 90s, 15m, 6h, 7d', where)
    return Interval(text, zone_name, zone(zone_name, where_zone))


def _length(text: str) -> timedelta:
    return int(text[:-1]) * LENGTHS[text[-1]]


def _floored(local: datetime, length: timedelta) -> datetime:
    """The last whole length that the clocks showed; of a time that they pass over, when they did."""
    wall = local.replace(tzinfo=None)
    floor = (wall - (wall - _WALL_EPOCH) % length).replace(tzinfo=local.tzinfo, fold=0)
    before, after = (floor.replace(fold=fold).astimezone(UTC) for fold in (1, 0))
    is_skipped = before < after
    return _put_forward(before, after, local.tzinfo) if is_skipped else resolved(floor, local)


def _put_forward(before: datetime, after: datetime, where: tzinfo | None) -> datetime:
    """When the clocks were put forward between the two."""
    offset = before.astimezone(where).utcoffset()
    while after - before > _SECOND:
        middle = (before + (after - before) / 2).replace(microsecond=0)
        before, after = (middle, after) if middle.astimezone(where).utcoffset() == offset else (before, middle)
    return after
