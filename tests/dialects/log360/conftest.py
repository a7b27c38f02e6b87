"""Tenants that the tests of one module share, as making one takes longer than most tests do."""

from collections.abc import AsyncIterator, Callable

import pytest

from gateway.dialects.settings import load
from gateway.serving.app import create_app
from tests.conftest import live
from tests.dialects.log360.calls import Client


@pytest.fixture(scope="module")
async def shared(opensearch_url: str, new_tenant: Callable[[], str]) -> AsyncIterator[Client]:
    """A client of a gateway with default settings, as the module's tenant."""
    async with live(create_app(load(opensearch_url=opensearch_url))) as client:
        client.headers.update({"X-Scope-OrgID": new_tenant(), "User-ID": "ann"})
        yield client
