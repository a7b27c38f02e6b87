"""What is tried again, under which key and how late, by a server that answers as it is told."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import UTC, datetime

import orjson
import pytest
from aiohttp import web

from gateway.client import AsyncClient, RemoteError, Retries, Selection

pytestmark = [pytest.mark.anyio, pytest.mark.outside]

Answer = Callable[[web.Request], web.StreamResponse]
DOCUMENT = {"_meta": {"id": "i1", "type": "incident", "version": "1-0"}, "title": "one"}


@dataclass
class Server:
    """A server that gives its answers in turn, the last one again and again; and the keys that it was sent."""

    url: str = ""
    answers: list[Answer] = field(default_factory=list)
    keys: list[str | None] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """The next answer."""
        self.keys.append(request.headers.get("idempotency-key"))
        self.headers.append(dict(request.headers))
        await request.read()
        return self.answers.pop(0)(request) if len(self.answers) > 1 else self.answers[0](request)

    def client(self, tries: int = 4, patience: float = 600) -> AsyncClient:
        """A client of it that does not wait long by itself."""
        return AsyncClient(self.url, retries=Retries(tries, 0.001, patience))


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    """A server on a socket."""
    serving = Server()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", serving.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    serving.url = f"http://{host}:{port}"
    yield serving
    await runner.cleanup()


def refused(status: int, **headers: str) -> Answer:
    """A refusal."""
    error = {"error": {"type": "unavailable", "reason": "not now", "where": None}, "status": status}
    return lambda _request: web.json_response(error, status=status, headers=headers)


def good(body: object = DOCUMENT) -> Answer:
    """An answer that is JSON."""
    return lambda _request: web.json_response(body)


def broken(request: web.Request) -> web.StreamResponse:
    """None: the connection ends."""
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


@pytest.mark.parametrize(
    "passing",
    [
        pytest.param(refused(429), id="429"),
        pytest.param(refused(503), id="503"),
        pytest.param(refused(504), id="504"),
        pytest.param(refused(409, **{"Retry-After": "0"}), id="409 of the same write, which is under way"),
        pytest.param(broken, id="a connection that breaks"),
    ],
)
async def test_a_write_is_tried_again_under_its_key(server: Server, passing: Answer) -> None:
    server.answers = [passing, passing, good()]
    async with server.client() as client:
        assert (await client.create({"title": "one"})).id == "i1"
        await client.update("i1", {"title": "one"})
    first, second, third, other = server.keys
    assert first is not None
    assert (first, first, first) == (first, second, third)
    assert other not in {None, first}


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 410, 413, 500])
async def test_what_is_refused_for_good_is_asked_once(server: Server, status: int) -> None:
    server.answers = [refused(status)]
    async with server.client() as client:
        with pytest.raises(RemoteError) as refusal:
            await client.get("i1")
    assert (refusal.value.status, refusal.value.kind, server.keys) == (status, "unavailable", [None])


async def test_in_the_end_it_is_given_up(server: Server) -> None:
    server.answers = [refused(503)]
    async with server.client(tries=3) as client:
        with pytest.raises(RemoteError) as refusal:
            await client.get("i1")
    assert (refusal.value.status, len(server.keys)) == (503, 3)


async def test_it_waits_as_long_as_it_is_told(server: Server) -> None:
    server.answers = [refused(429, **{"Retry-After": "1"}), good()]
    async with server.client() as client:
        began = time.monotonic()
        await client.get("i1")
    assert time.monotonic() - began >= 1


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        pytest.param({"Retry-After": "7"}, 7, id="seconds"),
        pytest.param({"Retry-After": "Sun, 01 Nov 2026 00:00:09 GMT"}, 9, id="a date, by the clock of the answer"),
        pytest.param({"Retry-After": "Sun Nov  1 00:00:09 2026"}, 9, id="a date as C writes it"),
        pytest.param({"Retry-After": "Sat, 31 Oct 2026 00:00:00 GMT"}, 0, id="a date that is past"),
        pytest.param({"Retry-After": "soon"}, None, id="neither"),
        pytest.param({"Retry-After": "\u0667"}, None, id="a digit of another script"),
        pytest.param({}, None, id="nothing"),
    ],
)
async def test_what_retry_after_says(server: Server, headers: dict[str, str], seconds: float | None) -> None:
    server.answers = [refused(503, Date="Sun, 01 Nov 2026 00:00:00 GMT", **headers)]
    async with server.client(tries=1) as client:
        with pytest.raises(RemoteError) as refusal:
            await client.get("i1")
    assert refusal.value.retry_after == seconds


async def test_it_is_never_asked_sooner_than_the_gateway_says(server: Server) -> None:
    server.answers = [refused(503, **{"Retry-After": "66"})]
    async with server.client(patience=65) as client:
        with pytest.raises(RemoteError) as refusal:
            await client.get("i1")
    assert (refusal.value.retry_after, len(server.keys)) == (66, 1)


async def test_what_is_no_answer_of_a_gateway_is_told_as_such(server: Server) -> None:
    server.answers = [lambda _request: web.Response(text="<p>Log in first", content_type="text/html")]
    async with server.client() as client:
        selection = Selection(1, [], "t", datetime.now(UTC))
        for asked in (client.get("i1"), anext(client.changes()), anext(client.run(selection))):
            with pytest.raises(RemoteError, match="answered 200, and not as a gateway does"):
                await asked


@pytest.mark.parametrize("value", [float("nan"), float("inf"), [1.0, float("nan")], {"a": (float("-inf"),)}])
async def test_a_number_that_json_has_not_is_not_sent(server: Server, value: object) -> None:
    server.answers = [good()]
    async with server.client() as client:
        with pytest.raises(ValueError, match="no number"):
            await client.update("i1", {"score": value, "reviewer": None})
        with pytest.raises(ValueError, match="no number"):
            await anext(client.bulk_update([{"_meta": {"id": "i1"}, "score": value}]))
    assert server.keys == []


@pytest.mark.parametrize("silence", [0.05])
async def test_an_answer_of_which_nothing_comes_has_broken_off(silence: float) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        async with AsyncClient(url, retries=Retries(2, 0.001), timeout=silence) as client:
            with pytest.raises(RemoteError, match="did not answer in time"):
                await client.get("i1")


async def test_of_a_bulk_what_was_not_done_is_sent_again(server: Server) -> None:
    error = {"type": "unavailable", "reason": "not now", "where": None}
    done = [{"update": {"_id": each, "status": 200, "result": "updated", "version": "1-0"}} for each in ("a", "b")]
    left = {"update": {"_id": "b", "status": 503, "error": error}}
    server.answers = [good({"items": [done[0], left]}), good({"items": [done[1]]})]
    async with server.client() as client:
        rows = [{"_meta": {"id": each}} for each in ("a", "b")]
        outcomes = [each async for each in client.bulk_update(rows)]
    assert [(each.id, each.status) for each in outcomes] == [("a", 200), ("b", 200)]
    assert len(set(server.keys)) == 2


async def test_changes_are_gone_on_with_behind_the_last_one(server: Server) -> None:
    change = {"id": "i1", "kind": "created", "at": "2026-11-01T00:00:00.000Z", "user": "ann", "activities": []}

    def told(cursor: str) -> Answer:
        text = f"retry: 1\nid: 0\n\n: alive\nid: {cursor}\n\nid: {cursor}\nevent: created\ndata: "
        body = text.encode() + orjson.dumps(change) + b"\n\n"
        return lambda _request: web.Response(body=body, content_type="text/event-stream")

    server.answers = [told("a"), broken, refused(503), told("b"), told("c")]
    async with server.client() as client, aclosing(client.changes("start", start_time="now-1d")) as changes:
        async with asyncio.timeout(60):
            cursors = [(await anext(changes)).cursor for _ in range(3)]
    assert cursors == ["a", "b", "c"]
    assert [each.get("Last-Event-ID") for each in server.headers] == ["start", "a", "a", "a", "b"]


async def test_changes_that_have_begun_are_waited_for_without_end(server: Server) -> None:
    def told(_request: web.Request) -> web.Response:
        return web.Response(body=b"id: a\n\n", content_type="text/event-stream")

    server.answers = [told, *[refused(503)] * 5, refused(410)]
    async with server.client(tries=2) as client:
        with pytest.raises(RemoteError) as refusal:
            await anext(client.changes())
    assert (refusal.value.status, len(server.headers)) == (410, 7)


async def test_changes_that_never_began_are_given_up(server: Server) -> None:
    server.answers = [refused(503)]
    async with server.client(tries=2) as client:
        with pytest.raises(RemoteError) as refusal:
            await anext(client.changes("a"))
    assert (refusal.value.status, len(server.headers)) == (503, 2)


async def test_a_run_that_breaks_off_tells_each_outcome_once(server: Server) -> None:
    rows = [{"_id": each, "status": 200, "result": "deleted"} for each in ("a", "b", "c")]

    def lines(*some: object) -> Answer:
        body = b"".join(orjson.dumps(each) + b"\n" for each in some)
        return lambda _request: web.Response(body=body, content_type="application/x-ndjson")

    stopped = {"_status": {"complete": False, "error": {"type": "stopping", "reason": "it stops", "where": None}}}
    whole = {"_status": {"complete": True, "error": None}}
    selection = {"total": 3, "sample": [], "token": "t", "expires_at": "2026-11-01T00:00:00.000Z"}
    server.answers = [
        good(selection),
        lines(rows[0]),
        lines(*rows[:2], stopped),
        lines(*rows, whole),
    ]
    async with server.client() as client:
        outcomes = [each.id async for each in client.run(await client.select())]
    assert outcomes == ["a", "b", "c"]
