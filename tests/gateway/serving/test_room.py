"""A process holds so many connections: the oldest idle one gives way, and one that is at work does not."""

import select
import socket
from contextlib import ExitStack

import pytest

from tests.gateway.serving.edges import program, tiny
from tests.gateway.serving.talking import (
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


@pytest.mark.parametrize("sent", [get("/wait/gate"), post("/x", b"body")[:-1]], ids=["an answer", "a body"])
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


def test_silent_connections_shut_nobody_out_of_a_process_with_few_descriptors() -> None:
    with program(descriptors=256) as running, ExitStack() as stack:
        open_all(stack, running.address, [b""] * 400)
        for _ in range(10):
            [answer] = said(running.address, get("/x", "Connection: close"))
            assert answer.status == 200


def test_a_connection_holds_little_memory() -> None:
    with program(descriptors=2048) as running, ExitStack() as stack:
        said(running.address, get("/x", "Connection: close"))
        before = most_memory(running.process.pid)
        for each in open_all(stack, running.address, [get("/x")] * 900):
            answered(each)
        held = (most_memory(running.process.pid) - before) / 900
    assert held < 16 * 2**10
