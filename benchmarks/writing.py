"""Documents to the engine by plain `_bulk`: one connection, slices of 2,000, no refresh."""

from collections.abc import Iterable, Sequence
from itertools import islice
from time import perf_counter
from typing import Any

import orjson

from benchmarks.connection import NDJSON, connected

_SLICE = 2000


def lines(values: Iterable[Any]) -> bytes:
    """The values, a line of JSON each."""
    return b"".join(orjson.dumps(each, option=orjson.OPT_APPEND_NEWLINE) for each in values)


async def write_raw(engine_url: str, documents: Sequence[bytes]) -> float:
    """Sends the lines of each document; the seconds that the engine took. Raises AssertionError if it refuses one."""
    rest = iter(documents)
    slices = list(iter(lambda: b"".join(islice(rest, _SLICE)), b""))
    async with connected(engine_url) as engine:
        started = perf_counter()
        for each in slices:
            answer = await engine.call("POST", "/_bulk", each, NDJSON)
            assert b'"errors":false' in answer[:100], answer[:500]
        return perf_counter() - started
