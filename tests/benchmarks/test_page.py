"""The peers of a page: what they show is what they are measured with."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime

import httpx2
import pytest

from benchmarks import process, servers
from benchmarks.bench import Bench
from benchmarks.incidents import incidents
from benchmarks.page import wanted, ways
from benchmarks.peers import peers
from benchmarks.writing import lines

COUNT = 5_000


@pytest.fixture
def bench(opensearch_url: str, tenant: str) -> Iterator[Bench]:
    """Incidents, and a gateway over them."""
    now = datetime.now(UTC)
    with servers.gateway(opensearch_url) as (url, pid):
        headers = {"content-type": "application/x-ndjson", "X-Scope-OrgID": tenant}
        body = lines(incidents(0, COUNT, now))
        httpx2.post(
            f"{url}/_im/incidents/bulkCreate?refresh=true", content=body, headers=headers, timeout=60
        ).raise_for_status()
        yield Bench(opensearch_url, url, pid, process.resident(pid), tenant, COUNT, 1, now)


@pytest.mark.anyio
async def test_every_peer_shows_the_page_that_the_gateway_shows(bench: Bench) -> None:
    names = ["the obvious gateway", "passed through by Starlette", "passed through by bare ASGI"]
    names += ["passed through by nginx"] if shutil.which("nginx") else []
    with peers(bench.engine) as running:
        shown = await ways(bench, wanted(bench), running)
    assert list(shown) == ["the gateway", "the same search", *names]
    assert [way.pid for way in shown.values()] == [None, None, *(peer.pid for peer in running.values())]
