"""The whole snapshot as one stream of lines."""

from functools import partial
from time import perf_counter

import orjson

from benchmarks.bench import Bench
from benchmarks.connection import connected
from benchmarks.dumps import dumps
from benchmarks.figures import Figure, Measured, Turn, compared
from benchmarks.searches import PAGES, direct, pit
from benchmarks.walk import PAGE, raw_walk

_PATH = "/_im/incidents/export"
_LARGE = 5000


async def export(bench: Bench) -> list[Figure]:
    """Rows a second, against the engine's own in the same order, and in the order that is cheapest for it."""
    async with pit(bench) as handle:
        body = (await direct(bench, PAGES, {"pit": handle, "size": PAGE})).body
    fastest = {**body, "size": _LARGE, "sort": [{"_shard_doc": "asc"}]}
    others: dict[str, Turn] = {
        "search_after in the same order": partial(raw_walk, bench, body),
        "pages of 5,000 by _shard_doc": partial(raw_walk, bench, fastest),
        **dumps(bench),
    }
    return await compared(bench, "export", "rows/s", partial(_export, bench), others)


async def _export(bench: Bench, _round: int) -> Measured:
    """The lines are counted as they come; the last one says whether the stream is whole."""
    lines, tail = 0, b""

    def chunk(arrived: bytes) -> None:
        nonlocal lines, tail
        lines += arrived.count(b"\n")
        tail = (tail + arrived)[-1024:]

    async with connected(bench.gateway, bench.tenant) as gateway:
        started = perf_counter()
        await gateway.stream("POST", _PATH, {}, chunk)
        seconds = perf_counter() - started
    status = orjson.loads(tail.splitlines()[-1])["_status"]
    assert status["complete"], "the export is not whole"
    assert status["count"] == lines - 1 == bench.incidents, f"{lines - 1:,} rows came of {bench.incidents:,}"
    return Measured(bench.incidents / seconds, bench.incidents)
