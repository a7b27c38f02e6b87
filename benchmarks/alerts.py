"""A thousand new alerts in one request, beside a `bulkCreate` of as many incidents."""

from collections.abc import Iterator
from functools import partial
from time import perf_counter
from typing import Any

import orjson

from benchmarks.bench import Bench
from benchmarks.connection import NDJSON, connected
from benchmarks.figures import Figure, Measured, compared
from benchmarks.incidents import incidents
from benchmarks.writing import lines
from queries.periods import milliseconds

_ALERTS = 1000
_TURNS = 5
"""Requests of one round, as one is short."""


async def alerts(bench: Bench) -> list[Figure]:
    """Alerts a second, each of which makes a key, an alert and an incident."""
    others = {"bulkCreate of as many incidents": partial(_create, bench)}
    return await compared(bench, f"{_ALERTS:,} new alerts at once", "rows/s", partial(_take_in, bench), others)


async def _take_in(bench: Bench, number: int) -> Measured:
    bodies = [
        orjson.dumps({"app_key": "bench", "alerts": list(_alerts(bench, number, turn))}) for turn in range(_TURNS)
    ]
    return await _sent(bench, "/data/v2/alerts", bodies, "application/json")


def _alerts(bench: Bench, number: int, turn: int) -> Iterator[dict[str, Any]]:
    """No host is ever named twice."""
    at = milliseconds(bench.now) // 1000
    for i in range(_ALERTS):
        host = f"host-{number}-{turn}-{i}"
        said = {"host": host, "check": "CPU load", "region": "eu", "description": f"CPU load on {host} left its range"}
        yield {"status": "critical", "timestamp": at, **said}


async def _create(bench: Bench, number: int) -> Measured:
    first = bench.incidents + 10_000_000 + number * _TURNS * _ALERTS
    starts = range(first, first + _TURNS * _ALERTS, _ALERTS)
    bodies = [lines(incidents(start, _ALERTS, bench.now)) for start in starts]
    return await _sent(bench, "/_im/incidents/bulkCreate", bodies, NDJSON)


async def _sent(bench: Bench, path: str, bodies: list[bytes], media_type: str) -> Measured:
    count, started = _ALERTS * len(bodies), perf_counter()
    async with connected(bench.gateway, bench.tenant) as gateway:
        for body in bodies:
            await gateway.call("POST", path, body, media_type)
    return Measured(count / (perf_counter() - started), count)
