"""Every operation of every dialect says in its own words, and in time, that the engine cannot.

In time is shown by an answer at all where the engine gives none.
"""

import asyncio
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass

import httpx2
import pytest

from gateway.dialects import DIALECTS
from gateway.dialects.dialect import Dialect, Operation
from gateway.dialects.settings import load
from gateway.serving.app import create_app
from tests import faults
from tests.conftest import live
from tests.contracts.test_every_dialect import BIGPANDA, furnished, paths_of
from tests.faults import Fault, Proxy

pytestmark = pytest.mark.anyio

NEEDS_NO_ENGINE = {"GET /v1/incidents/types"}
TELLS_BY_ITEM = {"POST /_im/incidents/bulkUpdate", "POST /_im/incidents/bulkCreate"}
FAULTS: dict[str, Fault] = {
    "the connection breaks": faults.dropped,
    "no answer comes": faults.silent,
    "half the JSON comes as if it were whole": faults.truncated,
    "the engine is not available": faults.failing(503, "cluster_block_exception"),
}


@dataclass(frozen=True)
class Failing:
    """Gateways whose way to the engine can be made to fail, and a tenant that has something of everything."""

    patient: httpx2.AsyncClient
    hasty: httpx2.AsyncClient
    """One that waits for an engine that stalls no longer than it must."""
    proxy: Proxy
    tenant: str
    ids: dict[str, str]

    def calls(self, dialect: Dialect) -> Iterator[tuple[Operation, str]]:
        """Each operation, with the ids of what is there."""
        for operation in dialect.operations:
            paths = paths_of(dialect, operation, self.tenant, self.ids)
            yield operation, paths[1] if len(paths) > 1 and dialect.name == "bigpanda" else paths[0]

    async def told(self, fault: Fault, operation: Operation, path: str) -> httpx2.Response:
        """The answer."""
        headers = {"content-type": operation.media_types[0]} if operation.example else {}
        query = {"status": "OPEN", "source": "x"} if "stats" in path or "scan" in path else {}
        client = self.hasty if fault is faults.silent else self.patient
        return await client.request(operation.method, path, params=query, content=operation.example, headers=headers)


@pytest.fixture(scope="module")
async def failing(opensearch_url: str) -> AsyncIterator[Failing]:
    tenant = f"f{uuid.uuid4().hex[:12]}"
    async with faults.proxy(opensearch_url) as proxy, AsyncExitStack() as stack:
        settings = [load(opensearch_url=proxy.url, opensearch_timeout=each, opensearch_requests=64) for each in (60, 1)]
        patient, hasty = [await stack.enter_async_context(live(create_app(each))) for each in settings]
        for client in (patient, hasty):
            client.headers["X-Scope-OrgID"] = tenant
        ids = await furnished(patient)
        await patient.post(f"{BIGPANDA}/environments", json={"name": "x", "filter": "host = x"})
        yield Failing(patient, hasty, proxy, tenant, ids)
    httpx2.delete(f"{opensearch_url}/im-incidents-{tenant},im-events-{tenant}", timeout=60).raise_for_status()


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.name)
async def test_an_operation_whose_engine_fails(failing: Failing, dialect: Dialect, fault: Fault) -> None:
    calls = list(failing.calls(dialect))
    failing.proxy.fault = fault
    try:
        answers = await asyncio.gather(*(failing.told(fault, *each) for each in calls))
    finally:
        failing.proxy.fault = None
    told = {f"{operation.method} {path}": each for (operation, path), each in zip(calls, answers, strict=True)}
    # A body may be refused before the engine is asked.
    failed = {name: answer for name, answer in told.items() if answer.status_code >= 500}
    assert {name: answer.status_code for name, answer in failed.items() if answer.status_code not in {503, 504}} == {}
    assert dialect.error_model is not None
    for answer in failed.values():
        dialect.error_model.model_validate(answer.json())
    well = {name: answer.text for name, answer in told.items() if answer.is_success}
    assert well.keys() <= NEEDS_NO_ENGINE | TELLS_BY_ITEM, well
    assert all('"errors":true' in well[each] for each in well.keys() & TELLS_BY_ITEM)
    assert len(failed) >= 0.5 * len(calls)
