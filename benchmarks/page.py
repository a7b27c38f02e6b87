"""One page of 25 as a front end asks for it: the newest of a few severities, states and days, one custom field."""

from datetime import timedelta
from functools import partial
from typing import Any

import orjson

from benchmarks import latency
from benchmarks.bench import Bench
from benchmarks.connection import asked
from benchmarks.figures import Figure, Measured, compared
from benchmarks.searches import PAGES, Direct, direct, pit
from queries.periods import iso

_REQUESTS = {1: 240, 8: 800}


async def page(bench: Bench) -> list[Figure]:
    """The median time of a page, for one client and for eight, without a point in time and in one."""
    figures = await _in(bench, wanted(bench), "no PIT")
    async with pit(bench) as handle:
        return figures + await _in(bench, {**wanted(bench), "pit": handle}, "PIT")


def wanted(bench: Bench) -> dict[str, Any]:
    """The request's body."""
    severities, statuses = ["critical", "high"], ["new", "in_progress"]
    return {
        "size": 25,
        "start_time": iso(bench.now - timedelta(days=30)),
        "search_query": {
            "bool": {"filter": [{"terms": {"severity": severities}}, {"terms": {"status": statuses}}]},
        },
        "additional_fields": [{"name": "region", "type": "select", "value": "eu-west"}],
    }


async def _in(bench: Bench, body: dict[str, Any], how: str) -> list[Figure]:
    engine = await direct(bench, PAGES, body)
    await _check(bench, body, engine)
    figures: list[Figure] = []
    for clients in _REQUESTS:
        ours = partial(_p50, bench.gateway, bench.tenant, PAGES, orjson.dumps(body), clients)
        theirs = partial(_p50, bench.engine, bench.tenant, engine.path, engine.sent(), clients)
        name = f"page of 25, {how}, {clients} client{'s' * (clients > 1)}"
        figures += await compared(bench, name, "ms", ours, {"the same search": theirs})
    return figures


async def _p50(url: str, tenant: str, path: str, body: bytes, clients: int, _round: int) -> Measured:
    return await latency.p50(url, tenant, path, latency.same(body), requests=_REQUESTS[clients], clients=clients)


async def _check(bench: Bench, body: dict[str, Any], engine: Direct) -> None:
    """Raises AssertionError unless both ways find the same."""
    ours = await asked(bench.gateway, "POST", PAGES, body, tenant=bench.tenant)
    theirs = await asked(bench.engine, "POST", engine.path, engine.body)
    shown, found = [each["_meta"]["id"] for each in ours["docs"]], [each["_id"] for each in theirs["hits"]["hits"]]
    assert shown == found, "the gateway and the engine show different pages"
    assert len(shown) == body["size"], "too few incidents for a full page"
