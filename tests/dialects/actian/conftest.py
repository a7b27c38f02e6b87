"""Tenants that the tests of one module share, with a clock that the tests set."""

import uuid
from collections.abc import AsyncIterator

import pytest

from gateway.app import create_app
from gateway.settings import load
from tests.conftest import live
from tests.dialects.actian.calls import Client, Clock


@pytest.fixture(scope="module")
def clock() -> Clock:
    """The clock of the module's gateway."""
    return Clock()


@pytest.fixture(scope="module")
async def shared(opensearch_url: str, clock: Clock) -> AsyncIterator[Client]:
    """A client of a gateway with default settings, as the module's tenant."""
    async with live(create_app(load(opensearch_url=opensearch_url), clock)) as client:
        client.headers.update({"X-Scope-OrgID": f"t{uuid.uuid4().hex[:12]}", "User-ID": "ann"})
        yield client
