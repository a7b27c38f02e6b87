"""What an operator sees of a gateway: whether it lives, whether it is ready, what it counted, what it logged."""

import asyncio
import json
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import UTC

import httpx2
import pytest
from dirty_equals import IsNow
from prometheus_client.parser import text_string_to_metric_families

from gateway.dialects.settings import load
from gateway.serving.app import create_app
from tests import faults
from tests.conftest import Serve, live
from tests.faults import Proxy

pytestmark = pytest.mark.anyio

NOT_READY = {"status": "unavailable", "engine": False, "templates": False, "registry": False}
LOGGING = """
import logging
from gateway import logs
from gateway.dialects.settings import load
logs.configure(load(log_format={log_format!r}, log_level={level!r}))
logging.getLogger("gateway.store").debug("asked %s", "this")
logging.getLogger("gateway").info("started")
logging.getLogger("opensearch").warning("GET http://engine:9200/x [status:404]")
logging.getLogger("opensearch").error("gone")
logging.getLogger("uvicorn.access").info("GET /_im/incidents?title=secret")
logging.getLogger("uvicorn.error").info("Listening", extra={{"color_message": "\x1b[1mListening"}})
try:
    {{}}["x"]
except KeyError:
    logging.getLogger("gateway").exception("failed")
"""


@pytest.fixture
async def proxy(opensearch_url: str) -> AsyncIterator[Proxy]:
    """A proxy before the engine, without a fault yet."""
    async with faults.proxy(opensearch_url) as opened:
        yield opened


@pytest.fixture
async def proxied(proxy: Proxy) -> AsyncIterator[httpx2.AsyncClient]:
    """A gateway behind the proxy; it waits for its engine as long as it may, and a probe a moment."""
    async with live(create_app(load(opensearch_url=proxy.url, opensearch_timeout=300, probe_timeout=0.1))) as client:
        yield client


async def sample(client: httpx2.AsyncClient, name: str, labels: dict[str, str]) -> float | None:
    text = (await client.get("/metrics")).text
    samples = [each for family in text_string_to_metric_families(text) for each in family.samples]
    return next((each.value for each in samples if each.name == name and each.labels == labels), None)


async def test_a_gateway_with_its_engine_and_templates_is_alive_and_ready(serve: Serve) -> None:
    async with serve(probe_timeout=60) as client:
        alive, ready = await client.get("/healthz"), await client.get("/readyz")
    assert (alive.status_code, alive.json()) == (200, {"status": "ok"})
    assert (ready.status_code, ready.json()) == (
        200,
        {"status": "ok", "engine": True, "templates": True, "registry": True},
    )


async def test_a_gateway_whose_templates_are_not_there_is_not_ready(proxy: Proxy) -> None:
    async with live(create_app(load(opensearch_url=proxy.url, probe_timeout=60))) as client:
        proxy.hits, proxy.fault = lambda request: "_template/" in request.path, faults.claiming({"index_templates": []})
        ready = await client.get("/readyz")
    there = {"engine": True, "templates": False, "registry": True}
    assert (ready.status_code, ready.json()) == (503, {"status": "unavailable", **there})


async def test_a_gateway_whose_engine_is_gone_is_alive_and_not_ready(proxied: httpx2.AsyncClient, proxy: Proxy) -> None:
    await proxy.refuse()
    alive, ready = await proxied.get("/healthz"), await proxied.get("/readyz")
    why = {"reason": f"{proxy.url}: connection refused"}
    assert (alive.status_code, ready.status_code, ready.json()) == (200, 503, NOT_READY | why)


async def test_a_silent_engine_makes_no_probe_wait(proxied: httpx2.AsyncClient, proxy: Proxy) -> None:
    proxy.fault = faults.silent
    ready, pits = await proxied.get("/readyz"), await sample(proxied, "gateway_open_pits", {})
    why = {"reason": f"{proxy.url}: no whole reply in time"}
    assert (ready.status_code, ready.json(), str(pits)) == (503, NOT_READY | why, "nan")


async def test_a_gateway_whose_engine_refuses_its_templates_tells_so(proxy: Proxy) -> None:
    async with live(create_app(load(opensearch_url=proxy.url, probe_timeout=60))) as client:
        proxy.hits = lambda request: "_template/" in request.path
        proxy.fault = faults.failing(403, "security_exception")
        ready = await client.get("/readyz")
    why = {"reason": "the engine refuses the gateway's own credentials"}
    assert (ready.status_code, ready.json()) == (503, NOT_READY | {"engine": True} | why)


@pytest.mark.parametrize(("path", "call"), [("/readyz", "_template/"), ("/metrics", "/_count")])
async def test_many_who_ask_at_once_share_one_look_and_the_next(proxy: Proxy, path: str, call: str) -> None:
    looks = list[str]()

    def look(request: faults.Request) -> bool:
        looks.extend([request.path] if call in request.path else [])
        return False

    async with live(create_app(load(opensearch_url=proxy.url, probe_timeout=60))) as client:
        proxy.hits, proxy.fault = look, faults.nothing
        await client.get(path)
        alone = len(looks)
        answers = await asyncio.gather(*(client.get(path) for _ in range(50)))
    assert ({each.status_code for each in answers}, alone > 0) == ({200}, True)
    assert len(looks) <= 3 * alone


async def test_no_key_is_asked_for(serve: Serve) -> None:
    async with serve(auth="keys", headers={}) as client:
        answers = [(await client.get(path)).status_code for path in ("/healthz", "/readyz", "/metrics", "/docs")]
    assert 401 not in answers


@pytest.mark.parametrize(
    ("port", "statuses"),
    [
        pytest.param(9100, [200, 200, 200, 404, 404], id="theirs"),
        pytest.param(8000, [200, 200, 404, 200, 200], id="that of the incidents"),
    ],
)
async def test_metrics_with_a_port_of_their_own_are_on_no_other(serve: Serve, port: int, statuses: list[int]) -> None:
    paths = ("/healthz", "/readyz", "/metrics", "/_im/incidents", "/docs")
    async with serve(metrics_port=9100, root_path="/siem", probe_timeout=60) as client:
        answers = [await client.get(f"http://gateway:{port}/siem{path}") for path in paths]
    assert [each.status_code for each in answers] == statuses


@pytest.mark.outside
def test_every_logger_writes_json_lines_and_none_says_what_was_asked() -> None:
    lines = [json.loads(line) for line in ran(LOGGING.format(log_format="json", level="info")).stderr.splitlines()]
    traces = [each.pop("exception", "").splitlines()[-1:] for each in lines]
    assert traces == [[], [], [], ["KeyError: 'x'"]]
    when = {"timestamp": IsNow(iso_string=True, delta=60, tz=UTC)}
    assert lines == [
        {"event": "started", "level": "info", "logger": "gateway"} | when,
        {"event": "gone", "level": "error", "logger": "opensearch"} | when,
        {"event": "Listening", "level": "info", "logger": "uvicorn.error"} | when,
        {"event": "failed", "level": "error", "logger": "gateway"} | when,
    ]


@pytest.mark.parametrize(
    ("level", "events"),
    [
        pytest.param("debug", ["asked this", "started", "gone", "Listening", "failed"], id="debug says most"),
        pytest.param("error", ["gone", "failed"], id="error says least"),
    ],
)
@pytest.mark.outside
def test_the_level_that_is_set_holds_for_all(level: str, events: list[str]) -> None:
    lines = ran(LOGGING.format(log_format="json", level=level)).stderr.splitlines()
    assert [json.loads(line)["event"] for line in lines] == events


@pytest.mark.outside
def test_a_person_is_told_in_text_without_colours_where_there_is_no_terminal() -> None:
    told = ran(LOGGING.format(log_format="console", level="info")).stderr
    first, *_, last = told.splitlines()
    level, _, *rest = first.split()
    assert ([level, *rest], last) == (["info", "started", "logger=gateway"], "KeyError: 'x'")
    assert "\x1b" not in told


def ran(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """What a Python of its own said."""
    return subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, timeout=60, check=True
    )
