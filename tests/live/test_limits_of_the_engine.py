"""A cluster that makes no further index: each dialect that writes says so in its own shape, and which limit it is."""

from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest

from tests.contracts.faces import V1_BODY

pytestmark = pytest.mark.anyio

NAMED = "the engine is at its limit of shards (cluster.max_shards_per_node) and makes no further index"
LIMIT = "cluster.max_shards_per_node"


@pytest.fixture
async def full(opensearch_url: str) -> AsyncIterator[None]:
    """A cluster that holds as many shards as it may."""
    async with httpx2.AsyncClient(base_url=opensearch_url, timeout=60) as engine:

        async def limit(most: int | None) -> None:
            (await engine.put("/_cluster/settings", json={"persistent": {LIMIT: most}})).raise_for_status()

        await limit(1)
        yield
        await limit(None)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        pytest.param("/_im/incidents/a", {"title": "t"}, id="_im"),
        pytest.param("/data/v2/alerts", {"app_key": "k", "status": "critical", "host": "h"}, id="bigpanda"),
        pytest.param(
            "/v1/incidents", V1_BODY | {"title": "t", "severity": "Sev2", "status": "OPEN"}, id="incidents_v1"
        ),
        pytest.param("/api/v2/incident", {"name": "t"}, id="log360"),
    ],
)
async def test_a_new_tenant_is_refused_with_the_limit_named(
    client: httpx2.AsyncClient, full: None, path: str, body: dict[str, Any]
) -> None:
    answer = await client.post(path, json=body)
    assert (answer.status_code, NAMED in answer.text) == (503, True), answer.text


async def test_a_dialect_that_only_reads_needs_no_room(client: httpx2.AsyncClient, full: None, tenant: str) -> None:
    answer = await client.get(f"/api/backend/{tenant}/incidents")
    assert (answer.status_code, answer.json()) == (200, [])
