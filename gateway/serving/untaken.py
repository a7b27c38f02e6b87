"""Answers that their clients have not taken: how many bytes of them one process holds, and who gives way."""

import asyncio
from typing import Protocol

from gateway.serving import faults
from gateway.serving.faults import Fault


class Slow(Protocol):
    """A connection whose client does not take its answer as fast as it is sent."""

    @property
    def transport(self) -> asyncio.Transport:
        """What it is sent by."""

    def give_way(self, fault: Fault = faults.GAVE_WAY) -> None:
        """Closes at once."""


class Untaken:
    """The answers that wait. Above the limit the one that has held most for longest gives way, and never the last."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._waiting: dict[Slow, tuple[float, int]] = {}

    def wait(self, connection: Slow, now: float) -> None:
        """Holds the answer to its client; what was taken meanwhile of others is looked at once there is no room."""
        self._waiting[connection] = now, _size(connection)
        if self._total() > self._most:
            self._waiting = {each: (since, _size(each)) for each, (since, _) in self._waiting.items()}
        while len(self._waiting) > 1 and self._total() > self._most:
            most = max(self._waiting, key=lambda each: self._cost(each, now))
            del self._waiting[most]
            most.give_way(faults.ANSWER_BYTES)

    def forget(self, connection: Slow) -> None:
        """Its answer is taken, or its connection has ended."""
        self._waiting.pop(connection, None)

    def _total(self) -> int:
        return sum(size for _, size in self._waiting.values())

    def _cost(self, connection: Slow, now: float) -> float:
        since, size = self._waiting[connection]
        return (now - since) * size


def _size(connection: Slow) -> int:
    return connection.transport.get_write_buffer_size()
