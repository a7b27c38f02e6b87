"""What is counted of a running gateway: that it is true, that it is few, and that all workers are counted together."""

import asyncio
import os
import platform
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import httpx2
import pytest
from prometheus_client import REGISTRY
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

from gateway.dialects import DIALECTS
from gateway.dialects.settings import load
from gateway.problems import Unavailable
from gateway.serving.app import create_app
from gateway.work.admission import Admission
from tests import faults
from tests.conftest import Serve, live

pytestmark = pytest.mark.anyio

MOST_BYTES = 130_000
LATER = datetime(2100, 1, 1, tzinfo=UTC)
"""A time at which every point in time of any other test is long over."""
# Every route with every way to end; of methods, those of its operations and one that stands for all others.
EVERY_SERIES = """
from gateway import telemetry
from gateway.dialects import DIALECTS
for dialect in DIALECTS:
    for row in dialect.operations:
        path = dialect.path_of(row)
        for status in ("2xx", "4xx", "5xx"):
            telemetry.REQUESTS.labels(dialect.name, path, row.method, status).inc()
        telemetry.REQUESTS.labels(dialect.name, path, "other", "4xx").inc()
        telemetry.REQUEST_SECONDS.labels(dialect.name, row.method).observe(1)
calls = (
    "_search _doc _create _bulk _mget _count _refresh _delete_by_query _update_by_query _tasks _settings _mapping "
    "_stats _cluster _nodes _alias _aliases _index_template _reindex _block _open _close _resolve _snapshot index"
)
for call in calls.split():
    telemetry.ENGINE_SECONDS.labels(call).observe(1)
    for outcome in ("unreachable", "timed_out", "broken", "400", "404", "409", "429", "503"):
        telemetry.ENGINE_FAILURES.labels(call, outcome).inc()
for number in range(100):
    telemetry.REFUSALS.labels(f"of_some_{number}th_kind").inc()
for action in ("create", "update", "delete", "index"):
    for status in (200, 201, 400, 403, 404, 409, 413, 422, 429, 500, 502, 503, 504):
        telemetry.BULK_ITEMS.labels(action, status).inc()
print(len(telemetry.exposition()))
"""


def samples(text: str) -> Iterator[Sample]:
    """Every line of a scrape."""
    for family in text_string_to_metric_families(text):
        yield from family.samples


async def sample(client: httpx2.AsyncClient, name: str, **labels: str) -> float:
    """The value of one series as it is scraped, or 0."""
    scrape = samples((await client.get("/metrics")).text)
    return next((each.value for each in scrape if each.name == name and each.labels == labels), 0)


def counted(name: str, **labels: str) -> float:
    """The value of one series in this process, or 0."""
    return REGISTRY.get_sample_value(name, labels) or 0


async def test_metrics_are_prometheus_text(client: httpx2.AsyncClient) -> None:
    healthz = {"dialect": "gateway", "method": "GET"}
    labels = {**healthz, "route": "/healthz", "status": "2xx"}
    before = await sample(client, "gateway_requests_total", **labels)
    await client.get("/healthz")
    assert await sample(client, "gateway_requests_total", **labels) == before + 1
    assert await sample(client, "gateway_request_seconds_bucket", **healthz, le="+Inf") >= before + 1
    assert (await client.get("/metrics")).headers["content-type"].startswith("text/plain; version=")


async def test_a_scrape_says_what_runs_and_how_much_may_be_at_once(serve: Serve) -> None:
    async with serve(requests=7, pits_total=70) as client:
        text = (await client.get("/metrics")).text
    told = {each.name: (each.labels, each.value) for each in samples(text)}
    build = {"version": version("incident-gateway"), "python": platform.python_version()}
    assert told["gateway_build_info"] == (build, 1)
    assert (told["gateway_request_places"], told["gateway_pit_slots"]) == (({}, 7), ({}, 70))


async def test_after_every_route_of_every_dialect_a_scrape_is_small_and_names_no_id(client: httpx2.AsyncClient) -> None:
    for dialect in DIALECTS:
        for row in dialect.operations:
            if not row.path.endswith("/changes"):
                path = re.sub(r"\{\w+\}", "strange-id", dialect.path_of(row))
                await client.request(row.method, path, content=row.example)
                await client.request("BREW", path)
    text = (await client.get("/metrics")).text
    assert len(text) <= MOST_BYTES
    assert "_created" not in text
    assert "strange" not in text
    methods = {each.labels["method"] for each in samples(text) if "method" in each.labels}
    assert methods <= {"GET", "POST", "PUT", "PATCH", "DELETE", "other"}


@pytest.mark.outside
def test_a_scrape_of_every_series_that_there_may_be_is_bounded() -> None:
    """How many requests, routes and answers there were is no matter; lines cost 6 µs each."""
    assert int(ran(EVERY_SERIES)) <= MOST_BYTES


@pytest.mark.parametrize(
    ("method", "path", "body", "reason"),
    [
        pytest.param("GET", "/no/such/path", None, "not_found", id="a path that nobody has"),
        pytest.param("PATCH", "/_im/incidents", None, "method_not_allowed", id="a method that the path does not take"),
        pytest.param("POST", "/_im/incidents", b'{"x": ', "bad_json", id="a body that is no JSON"),
        pytest.param("GET", "/_im/incidents/none", None, "not_found", id="an incident that is not there"),
    ],
)
async def test_a_refusal_is_counted_once_by_its_kind(
    client: httpx2.AsyncClient, method: str, path: str, body: bytes | None, reason: str
) -> None:
    before = counted("gateway_refusals_total", reason=reason)
    answer = await client.request(method, path, content=body, headers={"content-type": "application/json"})
    assert 400 <= answer.status_code < 500
    assert counted("gateway_refusals_total", reason=reason) == before + 1


async def test_requests_are_counted_while_they_have_or_await_a_place() -> None:
    def now() -> list[float]:
        return [counted(f"gateway_requests_{each}") for each in ("in_flight", "waiting")]

    calm, admission = now(), Admission(1, 1)
    await admission.enter("a", 3600)
    second = asyncio.create_task(admission.enter("b", 3600))
    await asyncio.sleep(0)
    full = now()
    refused = counted("gateway_refusals_total", reason="no_place")
    with pytest.raises(Unavailable):
        await admission.enter("c", 3600)
    admission.leave("a")
    await second
    handed_on = now()
    admission.leave("b")
    steps = [[after - before for before, after in zip(calm, each, strict=True)] for each in (full, handed_on, now())]
    assert steps == [[1, 1], [1, 0], [0, 0]]
    assert counted("gateway_refusals_total", reason="no_place") == refused + 1


async def test_engine_calls_that_fail_are_counted_by_what_came_of_them(opensearch_url: str, tenant: str) -> None:
    def failures() -> list[float]:
        outcomes = ("unreachable", "broken")
        return [counted("gateway_engine_failures_total", call="_search", outcome=each) for each in outcomes]

    async with faults.proxy(opensearch_url) as proxy, live(create_app(load(opensearch_url=proxy.url))) as client:
        client.headers["X-Scope-OrgID"] = tenant
        await client.post("/_im/incidents", json={"title": "one"})
        before = failures()
        proxy.fault = faults.dropped
        assert (await client.get("/_im/incidents")).status_code == 503
    assert sum(failures()) > sum(before)


async def test_open_points_in_time_are_counted_as_of_now(serve: Serve, opensearch_url: str) -> None:
    async with serve(clock=lambda: LATER) as client, httpx2.AsyncClient(timeout=60) as engine:
        counts = []
        pits = [(await client.get("/_im/incidents/pit")).json()["id"] for _ in range(2)]
        for pit in pits:
            await engine.post(f"{opensearch_url}/im-registry/_refresh")
            counts.append(await sample(client, "gateway_open_pits"))
            await client.request("DELETE", "/_im/incidents/pit", params={"id": pit})
        await engine.post(f"{opensearch_url}/im-registry/_refresh")
        assert [*counts, await sample(client, "gateway_open_pits")] == [2, 1, 0]


@pytest.mark.outside
def test_workers_are_counted_together_and_those_that_ended_have_nothing_under_way(tmp_path: Path) -> None:
    counting = """
import os
from gateway.telemetry import BULK_ITEMS, IN_FLIGHT
BULK_ITEMS.labels("update", 200).inc(2)
IN_FLIGHT.inc()
print(os.getpid())"""
    telling = "from gateway.telemetry import exposition, forget; forget({}); print(exposition().decode())"
    shared = {"PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}
    ended, _ = [ran(counting, **shared) for _ in range(2)]
    lines = ran(telling.format(ended), **shared).splitlines()
    assert 'gateway_bulk_items_total{operation="update",status="200"} 4.0' in lines
    assert "gateway_requests_in_flight 1.0" in lines


def ran(code: str, **environment: str) -> str:
    """What a Python of its own said."""
    command = [sys.executable, "-c", code]
    environment |= {"PYTHONPATH": os.environ.get("PYTHONPATH", "")}
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=True).stdout
