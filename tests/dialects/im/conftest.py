"""A tenant that the tests of one module share, as making one takes longer than most tests do."""

from collections.abc import AsyncIterator, Callable, Iterator

import httpx2
import pytest

from gateway.dialects.settings import load
from gateway.serving.app import create_app
from tests import faults
from tests.conftest import live
from tests.dialects.im.calls import Client
from tests.faults import Proxy


@pytest.fixture(scope="module")
def shared_tenant(opensearch_url: str, new_tenant: Callable[[], str]) -> Iterator[str]:
    """A tenant that no other module has."""
    name = new_tenant()
    yield name
    unregister(opensearch_url, name)


@pytest.fixture(scope="module")
async def shared(opensearch_url: str, shared_tenant: str) -> AsyncIterator[Client]:
    """A client of a gateway with default settings, as the module's tenant."""
    async with live(create_app(load(opensearch_url=opensearch_url))) as client:
        client.headers["X-Scope-OrgID"] = shared_tenant
        yield client


@pytest.fixture
def tenant(opensearch_url: str, tenant: str) -> Iterator[str]:
    """A tenant that nobody else has."""
    yield tenant
    unregister(opensearch_url, tenant)


def unregister(opensearch_url: str, tenant: str) -> None:
    """Takes a tenant's entries out of the registry, where its points in time count on against those of all."""
    with httpx2.Client(base_url=opensearch_url, timeout=60) as engine:
        own = {"query": {"term": {"tenant": tenant}}}
        engine.post("/im-registry/_refresh").raise_for_status()
        engine.post("/im-registry/_delete_by_query?conflicts=proceed", json=own).raise_for_status()


@pytest.fixture
async def proxy(opensearch_url: str) -> AsyncIterator[Proxy]:
    """A proxy before the engine, without a fault yet."""
    async with faults.proxy(opensearch_url) as opened_proxy:
        yield opened_proxy


@pytest.fixture
async def proxied(proxy: Proxy, shared: Client) -> AsyncIterator[Client]:
    """A client of the module's tenant, of a gateway behind the proxy."""
    async with live(create_app(load(opensearch_url=proxy.url))) as client:
        client.headers["X-Scope-OrgID"] = shared.headers["X-Scope-OrgID"]
        yield client
