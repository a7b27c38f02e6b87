"""The door: how many requests, or dear searches, are worked on at once, and whose turn is next."""

import asyncio
import time
from collections import Counter, OrderedDict, deque
from collections.abc import Callable
from typing import NoReturn

from gateway.problems import Unavailable
from gateway.telemetry import OF_REQUESTS, REFUSALS, Door

Turn = asyncio.Future[None]

FRACTION, LEAST = 16, 2
"""What of the places one tenant holds beside others: all that it holds share one event loop with a quiet one's."""

COMPANY = 1.0
"""Seconds for which a tenant's request makes room for its next."""


class NoPlace(Unavailable):
    """No place for the request, which is counted as such."""


class Admission:
    """Places for requests, given to waiting tenants in turn, so that one with many requests keeps no other waiting.

    A tenant that is alone may have them all. Beside others it has `share`, so that there is room for who comes.
    """

    def __init__(
        self,
        places: int,
        most_waiting: int,
        clock: Callable[[], float] = time.monotonic,
        *,
        share: int | None = None,
        door: Door = OF_REQUESTS,
    ) -> None:
        """A share that is not said is a fraction of the places."""
        self._free = places
        self._most_waiting = most_waiting
        self._share = share or max(LEAST, places // FRACTION)
        self._door = door
        self._clock = clock
        self._held = Counter[str]()
        self._queues: OrderedDict[str, deque[Turn]] = OrderedDict()
        self._waiting = 0
        self._latest, self._company_until = "", float("-inf")
        door.places.set(places)

    def spare(self, tenant: str) -> bool:
        """Whether there is a place that nobody waits for, and that the tenant may have."""
        return not self._waiting and self._has_room(tenant)

    async def enter(self, tenant: str, seconds: float) -> None:
        """Takes a place, once it is the tenant's turn. Raises NoPlace if too many wait, or it waits too long."""
        self._note(tenant)
        if tenant not in self._queues and self._has_room(tenant):
            self._take(tenant)
            return
        if self._waiting >= self._most_waiting:
            self._send_away_for(tenant)
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

    def leave(self, tenant: str) -> None:
        """Gives the tenant's place back; who gets one is then behind all other tenants that wait."""
        self._free += 1
        self._held[tenant] -= 1
        if not self._held[tenant]:
            del self._held[tenant]
        self._door.held.dec()
        while (whose := next(filter(self._has_room, self._queues), None)) is not None:
            turn = self._queues[whose].popleft()
            self._queues.move_to_end(whose)
            self._took_out(whose)
            if not turn.done():
                self._take(whose)
                turn.set_result(None)

    def _note(self, tenant: str) -> None:
        """Remembers that there is more than one tenant, if there is."""
        if tenant != self._latest and self._latest:
            self._company_until = self._clock() + COMPANY
        self._latest = tenant

    def _has_room(self, tenant: str) -> bool:
        """Whether there is a place, and it may be this tenant's."""
        return self._free > 0 and (self._held[tenant] < self._share or self._is_alone(tenant))

    def _is_alone(self, tenant: str) -> bool:
        """Whether nobody but the tenant, which has a place, has one, waits for one, or came just now."""
        nobody_else = len(self._held) == 1 and self._queues.keys() <= {tenant}
        return nobody_else and self._clock() >= self._company_until

    def _take(self, tenant: str) -> None:
        self._free -= 1
        self._held[tenant] += 1
        self._door.held.inc()

    def _send_away_for(self, tenant: str) -> None:
        """Makes room to wait at the cost of the tenant of which most wait. Raises NoPlace if that is this one."""
        reason = "too many requests are waiting; nothing was done"
        longest = max(self._queues, key=lambda each: len(self._queues[each]), default=tenant)
        if len(self._queues.get(longest, ())) <= len(self._queues.get(tenant, ())) + 1:
            _refuse(reason)
        turn = self._queues[longest].pop()
        self._took_out(longest)
        if not turn.done():
            REFUSALS.labels("no_place").inc()
            turn.set_exception(NoPlace(reason))

    def _count_waiting(self, by: int) -> None:
        self._waiting += by
        self._door.waiting.inc(by)

    def _took_out(self, tenant: str) -> None:
        """Counts one of the tenant's who waits no longer."""
        self._count_waiting(-1)
        if not self._queues[tenant]:
            del self._queues[tenant]

    def _give_up(self, tenant: str, turn: Turn) -> None:
        """Takes one that waits no longer out of the queue; a place that it was given just then goes to the next."""
        queue = self._queues.get(tenant, deque())
        if turn in queue:
            queue.remove(turn)
            self._took_out(tenant)
        elif turn.done() and not turn.cancelled() and turn.exception() is None:
            self.leave(tenant)


def _refuse(reason: str) -> NoReturn:
    REFUSALS.labels("no_place").inc()
    raise NoPlace(reason)
