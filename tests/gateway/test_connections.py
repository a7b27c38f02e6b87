"""What becomes of a request whose client sends a body without its length."""

import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

import orjson
import pytest

from gateway.dialects.settings import load
from tests.dialects.log360.calls import refusal
from tests.serving import serving

WITHOUT_LENGTH = b"DELETE /api/v2/incident HTTP/1.1\r\nHost: gateway\r\nContent-Type: application/json\r\n\r\n"


@pytest.fixture(scope="module")
def address(opensearch_url: str) -> Iterator[tuple[str, int]]:
    """A gateway on a socket."""
    with serving(load(opensearch_url=opensearch_url)) as url:
        parts = urlsplit(url)
        yield str(parts.hostname), int(parts.port or 0)


def said(address: tuple[str, int], sent: bytes) -> bytes:
    """All that the server says before it ends the connection."""
    with socket.create_connection(address, timeout=60) as connection:
        connection.sendall(sent)
        return b"".join(iter(lambda: connection.recv(2**16), b""))


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b'{"incident_ids":[1]}', id="JSON"),
        pytest.param(b"GET / HTTP/9.9\r\n\r\n", id="almost a request"),
    ],
)
def test_a_body_without_its_length_is_none(address: tuple[str, int], body: bytes) -> None:
    head, _, answer = said(address, WITHOUT_LENGTH + body).partition(b"\r\n\r\n")
    assert (head.split(b"\r\n")[0], b"\r\nconnection: close" in head) == (b"HTTP/1.1 400 Bad Request", True)
    detail = orjson.loads(answer)["error"]["detail"]
    assert (orjson.loads(answer), detail.partition(": ")[0]) == (refusal(detail), "incident_ids")


def test_every_request_before_it_is_answered(address: tuple[str, int]) -> None:
    answers = said(address, b"GET /healthz HTTP/1.1\r\nHost: gateway\r\n\r\n" + WITHOUT_LENGTH + b"{}")
    assert (answers.count(b"HTTP/1.1 200 OK"), answers.count(b"HTTP/1.1 400 ")) == (1, 1)
