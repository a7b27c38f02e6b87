"""Every operation of every dialect says in its own words, and in time, that the engine cannot."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator

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

DEADLINE, SLACK = 1.0, 1.0

NEEDS_NO_ENGINE = {"GET /v1/incidents/types"}
TELLS_BY_ITEM = {"POST /_im/incidents/bulkUpdate", "POST /_im/incidents/bulkCreate"}
FAULTS: dict[str, Fault] = {
    "the connection breaks": faults.dropped,
    "no answer comes": faults.silent,
    "half the JSON comes as if it were whole": faults.truncated,
    "the engine is not available": faults.failing(503, "cluster_block_exception"),
}


class Failing:
    """A gateway whose way to the engine can be made to fail, and a tenant that has something of everything."""

    def __init__(self, client: httpx2.AsyncClient, proxy: Proxy, tenant: str, ids: dict[str, str]) -> None:
        self.client, self.proxy, self.tenant, self.ids = client, proxy, tenant, ids

    def calls(self, dialect: Dialect) -> Iterator[tuple[Operation, str]]:
        """Each operation, with the ids of what is there."""
        for operation in dialect.operations:
            paths = paths_of(dialect, operation, self.tenant, self.ids)
            yield operation, paths[1] if len(paths) > 1 and dialect.name == "bigpanda" else paths[0]

    async def told(self, operation: Operation, path: str) -> tuple[httpx2.Response, float]:
        """The answer, and the seconds that it took."""
        began = time.monotonic()
        headers = {"content-type": operation.media_types[0]} if operation.example else {}
        query = {"status": "OPEN", "source": "x"} if "stats" in path or "scan" in path else {}
        answer = await self.client.request(
            operation.method, path, params=query, content=operation.example, headers=headers
        )
        return answer, time.monotonic() - began


@pytest.fixture(scope="module")
async def failing(opensearch_url: str) -> AsyncIterator[Failing]:
    tenant = f"f{time.monotonic_ns()}"
    async with faults.proxy(opensearch_url) as proxy:
        app = create_app(load(opensearch_url=proxy.url, opensearch_timeout=DEADLINE, opensearch_requests=64))
        async with live(app) as client:
            client.headers["X-Scope-OrgID"] = tenant
            ids = await furnished(client)
            await client.post(f"{BIGPANDA}/environments", json={"name": "x", "filter": "host = x"})
            yield Failing(client, proxy, tenant, ids)
    httpx2.delete(f"{opensearch_url}/im-incidents-{tenant},im-events-{tenant}", timeout=60).raise_for_status()


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.name)
async def test_an_operation_whose_engine_fails(failing: Failing, dialect: Dialect, fault: Fault) -> None:
    calls = list(failing.calls(dialect))
    failing.proxy.fault = fault
    try:
        answers = await asyncio.gather(*(failing.told(*each) for each in calls))
    finally:
        failing.proxy.fault = None
    told = {f"{operation.method} {path}": each for (operation, path), each in zip(calls, answers, strict=True)}
    assert {name: seconds for name, (_, seconds) in told.items() if seconds > DEADLINE + SLACK} == {}
    # A body may be refused before the engine is asked.
    failed = {name: answer for name, (answer, _) in told.items() if answer.status_code >= 500}
    assert {name: answer.status_code for name, answer in failed.items() if answer.status_code not in {503, 504}} == {}
    assert dialect.error_model is not None
    for answer in failed.values():
        dialect.error_model.model_validate(answer.json())
    well = {name: answer.text for name, (answer, _) in told.items() if answer.is_success}
    assert well.keys() <= NEEDS_NO_ENGINE | TELLS_BY_ITEM, well
    assert all('"errors":true' in well[each] for each in well.keys() & TELLS_BY_ITEM)
    assert len(failed) >= 0.5 * len(calls)
