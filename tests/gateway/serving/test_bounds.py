"""What comes before a request is known is bounded, and costs what it is bounded to."""

import select
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest

from tests.gateway.serving.edges import Program, program
from tests.gateway.serving.talking import (
    HOST,
    Address,
    answered,
    answers,
    connected,
    get,
    most_memory,
    processor_time,
    said,
)

MEGA = 2**20
START = b"GET /x HTTP/1.1\r\n" + HOST
CHUNKED = b"POST /x HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n"
REQUEST = get("/x")

FLOODS = {
    "a header of 150 MB": (START + b"A: ", b"a", 150 * MEGA, [431]),
    "a name of 150 MB": (START, b"a", 150 * MEGA, [431]),
    "40 million headers": (START, b"a:\r\n", 120 * MEGA, [431]),
    "a target of 150 MB": (b"GET /", b"a", 150 * MEGA, [414]),
    "a query of 150 MB": (b"GET /x?", b"a&", 150 * MEGA, [414]),
    "a method of 150 MB": (b"", b"GET", 150 * MEGA, [400]),
    "a million trailers": (CHUNKED + b"1\r\na\r\n0\r\n", b"User-ID: a\r\n", 30 * MEGA, [431]),
    "a trailer of 150 MB": (CHUNKED + b"1\r\na\r\n0\r\nA: ", b"a", 150 * MEGA, [431]),
    "an extension of 150 MB": (CHUNKED + b"1;a=", b"a", 150 * MEGA, [431]),
    "extensions of 16 kB": (CHUNKED, b"1;a=" + b"b" * 2**14 + b"\r\na\r\n", 150 * MEGA, [431]),
    "a size of 150 MB": (CHUNKED, b"0", 150 * MEGA, [431]),
    "five million requests": (b"", REQUEST, 150 * MEGA, [200] * 101),
    "five million offers": (b"", get("/x", "Connection: Upgrade", "Upgrade: h2c"), 150 * MEGA, [200] * 101),
}


@pytest.fixture(scope="module")
def edge() -> Iterator[Program]:
    """The edge in a process whose costs are its own."""
    with program() as running:
        said(running.address, get("/x", "Connection: close"))
        yield running


@pytest.mark.parametrize(("start", "unit", "size", "statuses"), FLOODS.values(), ids=FLOODS)
def test_a_flood_costs_little_and_stalls_nobody(
    edge: Program, start: bytes, unit: bytes, size: int, statuses: list[int]
) -> None:
    pid = edge.process.pid
    computed, held = processor_time(pid), most_memory(pid)
    with neighbour(edge.address) as waits:
        received = flood(edge.address, start, unit * (MEGA // len(unit)), size // MEGA)
    assert [each.status for each in answers(received)] == statuses
    assert processor_time(pid) - computed < 1
    assert most_memory(pid) - held < 16 * MEGA
    assert max(waits) < 1


def flood(address: Address, start: bytes, piece: bytes, times: int) -> bytes:
    """What the server says to a client that sends on for as long as it can."""
    received = b""
    with connected(address) as connection, suppress(ConnectionError):
        connection.sendall(start)
        for _ in range(times):
            connection.sendall(piece)
            if select.select([connection], [], [], 0)[0]:
                received += connection.recv(MEGA)
        while more := connection.recv(MEGA):
            received += more
    return received


@contextmanager
def neighbour(address: Address) -> Iterator[list[float]]:
    """Seconds that each request of another client takes meanwhile."""
    over, waits = threading.Event(), list[float]()

    def ask(connection: socket.socket) -> None:
        while not over.is_set():
            asked = time.perf_counter()
            connection.sendall(REQUEST)
            answered(connection)
            waits.append(time.perf_counter() - asked)

    with connected(address) as connection:
        thread = threading.Thread(target=ask, args=[connection])
        thread.start()
        yield waits
        over.set()
        thread.join()
