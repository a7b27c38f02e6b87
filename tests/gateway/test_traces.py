"""Traces: a request and its engine calls in the caller's trace, when they are asked for; and what they cost else."""

import os
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import httpx2
import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind

from gateway.store.addresses import HostOptions
from gateway.store.exchange import Broken, EngineRequest
from gateway.store.traced import TracedHosts
from tests.conftest import Serve
from tests.gateway.store.exchanges.peers import FINE, ask, breaking, peer, saying

TRACE, PARENT = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
SENT = {"traceparent": f"00-{TRACE}-{PARENT}-01", "x-request-id": "r1"}
OFF = """
import sys
from gateway.dialects.settings import load
from gateway.serving.app import create_app
from gateway.store.client import Client
create_app(load()), Client(load())
print([name for name in sys.modules if "opentelemetry" in name])
"""
EXPORTED = """
from gateway import tracing
tracing.export()
with tracing.TRACER.start_as_current_span("a span of it"):
    pass
"""
WANTING = """
import sys
sys.modules["opentelemetry.sdk.trace"] = None
from gateway.cli.configuration import configured
from gateway.settings import SettingsError
try:
    configured()
except SettingsError as error:
    print(error)
"""

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
def exporter() -> InMemorySpanExporter:
    """Where the spans of this process go."""
    memory = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(memory))
    trace.set_tracer_provider(provider)
    return memory


@pytest.fixture
def spans(exporter: InMemorySpanExporter) -> Iterator[InMemorySpanExporter]:
    """The spans of this test alone."""
    exporter.clear()
    yield exporter
    exporter.clear()


@pytest.fixture
async def traced(serve: Serve, spans: InMemorySpanExporter) -> AsyncIterator[httpx2.AsyncClient]:
    """A client of a gateway that tells traces."""
    async with serve(traces=True) as client:
        spans.clear()
        yield client


def in_trace(spans: InMemorySpanExporter) -> list[ReadableSpan]:
    """Those that ended and are of the caller's trace, the first to end first."""
    finished = spans.get_finished_spans()
    return [each for each in finished if each.context and f"{each.context.trace_id:032x}" == TRACE]


async def test_a_request_and_its_engine_calls_are_spans_of_the_callers_trace(
    traced: httpx2.AsyncClient, spans: InMemorySpanExporter, tenant: str
) -> None:
    await traced.get("/_im/incidents/secret-id", headers=SENT)
    *calls, request = in_trace(spans)
    assert (request.name, request.kind) == ("GET /_im/incidents/{id}", SpanKind.SERVER)
    assert request.parent is not None
    assert f"{request.parent.span_id:016x}" == PARENT
    assert dict(request.attributes or {}) == {
        "http.request.method": "GET",
        "http.response.status_code": 404,
        "http.route": "/_im/incidents/{id}",
        "url.scheme": "http",
        "gateway.dialect": "im",
        "gateway.tenant": tenant,
        "gateway.request_id": "r1",
    }
    assert calls
    for each in calls:
        assert (each.parent and each.parent.span_id) == (request.context and request.context.span_id)
        assert each.kind == SpanKind.CLIENT
        assert (each.attributes or {})["db.system.name"] == "opensearch"
    assert not any("secret" in each.to_json() for each in in_trace(spans))


async def test_a_failure_is_told_without_its_words(traced: httpx2.AsyncClient, spans: InMemorySpanExporter) -> None:
    await traced.get("/no/such/path", headers=SENT)
    await traced.get("/healthz", headers=SENT)
    [span] = in_trace(spans)
    assert (span.name, (span.attributes or {})["http.response.status_code"]) == ("GET", 404)


@pytest.mark.outside
async def test_the_engine_hears_the_trace(spans: InMemorySpanExporter) -> None:
    async with peer(saying(FINE)) as host:
        hosts = TracedHosts(HostOptions([host.url]), lambda path: path.rpartition("/")[2])
        await ask(
            hosts, EngineRequest("POST", b"/a/_search?size=1", b"{}", write=False, headers=(("x-opaque-id", "r1"),))
        )
        [(head, _)] = host.requests
        await hosts.close()
    [span] = spans.get_finished_spans()
    assert span.context
    expected = (
        f"traceparent: 00-{span.context.trace_id:032x}-{span.context.span_id:016x}-{span.context.trace_flags:02x}"
    )
    assert expected in head.decode().split("\r\n")
    assert "x-opaque-id: r1" in head.decode().split("\r\n")
    told = {"db.operation.name": "_search", "http.response.status_code": 200}
    assert (span.name, dict(span.attributes or {})) == (
        "POST _search",
        {"db.system.name": "opensearch", "http.request.method": "POST"} | told,
    )


@pytest.mark.outside
async def test_a_call_without_a_reply_is_an_error_by_its_kind(spans: InMemorySpanExporter) -> None:
    async with peer(breaking()) as host:
        hosts = TracedHosts(HostOptions([host.url]), lambda path: "_doc")
        with pytest.raises(Broken):
            await ask(hosts, EngineRequest("PUT", b"/a/_doc/1", b"{}", write=True))
        await hosts.close()
    [span] = spans.get_finished_spans()
    assert (span.status.is_ok, (span.attributes or {})["error.type"], span.events) == (False, "broken", ())


@pytest.mark.outside
def test_spans_reach_a_collector_under_the_gateways_name() -> None:
    heard: list[tuple[str, bytes]] = []

    class Collector(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            heard.append((self.path, self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Says nothing."""

    with HTTPServer(("127.0.0.1", 0), Collector) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        ran(EXPORTED, OTEL_EXPORTER_OTLP_ENDPOINT=f"http://127.0.0.1:{server.server_port}")
        server.shutdown()
    [(path, body)] = heard
    assert path == "/v1/traces"
    assert b"incident-gateway" in body
    assert b"a span of it" in body


@pytest.mark.outside
def test_by_default_nothing_of_it_is_imported() -> None:
    assert ran(OFF) == "[]\n"


@pytest.mark.outside
def test_without_the_extra_the_setting_is_refused() -> None:
    assert ran(WANTING, GATEWAY_TRACES="true") == "setting TRACES: needs the extra `otel`\n"


def ran(code: str, **environment: str) -> str:
    """What a Python of its own said."""
    environment |= {"PYTHONPATH": os.environ.get("PYTHONPATH", "")}
    command = [sys.executable, "-c", code]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=True).stdout
