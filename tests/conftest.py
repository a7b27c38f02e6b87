"""Fixtures: a real OpenSearch for the run, the gateway in process over it, and a tenant of its own for each test."""

import os
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime
from typing import Any

import httpx2
import pytest
from starlette.applications import Starlette

from gateway.dialects.settings import Settings
from gateway.incidents.session import utc_now
from gateway.serving.app import create_app
from tests.cluster import running_opensearch

# However busy the machine is, no gateway gives up; what a test says of deadlines, it sets.
os.environ |= {"GATEWAY_OPENSEARCH_TIMEOUT": "100", "GATEWAY_REQUEST_TIMEOUT": "100"}

Serve = Callable[..., AbstractAsyncContextManager[httpx2.AsyncClient]]


@pytest.fixture(scope="session")
def opensearch_url() -> Iterator[str]:
    """Where a real OpenSearch answers; there is no run without one."""
    with running_opensearch() as url:
        yield url


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Async tests run on asyncio, as the gateway does."""
    return "asyncio"


@pytest.fixture
def tenant(opensearch_url: str) -> Iterator[str]:
    """A tenant that nobody else has; what it leaves is taken away, as the engine slows with each index."""
    name = f"t{uuid.uuid4().hex[:12]}"
    yield name
    httpx2.delete(f"{opensearch_url}/im-incidents-{name}*,im-events-{name}*", timeout=30).raise_for_status()


@pytest.fixture
def serve(opensearch_url: str, tenant: str) -> Serve:
    """Opens a client of a gateway of its own, with the settings and the clock given, as the test's tenant."""

    @asynccontextmanager
    async def opened(
        clock: Callable[[], datetime] = utc_now, headers: dict[str, str] | None = None, **settings: Any
    ) -> AsyncIterator[httpx2.AsyncClient]:
        app = create_app(Settings(opensearch_url=opensearch_url, **settings), clock)
        async with live(app) as client:
            client.headers.update({"X-Scope-OrgID": tenant} if headers is None else headers)
            yield client

    return opened


@asynccontextmanager
async def live(app: Starlette) -> AsyncIterator[httpx2.AsyncClient]:
    """A client of the application, for as long as its lifespan lasts."""
    async with app.router.lifespan_context(app) as state:

        async def with_state(scope: Any, receive: Any, send: Any) -> None:
            await app(scope | {"state": dict(state or {})}, receive, send)

        transport = httpx2.ASGITransport(app=with_state, raise_app_exceptions=False)
        async with httpx2.AsyncClient(transport=transport, base_url="http://gateway", timeout=60) as client:
            yield client


@pytest.fixture
async def client(serve: Serve) -> AsyncIterator[httpx2.AsyncClient]:
    """A client of a gateway with default settings, as the test's tenant."""
    async with serve() as opened:
        yield opened
