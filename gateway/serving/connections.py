"""The connections of one process: which of them wait for a request, which have waited too long, and who gives way."""

import asyncio
import logging
from collections.abc import Callable, Collection
from typing import Any, Protocol

from gateway.serving import faults
from gateway.serving.faults import Fault
from gateway.serving.known import KnownHeads
from gateway.serving.limits import Limits
from gateway.serving.untaken import Slow, Untaken
from gateway.telemetry import CONNECTIONS_ENDED

Refusal = Callable[[Fault, str], tuple[list[tuple[bytes, bytes]], bytes]]
"""The headers and the body that tell a client of a fault, given the path that it asked for, as far as it is known."""

LAST_CALL = 1.0
"""Seconds in which a request may still come over a connection that waits for one when the gateway stops."""
LINGER = 2.0
"""Seconds in which a client may take its last answer, and in which what it still sends is read and dropped."""

_PERIOD = 0.25
_QUIET = frozenset({faults.IDLE_TIMEOUT, faults.HANDSHAKE})
_log = logging.getLogger("gateway.connections")


class Held(Protocol):
    """A connection as its process sees it; `deadline` is a time of the loop's clock."""

    deadline: float
    client: tuple[str, int] | None

    @property
    def is_slow(self) -> bool:
        """Whether it is at work for a body that comes so slowly that others may have its place."""

    def expire(self) -> None:
        """Ends what did not come or go in time."""

    def give_way(self, fault: Fault = faults.GAVE_WAY) -> None:
        """Closes at once, for another connection."""

    def turn_away(self) -> None:
        """Refuses the client, as there is no room."""


class Lost(Held, Slow, Protocol):
    """A connection that was lost."""


class Connections:
    """Those of one process. `idle` are the ones that wait for a whole request, in the order in which they began to."""

    def __init__(self, limits: Limits, refusal: Refusal) -> None:
        self.limits = limits
        self.heads = KnownHeads()
        self.refusal = refusal
        self.untaken = Untaken(limits.answer_bytes)
        self.idle: dict[Held, None] = {}
        self.stopping = False
        self._all: Collection[Any] = ()
        self._slow: list[Held] = []
        self._sweep: asyncio.TimerHandle | None = None

    def admit(self, newcomer: Held, everyone: Collection[Any], loop: asyncio.AbstractEventLoop) -> None:
        """Takes a connection in that is one of `everyone`; at the limit another one gives way to it.

        That is the oldest idle one; where none is idle, one whose body comes slowly.
        """
        oldest = self._to_leave() if len(everyone) > self.limits.connections else None
        self.idle[newcomer] = None
        self._all = everyone
        if self._sweep is None:
            self._sweep = loop.call_later(_PERIOD, self._end_overdue, loop)
        if oldest is not None:
            oldest.give_way()
        elif len(everyone) > self.limits.connections:
            newcomer.turn_away()

    def forget(self, connection: "Lost") -> None:
        """Holds nothing more of a connection that has ended."""
        self.idle.pop(connection, None)
        self.untaken.forget(connection)

    def ended(self, connection: Held, fault: Fault, request_id: str | None = None) -> None:
        """Counts and logs that the gateway ended a connection."""
        CONNECTIONS_ENDED.labels(fault.name).inc()
        level = logging.DEBUG if fault in _QUIET else logging.WARNING
        line: dict[str, Any] = {"reason": fault.name, "client": connection.client and connection.client[0]}
        fields = {"status": fault.status, "request_id": request_id} if request_id else {}
        _log.log(level, "connection ended", line | fields)

    def _to_leave(self) -> Held | None:
        if self.idle:
            return next(iter(self.idle))
        while self._slow:
            if (slow := self._slow.pop()).is_slow:
                return slow
        return None

    def _end_overdue(self, loop: asyncio.AbstractEventLoop) -> None:
        """Ends every connection that is past its deadline, for as long as there are connections."""
        now = loop.time()
        # Here, as to look at all of them for each that comes would make it dear to come.
        is_full = len(self._all) >= self.limits.connections
        self._slow = [each for each in self._all if each.is_slow] if is_full else []
        for each in [each for each in self._all if each.deadline < now]:
            each.expire()
        self._sweep = loop.call_later(_PERIOD, self._end_overdue, loop) if self._all else None
