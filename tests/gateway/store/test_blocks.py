"""Writes that meet a block: refused at once where somebody else blocks, else waiting for who reindexes."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest

from queries.periods import iso
from tests.conftest import Serve

pytestmark = pytest.mark.anyio

Client = httpx2.AsyncClient
PATH = "/_im/incidents"


@pytest.fixture
async def engine(opensearch_url: str) -> AsyncIterator[Client]:
    async with Client(base_url=opensearch_url, timeout=60) as client:
        yield client


async def block(engine: Client, tenant: str, minutes: float | None) -> None:
    """Blocks the tenant's incidents, as who reindexes does, to be done within these minutes, or as anybody else."""
    if minutes is not None:
        until = iso(datetime.now(UTC) + timedelta(minutes=minutes))
        entry = {"kind": "reindex", "tenant": tenant, "until": until}
        (await engine.put(f"/im-registry/_doc/reindex:{tenant}", json=entry)).raise_for_status()
    (await engine.put(f"/im-incidents-{tenant}/_block/write")).raise_for_status()


async def unblock(engine: Client, tenant: str) -> None:
    settings = {"index.blocks.write": None}
    (await engine.put(f"/im-incidents-{tenant}/_settings", json=settings)).raise_for_status()


async def made(client: Client) -> None:
    for each in ("a", "b"):
        (await client.post(f"{PATH}/{each}", json={"title": "t"})).raise_for_status()


@pytest.mark.parametrize(
    ("minutes", "statuses"),
    [
        # What is to be deleted is written down first, so that a refusal of the rest would not be all of the truth.
        pytest.param(None, [503, 503, 503, 504], id="somebody else's: refused at once"),
        pytest.param(-1, [201, 200, 200, 200], id="of who ended amid a swap: taken away"),
    ],
)
async def test_a_block_is(
    serve: Serve, engine: Client, tenant: str, minutes: float | None, statuses: list[int]
) -> None:
    async with serve() as client:
        await made(client)
        await block(engine, tenant, minutes)
        line = b'{"_meta":{"id":"a"},"reviewer":"bob"}\n'
        bulk: dict[str, Any] = {"content": line, "headers": {"Content-Type": "application/x-ndjson"}}
        answers = [
            await client.post(f"{PATH}/c", json={"title": "t"}),
            await client.put(f"{PATH}/a", json={"reviewer": "ann"}),
            await client.post(f"{PATH}/bulkUpdate", **bulk),
            await client.delete(f"{PATH}/b"),
        ]
        items = [item["status"] for each in answers[2].json()["items"] for item in each.values()]
        told = [items[0] if i == 2 else each.status_code for i, each in enumerate(answers)]
    assert told == statuses


async def test_a_write_waits_for_the_swap(serve: Serve, engine: Client, tenant: str) -> None:
    async with serve() as client:
        await made(client)
        await block(engine, tenant, 1)
        writes = [
            asyncio.create_task(client.put(f"{PATH}/a", json={"reviewer": "ann"})),
            asyncio.create_task(client.delete(f"{PATH}/b")),
        ]
        for _ in range(5):
            assert (await client.get(f"{PATH}/a")).is_success
        assert not any(each.done() for each in writes)
        await unblock(engine, tenant)
        assert [(await each).status_code for each in writes] == [200, 200]


async def test_one_whose_time_is_over_first_is_refused_and_not_done(serve: Serve, engine: Client, tenant: str) -> None:
    async with serve() as client, serve(request_timeout=1.5) as hasty:
        await made(client)
        await block(engine, tenant, 1)
        answer = await hasty.put(f"{PATH}/a", json={"reviewer": "ann"})
        await unblock(engine, tenant)
        assert (answer.status_code, answer.headers.get("Retry-After")) == (503, "1"), answer.text
        assert "reviewer" not in (await client.get(f"{PATH}/a")).json()
