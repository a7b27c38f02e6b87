"""The store filled through `bulkCreate`, and the documents that came of it written once more by plain `_bulk`."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import pairwise
from time import perf_counter
from typing import Any

from benchmarks import process
from benchmarks.bench import Bench, raw
from benchmarks.connection import NDJSON, Connection, asked, connected
from benchmarks.figures import Figure, Measured, accounted
from benchmarks.incidents import incident_id, incidents
from benchmarks.writing import lines, write_raw
from gateway.store.names import events_of, incidents_of

_AT_ONCE = 20_000
_READ_AT_ONCE = 2_000
_WARM_UP = 5_000


async def ingest(bench: Bench) -> list[Figure]:
    """Incidents a second, over as many parts as there are rounds; afterwards both indices hold every incident."""
    await _warm_up(bench)
    await _make_raw(bench)
    found = Figure("ingest by bulkCreate", "_bulk of the documents made", "rows/s")
    process.reset_peak(bench.pid)
    for number, (first, count) in enumerate(_parts(bench)):
        measured, spent = await accounted(bench.pid, partial(_create, bench, first, count), number)
        found.gateway.append(measured.value)
        found.cpu.extend(spent)
        found.other.append(await _copy(bench, first, count))
    peak = process.peak(bench.pid)
    await settle(bench)
    return [replace(found, peak=peak, growth=bench.growth(peak))]


async def settle(bench: Bench) -> None:
    """Returns once every write can be found and the engine merges nothing any more."""
    await asked(bench.engine, "POST", f"/{bench.index},{bench.raw_index}/_refresh")
    while (await asked(bench.engine, "GET", "/_stats/merge"))["_all"]["total"]["merges"]["current"]:
        await asyncio.sleep(0.2)


async def clear(engine_url: str, tenant: str) -> None:
    """Deletes what the benchmarks made."""
    indices = [name for each in (tenant, raw(tenant)) for name in (incidents_of(each), events_of(each))]
    await asked(engine_url, "DELETE", f"/{','.join(indices)}?ignore_unavailable=true")
    query = {"query": {"term": {"tenant": tenant}}}
    await asked(engine_url, "POST", "/im-registry/_refresh?ignore_unavailable=true")
    flags = "ignore_unavailable=true&refresh=true&conflicts=proceed"
    await asked(engine_url, "POST", f"/im-registry/_delete_by_query?{flags}", query)


def _parts(bench: Bench) -> Iterator[tuple[int, int]]:
    """(first, count) of each round's incidents."""
    edges = [bench.incidents * number // bench.rounds for number in range(bench.rounds + 1)]
    return ((first, last - first) for first, last in pairwise(edges))


async def _create(bench: Bench, first: int, count: int, _round: int = 0) -> Measured:
    seconds = 0.0
    async with connected(bench.gateway, bench.tenant) as gateway:
        for start in range(first, first + count, _AT_ONCE):
            body = lines(incidents(start, min(_AT_ONCE, first + count - start), bench.now))
            started = perf_counter()
            answer = await gateway.call("POST", "/_im/incidents/bulkCreate", body, NDJSON)
            seconds += perf_counter() - started
            assert b'"errors":false' in answer[:100], answer[:500]
    return Measured(count / seconds, count)


async def _copy(bench: Bench, first: int, count: int) -> float:
    """Incidents a second, of a plain `_bulk` of the same documents, byte for byte, into an index of their own."""
    async with connected(bench.engine) as engine:
        documents: list[bytes] = []
        for start in range(first, first + count, _READ_AT_ONCE):
            ids = [incident_id(number) for number in range(start, min(start + _READ_AT_ONCE, first + count))]
            documents += await _stored(engine, bench, ids)
    return count / await write_raw(bench.engine, documents)


async def _stored(engine: Connection, bench: Bench, ids: Sequence[str]) -> list[bytes]:
    found = (await engine.told("POST", f"/{bench.index}/_mget", {"ids": ids}))["docs"]
    return [_create_lines(bench, each) for each in found]


def _create_lines(bench: Bench, found: dict[str, Any]) -> bytes:
    return lines([{"create": {"_index": bench.raw_index, "_id": found["_id"]}}, found["_source"]])


async def _make_raw(bench: Bench) -> None:
    for index in (bench.raw_index, bench.raw_events):
        await asked(bench.engine, "PUT", f"/{index}")


async def _warm_up(bench: Bench) -> None:
    """A tenant comes and goes, so that neither side is measured with a cold engine."""
    other = replace(bench, tenant=f"{bench.tenant}-warm")
    try:
        await _make_raw(other)
        await _create(other, 0, _WARM_UP)
        await _copy(other, 0, _WARM_UP)
    finally:
        await clear(bench.engine, other.tenant)
