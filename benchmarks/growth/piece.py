"""A part of a run, within so many seconds: what it has no time for is left to the next one."""

from time import monotonic


class OutOfTime(Exception):
    """The next step would not end in time."""


class Piece:
    """The time that there is; it is looked at between two steps."""

    def __init__(self, within: float) -> None:
        self._over_at = monotonic() + within

    def spare(self, seconds: float) -> None:
        """Raises OutOfTime unless there are so many seconds left."""
        if monotonic() + seconds > self._over_at:
            raise OutOfTime
