"""Reads of a tenant whose indices are just being made by another request: they find nothing yet, or what is there."""

import asyncio
from collections.abc import AsyncIterator, Callable

import httpx2
import pytest
from starlette.applications import Starlette

from gateway.dialects.settings import load
from gateway.serving.app import create_app
from tests.conftest import client_of, transport

pytestmark = pytest.mark.anyio

ROUNDS = 6
PIT = "/_im/incidents/pit"
READS = (
    "/_im/incidents/a",
    "/_im/incidents",
    "/_im/incidents?ids=a,b",
    "/_im/incidents/a/activities",
    PIT,
    "/_im/incidents/changes?wait=0",
    "/_im/fields",
    "/v1/incidents",
    "/v1/incidents/1",
    "/resources/v2.0/environments/all/incidents",
    "/api/backend/TENANT/incidents",
)


@pytest.fixture
def app(opensearch_url: str) -> Starlette:
    """A gateway with default settings."""
    return create_app(load(opensearch_url=opensearch_url))


async def test_no_read_is_refused_for_an_index_that_is_being_made(
    app: Starlette, new_tenant: Callable[[], str]
) -> None:
    async with transport(app) as inner:
        refused = [each for _ in range(ROUNDS) async for each in _refused(inner, new_tenant())]
    assert refused == []


async def _refused(inner: httpx2.AsyncBaseTransport, tenant: str) -> AsyncIterator[tuple[str, str]]:
    """What reads of the tenant are told in the engine's stead, from before its first write to after it."""
    async with client_of(inner) as client:
        client.headers["X-Scope-OrgID"] = tenant
        writes = [asyncio.create_task(client.post(f"/_im/incidents/{each}", json={"title": "t"})) for each in "abcd"]
        made = asyncio.gather(*writes)
        over = False
        while not over:
            over = made.done()
            answers = await asyncio.gather(*(_read(client, path) for path in READS))
            for path, answer in zip(READS, answers, strict=True):
                if answer.status_code not in {200, 404}:
                    yield path, answer.text
        assert [each.status_code for each in await made] == [201] * len(writes)


async def _read(client: httpx2.AsyncClient, path: str) -> httpx2.Response:
    """What is read; a point in time is given back."""
    answer = await client.get(path.replace("TENANT", client.headers["X-Scope-OrgID"]))
    if path == PIT and answer.is_success:
        await client.request("DELETE", PIT, params={"id": answer.json()["id"]})
    return answer
