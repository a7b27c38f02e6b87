"""How often, and with which pauses, a write is tried again that another writer was faster with."""

import asyncio
import random
from typing import Self

from gateway.problems import Unavailable

LIMIT = 16
_PAUSE = 0.005
_DOUBLINGS = 6


class Attempts:
    """Turns to try in, for an `async for` that is left once it is done; the pauses between them grow.

    Raises Unavailable after the last turn: `what` is changing too fast.
    """

    __slots__ = ("_turn", "_what")

    def __init__(self, what: str) -> None:
        self._what, self._turn = what, 0

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> int:
        if self._turn == LIMIT:
            raise Unavailable(f"{self._what} is changing too fast; try again")
        if self._turn:
            await asyncio.sleep(random.uniform(0, _PAUSE * 2 ** min(self._turn, _DOUBLINGS)))
        self._turn += 1
        return self._turn - 1
