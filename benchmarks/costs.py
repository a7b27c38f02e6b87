"""What tenants cost an engine: `python -m benchmarks.costs 10 100 1000`.

An engine of its own, in which each tenant has one incident with its history; a line for each number of tenants.
"""

import asyncio
import sys
import time
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import orjson

from gateway.dialects import EXTENSIONS
from gateway.dialects.settings import load
from gateway.engine import start
from gateway.incidents.session import Session
from gateway.incidents.writing.create import Draft, create
from gateway.serving.app import running
from gateway.state import Gateway
from gateway.store import templates

LIMIT = {"cluster.max_shards_per_node": 10_000}
HEAD = ("tenants", "create ms", "heap MB", "files", "cluster state kB", "start of a gateway s", "tenant list s")
MEMORY = Path("/dev/shm")
_AT_ONCE, _LOOKS = 4, 20


async def _stats(gateway: Gateway) -> dict[str, Any]:
    path, params = "/_nodes/stats/jvm,process", {"filter_path": "nodes.*.jvm.mem.heap_used_in_bytes,nodes.*.process"}
    [node] = orjson.loads(await gateway.ctx.store.client.call("GET", path, params=params))["nodes"].values()
    return dict(node)


async def _heap(gateway: Gateway) -> float:
    """Megabytes in use behind a collection: the least that is seen while searches make garbage."""
    least = float("inf")
    for _ in range(_LOOKS):
        await asyncio.gather(*(gateway.ctx.store.client.call("GET", "/_cluster/state/metadata") for _ in range(4)))
        least = min(least, (await _stats(gateway))["jvm"]["mem"]["heap_used_in_bytes"] / 1e6)
    return least


async def _timed(work: Any) -> float:
    began = time.perf_counter()
    await work
    return time.perf_counter() - began


async def _make(gateway: Gateway, number: int, places: asyncio.Semaphore) -> None:
    async with places:
        session = Session(gateway.ctx, f"tenant-{number}", "costs", "im")
        [outcome] = await create(session, [Draft({"title": "the only one"}, "a")])
        assert outcome.error is None, outcome.error


async def _add(gateway: Gateway, first: int, last: int) -> float:
    """Milliseconds from one of these tenants, with its first incident, to the next; four are made at once."""
    places, began = asyncio.Semaphore(_AT_ONCE), time.perf_counter()
    await asyncio.gather(*(_make(gateway, number, places) for number in range(first, last)))
    return (time.perf_counter() - began) * 1000 / max(last - first, 1)


async def _line(url: str, first: int, last: int) -> list[float]:
    settings = load(opensearch_url=url, opensearch_timeout=60)
    async with running(settings) as gateway:
        each = await _add(gateway, first, last)
        state = await gateway.ctx.store.client.call("GET", "/_cluster/state")
        heap, files = await _heap(gateway), (await _stats(gateway))["process"]["open_file_descriptors"]
        listed = await _timed(gateway.ctx.store.tenants.all())
        begun = await _timed(templates.apply(gateway.ctx.store.client, EXTENSIONS))
    return [last, each, heap, files, len(state) / 1e3, begun, listed]


def main(counts: list[int]) -> None:
    """Prints the table, its first line that of an engine without tenants."""
    print(" | ".join(HEAD))
    folder = MEMORY if MEMORY.is_dir() else None
    with TemporaryDirectory(prefix="costs-", dir=folder) as data, start(Path(data), settings=LIMIT) as engine:
        for first, last in pairwise([0, 0, *counts]):
            print(" | ".join(f"{figure:,.4g}" for figure in asyncio.run(_line(engine.url, first, last))), flush=True)


if __name__ == "__main__":
    main([int(each) for each in sys.argv[1:]] or [10, 100, 1000])
