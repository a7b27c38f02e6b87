"""A clock that tests move."""

from datetime import UTC, datetime, timedelta

START = datetime(2026, 3, 1, 10, tzinfo=UTC)


class Clock:
    """A clock that stands until it is moved or set."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def move(self, **length: int) -> None:
        """Goes on by a length of time."""
        self.now += timedelta(**length)

    @property
    def seconds(self) -> int:
        """The time in whole seconds since the epoch."""
        return int(self.now.timestamp())
