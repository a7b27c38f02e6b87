"""Fixtures: a real OpenSearch for the run, the gateway in process over it, and a tenant of its own for each test."""

import os
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from datetime import datetime
from typing import Any

import httpx2
import pytest
from hypothesis import HealthCheck, settings
from starlette.applications import Starlette

from gateway.dialects.settings import Settings
from gateway.incidents.session import utc_now
from gateway.serving.app import create_app
from tests.cluster import running_opensearch
from tests.conformance import undescribed, watched

# However busy the machine is, no gateway gives up; what a test says of deadlines, it sets.
os.environ |= {"GATEWAY_OPENSEARCH_TIMEOUT": "100", "GATEWAY_REQUEST_TIMEOUT": "100", "GATEWAY_HOSTS": "gateway"}
# No engine of a test lives long enough to earn what Java's second compiler takes: half of all processor time.
os.environ.setdefault("JDK_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1")

pytest_plugins = ["tests.containment", "tests.purity"]

settings.register_profile("any machine", settings.default, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")

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


@pytest.fixture(scope="session", autouse=True)
def patient_gateways() -> Iterator[None]:
    """Gateways of tests wait for their engine for a minute, however busy the machine is."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GATEWAY_OPENSEARCH_TIMEOUT", "60")
        yield


@pytest.fixture(autouse=True)
def _described() -> Iterator[None]:
    """Fails a test that saw an answer of which the documents say something else."""
    yield
    assert undescribed() == []


@contextmanager
def tenants(url: str) -> Iterator[Callable[[], str]]:
    """Names tenants that nobody else has; what they leave is taken away, as the engine slows with each index."""
    made: list[str] = []

    def name() -> str:
        made.append(f"t{uuid.uuid4().hex[:12]}")
        return made[-1]

    yield name
    for each in made:
        httpx2.delete(f"{url}/im-incidents-{each}*,im-events-{each}*", timeout=60).raise_for_status()


@pytest.fixture
def tenant(opensearch_url: str) -> Iterator[str]:
    """A tenant of the test's own."""
    with tenants(opensearch_url) as new:
        yield new()


@pytest.fixture(scope="module")
def new_tenant(opensearch_url: str) -> Iterator[Callable[[], str]]:
    """Names tenants of the module's own, as making one takes longer than most tests do."""
    with tenants(opensearch_url) as new:
        yield new


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
async def transport(app: Starlette) -> AsyncIterator[httpx2.AsyncBaseTransport]:
    """The way of any number of clients to the application, for as long as its lifespan lasts."""
    described = watched(app)
    async with app.router.lifespan_context(app) as state:

        async def with_state(scope: Any, receive: Any, send: Any) -> None:
            await described(scope | {"state": dict(state or {})}, receive, send)

        yield httpx2.ASGITransport(app=with_state, raise_app_exceptions=False)


@asynccontextmanager
async def live(app: Starlette) -> AsyncIterator[httpx2.AsyncClient]:
    """A client of the application, for as long as its lifespan lasts."""
    async with transport(app) as inner, client_of(inner) as client:
        yield client


def client_of(inner: httpx2.AsyncBaseTransport) -> httpx2.AsyncClient:
    """A client that goes that way."""
    return httpx2.AsyncClient(transport=inner, base_url="http://gateway", timeout=60)


@pytest.fixture
async def client(serve: Serve) -> AsyncIterator[httpx2.AsyncClient]:
    """A client of a gateway with default settings, as the test's tenant."""
    async with serve() as opened:
        yield opened
