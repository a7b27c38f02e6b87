"""The severity widget: counts by severity over 30 days, never asked before, again and again, and by many at once."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import orjson

from benchmarks import latency
from benchmarks.bench import Bench
from benchmarks.connection import asked
from benchmarks.figures import Figure, Measured, compared
from benchmarks.searches import PAGES, Direct, direct, pit
from queries.periods import iso

_PATH = f"{PAGES}/stats/severity"
_REQUESTS = 150
_AT_ONCE, _OF_MANY = 100, 2_000
_EVEN, _ODD = 0, 1
_AGAINST = "the same aggregation"


async def stats(bench: Bench) -> list[Figure]:
    """The median time of the counts, cold and repeated, by one client and by a hundred; and again in a PIT."""
    start = bench.now - timedelta(days=30)
    engine = await direct(bench, _PATH, _since(start), cached=True)
    await _check(bench, start, engine)
    cold = partial(_cold, bench.gateway, bench.tenant, _PATH, partial(_later, start), _EVEN)
    direct_cold = partial(_cold, bench.engine, bench.tenant, engine.path, partial(_later_direct, engine, start), _ODD)
    again = partial(_repeated, bench.gateway, bench.tenant, _PATH, orjson.dumps(_since(start)))
    direct_again = partial(_repeated, bench.engine, bench.tenant, engine.path, engine.sent())
    figures = [
        *await compared(bench, "severity stats, cold", "ms", cold, {_AGAINST: direct_cold}),
        *await compared(bench, "severity stats, repeated", "ms", again, {_AGAINST: direct_again}),
    ]
    many, direct_many = (partial(turn, requests=_OF_MANY, clients=_AT_ONCE) for turn in (again, direct_again))
    figures += await compared(bench, "severity stats, 100 at once", "ms", many, {_AGAINST: direct_many})
    async with pit(bench) as handle:
        return figures + await _again_in(bench, {**_since(start), "pit": handle})


async def _again_in(bench: Bench, body: dict[str, Any]) -> list[Figure]:
    engine = await direct(bench, _PATH, body, cached=True)
    again = partial(_repeated, bench.gateway, bench.tenant, _PATH, orjson.dumps(body))
    direct_again = partial(_repeated, bench.engine, bench.tenant, engine.path, engine.sent())
    return await compared(bench, "severity stats, again in a PIT", "ms", again, {_AGAINST: direct_again})


def _since(start: datetime) -> dict[str, Any]:
    return {"start_time": iso(start)}


def _later(start: datetime, milliseconds: int) -> bytes:
    return orjson.dumps(_since(start + timedelta(milliseconds=milliseconds)))


def _later_direct(engine: Direct, start: datetime, milliseconds: int) -> bytes:
    said = iso(start).encode()
    assert said in engine.sent(), "the gateway's search does not start where it was asked to"
    return engine.sent().replace(said, iso(start + timedelta(milliseconds=milliseconds)).encode())


async def _cold(url: str, tenant: str, path: str, body: Callable[[int], bytes], side: int, number: int) -> Measured:
    """Each request starts at a millisecond that neither side has asked for, so that the engine has no answer ready."""
    bodies = latency.varied(body, (number + 1) * 2 * _REQUESTS + side, 2)
    return await latency.p50(url, tenant, path, bodies, requests=_REQUESTS)


async def _repeated(
    url: str, tenant: str, path: str, body: bytes, _round: int, *, requests: int = _REQUESTS, clients: int = 1
) -> Measured:
    return await latency.p50(url, tenant, path, latency.same(body), requests=requests, clients=clients)


async def _check(bench: Bench, start: datetime, engine: Direct) -> None:
    """Raises AssertionError unless both ways count the same."""
    ours = await asked(bench.gateway, "POST", _PATH, _since(start), tenant=bench.tenant)
    theirs = await asked(bench.engine, "POST", engine.path, engine.body)
    assert ours["total_docs"] == theirs["hits"]["total"]["value"], "the gateway and the engine count differently"
