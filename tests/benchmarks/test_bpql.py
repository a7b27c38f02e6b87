"""The benchmark of BPQL, small: it finds what it compares, and its alerts are as the gateway would have made them."""

from collections.abc import Iterator
from datetime import UTC, datetime

import httpx2
import pytest

from benchmarks import process, servers
from benchmarks.bench import Bench
from benchmarks.bpql import bpql
from benchmarks.incidents import incident_id, incidents
from benchmarks.writing import lines
from gateway.alerts.news import News
from gateway.alerts.sync import sync_with_alerts
from gateway.dialects.settings import load
from gateway.incidents.session import Session
from gateway.serving.app import running

COUNT, ALERTED = 300, 100


@pytest.fixture
def bench(opensearch_url: str, tenant: str) -> Iterator[Bench]:
    """Incidents without alerts, and a gateway over them."""
    now = datetime.now(UTC)
    with servers.gateway(opensearch_url) as (url, pid):
        headers = {"content-type": "application/x-ndjson", "X-Scope-OrgID": tenant}
        body = lines(incidents(0, COUNT, now))
        address = f"{url}/_im/incidents/bulkCreate?refresh=true"
        httpx2.post(address, content=body, headers=headers, timeout=60).raise_for_status()
        yield Bench(opensearch_url, url, pid, process.resident(pid), tenant, COUNT, 1, now)


@pytest.mark.anyio
async def test_both_sides_are_measured_and_the_alerts_are_what_they_would_be(bench: Bench) -> None:
    figures = await bpql(bench)
    assert [(each.against, len(each.ratios())) for each in figures] == [
        ("the same search", 1),
        ("the three requests that it takes", 1),
    ]
    ids = [incident_id(number) for number in range(COUNT - ALERTED, COUNT)]
    async with running(load(opensearch_url=bench.engine)) as gateway:
        session = Session(gateway.ctx, bench.tenant, "monitor", "bigpanda")
        before = await session.incidents.get_many(ids)
        await sync_with_alerts(session, {each: News() for each in ids})
        after = await session.incidents.get_many(ids)
    assert after == before
    assert {each.source["alert_count"] for each in after if each} == {2, 3}
