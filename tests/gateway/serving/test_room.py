"""A process holds so many connections: the oldest idle one gives way, and one that is at work does not."""

import asyncio
import select
import socket
import threading
import time
import weakref
from contextlib import ExitStack
from typing import Any

import pytest

from tests.gateway.serving.edges import program, tiny
from tests.gateway.serving.talking import (
    PATIENCE,
    Address,
    answered,
    connected,
    get,
    most_memory,
    post,
    said,
    until,
)
from tests.gateway.serving.test_deadlines import ended

pytestmark = pytest.mark.outside

ROOM = 4


def open_all(stack: ExitStack, address: Address, sent: list[bytes]) -> list[socket.socket]:
    """Connections over which this was sent, one after the other."""
    opened = []
    for each in sent:
        connection = stack.enter_context(connected(address))
        connection.sendall(each)
        opened.append(connection)
    return opened


def is_over(connection: socket.socket) -> bool:
    """Whether the server has ended it."""
    if not select.select([connection], [], [], 0)[0]:
        return False
    try:
        return connection.recv(2**16, socket.MSG_PEEK) == b""
    except ConnectionError:
        return True


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(get("/x")[:-2], id="half a head"),
        pytest.param(post("/x", b"body")[:-2], id="half a body"),
        pytest.param(get("/x"), id="a request"),
        pytest.param(get("/large"), id="one whose answer is not taken"),
        pytest.param(get("/wait/gate"), id="one that is not answered yet"),
        pytest.param(get("/x") + get("/wait/gate") + get("/x"), id="several at once"),
    ],
)
def test_one_that_has_ended_is_gone_without_the_collector(sent: bytes, uncollected: None) -> None:
    with tiny() as (running, app):
        held = running.server.server_state.connections
        with connected(running.address) as connection:
            connection.sendall(sent)
            until(lambda: len(held) == 1 and (not sent.endswith(b"\r\n\r\n") or bool(app.seen)))
            [left] = [weakref.ref(each) for each in held]
        said(running.address, get("/open/gate", "Connection: close"))
        until(lambda: left() is None)


@pytest.mark.parametrize("sent", [b"", b"G", get("/x")[:-2]], ids=["nothing", "a letter", "half a head"])
def test_the_oldest_that_waits_for_a_request_gives_way(sent: bytes) -> None:
    before = ended("gave_way")
    with tiny(connections=ROOM) as (running, _), ExitStack() as stack:
        held = running.server.server_state.connections
        opened = open_all(stack, running.address, [sent] * ROOM)
        until(lambda: len(held) == ROOM)
        newcomer = stack.enter_context(connected(running.address))
        newcomer.sendall(get("/x"))
        assert [each.status for each in answered(newcomer)] == [200]
        until(lambda: is_over(opened[0]))
        assert [is_over(each) for each in opened] == [True, False, False, False]
    assert ended("gave_way") == before + 1


def test_one_that_was_used_since_is_not_the_oldest() -> None:
    with tiny(connections=ROOM) as (running, _), ExitStack() as stack:
        opened = open_all(stack, running.address, [b""] * ROOM)
        until(lambda: len(running.server.server_state.connections) == ROOM)
        opened[0].sendall(get("/x"))
        answered(opened[0])
        newcomer = stack.enter_context(connected(running.address))
        newcomer.sendall(get("/x"))
        answered(newcomer)
        until(lambda: is_over(opened[1]))
        assert [is_over(each) for each in opened] == [False, True, False, False]


@pytest.mark.parametrize(
    "sent",
    [get("/wait/gate"), post("/hold/gate", b"body", "Expect: 100-continue")[:-4]],
    ids=["an answer", "a body not asked for"],
)
def test_where_all_are_at_work_the_newcomer_is_refused(sent: bytes) -> None:
    with tiny(connections=ROOM) as (running, app), ExitStack() as stack:
        opened = open_all(stack, running.address, [sent] * ROOM)
        until(lambda: len(app.seen) == ROOM)
        [refused] = said(running.address, b"")
        assert (refused.status, refused.headers["retry-after"], refused.json["error"]) == (
            503,
            "1",
            {"type": "unavailable", "reason": "too many connections are open", "where": None},
        )
        assert not any(is_over(each) for each in opened)


def test_a_body_that_comes_slowly_gives_way_where_none_waits_for_a_request() -> None:
    before = ended("gave_way")
    with tiny(connections=ROOM) as (running, app), ExitStack() as stack:
        opened = open_all(stack, running.address, [get("/wait/gate")] * (ROOM - 1))
        opened += open_all(stack, running.address, [post("/x", b"x" * 10_000)[:-5_000]])
        until(lambda: len(app.seen) == ROOM)
        until(lambda: [each.status for each in said(running.address, get("/x", "Connection: close"))] == [200])
        assert [is_over(each) for each in opened] == [False] * (ROOM - 1) + [True]
    assert ended("gave_way") == before + 1


def test_silent_connections_shut_nobody_out_of_a_process_with_few_descriptors() -> None:
    with program(descriptors=256) as running, ExitStack() as stack:
        open_all(stack, running.address, [b""] * 400)
        for _ in range(10):
            [answer] = said(running.address, get("/x", "Connection: close"))
            assert answer.status == 200


def test_who_comes_with_many_others_is_not_taken_one_in_each_pass_of_a_loop_with_much_to_do() -> None:
    there = threading.Event()
    with tiny() as (running, _), ExitStack() as stack:
        held = running.server.server_state.connections
        passes = asyncio.run_coroutine_threadsafe(_labour(there, held, 100), running.server.servers[0].get_loop())
        open_all(stack, running.address, [b""] * 100)
        there.set()
        assert passes.result(PATIENCE) < 50


async def _labour(begin: threading.Event, held: set[Any], count: int) -> int:
    """How many passes of a loop, each of them long, it takes until so many connections are held."""
    # The loop itself is to stand still.
    begin.wait(PATIENCE)
    passes = 0
    while len(held) < count:
        passes += 1
        _busy(0.005)
        await asyncio.sleep(0)
    return passes


def _busy(seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        pass


def test_a_connection_holds_little_memory() -> None:
    with program(descriptors=2048) as running, ExitStack() as stack:
        said(running.address, get("/x", "Connection: close"))
        before = most_memory(running.process.pid)
        for each in open_all(stack, running.address, [get("/x")] * 900):
            answered(each)
        held = (most_memory(running.process.pid) - before) / 900
    assert held < 16 * 2**10
