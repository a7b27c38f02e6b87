"""A gateway whose way to the engine can be made to fail, calls of every kind, and what they are told."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx2

from gateway.dialects.settings import load
from gateway.serving.app import create_app
from tests import faults
from tests.conftest import live
from tests.faults import Proxy
from tests.live import loading
from tests.live.loading import SEARCH, Json, lines

INCIDENTS = "/_im/incidents"
RESULT = "/_im/aggregations/results/rule/r1"
Call = Callable[[httpx2.AsyncClient, "Ids"], Awaitable[httpx2.Response]]


@dataclass(frozen=True)
class Ids:
    """What a call is about: an incident of its own, its number, and the point in time opened before."""

    own: str
    number: int
    pit: str


def updates(ids: Ids) -> list[Json]:
    return [{"_meta": {"id": each}, "seen": ids.number} for each in ("a", "b", "c")]


READS: dict[str, Call] = {
    "get": lambda client, ids: client.get(f"{INCIDENTS}/a"),
    "matrix": lambda client, ids: client.get(f"{INCIDENTS}/a/mitre"),
}
SEARCHES: dict[str, Call] = {
    "search": lambda client, ids: client.post(SEARCH, json={"with_total_docs": True}),
    "list": lambda client, ids: client.get(INCIDENTS),
    "stats": lambda client, ids: client.post(f"{SEARCH}/stats/severity"),
    "search in a point in time": lambda client, ids: client.post(SEARCH, json={"pit": ids.pit}),
    "stats in a point in time": lambda client, ids: client.post(f"{SEARCH}/stats/severity", json={"pit": ids.pit}),
    "point in time": lambda client, ids: client.get(f"{INCIDENTS}/pit", params={"keep_alive": "20s"}),
    "export": lambda client, ids: client.get(f"{INCIDENTS}/export", params={"keep_alive": "20s"}),
    "notes": lambda client, ids: client.get(f"{INCIDENTS}/a/notes"),
    "results": lambda client, ids: client.get("/_im/aggregations/results"),
    "sync": lambda client, ids: client.put(f"{RESULT}?sync=true", json={"severity": "low"}),
}
WRITES: dict[str, Call] = {
    "create": lambda client, ids: client.post(f"{INCIDENTS}/{ids.own}", json={"title": "new"}),
    "update": lambda client, ids: client.put(f"{INCIDENTS}/a", json={"seen": ids.number}),
    "note": lambda client, ids: client.post(f"{INCIDENTS}/a/notes", json={"body": "noted"}),
    "alert": lambda client, ids: client.post(f"{INCIDENTS}/b/alerts", json={"status": "critical"}),
}
BULKS: dict[str, Call] = {
    "bulkUpdate": lambda client, ids: client.post(f"{INCIDENTS}/bulkUpdate", **lines(updates(ids))),
    "bulkCreate": lambda client, ids: client.post(f"{INCIDENTS}/bulkCreate", **lines([{"title": "t"}] * 3)),
}
CALLS = READS | SEARCHES | WRITES | BULKS


@dataclass(frozen=True)
class Bench:
    """A gateway whose way to the engine can be made to fail, another with a way of its own, and a point in time."""

    client: httpx2.AsyncClient
    direct: httpx2.AsyncClient
    proxy: Proxy
    pit: str


@asynccontextmanager
async def opened(url: str, deadline: float = 60, **settings: Any) -> AsyncIterator[Bench]:
    """A bench with three incidents, two of them in an aggregation result; its gateway answers nothing from memory."""
    rows = [{"_meta": {"id": each}, "title": each, "severity": "high", "seen": 0} for each in ("a", "b", "c")]
    async with faults.proxy(url) as proxy, loading.gateways(url, 1) as [direct]:
        await loading.create(direct, rows)
        result = await direct.post(RESULT, json={"title": "r", "incident_ids": ["a", "b"]})
        assert result.status_code == 201
        settings = {"opensearch_timeout": deadline, "snapshot_memory": 0, **settings}
        app = create_app(load(opensearch_url=proxy.url, **settings))
        async with live(app) as client:
            client.headers["X-Scope-OrgID"] = direct.headers["X-Scope-OrgID"]
            yield Bench(client, direct, proxy, await loading.open_pit(direct))


async def asked(bench: Bench, calls: dict[str, Call], number: int) -> dict[str, httpx2.Response]:
    """The answers to all calls at once."""
    ids = Ids(f"n{uuid.uuid4().hex}", number, bench.pit)
    answers = await asyncio.gather(*(call(bench.client, ids) for call in calls.values()))
    return dict(zip(calls, answers, strict=True))


def told(answer: httpx2.Response) -> set[tuple[int, str]]:
    """(status, type) of the error, or of those of each item; whole answers are (status, `ok`)."""
    said = answer.json() if answer.headers["content-type"] == "application/json" else {}
    items = [next(iter(each.values())) for each in said.get("items", []) if answer.status_code == 200]
    found = {(each["status"], each["error"]["type"] if "error" in each else "ok") for each in items}
    return found or {(answer.status_code, said["error"]["type"] if answer.is_error else "ok")}
