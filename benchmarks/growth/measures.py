"""What is measured as something grows, all else being equal: a page of 25, as a front end asks for it."""

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import orjson

from benchmarks import servers
from benchmarks.bench import Bench
from benchmarks.connection import NDJSON, asked, connected
from benchmarks.growth.load import Answered, Load, answered
from benchmarks.growth.record import Point
from benchmarks.incidents import incidents
from benchmarks.page import wanted
from benchmarks.searches import PAGES, pit
from benchmarks.writing import lines

_AT_ONCE = 10_000
_OF_A_TENANT = 50
_SIZE = 25


@dataclass(frozen=True, slots=True)
class Plan:
    """What grows, and how long each setting is measured."""

    sizes: Sequence[int]
    clients: Sequence[int] = (1, 8, 32, 1000)
    workers: Sequence[int] = (1, 2, 4)
    tenants: Sequence[int] = (1, 10, 100, 1000)
    seconds: float = 4


@contextmanager
def served(engine: str, workers: int = 1) -> Iterator[tuple[str, tuple[int, ...]]]:
    """The address of a gateway, and the ids of its processes."""
    with servers.gateway(engine, workers) as (url, pid):
        yield url, (pid, *_children(pid))


def _children(pid: int) -> list[int]:
    try:
        return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


async def fill(url: str, tenant: str, start: int, count: int, now: datetime) -> None:
    """Has the tenant hold so many incidents more."""
    async with connected(url, tenant) as gateway:
        for first in range(start, start + count, _AT_ONCE):
            body = lines(incidents(first, min(_AT_ONCE, start + count - first), now))
            answer = await gateway.call("POST", "/_im/incidents/bulkCreate?refresh=true", body, NDJSON)
            assert b'"errors":false' in answer[:100], answer[:500]


def body(now: datetime) -> bytes:
    """The page that is asked for."""
    return orjson.dumps(wanted(Bench("", "", 0, None, "", 0, 0, now)))


async def by_clients(load: Load, held: int, plan: Plan, now: datetime) -> AsyncIterator[Point]:
    """More clients of one process, over so many incidents."""
    sent = body(now)
    for clients in plan.clients:
        # Each of a thousand is to be answered often enough to be compared with the others.
        longer = replace(load, clients=clients, seconds=load.seconds * max(1, clients // 100))
        told = await answered(longer, PAGES, lambda: sent)
        yield _point("clients", told, incidents=held, clients=clients)


async def by_depth(load: Load, held: int) -> AsyncIterator[Point]:
    """Pages by `from`, ever further down a point in time, by one client."""
    bench = Bench("", load.url, 0, None, load.tenants[0], held, 0, datetime.now())
    async with pit(bench) as handle:
        for share in (0, 0.25, 0.5, 0.99):
            depth = int(held * share) // _SIZE * _SIZE
            sent = orjson.dumps({"pit": handle, "from": depth, "size": _SIZE})
            told = await answered(replace(load, clients=1), PAGES, lambda sent=sent: sent)  # type: ignore[misc]
            yield _point("depth", told, incidents=held, depth=depth)


async def with_workers(load: Load, held: int, workers: int, now: datetime) -> Point:
    """32 clients of so many processes."""
    sent = body(now)
    told = await answered(replace(load, clients=32), PAGES, lambda: sent)
    return _point("workers", told, incidents=held, clients=32, workers=workers)


async def by_tenants(load: Load, plan: Plan, prefix: str, now: datetime) -> AsyncIterator[Point]:
    """Eight clients, then as many as there are tenants up to 100, of tenants with fifty incidents each."""
    sent, made = orjson.dumps({"size": _SIZE}), 0
    for count in plan.tenants:
        for number in range(made, count):
            await fill(load.url, f"{prefix}-{number}", 0, _OF_A_TENANT, now)
        made = count
        names = tuple(f"{prefix}-{number}" for number in range(count))
        told = await answered(replace(load, tenants=names, clients=max(8, min(count, 100))), PAGES, lambda: sent)
        yield _point("tenants", told, incidents=_OF_A_TENANT, clients=max(8, min(count, 100)), tenants=count)


async def clear(engine: str, prefix: str) -> None:
    """Deletes what all of it made."""
    await asked(engine, "DELETE", f"/im-incidents-{prefix}*,im-events-{prefix}*?ignore_unavailable=true")


def _point(
    part: str, told: Answered, *, incidents: int, clients: int = 1, workers: int = 1, tenants: int = 1, depth: int = 0
) -> Point:
    setting = (part, incidents, clients, workers, tenants, depth)
    times = (round(told.per_second, 1), round(told.p50, 3), round(told.p99, 3))
    cpu = None if told.cpu is None else round(told.cpu, 1)
    return Point(*setting, *times, cpu, round(told.slowest, 3), told.refused)
