"""Every operation of every dialect says in its own words, and in time, that the engine cannot.

In time is shown by an answer at all where the engine gives none.
"""

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass

import httpx2
import pytest

from gateway.dialects import DIALECTS
from gateway.dialects.dialect import Dialect
from gateway.dialects.settings import load
from gateway.serving.app import create_app
from tests import faults
from tests.conftest import live
from tests.contracts.conftest import error_of
from tests.contracts.examples.example import Request, Things, filled
from tests.contracts.examples.tables import EACH_DIALECT, MAKERS, forms, named
from tests.faults import Fault, Proxy

pytestmark = pytest.mark.anyio

NEEDS_NO_ENGINE = {"GET /v1/incidents/types", "GET /_im/whoami", "GET /_im/vocabulary"}
MAY_KNOW = {"GET /_im/incidents/changes"}
"""What may be in memory, as somebody else listens or has just listened: that nothing is new."""
TELLS_BY_ITEM = {f"POST /_im/incidents/{each}" for each in ("bulkUpdate", "bulkCreate", "bulkDelete")}
FAULTS: dict[str, Fault] = {
    "the connection breaks": faults.dropped,
    "no answer comes": faults.silent,
    "half the JSON comes as if it were whole": faults.truncated,
    "the engine is not available": faults.failing(503, "cluster_block_exception"),
}


@dataclass(frozen=True)
class Failing:
    """Gateways whose way to the engine can be made to fail, and a tenant with something of everything."""

    patient: httpx2.AsyncClient
    hasty: httpx2.AsyncClient
    """One that waits for an engine that stalls no longer than it must."""
    proxy: Proxy
    requests: dict[str, dict[str, Request]]

    async def answer(self, fault: Fault, request: Request) -> httpx2.Response:
        """The answer."""
        return await request.sent(self.hasty if fault is faults.silent else self.patient)


@pytest.fixture(scope="module")
async def failing(opensearch_url: str) -> AsyncIterator[Failing]:
    tenant = f"f{uuid.uuid4().hex[:12]}"
    async with faults.proxy(opensearch_url) as proxy, AsyncExitStack() as stack:
        settings = [load(opensearch_url=proxy.url, opensearch_timeout=each, opensearch_requests=64) for each in (60, 1)]
        patient, hasty = [await stack.enter_async_context(live(create_app(each))) for each in settings]
        for client in (patient, hasty):
            client.headers["X-Scope-OrgID"] = tenant
        yield Failing(patient, hasty, proxy, {each.name: await valid(patient, tenant, each) for each in DIALECTS})
    httpx2.delete(f"{opensearch_url}/im-incidents-{tenant}.*,im-events-{tenant}.*", timeout=60).raise_for_status()


async def valid(client: httpx2.AsyncClient, tenant: str, dialect: Dialect) -> dict[str, Request]:
    """A request of each operation, which an engine that works would have the gateway grant."""
    things = Things(client, tenant, "word", DIALECTS.index(dialect), MAKERS[dialect.name])
    first = {named(dialect, each): next(iter(forms(dialect, each).values())) for each in dialect.operations}
    return {name: filled(form, await things.of(form)) for name, form in first.items()}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
@EACH_DIALECT
async def test_an_operation_whose_engine_fails(failing: Failing, dialect: Dialect, fault: Fault) -> None:
    requests = failing.requests[dialect.name]
    failing.proxy.fault = fault
    try:
        answers = await asyncio.gather(*(failing.answer(fault, request) for request in requests.values()))
    finally:
        failing.proxy.fault = None
    by_name = dict(zip(requests, answers, strict=True))
    well = {name: answer.text for name, answer in by_name.items() if answer.is_success}
    assert well.keys() - MAY_KNOW == requests.keys() & (NEEDS_NO_ENGINE | TELLS_BY_ITEM)
    assert all('"errors":true' in well[each] for each in well.keys() & TELLS_BY_ITEM)
    failed = {name: error_of(dialect, answer) for name, answer in by_name.items() if name not in well}
    assert {name: status for name, status in failed.items() if status not in {503, 504}} == {}
