"""What an incident carries is found without it too, once the engine answers again or another gateway has noticed."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import httpx2
import pytest

from gateway.dialects.settings import load
from gateway.serving.app import running
from queries.periods import iso
from tests import faults
from tests.live import bench as benches
from tests.live.bench import INCIDENTS, Bench
from tests.live.test_truth import bulk_of

pytestmark = [pytest.mark.anyio, pytest.mark.outside]

ALERT = {"alert_id": "found-alone", "description": "d"}


@pytest.fixture
async def bench(opensearch_url: str) -> AsyncIterator[Bench]:
    async with benches.opened(opensearch_url) as opened:
        yield opened


@pytest.fixture
async def engine(opensearch_url: str) -> AsyncIterator[httpx2.AsyncClient]:
    async with httpx2.AsyncClient(base_url=opensearch_url, timeout=60) as client:
        yield client


async def attach_unpublished(bench: Bench) -> str:
    """An alert that the incident alone has; the path of where it is to be."""
    bench.proxy.fault, bench.proxy.hits = faults.failing(503, "cluster_block_exception"), bulk_of("im-events")
    (await bench.client.post(f"{INCIDENTS}/a/alerts", json=ALERT)).raise_for_status()
    return f"/im-events-{bench.client.headers['X-Scope-OrgID']}/_doc/alert-{ALERT['alert_id']}"


async def until_there(engine: httpx2.AsyncClient, path: str) -> None:
    async with asyncio.timeout(60):
        while (await engine.get(path)).status_code != 200:
            await asyncio.sleep(0.05)


async def test_what_could_not_be_published_is_once_the_engine_answers(bench: Bench, engine: httpx2.AsyncClient) -> None:
    path = await attach_unpublished(bench)
    assert (await engine.get(path)).status_code == 404
    bench.proxy.fault = None
    await until_there(engine, path)


async def test_what_a_gateway_left_that_was_killed_is_published_by_another(
    bench: Bench, engine: httpx2.AsyncClient, opensearch_url: str
) -> None:
    path, now = await attach_unpublished(bench), datetime.now(UTC)
    dead = {"kind": "running", "created_at": iso(now)}
    (await engine.put("/im-registry/_doc/running:dead?refresh=true", json=dead)).raise_for_status()
    async with running(load(opensearch_url=opensearch_url), lambda: now + timedelta(minutes=5)):
        await until_there(engine, path)
        async with asyncio.timeout(60):
            while (await engine.get("/im-registry/_doc/running:dead")).status_code == 200:
                await asyncio.sleep(0.05)


async def test_one_that_ends_cleanly_leaves_nothing_to_be_noticed(
    engine: httpx2.AsyncClient, opensearch_url: str
) -> None:
    async def entries() -> set[str]:
        await engine.post("/im-registry/_refresh")
        asked = {"query": {"term": {"kind": "running"}}, "size": 1000}
        hits = (await engine.post("/im-registry/_search", json=asked)).json()["hits"]["hits"]
        return {hit["_id"] for hit in hits}

    before = await entries()
    async with running(load(opensearch_url=opensearch_url)):
        async with asyncio.timeout(60):
            while await entries() <= before:
                await asyncio.sleep(0.05)
    assert await entries() <= before
