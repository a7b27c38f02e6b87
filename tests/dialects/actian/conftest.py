"""Tenants that tests share, each with a clock that they set: one of the folder's, and one of each module's own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from gateway.dialects.settings import load
from gateway.serving.app import create_app
from tests.clock import Clock
from tests.conftest import live, tenants
from tests.dialects.actian.calls import Client


@pytest.fixture(scope="session")
def clock() -> Clock:
    """The clock of the shared tenant's gateway."""
    return Clock()


@pytest.fixture(scope="session")
async def shared(opensearch_url: str, clock: Clock) -> AsyncIterator[Client]:
    """A client as a tenant that other tests write to as well."""
    async with _serving(opensearch_url, clock) as client:
        yield client


@pytest.fixture(scope="module")
def own_clock() -> Clock:
    """The clock of the module's own tenant's gateway."""
    return Clock()


@pytest.fixture(scope="module")
async def own(opensearch_url: str, own_clock: Clock) -> AsyncIterator[Client]:
    """A client as a tenant that only the module's tests write to."""
    async with _serving(opensearch_url, own_clock) as client:
        yield client


@asynccontextmanager
async def _serving(url: str, clock: Clock) -> AsyncIterator[Client]:
    with tenants(url) as new:
        async with live(create_app(load(opensearch_url=url), clock)) as client:
            client.headers.update({"X-Scope-OrgID": new(), "User-ID": "ann"})
            yield client
