"""Everything, in pages of 1,000 through one point in time; and pages of 25 at the far end of one."""

import asyncio
from functools import partial
from statistics import median
from time import perf_counter
from typing import Any

import orjson
from opensearchpy import OpenSearch
from opensearchpy.helpers import scan

from benchmarks.bench import Bench
from benchmarks.connection import Connection, connected
from benchmarks.figures import Figure, Measured, Turn, compared
from benchmarks.searches import PAGES, direct, pit, raw_pit

PAGE = 1000
_SMALL, _IN_A_ROW = 25, 40
_NEXT, _SORT = b'"next":', b'"sort":['


async def walk(bench: Bench) -> list[Figure]:
    """Rows a second to a client that asks for page after page by cursor; the engine is asked by `search_after`."""
    async with pit(bench) as handle:
        engine = (await direct(bench, PAGES, {"pit": handle, "size": PAGE})).body
    others: dict[str, Turn] = {
        "search_after in the same order": partial(raw_walk, bench, engine),
        "helpers.scan of opensearch-py": partial(scanned, bench, PAGE),
    }
    return await compared(bench, "PIT walk, pages of 1,000", "rows/s", partial(_walk, bench), others)


async def deep(bench: Bench) -> list[Figure]:
    """The time of page after page by `from`, far down a point in time; and of the first jump there."""
    far = max(bench.incidents - (bench.rounds + 2) * _IN_A_ROW * _SMALL, 0)
    page = f"page {far // _SMALL + 1:,} of {_SMALL}"
    async with pit(bench) as handle:
        there, here = (partial(_in_a_row, bench, handle, first) for first in (far, 0))
        paged = await compared(bench, f"{page} in a PIT", "ms", there, {"the first pages": here})
        jump = partial(_jump, bench, far)
        return paged + await compared(bench, f"first jump to {page}", "ms", jump, {"the first pages": here})


async def raw_walk(bench: Bench, body: dict[str, Any], _round: int) -> Measured:
    """Rows a second of a loop that reads of each answer only where the next page starts."""
    rows = 0
    async with raw_pit(bench) as raw, connected(bench.engine) as engine:
        asked: dict[str, Any] = {**body, "pit": {"id": raw}}
        started = perf_counter()
        while True:
            answer = await engine.call("POST", "/_search", asked)
            rows += (found := answer.count(b'"_id":"'))
            if found < body["size"]:
                break
            last = answer.rindex(_SORT) + len(_SORT) - 1
            asked["search_after"] = orjson.loads(answer[last : answer.index(b"]", last) + 1])
        return whole(bench, rows, started)


async def scanned(bench: Bench, size: int, _round: int) -> Measured:
    """Rows a second of a Python program that is given each document as a value, so many of them a request."""

    def rows() -> int:
        with OpenSearch([bench.engine]) as client:
            return sum(1 for _ in scan(client, index=bench.index, size=size))

    started = perf_counter()
    return whole(bench, await asyncio.to_thread(rows), started)


async def _walk(bench: Bench, _round: int) -> Measured:
    rows = 0
    async with pit(bench) as handle, connected(bench.gateway, bench.tenant) as gateway:
        asked: dict[str, Any] = {"pit": handle, "size": PAGE}
        started = perf_counter()
        while True:
            answer = await gateway.call("POST", PAGES, asked)
            rows += answer.count(b'"_meta":{"id":"')
            asked["after"] = orjson.loads(b"{" + answer[answer.rindex(_NEXT) :])["next"]
            if asked["after"] is None:
                return whole(bench, rows, started)


def whole(bench: Bench, rows: int, started: float) -> Measured:
    """Rows a second since `started`. Raises AssertionError unless every row was found."""
    assert rows == bench.incidents, f"{rows:,} rows were found of {bench.incidents:,}"
    return Measured(rows / (perf_counter() - started), rows)


async def _in_a_row(bench: Bench, handle: str, first: int, number: int) -> Measured:
    """The median of some pages, one after the other; those of each round follow those of the round before."""
    async with connected(bench.gateway, bench.tenant) as gateway:
        start = first + (number + 1) * _IN_A_ROW * _SMALL
        times = [await _timed(gateway, handle, start + i * _SMALL) for i in range(_IN_A_ROW)]
    return Measured(median(times), len(times))


async def _jump(bench: Bench, far: int, _round: int) -> Measured:
    async with pit(bench) as handle, connected(bench.gateway, bench.tenant) as gateway:
        await _timed(gateway, handle, 0)
        return Measured(await _timed(gateway, handle, far), 1)


async def _timed(gateway: Connection, handle: str, offset: int) -> float:
    started = perf_counter()
    await gateway.call("POST", PAGES, {"pit": handle, "from": offset, "size": _SMALL})
    return (perf_counter() - started) * 1000
