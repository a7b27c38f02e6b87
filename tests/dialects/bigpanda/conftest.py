"""A tenant that the tests of one module share, with a clock that they move: making one takes longer than most tests."""

from collections.abc import AsyncIterator, Callable

import pytest

from gateway.dialects.settings import load
from gateway.incidents.session import Context
from gateway.serving.app import create_app, running
from tests.clock import Clock
from tests.conftest import live
from tests.dialects.bigpanda.calls import Client


@pytest.fixture(scope="module")
def clock() -> Clock:
    """The clock of the module's gateway."""
    return Clock()


@pytest.fixture(scope="module")
async def shared(opensearch_url: str, new_tenant: Callable[[], str], clock: Clock) -> AsyncIterator[Client]:
    """A client as the module's tenant, of a gateway with the module's clock."""
    async with live(create_app(load(opensearch_url=opensearch_url), clock)) as client:
        client.headers.update({"X-Scope-OrgID": new_tenant(), "User-ID": "ann"})
        yield client


@pytest.fixture(scope="module")
async def ctx(opensearch_url: str, clock: Clock) -> AsyncIterator[Context]:
    """What use cases need, to make what no request can."""
    async with running(load(opensearch_url=opensearch_url), clock) as gateway:
        yield gateway.ctx
