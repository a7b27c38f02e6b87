"""How many bytes of documents are on their way between this process and the engine, which has them all in its heap."""

import asyncio
from collections import OrderedDict, deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from gateway.problems import Unavailable

SMALL = 4096
"""Bytes up to which a document does not say how large it is."""
PART = 32 * 2**20
"""Bytes of documents that one call to the engine moves at most, unless a single one has more."""

FEW_BYTES = 2**20
"""Bytes up to which a call needs no room."""

_FRESH = 5.0
_REMEMBERED = 10_000

Ask = Callable[[], Awaitable[int]]
_Place = asyncio.Future[None]


class Loads:
    """Room for so many bytes at once, in the order asked for, and how large the documents of an index are."""

    def __init__(self, most: int) -> None:
        self._most = self._free = most
        self._waiting: deque[tuple[int, _Place]] = deque()
        self._largest: OrderedDict[str, tuple[int, float]] = OrderedDict()

    @asynccontextmanager
    async def moving(self, size: int, seconds: float) -> AsyncIterator[None]:
        """Has room for so many bytes within the block. Raises Unavailable where there is none in time.

        A few bytes pass by those that wait: their number is bounded by that of the calls in flight.
        """
        size = 0 if size <= FEW_BYTES else min(size, self._most)
        if size:
            await self._enter(size, seconds)
        try:
            yield
        finally:
            self._leave(size)

    async def largest(self, place: str, ask: Ask, *, changes: bool = True) -> int:
        """The bytes of the largest document there, asked anew once that is some seconds old, if it changes at all."""
        now = asyncio.get_running_loop().time()
        known, asked_at = self._largest.get(place, (SMALL, float("-inf")))
        if asked_at == float("-inf") or (changes and now - asked_at > _FRESH):
            known = max(known, await ask())
            self._remember(place, known, now)
        return known

    def note(self, index: str, size: int) -> None:
        """A document of that size is written there."""
        known, asked_at = self._largest.get(index, (SMALL, float("-inf")))
        if size > known:
            self._remember(index, size, asked_at)

    def _remember(self, place: str, size: int, asked_at: float) -> None:
        self._largest[place] = size, asked_at
        if len(self._largest) > _REMEMBERED:
            self._largest.popitem(last=False)

    async def _enter(self, size: int, seconds: float) -> None:
        if self._free >= size and not self._waiting:
            self._free -= size
            return
        place: _Place = asyncio.get_running_loop().create_future()
        self._waiting.append((size, place))
        try:
            async with asyncio.timeout(seconds):
                await place
        except BaseException as error:
            self._give_up(size, place)
            if isinstance(error, TimeoutError):
                raise Unavailable("too many bytes were on their way to the engine; nothing was done") from None
            raise

    def _give_up(self, size: int, place: _Place) -> None:
        if (size, place) in self._waiting:
            self._waiting.remove((size, place))
            self._leave(0)
        elif not place.cancelled():
            self._leave(size)

    def _leave(self, size: int) -> None:
        self._free += size
        while self._waiting and self._waiting[0][0] <= self._free:
            wanted, place = self._waiting.popleft()
            if not place.done():
                self._free -= wanted
                place.set_result(None)
