"""How bodies come in and answers go out: chunks, trailers, many requests at once, and clients of HTTP/1.0."""

import time

import pytest

from tests.gateway.serving.edges import tiny
from tests.gateway.serving.talking import Address, answered, answers, chunked, connected, get, post, said, to_end

pytestmark = pytest.mark.outside

NO_REQUEST = "this is no HTTP/1.1 request"
TRAILERS = b"Authorization: Bearer stolen\r\nX-Scope-OrgID: other\r\nUser-ID: root\r\n"


@pytest.mark.parametrize("size", [1, 2**16], ids=["byte by byte", "at once"])
def test_a_trailer_is_no_header(address: Address, size: int) -> None:
    sent = chunked("/x", b"a", b"b", trailers=TRAILERS, headers=b"User-ID: me\r\nTrailer: Authorization\r\n")
    with connected(address) as connection:
        for start in range(0, len(sent), size):
            connection.sendall(sent[start : start + size])
        connection.sendall(get("/next"))
        first, second = answered(connection, 2)
    told = [["host", "gateway"], ["user-id", "me"], ["trailer", "Authorization"], ["transfer-encoding", "chunked"]]
    assert (first.json["headers"], first.json["body"], second.json["headers"]) == (told, "ab", [["host", "gateway"]])


@pytest.mark.parametrize("size", [2**14, 2**19], ids=["16 kB", "512 kB"])
def test_chunks_of_one_byte_are_read_whole(address: Address, size: int) -> None:
    [answer] = said(address, chunked("/x", *[b"x"] * size, headers=b"Connection: close\r\n"))
    assert (answer.status, answer.json["length"]) == (200, size)


def test_chunks_of_one_byte_cost_their_number() -> None:
    """Four times the chunks take four times the work; that it were the square would make it sixteen."""
    with tiny() as (running, _):
        clock = time.pthread_getcpuclockid(running.thread.ident or 0)
        costs = []
        for size in (2**17, 2**19):
            begun = time.clock_gettime(clock)
            said(running.address, chunked("/x", *[b"x"] * size, headers=b"Connection: close\r\n"))
            costs.append(time.clock_gettime(clock) - begun)
    assert costs[1] < costs[0] * 8


def test_requests_sent_at_once_are_answered_in_order(address: Address) -> None:
    sent = [get("/1"), post("/2", b"two"), chunked("/3", b"th", b"ree"), get("/4", "Connection: close")]
    found = said(address, b"".join(sent))
    assert [(each.json["path"], each.json["body"]) for each in found] == [
        ("/1", ""),
        ("/2", "two"),
        ("/3", "three"),
        ("/4", ""),
    ]


def test_a_request_waits_for_the_one_before_it() -> None:
    with tiny() as (running, app), connected(running.address) as connection:
        connection.sendall(get("/wait/gate") + post("/second", b"body") + get("/third")[:20])
        said(running.address, get("/open/gate", "Connection: close"))
        connection.sendall(get("/third")[20:])
        assert [each.json["path"] for each in answered(connection, 3)] == ["/wait/gate", "/second", "/third"]
    assert app.seen == ["/wait/gate", "/open/gate", "/second", "/third"]


@pytest.mark.parametrize(("count", "answers_"), [(101, 101), (102, 101), (1000, 101)])
def test_a_hundred_requests_may_wait(count: int, answers_: int) -> None:
    with tiny() as (running, _), connected(running.address) as connection:
        connection.sendall(get("/wait/gate") + get("/x") * (count - 1))
        said(running.address, get("/open/gate", "Connection: close"))
        connection.sendall(get("/last", "Connection: close"))
        found = answers(to_end(connection))
    assert [each.status for each in found][:answers_] == [200] * answers_
    assert (found[-1].json["path"], len(found)) == (("/last", 102) if count == 101 else ("/x", 101))


@pytest.mark.parametrize(
    ("sent", "statuses"),
    [
        pytest.param(b"{}", [400], id="no request at all"),
        pytest.param(get("/x") + b"{}", [200], id="no request behind one"),
        pytest.param(get("/x") * 3 + b"{}", [200] * 3, id="no request behind three"),
        pytest.param(get("/x") + get("/x", "A: \0"), [200], id="a bad head behind one"),
        pytest.param(chunked("/x", b"a")[:-5] + b"no\r\n", [400], id="a body that breaks off"),
        pytest.param(get("/x") + chunked("/x", b"a")[:-5] + b"no\r\n", [200], id="a body that breaks off behind one"),
        pytest.param(
            get("/x") * 3 + chunked("/x")[:-5] + b"no\r\n", [200] * 3, id="a body that breaks off behind three"
        ),
    ],
)
def test_every_request_before_what_is_none_is_answered(address: Address, sent: bytes, statuses: list[int]) -> None:
    found = said(address, sent)
    assert ([each.status for each in found], found[-1].headers["connection"]) == (statuses, "close")


def test_what_is_no_request_is_told_after_an_answer_too(address: Address) -> None:
    with connected(address) as connection:
        connection.sendall(get("/x"))
        answered(connection)
        connection.sendall(b"{}")
        [answer] = answers(to_end(connection))
    assert (answer.status, answer.json["error"]["reason"]) == (400, NO_REQUEST)


def test_a_body_that_breaks_off_is_no_body() -> None:
    with tiny() as (running, app):
        said(running.address, chunked("/x", b"a")[:-5] + b"no\r\n")
    assert app.seen == ["/x", "gone"]


def test_http_1_0_gets_a_plain_body_that_ends_with_the_connection(address: Address) -> None:
    old, new = (get("/stream", "Connection: close", version=each) for each in ("1.0", "1.1"))
    [[plain], [coded]] = said(address, old), said(address, new)
    assert (plain.body, plain.headers.get("transfer-encoding"), plain.headers["connection"]) == (
        b"one,two,three",
        None,
        "close",
    )
    assert (coded.body, coded.headers["transfer-encoding"]) == (
        b"4\r\none,\r\n4\r\ntwo,\r\n5\r\nthree\r\n0\r\n\r\n",
        "chunked",
    )


def test_http_1_0_gets_the_length_where_there_is_one(address: Address) -> None:
    [answer] = said(address, get("/x", version="1.0"))
    assert (answer.json["http_version"], int(answer.headers["content-length"])) == ("1.0", len(answer.body))


@pytest.mark.parametrize("version", ["1.0", "1.1"])
@pytest.mark.parametrize("path", ["/x", "/stream"])
def test_head_has_no_body(address: Address, path: str, version: str) -> None:
    [received] = [said(address, get(path, "Connection: close", method="HEAD", version=version))]
    assert b"".join(each.body for each in received) == b""


def test_an_answer_comes_whole_though_its_client_still_sends(address: Address) -> None:
    """nginx asks in HTTP/1.0 and ends what it reads if its writing fails."""
    head = post("/early", b"")[:-4].replace(b"Content-Length: 0", b"Content-Length: 50000000\r\nConnection: close")
    with connected(address) as connection:
        connection.sendall(head + b"\r\n\r\n")
        for _ in range(20):
            connection.sendall(b"x" * 2**18)
        [answer] = answers(to_end(connection))
    assert answer.json["path"] == "/early"


def test_a_client_that_waits_to_go_on_is_told_so(address: Address) -> None:
    with connected(address) as connection:
        connection.sendall(post("/x", b"body", "Expect: 100-Continue")[:-4])
        assert connection.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(b"body")
        [answer] = answered(connection)
    assert answer.json["body"] == "body"


def test_a_client_that_is_not_to_go_on_is_told_that_its_connection_ends(address: Address) -> None:
    [answer] = said(address, post("/early", b"body", "Expect: 100-continue")[:-4])
    assert (answer.status, answer.headers["connection"]) == (200, "close")
