"""Tenants that the tests of this dialect share, as making one takes longer than most tests do."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

import httpx2
import pytest

from gateway.dialects.settings import load
from gateway.serving.app import create_app
from tests.conftest import live, tenants
from tests.dialects.incidents_v1.calls import CORPUS, FOREIGN, NOW, Client, made


@pytest.fixture(scope="session")
def shared_tenant(opensearch_url: str) -> Iterator[str]:
    """The tenant that they share."""
    with tenants(opensearch_url) as new:
        yield new()


@pytest.fixture(scope="session")
async def shared(opensearch_url: str, shared_tenant: str) -> AsyncIterator[Client]:
    """A client of a gateway with default settings, as the shared tenant."""
    async with live(create_app(load(opensearch_url=opensearch_url))) as client:
        client.headers["X-Scope-OrgID"] = shared_tenant
        yield client


@pytest.fixture(scope="session")
async def corpus(opensearch_url: str, shared_tenant: str) -> AsyncIterator[Client]:
    """The same as a tenant that has the incidents a to e, made in this order, b acknowledged; nobody changes them."""
    async with live(create_app(load(opensearch_url=opensearch_url), lambda: NOW)) as client:
        client.headers["X-Scope-OrgID"] = f"{shared_tenant}-corpus"
        numbers = {name: await made(client, name, fields) for name, fields in CORPUS.items()}
        acknowledged = await client.post(f"/v1/incidents/{numbers['b']}/acknowledge", headers={"User-ID": "ann"})
        assert acknowledged.status_code == 200
        foreign = await client.post("/_im/incidents?refresh=true", json=FOREIGN)
        assert foreign.status_code == 201
        yield client


@pytest.fixture
async def refreshed(opensearch_url: str, tenant: str) -> AsyncIterator[Callable[[], Awaitable[None]]]:
    """Makes what was written visible to lists and statistics."""
    async with httpx2.AsyncClient(base_url=opensearch_url, timeout=60) as engine:

        async def refresh() -> None:
            (await engine.post(f"/im-incidents-{tenant}/_refresh")).raise_for_status()

        yield refresh
