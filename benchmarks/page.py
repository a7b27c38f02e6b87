"""One page of 25 as a front end asks for it: the newest of a few severities, states and days, one custom field."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

import orjson

from benchmarks import latency
from benchmarks.bench import Bench
from benchmarks.connection import asked
from benchmarks.figures import Figure, Measured, Turn, accounted, compared
from benchmarks.peers import Peer, peers
from benchmarks.searches import PAGES, direct, pit
from queries.periods import iso

_REQUESTS = {1: 240, 8: 800}
_SIZE = 25
_GATEWAY, _ENGINE = "the gateway", "the same search"


@dataclass(frozen=True, slots=True)
class Way:
    """Where the page is asked for, and how; the process, where its processor time is measured with the rest."""

    url: str
    path: str
    body: dict[str, Any]
    pid: int | None = None


async def page(bench: Bench) -> list[Figure]:
    """The median time of a page, for one client and for eight, without a point in time and again in one."""
    with peers(bench.engine) as running:
        figures = await _in(bench, wanted(bench), "no PIT", running)
    async with pit(bench) as handle:
        return figures + await _in(bench, {**wanted(bench), "pit": handle}, "again in a PIT", {})


def wanted(bench: Bench) -> dict[str, Any]:
    """The request's body."""
    severities, statuses = ["critical", "high"], ["new", "in_progress"]
    return {
        "size": _SIZE,
        "start_time": iso(bench.now - timedelta(days=30)),
        "search_query": {
            "bool": {"filter": [{"terms": {"severity": severities}}, {"terms": {"status": statuses}}]},
        },
        "additional_fields": [{"name": "region", "type": "select", "value": "eu-west"}],
    }


async def _in(bench: Bench, body: dict[str, Any], how: str, running: Mapping[str, Peer]) -> list[Figure]:
    others = await ways(bench, body, running)
    ours = others.pop(_GATEWAY)
    figures: list[Figure] = []
    for clients in _REQUESTS:
        name = f"page of 25, {how}, {clients} client{'s' * (clients > 1)}"
        turns = {against: _turn(bench, way, clients) for against, way in others.items()}
        figures += await compared(bench, name, "ms", _turn(bench, ours, clients), turns)
    return figures


async def ways(bench: Bench, body: dict[str, Any], running: Mapping[str, Peer]) -> dict[str, Way]:
    """The ways to the same page, the gateway first. Raises AssertionError unless all show it, and it is full."""
    search = await direct(bench, PAGES, body)
    sides = {_GATEWAY: Way(bench.gateway, PAGES, body), _ENGINE: Way(bench.engine, search.path, search.body)}
    for name, peer in running.items():
        sides[name] = Way(peer.url, *(PAGES, body) if peer.translates else (search.path, search.body), peer.pid)
    pages = {name: await _ids(bench, way) for name, way in sides.items()}
    for name, ids in pages.items():
        assert ids == pages[_GATEWAY], f"{name} shows another page than the gateway"
        assert len(ids) == _SIZE, "too few incidents for a full page"
    return sides


def _turn(bench: Bench, way: Way, clients: int) -> Turn:
    turn = partial(_p50, bench.tenant, way, clients)
    return turn if way.pid is None else partial(accounted, way.pid, turn)


async def _p50(tenant: str, way: Way, clients: int, _round: int) -> Measured:
    body = latency.same(orjson.dumps(way.body))
    return await latency.p50(way.url, tenant, way.path, body, requests=_REQUESTS[clients], clients=clients)


async def _ids(bench: Bench, way: Way) -> list[str]:
    answer = await asked(way.url, "POST", way.path, way.body, tenant=bench.tenant)
    if "docs" in answer:
        return [each["_meta"]["id"] for each in answer["docs"]]
    return [each["_id"] for each in answer["hits"]["hits"]]
