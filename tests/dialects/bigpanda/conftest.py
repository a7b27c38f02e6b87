"""A tenant that the tests of one module share, with a clock that they move: making one takes longer than most tests."""

import uuid
from collections.abc import AsyncIterator, Callable, Iterator

import httpx2
import pytest

from gateway.dialects.settings import load
from gateway.incidents.session import Context
from gateway.serving.app import create_app, running
from tests.conftest import live
from tests.dialects.bigpanda.calls import Client, Clock


@pytest.fixture(scope="module")
def clock() -> Clock:
    """The clock of the module's gateway."""
    return Clock()


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
