"""Tenants that the tests of one module share, as making one takes longer than most tests do."""

import uuid
from collections.abc import AsyncIterator, Callable, Iterator

import httpx2
import pytest

from gateway.dialects.settings import load
from gateway.serving.app import create_app
from tests.conftest import live
from tests.dialects.log360.calls import Client


@pytest.fixture(scope="module")
def new_tenant(opensearch_url: str) -> Iterator[Callable[[], str]]:
    """Names a tenant that nobody else has; what it leaves is taken away, as the engine slows with each index."""
    made: list[str] = []

    def name() -> str:
        made.append(f"t{uuid.uuid4().hex[:12]}")
        return made[-1]

    yield name
    for each in made:
        httpx2.delete(f"{opensearch_url}/im-incidents-{each}*,im-events-{each}*", timeout=60).raise_for_status()


@pytest.fixture(scope="module")
async def shared(opensearch_url: str, new_tenant: Callable[[], str]) -> AsyncIterator[Client]:
    """A client of a gateway with default settings, as the module's tenant."""
    async with live(create_app(load(opensearch_url=opensearch_url))) as client:
        client.headers.update({"X-Scope-OrgID": new_tenant(), "User-ID": "ann"})
        yield client
