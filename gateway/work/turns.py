"""Long work in short turns: one process serves all, and nobody is to wait for a thousand documents of another."""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from time import perf_counter
from typing import TypeVar

Item = TypeVar("Item")
Made = TypeVar("Made")

LONGEST = 0.005
"""Seconds of one turn."""

FEW = 8
"""Steps between two looks at what else there is to do, where each step is an answer: that takes a quarter of a ms."""

_END = object()


@dataclass(slots=True)
class Turn:
    """How long a loop has been at work since others last were."""

    _began: float = field(default_factory=perf_counter)

    async def give(self) -> None:
        """Lets others go on once the turn has been long."""
        if self.is_over():
            await asyncio.sleep(0)
            self._began = perf_counter()

    def is_over(self) -> bool:
        """Whether it has been long; where much is asked, it is asked first, as awaiting costs more."""
        return perf_counter() - self._began > LONGEST


async def in_turns(items: Iterable[Item], make: Callable[[Item], Made]) -> list[Made]:
    """What is made of each item, in order; others go on in between."""
    made, began = list[Made](), perf_counter()
    for item in items:
        made.append(make(item))
        # Asked here, and not by Turn, as a call that is awaited costs as much as some of what is made.
        if perf_counter() - began > LONGEST:
            await asyncio.sleep(0)
            began = perf_counter()
    return made


class Steps:
    """Takes a few steps in each pass of the loop, of all that has steps to take, in turn."""

    def __init__(self) -> None:
        self._under_way: deque[Iterator[object]] = deque()

    def begin(self, steps: Iterator[object]) -> None:
        """Takes these steps too; the first of them at once where there are no others."""
        self._under_way.append(steps)
        if len(self._under_way) == 1:
            self._go_on()

    def _go_on(self) -> None:
        for _ in range(FEW):
            if next(self._under_way[0], _END) is not _END:
                self._under_way.rotate(-1)
                continue
            self._under_way.popleft()
            if not self._under_way:
                return
        asyncio.get_running_loop().call_soon(self._go_on)
