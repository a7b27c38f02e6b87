"""One search, asked in both ways: of the gateway, and of the engine with the very body that the gateway sends it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import orjson

from benchmarks.bench import Bench
from benchmarks.connection import asked

PAGES = "/_im/incidents_full_types"

ALWAYS = "allow_partial_search_results=false&cancel_after_time_interval=10000ms"
"""What the gateway itself adds to a search, so that the engine does the same work for both."""


@dataclass(frozen=True, slots=True)
class Direct:
    """Where the engine is asked, and the body."""

    path: str
    body: dict[str, Any]

    def sent(self) -> bytes:
        """The body as it is sent."""
        return orjson.dumps(self.body)


async def direct(bench: Bench, path: str, body: dict[str, Any], *, cached: bool = False) -> Direct:
    """The search that the gateway says it ran for `body`."""
    ran = (await asked(bench.gateway, "POST", path, {**body, "explain": True}, tenant=bench.tenant))["explain"]
    words = ALWAYS + ("" if "pit" in ran else "&ignore_unavailable=true") + ("&request_cache=true" if cached else "")
    return Direct(f"/_search?{words}" if "pit" in ran else f"/{bench.index}/_search?{words}", ran)


@asynccontextmanager
async def pit(bench: Bench) -> AsyncIterator[str]:
    """A point in time of the gateway."""
    opened = await asked(bench.gateway, "GET", "/_im/incidents/pit?keep_alive=1h", tenant=bench.tenant)
    try:
        yield opened["id"]
    finally:
        await asked(bench.gateway, "DELETE", "/_im/incidents/pit", {"id": opened["id"]}, tenant=bench.tenant)


@asynccontextmanager
async def raw_pit(bench: Bench) -> AsyncIterator[str]:
    """A point in time of the engine's own, over the same index."""
    opened = await asked(bench.engine, "POST", f"/{bench.index}/_search/point_in_time?keep_alive=1h")
    try:
        yield opened["pit_id"]
    finally:
        await asked(bench.engine, "DELETE", "/_search/point_in_time", {"pit_id": [opened["pit_id"]]})
