"""Each request has an id, one line in the log and its place in the metrics, and none ends without an answer."""

import asyncio
import io
import json
import logging
import re
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import httpx2
import pytest
from dirty_equals import IsFloat, IsPositive, IsStr
from prometheus_client import REGISTRY
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from gateway.dialects.settings import Settings
from gateway.logs import JsonLines
from gateway.serving.middleware import Requests

pytestmark = pytest.mark.anyio

Lines = Callable[[], list[dict[str, Any]]]

MADE = re.compile("[0-9a-f]{32}")
WHEN = IsStr(regex=r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z")


async def thing(request: Request) -> Response:
    """Knows its tenant, as every endpoint of a dialect does, and logs a line of its own."""
    request.scope["state"]["tenant"] = "acme"
    logging.getLogger("gateway.shop").info("sold")
    return PlainTextResponse("a thing")


async def broken(request: Request) -> Response:
    raise RuntimeError("the secret recipe")


async def streamed(request: Request) -> Response:
    async def chunks() -> AsyncIterator[bytes]:
        yield b"three "
        yield b"chunks "
        if "broken" in request.query_params:
            raise RuntimeError("the secret recipe")
        yield b"long"

    return StreamingResponse(chunks())


async def uploaded(request: Request) -> Response:
    return PlainTextResponse(await request.body())


async def endless(request: Request) -> Response:
    request.scope["state"]["reached"].set()
    await asyncio.Event().wait()
    return PlainTextResponse("never")


APP = Starlette(
    routes=[
        Route("/shop/things/{id:path}", thing, name="shop /things/{id:path}"),
        Route("/shop/broken", broken, name="shop /broken"),
        Route("/shop/streamed", streamed, name="shop /streamed", methods=["POST"]),
        Route("/shop/uploaded", uploaded, name="shop /uploaded", methods=["POST"]),
        Route("/shop/endless", endless, name="shop /endless"),
    ],
    middleware=[Middleware(Requests, settings=Settings())],
)


@pytest.fixture
async def shop() -> AsyncIterator[httpx2.AsyncClient]:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await APP({**scope, "state": {}}, receive, send)

    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://shop") as client:
        yield client


@pytest.fixture
def lines() -> Iterator[Lines]:
    """What the gateway logged since, as the JSON that it is in production."""
    text, gateway = io.StringIO(), logging.getLogger("gateway")
    sink = logging.StreamHandler(text)
    sink.setFormatter(JsonLines())
    gateway.addHandler(sink)
    gateway.setLevel(logging.INFO)
    yield lambda: [json.loads(line) for line in text.getvalue().splitlines()]
    gateway.removeHandler(sink)
    gateway.setLevel(logging.NOTSET)


def counted(**labels: str) -> float:
    return REGISTRY.get_sample_value("gateway_requests_total", labels) or 0


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        pytest.param("a", True, id="one character is an id"),
        pytest.param("Trace-1.2_3", True, id="letters, digits, dot, underscore and hyphen make an id"),
        pytest.param("x" * 128, True, id="128 characters are an id"),
        pytest.param(None, False, id="without an id one is made"),
        pytest.param("", False, id="an empty id is none"),
        pytest.param("x" * 129, False, id="129 characters are too many"),
        pytest.param("two words", False, id="a space is not for ids"),
        pytest.param('"},{"level":"error"', False, id="JSON is not for ids"),
        pytest.param("é", False, id="other letters are not for ids"),
    ],
)
async def test_an_id_that_is_fit_for_a_log_is_kept(shop: httpx2.AsyncClient, sent: str | None, kept: bool) -> None:
    headers = [] if sent is None else [(b"x-request-id", sent.encode())]
    answer = await shop.get("/shop/things/1", headers=headers)
    [found] = answer.headers.get_list("x-request-id")
    assert found == sent if kept else MADE.fullmatch(found)


async def test_two_requests_have_two_ids(shop: httpx2.AsyncClient) -> None:
    answers = [await shop.get("/shop/things/1") for _ in range(2)]
    assert len({each.headers["x-request-id"] for each in answers}) == 2


async def test_a_request_leaves_one_line_that_holds_nothing_of_what_was_sent(
    shop: httpx2.AsyncClient, lines: Lines
) -> None:
    headers = {"X-Request-Id": "r1", "Authorization": "Bearer sesame"}
    await shop.request("GET", "/shop/things/42?q=sesame", headers=headers, content=b"sesame")
    logging.getLogger("gateway.shop").info("closed")
    rest: dict[str, Any] = {"level": "info", "timestamp": WHEN}
    assert lines() == [
        {"event": "sold", "request_id": "r1", "logger": "gateway.shop"} | rest,
        {
            "event": "request",
            "request_id": "r1",
            "logger": "gateway.requests",
            "dialect": "shop",
            "method": "GET",
            "route": "/shop/things/{id:path}",
            "status": 200,
            "milliseconds": IsFloat & IsPositive,
            "tenant": "acme",
            "bytes": 7,
        }
        | rest,
        {"event": "closed", "logger": "gateway.shop"} | rest,
    ]


@pytest.mark.parametrize(
    ("asked", "labels", "length"),
    [
        pytest.param("GET /shop/things/1", ("shop", "/shop/things/{id:path}", "GET", 200), 7, id="a known route"),
        pytest.param("HEAD /shop/things/1", ("shop", "/shop/things/{id:path}", "GET", 200), 0, id="HEAD, no body"),
        pytest.param("POST /shop/streamed", ("shop", "/shop/streamed", "POST", 200), 17, id="a stream, to its end"),
        pytest.param("GET /shop/streamed", ("shop", "/shop/streamed", "other", 405), 18, id="a wrong method"),
        pytest.param("BREW /shop/streamed", ("shop", "/shop/streamed", "other", 405), 18, id="a method unheard of"),
        pytest.param("GET /etc/passwd", ("none", "none", "other", 404), 9, id="a path that no route has"),
        pytest.param("GET /shop/broken/", ("none", "none", "other", 307), 0, id="a redirect"),
        pytest.param("GET /shop/broken", ("shop", "/shop/broken", "GET", 500), 130, id="an error that escaped"),
    ],
)
async def test_a_request_is_counted_and_logged_under_its_template(
    shop: httpx2.AsyncClient, lines: Lines, asked: str, labels: tuple[str, str, str, int], length: int
) -> None:
    dialect, route, method, status = labels
    few = {"dialect": dialect, "route": route, "method": method, "status": f"{status // 100}xx"}
    before = counted(**few)
    sent, path = asked.split()
    await shop.request(sent, path)
    assert counted(**few) == before + 1
    line = {name: lines()[-1][name] for name in (*few, "bytes")}
    logged = {"method": "other" if sent == "BREW" else sent, "status": status, "bytes": length}
    assert line == {"dialect": dialect, "route": route} | logged


async def test_what_escapes_is_told_without_detail_and_logged_with_it(shop: httpx2.AsyncClient, lines: Lines) -> None:
    answer = await shop.get("/shop/broken", headers={"X-Request-Id": "r2"})
    reason = "internal error; the log has it under this response's request id"
    told = {"error": {"type": "internal", "reason": reason, "where": None}, "status": 500}
    assert (answer.status_code, answer.headers["x-request-id"], answer.json()) == (500, "r2", told)
    error = lines()[0]
    assert (error["level"], error["request_id"]) == ("error", "r2")
    assert error["exception"].endswith("RuntimeError: the secret recipe")


async def test_an_answer_that_breaks_off_is_left_without_an_end(lines: Lines) -> None:
    sent: list[Any] = []
    await APP(http("POST", "/shop/streamed", b"broken"), received, collected(sent))
    assert [each["type"] for each in sent] == ["http.response.start", *["http.response.body"] * 2]
    assert [each.get("body") for each in sent if each.get("more_body")] == [b"three ", b"chunks "]
    events = [(each["event"], each["level"], each.get("status")) for each in lines()]
    assert events == [("an answer broke off", "error", None), ("request", "info", 200)]


async def test_a_caller_that_leaves_amid_its_body_is_no_error(lines: Lines) -> None:
    sent: list[Any] = []
    await APP(http("POST", "/shop/uploaded"), left, collected(sent))
    assert (sent, [(each["event"], each["status"], each["bytes"]) for each in lines()]) == ([], [("request", 499, 0)])


async def test_a_request_that_is_cancelled_is_still_counted(lines: Lines) -> None:
    scope, reached = http("GET", "/shop/endless"), asyncio.Event()
    asked = asyncio.create_task(APP({**scope, "state": {"reached": reached}}, received, collected([])))
    await reached.wait()
    asked.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asked
    assert [(each["route"], each["status"], each["bytes"]) for each in lines()] == [("/shop/endless", 499, 0)]


async def test_a_request_that_a_stop_cuts_short_is_told_so(lines: Lines) -> None:
    sent, reached, stopping = list[Any](), asyncio.Event(), asyncio.Event()
    scope = {**http("GET", "/shop/endless"), "state": {"reached": reached, "stopping": stopping}}
    asked = asyncio.create_task(APP(scope, received, collected(sent)))
    await reached.wait()
    stopping.set()
    asked.cancel()
    await asked
    body = json.loads(sent[1]["body"])
    assert (sent[0]["status"], body["error"]["type"]) == (504, "timed_out")
    assert [(each["route"], each["status"]) for each in lines()] == [("/shop/endless", 504)]


def http(method: str, path: str, query: bytes = b"") -> dict[str, Any]:
    """A request as a server hands it over."""
    told = {"method": method, "path": path, "query_string": query, "headers": [], "state": {}}
    return {"type": "http", "asgi": {"version": "3.0", "spec_version": "2.4"}, "root_path": "", **told}


async def received() -> Any:
    return {"type": "http.request", "body": b"", "more_body": False}


async def left() -> Any:
    return {"type": "http.disconnect"}


def collected(sent: list[Any]) -> Any:
    async def send(message: Any) -> None:
        sent.append(message)

    return send
