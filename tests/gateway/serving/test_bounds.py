"""What comes before a request is known is bounded, and costs what it is bounded to."""

import json
import re
import select
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest

from gateway.dialects import DIALECTS
from gateway.problems import Problem
from tests.gateway.serving.edges import Program, program, tiny
from tests.gateway.serving.talking import (
    HOST,
    Address,
    Answer,
    answered,
    answers,
    connected,
    get,
    most_memory,
    processor_time,
    said,
)
from tests.gateway.serving.test_deadlines import ended

pytestmark = pytest.mark.outside

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
    """A process that computes for so long keeps its other clients waiting no longer."""
    pid = edge.process.pid
    computed, held = processor_time(pid), most_memory(pid)
    received = flood(edge.address, start, unit * (MEGA // len(unit)), size // MEGA)
    assert [each.status for each in answers(received)] == statuses
    assert processor_time(pid) - computed < 0.5
    assert most_memory(pid) - held < 16 * MEGA


@pytest.mark.parametrize(
    ("setting", "sent", "status", "name"),
    [
        ("url_bytes", lambda size: get("/x?" + "y" * (size - 3)), 414, "url_bytes"),
        ("header_bytes", lambda size: get("/x", "A: " + "b" * (size - len(HOST) - 5)), 431, "header_bytes"),
        ("headers", lambda size: get("/x", *["A: b"] * (size - 1)), 431, "headers"),
    ],
    ids=["a target", "the bytes of headers", "headers"],
)
@pytest.mark.parametrize("size", [100, 2**16], ids=["in parts", "at once"])
def test_what_is_at_the_bound_is_taken_and_one_more_is_not(
    setting: str, sent: Callable[[int], bytes], status: int, name: str, size: int
) -> None:
    before, bound = ended(name), 1024
    with tiny(**{setting: bound}) as (running, _):
        statuses = [_in_parts(running.address, sent(length), size).status for length in (bound, bound + 1)]
    assert (statuses, ended(name)) == ([200, status], before + 1)


def _in_parts(address: Address, sent: bytes, size: int) -> Answer:
    with connected(address) as connection:
        for start in range(0, len(sent), size):
            connection.sendall(sent[start : start + size])
        return answered(connection)[0]


WRITTEN = {
    "as it is": lambda path: path,
    "with two slashes": lambda path: f"/{path}",
    "as a whole URL": lambda path: f"http://gateway{path}",
    "encoded": lambda path: f"/%{ord(path[1]):x}{path[2:]}",
    "under a root": lambda path: f"/siem{path}",
}


@pytest.fixture(scope="module")
def rooted() -> Iterator[Address]:
    """Where one answers that a proxy shows under a path."""
    with tiny(root_path="/siem") as (running, _):
        yield running.address


@pytest.mark.parametrize("written", WRITTEN.values(), ids=WRITTEN)
@pytest.mark.parametrize("prefix", [each.prefix for each in DIALECTS])
@pytest.mark.parametrize(
    ("sent", "status"),
    [
        pytest.param(lambda path: get(f"{path}/{'x' * 2**15}"), 414, id="a long path"),
        pytest.param(lambda path: get(f"{path}/x", *["A: b"] * 100), 431, id="many headers"),
        pytest.param(lambda path: get(f"{path}/x", "A: \0"), 400, id="a bad header"),
        pytest.param(lambda path: get(f"{path}/x", version="2.0"), 505, id="another version"),
    ],
)
def test_a_refusal_has_the_shape_of_its_path_and_an_id(
    rooted: Address, prefix: str, written: Callable[[str], str], sent: Callable[[str], bytes], status: int
) -> None:
    [answer] = said(rooted, sent(written(prefix)))
    dialect = next(each for each in DIALECTS if each.prefix == prefix)
    shape = json.loads(bytes(dialect.render(Problem(status, "", "")).body))
    assert (answer.status, answer.json.keys()) == (status, shape.keys())
    assert re.fullmatch("[0-9a-f]{32}", answer.headers["x-request-id"])
    assert answer.json.get("logref", answer.headers["x-request-id"]) == answer.headers["x-request-id"]
    assert len(answer.body) < 1000


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
