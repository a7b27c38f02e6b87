"""The door: how many requests are worked on at once, and whose turn is next. Who was let in is never sent away."""

import asyncio
from collections import OrderedDict, deque
from typing import NoReturn

from gateway.problems import Unavailable
from gateway.telemetry import IN_FLIGHT, PLACES, REFUSALS, WAITING

Turn = asyncio.Future[None]


class NoPlace(Unavailable):
    """No place for the request, which is counted as such."""


class Admission:
    """Places for requests, given to waiting tenants in turn, so that one with many requests keeps no other waiting."""

    def __init__(self, places: int, most_waiting: int) -> None:
        self._free = places
        self._most_waiting = most_waiting
        self._queues: OrderedDict[str, deque[Turn]] = OrderedDict()
        self._waiting = 0
        PLACES.set(places)

    @property
    def spare(self) -> bool:
        """Whether there is a place that nobody waits for."""
        return self._free > 0 and not self._waiting

    async def enter(self, tenant: str, seconds: float) -> None:
        """Takes a place, once it is the tenant's turn. Raises NoPlace if too many wait, or it waits too long."""
        if self._free and not self._waiting:
            self._free -= 1
            IN_FLIGHT.inc()
            return
        if self._waiting >= self._most_waiting:
            _refuse("too many requests are waiting; nothing was done")
        turn = asyncio.get_running_loop().create_future()
        self._queues.setdefault(tenant, deque()).append(turn)
        self._count_waiting(1)
        try:
            async with asyncio.timeout(seconds):
                await turn
        except TimeoutError:
            self._give_up(tenant, turn)
            _refuse("no place became free in time; nothing was done")
        except asyncio.CancelledError:
            self._give_up(tenant, turn)
            raise

    def leave(self) -> None:
        """Gives a place to the tenant whose turn it is; its next request is then behind those of all others."""
        while self._queues:
            tenant, queue = self._queues.popitem(last=False)
            turn = queue.popleft()
            self._count_waiting(-1)
            if queue:
                self._queues[tenant] = queue
            if not turn.done():
                turn.set_result(None)
                return
        self._free += 1
        IN_FLIGHT.dec()

    def _count_waiting(self, by: int) -> None:
        self._waiting += by
        WAITING.inc(by)

    def _give_up(self, tenant: str, turn: Turn) -> None:
        """Takes one that waits no longer out of the queue; a place that it was given just then goes to the next."""
        queue = self._queues.get(tenant, deque())
        if turn in queue:
            queue.remove(turn)
            self._count_waiting(-1)
            if not queue:
                del self._queues[tenant]
        elif not turn.cancelled():
            self.leave()


def _refuse(reason: str) -> NoReturn:
    REFUSALS.labels("no_place").inc()
    raise NoPlace(reason)
