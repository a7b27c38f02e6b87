"""Reads of a tenant whose indices are just being made by another request: they find nothing yet, or what is there."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable

import httpx2
import pytest
from starlette.applications import Starlette

from gateway.dialects import DIALECTS
from gateway.dialects.dialect import Operation
from gateway.dialects.settings import load
from gateway.serving.app import create_app
from tests.conftest import client_of, transport

pytestmark = pytest.mark.anyio

ROUNDS = 3
PIT = "/_im/incidents/pit"
WORDS = {
    "environment_id": "all",
    "incident_id": "5f7f04f3b7b9b84f4d0b5b2c",
    "name": "severity",
    "field": "severity",
    "type": "INCIDENT",
}
QUERIES = {
    "/_im/incidents/changes": "?wait=0",
    "/_im/incidents": "?ids=a,b",
    "/v1/incidents/stats/current": "?status=OPEN",
    "/v1/incidents/stats/current/priorities": "?status=OPEN",
    "/v1/scan-reports": "?source=s",
    "/resources/v2.0/rcc": "?change_id=1",
}
READS = [(each, dialect.path_of(each)) for dialect in DIALECTS for each in dialect.operations if each.scope == "read"]
"""Every operation that only reads, with its path."""


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
            answers = await asyncio.gather(*(_read(client, *each) for each in READS))
            for (_, path), answer in zip(READS, answers, strict=True):
                if answer.status_code >= 500:
                    yield path, answer.text
        assert [each.status_code for each in await made] == [201] * len(writes)


async def _read(client: httpx2.AsyncClient, operation: Operation, path: str) -> httpx2.Response:
    """What is read; a point in time is given back."""
    tenant = client.headers["X-Scope-OrgID"]
    target = re.sub(r"\{(\w+)\}", lambda name: tenant if name[1] == "tenant" else WORDS.get(name[1], "1"), path)
    kind = {"Content-Type": operation.media_types[0]} if operation.example else {}
    target += QUERIES.get(path, "")
    answer = await client.request(operation.method, target, content=operation.example, headers=kind)
    if path == PIT and answer.is_success:
        await client.request("DELETE", PIT, params={"id": answer.json()["id"]})
    return answer
