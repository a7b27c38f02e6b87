"""The moments at which things happen in the demo: in office hours more than at night, on weekdays more than after."""

from bisect import bisect_left
from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random

DAYS = 30
STEP = timedelta(minutes=20)

_SATURDAY = 5


def moments(now: datetime) -> list[datetime]:
    """One moment in every step of the days before `now`, oldest first, not quite regular."""
    first = now - timedelta(days=DAYS)
    steps = timedelta(days=DAYS) // STEP
    return [first + i * STEP + timedelta(seconds=i * 7919 % STEP.seconds) for i in range(steps)]


def busyness(moment: datetime) -> float:
    """How much happens then, against the busiest hour of a weekday."""
    by_day = 1.0 if moment.weekday() < _SATURDAY else 0.4
    by_hour = 1.0 if moment.hour in range(8, 18) else 0.5 if moment.hour in range(6, 22) else 0.25
    return by_day * by_hour


def first_after(times: Sequence[datetime], start: datetime, delay: timedelta) -> int | None:
    """Which of the times, rising, is the first that is `delay` after `start`; None if all are before."""
    found = bisect_left(times, start + delay)
    return found if found < len(times) else None


def moments_of(rng: Random, count: int, times: Sequence[datetime]) -> list[int]:
    """So many of the moments, by how busy they are, rising."""
    return sorted(rng.choices(range(len(times)), [busyness(each) for each in times], k=count))
