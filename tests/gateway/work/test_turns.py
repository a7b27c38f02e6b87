"""Long work gives others their turns; short work is done in one."""

import asyncio
from collections.abc import Iterator
from time import perf_counter

import pytest

from gateway.work.turns import FEW, LONGEST, Steps, in_turns

pytestmark = pytest.mark.anyio


def _busy(seconds: float) -> float:
    end = perf_counter() + seconds
    while perf_counter() < end:
        pass
    return seconds


async def _turns_of_others(seconds: list[float]) -> int:
    """How often others come to do something while the items are made."""
    count, over = 0, asyncio.Event()

    async def others() -> None:
        nonlocal count
        while not over.is_set():
            count += 1
            await asyncio.sleep(0)

    task = asyncio.create_task(others())
    assert await in_turns(seconds, _busy) == seconds
    over.set()
    await task
    return count


async def test_others_go_on_in_between() -> None:
    assert await _turns_of_others([LONGEST * 1.1] * 5) >= 5


async def test_what_is_quick_is_not_interrupted() -> None:
    assert await _turns_of_others([0]) <= 1


async def test_a_few_steps_are_taken_in_each_pass_of_the_loop_in_turn() -> None:
    taken, steps = list[str](), Steps()

    def taking(name: str, count: int) -> Iterator[None]:
        for _ in range(count):
            taken.append(name)
            yield
        taken.append(f"{name} over")

    steps.begin(taking("a", 2 * FEW))
    assert taken == ["a"] * FEW
    steps.begin(taking("b", 1))
    await asyncio.sleep(0)
    assert taken[FEW:] == ["a", "b", "a", "b over", *["a"] * (FEW - 4)]
    for _ in range(3):
        await asyncio.sleep(0)
    assert taken[2 * FEW :] == ["a"] * 2 + ["a over"]
    steps.begin(taking("c", 0))
    assert taken[-1] == "c over"
