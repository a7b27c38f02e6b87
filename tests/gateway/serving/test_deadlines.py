"""What does not come, or is not taken, in its time ends the connection; what is under way is left alone."""

import logging
import select
import socket

import pytest
from prometheus_client import REGISTRY

from tests.gateway.serving.edges import tiny
from tests.gateway.serving.talking import answered, answers, chunked, connected, get, post, said, to_end, until

pytestmark = pytest.mark.outside

LONG = 3600
SHORT = 0.3
HALF = post("/x", b"half of it")[:-5]
HELD = post("/hold/gate", b"x" * 2**24)


def ended(reason: str) -> float:
    """How many connections ended for that reason so far."""
    return REGISTRY.get_sample_value("gateway_connections_ended_total", {"reason": reason}) or 0


def timeouts(**short: float) -> dict[str, float]:
    """All timeouts too long to matter, but for these."""
    return {f"{each}_timeout": LONG for each in ("header", "body", "answer", "idle")} | short


@pytest.mark.parametrize(
    ("timeout", "sent", "statuses", "reason"),
    [
        pytest.param("header", b"", [], "idle_timeout", id="nothing at all"),
        pytest.param("header", b"\r\n\r\n", [], "idle_timeout", id="nothing but empty lines"),
        pytest.param("header", b"G", [408], "header_timeout", id="one letter"),
        pytest.param("header", get("/x")[:-2], [408], "header_timeout", id="half a head"),
        pytest.param("header", get("/x") + get("/x")[:-2], [200, 408], "header_timeout", id="half a head behind one"),
        pytest.param("body", HALF, [408], "body_timeout", id="half a body"),
        pytest.param("body", post("/x", b"a")[:-1], [408], "body_timeout", id="a head without its body"),
        pytest.param("body", chunked("/x", b"a")[:-2], [408], "body_timeout", id="chunks without their end"),
        pytest.param("body", chunked("/x", b"a")[:-2] + b"A: ", [408], "body_timeout", id="half a trailer"),
        pytest.param(
            "body", get("/x") * 2 + HALF, [200, 200, 408], "body_timeout", id="half a body behind two requests"
        ),
        pytest.param("body", post("/early", b"ab")[:-1], [200], "idle_timeout", id="a body whose answer did not wait"),
        pytest.param("idle", get("/x"), [200], "idle_timeout", id="no further request"),
        pytest.param("idle", get("/x") + b"\r\n", [200], "idle_timeout", id="no further request but an empty line"),
    ],
)
def test_what_does_not_come_ends_the_connection(
    timeout: str, sent: bytes, statuses: list[int], reason: str, caplog: pytest.LogCaptureFixture
) -> None:
    before = ended(reason)
    with (
        caplog.at_level(logging.DEBUG, "gateway.connections"),
        tiny(**timeouts(**{f"{timeout}_timeout": SHORT})) as (
            running,
            _,
        ),
    ):
        found = said(running.address, sent)
    assert [each.status for each in found] == statuses
    assert ended(reason) == before + 1
    [line] = [each.args for each in caplog.records if each.message == "connection ended"]
    assert isinstance(line, dict)
    assert (line["reason"], line["client"]) == (reason, "127.0.0.1")


@pytest.mark.parametrize(
    ("sent", "rest", "statuses"),
    [
        pytest.param(get("/wait/gate"), b"", [200], id="an answer that is not ready"),
        pytest.param(
            post("/hold/gate", b"body", "Expect: 100-continue")[:-4], b"body", [100, 200], id="a body not asked for"
        ),
        pytest.param(HELD[: 2**17], HELD[2**17 :], [200], id="a body that nobody reads"),
    ],
)
def test_what_waits_for_the_gateway_is_not_late(sent: bytes, rest: bytes, statuses: list[int]) -> None:
    """Another connection, which is late as soon as it is made, tells that the time has passed."""
    with tiny(**dict.fromkeys(timeouts(), SHORT)) as (running, _), connected(running.address) as connection:
        connection.sendall(sent)
        for _ in range(3):
            said(running.address, b"G")
        said(running.address, get("/open/gate", "Connection: close"))
        connection.sendall(rest)
        found = answered(connection, len(statuses))
    assert [each.status for each in found] == statuses


def test_a_body_that_comes_in_drops_is_late() -> None:
    with tiny(**timeouts(body_timeout=SHORT)) as (running, _), connected(running.address) as connection:
        connection.sendall(post("/x", b"x" * 10_000)[:-10_000])
        while not select.select([connection], [], [], SHORT / 5)[0]:
            connection.sendall(b"x")
        [answer] = answers(to_end(connection))
    assert answer.status == 408


def test_a_body_that_comes_steadily_is_not_late() -> None:
    with tiny(**timeouts(body_timeout=2)) as (running, _), connected(running.address) as connection:
        connection.sendall(post("/x", b"x" * 30_000)[:-30_000])
        for _ in range(10):
            assert not select.select([connection], [], [], 0.3)[0]
            connection.sendall(b"x" * 3_000)
        [answer] = answered(connection)
    assert answer.json["length"] == 30_000


def test_an_answer_that_is_not_taken_ends_the_connection() -> None:
    before = ended("answer_timeout")
    with tiny(**timeouts(answer_timeout=SHORT)) as (running, _), connected(running.address) as connection:
        connection.sendall(get("/large"))
        until(lambda: ended("answer_timeout") == before + 1)
        assert broken(connection)
        until(lambda: not running.server.server_state.connections)


def test_an_answer_that_is_taken_slowly_is_sent_to_its_end() -> None:
    with tiny(**timeouts(answer_timeout=1)) as (running, _), connected(running.address, buffer=2**16) as connection:
        connection.sendall(get("/large", "Connection: close"))
        received = 0
        for _ in range(15):
            received += len(connection.recv(2**16))
            assert not select.select([], [], [connection], 0.2)[2]
        assert received + len(to_end(connection)) > 2**26


def broken(connection: socket.socket) -> bool:
    """Whether the answer breaks off."""
    try:
        return len(to_end(connection)) < 2**26
    except ConnectionError:
        return True
