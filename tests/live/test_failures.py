"""What goes wrong between gateway and engine is told in time and by its type; no part of an answer passes for all.

In time is shown by an answer at all where the engine gives none, or takes minutes. Any other call has a minute, as
nobody knows how busy the machine is.
"""

from collections.abc import AsyncIterator

import pytest

from tests import faults
from tests.faults import Fault
from tests.live import bench as benches
from tests.live.bench import CALLS, SEARCHES, Bench, asked, told

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
async def bench(opensearch_url: str) -> AsyncIterator[Bench]:
    async with benches.opened(opensearch_url, opensearch_requests=24) as found:
        yield found


@pytest.fixture(scope="module")
async def hasty(opensearch_url: str) -> AsyncIterator[Bench]:
    """One that waits for an engine that stalls no longer than it must."""
    async with benches.opened(opensearch_url, 1, opensearch_requests=24) as found:
        yield found


STALLING: dict[str, Fault] = {
    "no answer comes": faults.silent,
    "the body comes a byte at a time": faults.dripping,
}


UNTOUCHED: dict[str, Fault] = {
    "the connection breaks before the engine hears of it": faults.dropped,
    "the engine is overloaded": faults.failing(429, "rejected_execution_exception"),
    "the engine is not available": faults.failing(503, "cluster_block_exception"),
    "the engine refuses us": faults.failing(401, "security_exception"),
}
"""After which nobody can have done anything."""


UNSURE: dict[str, Fault] = {
    "the connection breaks before the engine can answer": faults.lost,
    "the connection breaks within the body": faults.cut,
    "half the JSON comes as if it were whole": faults.truncated,
    "the body is empty": faults.always(200, b""),
    "the body is no JSON": faults.always(200, b"\x00\xff{]"),
    "the body is a page": faults.always(200, b"<html>welcome</html>", "text/html"),
    "a server in between fails": faults.always(502, b"<html>bad gateway</html>", "text/html"),
    "the engine fails": faults.failing(500, "exception"),
}
"""After which a write may have been done."""

WRITES_FIRST = {"create", "bulkCreate"}
"""Calls whose first word to the engine is a write."""

UNAVAILABLE, TIMED_OUT = (503, "unavailable"), (504, "timed_out")


async def answers(bench: Bench, number: int) -> dict[str, set[tuple[int, str]]]:
    """What each of all calls is told."""
    return {name: told(answer) for name, answer in (await asked(bench, CALLS, number)).items()}


async def check_it_works_again(bench: Bench) -> None:
    """Every call does, as soon as the engine is as quick as a short deadline wants it."""
    bench.proxy.fault = None
    found = {"": {TIMED_OUT}}
    while TIMED_OUT in set().union(*found.values()):
        found = await answers(bench, 3)
    assert {name: each for name, each in found.items() if {kind for _, kind in each} != {"ok"}} == {}


async def check_each_call_says(bench: Bench, fault: Fault, *problems: tuple[int, str]) -> None:
    bench.proxy.fault = fault
    for number in (1, 2):
        found = await answers(bench, number)
        assert {name: each for name, each in found.items() if not each <= set(problems)} == {}
    await check_it_works_again(bench)


@pytest.mark.parametrize("fault", UNTOUCHED.values(), ids=UNTOUCHED)
async def test_each_call_says_that_the_engine_cannot(bench: Bench, fault: Fault) -> None:
    await check_each_call_says(bench, fault, UNAVAILABLE)


@pytest.mark.parametrize("fault", UNSURE.values(), ids=UNSURE)
async def test_a_call_that_may_have_been_done_says_so(bench: Bench, fault: Fault) -> None:
    bench.proxy.fault = fault
    for number in (1, 2):
        problems = await answers(bench, number)
        assert {name for name, told in problems.items() if TIMED_OUT in told} <= WRITES_FIRST
        assert set().union(*problems.values()) <= {TIMED_OUT, UNAVAILABLE}
    await check_it_works_again(bench)


@pytest.mark.parametrize("fault", STALLING.values(), ids=STALLING)
async def test_each_call_says_in_time_that_the_engine_stalls(hasty: Bench, fault: Fault) -> None:
    await check_each_call_says(hasty, fault, TIMED_OUT, UNAVAILABLE)


async def test_each_call_says_that_the_engine_refuses_connections(bench: Bench) -> None:
    await bench.proxy.refuse()
    found = await answers(bench, 1)
    await bench.proxy.listen()
    assert {name: each for name, each in found.items() if each != {UNAVAILABLE}} == {}
    await check_it_works_again(bench)


PARTIAL: dict[str, tuple[Fault, tuple[int, str]]] = {
    "a shard failed": (faults.claiming({"_shards": {"total": 2, "successful": 1, "failed": 1}}), UNAVAILABLE),
    "time ran out": (faults.claiming({"timed_out": True}), TIMED_OUT),
}
UNTIMED = {"point in time"}
"""Opening one looks for nothing, so that it cannot be cut short by the engine's clock."""


@pytest.mark.parametrize(("fault", "problem"), PARTIAL.values(), ids=PARTIAL)
async def test_no_search_shows_a_part_for_the_whole(bench: Bench, fault: Fault, problem: tuple[int, str]) -> None:
    bench.proxy.fault = fault
    found = await answers(bench, 1)
    shown = {name for name in SEARCHES if found[name] != {problem}}
    assert shown == (UNTIMED if problem[0] == 504 else set())
    await check_it_works_again(bench)
