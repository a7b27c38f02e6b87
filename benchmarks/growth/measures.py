"""What is measured as something grows, all else being equal: a page of 25, as a front end asks for it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from itertools import cycle
from pathlib import Path
from typing import Any

import orjson

from benchmarks import servers
from benchmarks.bench import Bench
from benchmarks.connection import NDJSON, asked, connected
from benchmarks.growth.load import Answered, Body, Load, answered
from benchmarks.growth.piece import Piece
from benchmarks.growth.plan import OF_A_TENANT, SIZE, Setting
from benchmarks.growth.record import Point
from benchmarks.incidents import incidents
from benchmarks.page import wanted
from benchmarks.searches import PAGES, pit
from benchmarks.writing import lines
from gateway.store.names import incidents_of
from queries.periods import iso

_AT_ONCE = 10_000
_PAGES = 40
_BATCH = 10.0
"""Seconds that filling with so many may take; a tenant's few take a second."""


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


async def fill(bench: Bench, count: int, piece: Piece) -> None:
    """Has the tenant hold so many incidents, from where an earlier piece left off. Raises OutOfTime."""
    held = await _held(bench)
    async with connected(bench.gateway, bench.tenant) as gateway:
        # One that was left off within may have been written in part: of it, what is there is refused and stays.
        for first in range(held // _AT_ONCE * _AT_ONCE, count if held < count else 0, _AT_ONCE):
            several = min(_AT_ONCE, count - first)
            piece.spare(max(_BATCH * several / _AT_ONCE, 1))
            body = lines(incidents(first, several, bench.now))
            await gateway.call("POST", "/_im/incidents/bulkCreate?refresh=true", body, NDJSON)
    held = await _held(bench)
    assert held == count, f"{bench.tenant} holds {held:,} incidents, not {count:,}"


async def _held(bench: Bench) -> int:
    path = f"/{incidents_of(bench.tenant)}/_count?ignore_unavailable=true"
    return int((await asked(bench.engine, "GET", path))["count"])


async def filled(bench: Bench, setting: Setting, piece: Piece) -> tuple[str, ...]:
    """The names of the setting's tenants, once they hold what they are to hold. Raises OutOfTime."""
    if setting.part != "tenants":
        await fill(bench, setting.incidents, piece)
        return (bench.tenant,)
    names = tuple(f"{bench.tenant}-t-{number}" for number in range(setting.tenants))
    for name in names:
        await fill(replace(bench, tenant=name), OF_A_TENANT, piece)
    return names


async def measured(bench: Bench, setting: Setting, load: Load) -> Point:
    """What the setting's clients are answered with."""
    if setting.part == "depth":
        async with pit(bench) as handle:
            # With `keep_alive` the engine is asked for the very same page again.
            page = {"pit": handle, "from": setting.depth, "size": SIZE, "keep_alive": "1h"}
            return _point(setting, await answered(load, PAGES, _in_turn([page])))
    page = {"size": SIZE} if setting.part == "tenants" else wanted(bench)
    starts = [bench.now - timedelta(days=30, seconds=second) for second in range(_PAGES)]
    return _point(setting, await answered(load, PAGES, _in_turn([{**page, "start_time": iso(at)} for at in starts])))


def _in_turn(pages: Sequence[dict[str, Any]]) -> Body:
    """One body after the other, so that clients who ask at the same time do not share a search."""
    bodies = cycle([orjson.dumps(page) for page in pages])
    return lambda: next(bodies)


async def clear(engine: str, prefix: str) -> None:
    """Deletes what all of it made."""
    await asked(engine, "DELETE", f"/im-incidents-{prefix}*,im-events-{prefix}*?ignore_unavailable=true")


def _point(setting: Setting, told: Answered) -> Point:
    times = (round(told.per_second, 1), round(told.p50, 3), round(told.p99, 3))
    cpu = None if told.cpu is None else round(told.cpu, 1)
    return Point(*setting, *times, cpu, round(told.slowest, 3), told.refused)
