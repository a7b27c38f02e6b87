"""A cluster that makes no further index: each dialect says so in its own shape, and which limit it is."""

from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest

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
    ],
)
async def test_a_new_tenant_is_refused_with_the_limit_named(
    client: httpx2.AsyncClient, full: None, path: str, body: dict[str, Any]
) -> None:
    answer = await client.post(path, json=body)
    assert (answer.status_code, NAMED in answer.text) == (503, True), answer.text
