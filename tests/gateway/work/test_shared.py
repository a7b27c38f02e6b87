"""Calls that are the same and wanted at the same time: who shares which, and what becomes of it when some leave."""

import asyncio
from collections.abc import Awaitable, Callable
from itertools import pairwise

import pytest

from gateway import work
from gateway.problems import TimedOut, Unavailable
from gateway.work import shared as sharing
from gateway.work.admission import Admission
from gateway.work.shared import Shared
from gateway.work.turns import FEW

pytestmark = pytest.mark.anyio


class Calls:
    """Calls that end when they are told to, by their number; each comes to its number."""

    def __init__(self) -> None:
        self.begun: list[int] = []
        self.cancelled: list[int] = []
        self.ends: list[asyncio.Future[None]] = []

    async def __call__(self) -> int:
        number = len(self.begun)
        self.begun.append(number)
        self.ends.append(asyncio.get_running_loop().create_future())
        try:
            await self.ends[number]
        except asyncio.CancelledError:
            self.cancelled.append(number)
            raise
        return number


async def settled() -> None:
    """All that can go on has gone on."""
    for _ in range(10):
        await asyncio.sleep(0)


Ask = Callable[..., asyncio.Task[int]]


def asking(shared: Shared[int], calls: Callable[[], Awaitable[int]]) -> Ask:
    """Asks in a task of its own."""
    return lambda key="a", **words: asyncio.create_task(shared.once(key, calls, **words))


async def outcomes(*tasks: asyncio.Task[int]) -> list[object]:
    """What each came to, errors by their kind."""
    await settled()
    ends = await asyncio.gather(*tasks, return_exceptions=True)
    return [type(each) if isinstance(each, BaseException) else each for each in ends]


@pytest.mark.parametrize("alone", [True, False])
async def test_who_is_alone_waits_for_nobody_who_might_share_the_call(alone: bool) -> None:
    calls = Calls()
    with work.under_way(60, Admission(1, 1)) as under_way:
        under_way.is_alone = lambda: alone
        asked = asyncio.create_task(Shared[int]().once("a", calls))
        await asyncio.sleep(0)
    assert calls.begun == [0] * alone
    await settled()
    calls.ends[0].set_result(None)
    assert await outcomes(asked) == [0]


async def test_those_who_ask_at_once_share_one_call() -> None:
    calls = Calls()
    ask = asking(Shared(), calls)
    tasks = [ask() for _ in range(100)]
    await settled()
    calls.ends[0].set_result(None)
    assert await outcomes(*tasks) == [0] * 100
    assert calls.begun == [0]


async def in_a_row(ask: Ask) -> list[asyncio.Task[int]]:
    """Two who ask at once, and then one more in each turn of the loop."""
    tasks = [ask(), ask()]
    for _ in range(20):
        await asyncio.sleep(0)
        tasks.append(ask())
    return tasks


async def test_who_comes_while_others_come_has_a_part_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sharing, "GATHERING", 60)
    calls = Calls()
    tasks = await in_a_row(asking(Shared(), calls))
    await settled()
    calls.ends[0].set_result(None)
    assert await outcomes(*tasks) == [0] * 22
    assert calls.begun == [0]


async def test_a_call_is_not_put_off_for_longer_than_it_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sharing, "GATHERING", 0)
    calls = Calls()
    tasks = await in_a_row(asking(Shared(), calls))
    await settled()
    for number in range(2):
        calls.ends[number].set_result(None)
        await settled()
    told = await outcomes(*tasks)
    assert (told[0], told[-1], calls.begun) == (0, 1, [0, 1])


async def test_who_asks_while_a_call_is_under_way_has_no_part_in_it() -> None:
    calls = Calls()
    ask = asking(Shared(), calls)
    first = ask()
    await settled()
    later = [ask() for _ in range(3)]
    await settled()
    assert calls.begun == [0]
    calls.ends[0].set_result(None)
    await settled()
    calls.ends[1].set_result(None)
    assert await outcomes(first, *later) == [0, 1, 1, 1]


async def test_a_hundred_are_told_a_few_at_a_time_and_share_the_next_call_as_well() -> None:
    calls = Calls()
    ask = asking(Shared(), calls)
    first, *others = [ask() for _ in range(100)]
    await settled()
    later, know = [ask()], list[int]()
    calls.ends[0].set_result(None)
    await first
    while not others[-2 * FEW].done():
        later.append(ask())
        know.append(sum(each.done() for each in others))
        await asyncio.sleep(0)
    assert max(more - less for less, more in pairwise(know)) == FEW
    assert calls.begun == [0]
    await settled()
    calls.ends[1].set_result(None)
    assert await outcomes(*others, *later) == [0] * len(others) + [1] * len(later)


async def test_a_lasting_answer_is_that_of_the_call_under_way() -> None:
    calls = Calls()
    ask = asking(Shared(), calls)
    first = ask(lasting=True)
    await settled()
    later = ask(lasting=True)
    await settled()
    calls.ends[0].set_result(None)
    assert await outcomes(first, later) == [0, 0]


async def test_calls_that_are_not_the_same_do_not_wait_for_each_other() -> None:
    calls = Calls()
    ask = asking(Shared(), calls)
    first, other = ask("a"), ask("b")
    await settled()
    assert calls.begun == [0, 1]
    for end in calls.ends:
        end.set_result(None)
    assert await outcomes(first, other) == [0, 1]


async def test_once_all_is_told_nothing_is_kept() -> None:
    calls, shared = Calls(), Shared[int]()
    ask = asking(shared, calls)
    for number in range(2):
        task = ask()
        await settled()
        calls.ends[number].set_result(None)
        assert await outcomes(task) == [number]
    assert len(shared) == 0


@pytest.mark.parametrize(
    ("leaving", "made", "cancelled"),
    [
        pytest.param([1, 2], [0], [], id="those who only share it: it goes on for the one who made it"),
        pytest.param([0], [0, 1], [0], id="the one who made it: the next makes it anew"),
        pytest.param([0, 1], [0, 1], [0], id="he and the next: the last does"),
        pytest.param([0, 1, 2], [0], [0], id="all: it is cancelled, and made by none"),
    ],
)
async def test_who_leaves_takes_nothing_from_the_others(
    leaving: list[int], made: list[int], cancelled: list[int]
) -> None:
    calls, shared = Calls(), Shared[int]()
    ask = asking(shared, calls)
    tasks = [ask() for _ in range(3)]
    await settled()
    for each in leaving:
        tasks[each].cancel()
    await settled()
    if not calls.ends[-1].done():
        calls.ends[-1].set_result(None)
    last = made[-1]
    expected = [asyncio.CancelledError if each in leaving else last for each in range(3)]
    assert (await outcomes(*tasks), calls.begun, calls.cancelled) == (expected, made, cancelled)
    assert len(shared) == 0


async def test_who_leaves_just_as_it_is_his_turn_passes_it_on() -> None:
    calls = Calls()
    ask = asking(Shared(), calls)
    first = ask()
    await settled()
    second, third = ask(), ask()
    await settled()
    calls.ends[0].set_result(None)
    while not first.done():
        await asyncio.sleep(0)
    second.cancel()
    await settled()
    calls.ends[1].set_result(None)
    assert await outcomes(first, second, third) == [0, asyncio.CancelledError, 1]


@pytest.mark.parametrize("seconds", [-1, 0.01])
async def test_who_has_no_time_left_takes_nothing_from_the_others(seconds: float) -> None:
    calls = Calls()
    ask = asking(Shared(), calls)
    first = ask()
    await settled()
    with work.under_way(60, Admission(1, 0)) as hasty:
        hasty.over_at = asyncio.get_running_loop().time() + seconds
        second = ask()
    third = ask()
    with pytest.raises(TimedOut):
        await second
    calls.ends[0].set_result(None)
    await settled()
    calls.ends[1].set_result(None)
    assert await outcomes(first, third) == [0, 1]


async def test_a_failure_is_told_to_all_who_share_it_and_to_nobody_else() -> None:
    ask = asking(Shared(), calls := Calls())
    first = [ask() for _ in range(2)]
    await settled()
    later = ask()
    await settled()
    calls.ends[0].set_exception(Unavailable("the engine is gone"))
    await settled()
    calls.ends[1].set_result(None)
    assert await outcomes(*first, later) == [Unavailable, Unavailable, 1]
