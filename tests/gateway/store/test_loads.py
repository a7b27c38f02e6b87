"""How many bytes of documents are on their way at once, and what is known of how large they are."""

import asyncio

import pytest

from gateway.problems import Unavailable
from gateway.store.loads import SMALL, Loads

pytestmark = pytest.mark.anyio

MIB = 2**20


async def _holding(loads: Loads, size: int, done: asyncio.Event, order: list[int]) -> None:
    async with loads.moving(size * MIB, 60):
        order.append(size)
        await done.wait()


async def _settled() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_what_has_no_room_waits_in_the_order_asked() -> None:
    loads, done, order = Loads(10 * MIB), [asyncio.Event() for _ in range(4)], list[int]()
    sizes = (6, 5, 2, 100)
    tasks = [asyncio.create_task(_holding(loads, size, each, order)) for size, each in zip(sizes, done, strict=True)]
    await _settled()
    assert order == [6]
    done[0].set()
    await _settled()
    assert order == [6, 5, 2]
    done[1].set()
    done[2].set()
    await _settled()
    assert order == [6, 5, 2, 100]
    done[3].set()
    await asyncio.gather(*tasks)
    async with loads.moving(10 * MIB, 0):
        pass


async def test_who_waits_too_long_is_refused_and_leaves_no_trace() -> None:
    loads = Loads(10 * MIB)
    async with loads.moving(6 * MIB, 60):
        with pytest.raises(Unavailable):
            async with loads.moving(5 * MIB, 0):
                pass
        async with loads.moving(4 * MIB, 0):
            pass
    async with loads.moving(10 * MIB, 0):
        pass


async def test_who_leaves_while_waiting_gives_way_to_the_next() -> None:
    loads, done, order = Loads(10 * MIB), asyncio.Event(), list[int]()
    async with loads.moving(6 * MIB, 60):
        leaver = asyncio.create_task(_holding(loads, 10, done, order))
        other = asyncio.create_task(_holding(loads, 4, done, order))
        await _settled()
        leaver.cancel()
        await _settled()
        assert order == [4]
    done.set()
    await other


async def test_a_few_bytes_pass_by_those_that_wait() -> None:
    loads = Loads(10 * MIB)
    async with loads.moving(10 * MIB, 60), loads.moving(MIB, 0):
        pass
    async with loads.moving(10 * MIB, 0):
        pass


async def test_how_large_documents_are() -> None:
    loads, asked = Loads(10 * MIB), list[int]()

    async def ask() -> int:
        asked.append(1)
        return 9000

    assert await loads.largest("a", ask) == 9000
    assert await loads.largest("a", ask) == 9000
    loads.note("a", 12_000)
    loads.note("a", 5000)
    assert await loads.largest("a", ask) == 12_000
    assert len(asked) == 1


async def test_a_small_document_says_nothing() -> None:
    loads = Loads(10 * MIB)

    async def ask() -> int:
        return 0

    assert await loads.largest("a", ask) == SMALL
