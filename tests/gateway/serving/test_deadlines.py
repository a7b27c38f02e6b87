"""What does not come, or is not taken, in its time ends the connection; what is under way is left alone."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from prometheus_client import REGISTRY

from tests.gateway.serving.edges import tiny
from tests.gateway.serving.talking import Address, answered, answers, chunked, connected, get, post, said, to_end, until

LONG = 3600
SHORT = 0.3
HALF = post("/x", b"half of it")[:-5]


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
        pytest.param("body", get("/x") * 2 + HALF, [200] * 2, "body_timeout", id="half a body behind two requests"),
        pytest.param("body", post("/early", b"ab")[:-1], [200], "idle_timeout", id="a body whose answer did not wait"),
        pytest.param("idle", get("/x"), [200], "idle_timeout", id="no further request"),
        pytest.param("idle", get("/x") + b"\r\n", [200], "idle_timeout", id="no further request but an empty line"),
    ],
)
def test_what_does_not_come_ends_the_connection(
    timeout: str, sent: bytes, statuses: list[int], reason: str, caplog: pytest.LogCaptureFixture
) -> None:
    before = ended(reason)
    with caplog.at_level(logging.DEBUG, "gateway.connections"), tiny(**timeouts(**{f"{timeout}_timeout": SHORT})) as (
        running,
        _,
    ):
        found = said(running.address, sent)
    assert [each.status for each in found] == statuses
    assert ended(reason) == before + 1
    [line] = [each.args for each in caplog.records if each.message == "connection ended"]
    assert isinstance(line, dict)
    assert (line["reason"], line["client"]) == (reason, "127.0.0.1")


@pytest.mark.parametrize("timeout", ["header", "body", "answer", "idle"])
def test_a_request_that_is_under_way_takes_its_time(timeout: str) -> None:
    with tiny(**timeouts(**{f"{timeout}_timeout": SHORT})) as (running, _), connected(running.address) as connection:
        connection.sendall(get("/wait/gate"))
        if timeout != "answer":
            said(running.address, *([get("/x")] if timeout == "idle" else [HALF if timeout == "body" else b"G"]))
        said(running.address, get("/open/gate", "Connection: close"))
        [answer] = answered(connection)
    assert answer.status == 200
