"""A stage for each test, and one whose way to the engine can be made to fail."""

from collections.abc import AsyncIterator

import pytest

from tests import faults
from tests.faults import Proxy
from tests.gateway.alerts.stage import Stage, staged


@pytest.fixture
async def stage(opensearch_url: str, tenant: str) -> AsyncIterator[Stage]:
    """A stage where a lease lapses by its own clock alone."""
    async with staged(opensearch_url, tenant, lease=60, lease_watch=0) as opened:
        yield opened


@pytest.fixture
async def proxy(opensearch_url: str) -> AsyncIterator[Proxy]:
    """A proxy before the engine, without a fault yet."""
    async with faults.proxy(opensearch_url) as opened:
        yield opened


@pytest.fixture
async def proxied(proxy: Proxy, tenant: str) -> AsyncIterator[Stage]:
    """The same behind the proxy."""
    async with staged(proxy.url, tenant, lease=60, lease_watch=0) as opened:
        yield opened
