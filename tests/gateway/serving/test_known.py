"""Who asks again is answered as before, and what differs by a byte from what was sent before is read as any other."""

from collections.abc import Sequence

import pytest

from gateway.serving.known import Head, KnownHeads
from tests.gateway.serving.edges import tiny
from tests.gateway.serving.talking import Address, answered, connected, get, post, said, until

pytestmark = pytest.mark.outside

KEY, OTHER_KEY = "Authorization: Bearer one", "Authorization: Bearer two"
ONE = post("/x?a=1", b"one", KEY)
HEAD = ONE.removesuffix(b"one")


@pytest.mark.parametrize(
    ("parts", "bodies", "key"),
    [
        pytest.param([ONE], ["one"], "Bearer one", id="the same"),
        pytest.param([HEAD + b"two"], ["two"], "Bearer one", id="another body"),
        pytest.param([ONE + HEAD + b"two"], ["one", "two"], "Bearer one", id="two at once"),
        pytest.param([HEAD, b"two"], ["two"], "Bearer one", id="the body later"),
        pytest.param([HEAD + b"t", b"wo"], ["two"], "Bearer one", id="the body in parts"),
        pytest.param([ONE[:30], ONE[30:]], ["one"], "Bearer one", id="the head in parts"),
        pytest.param([post("/x?a=1", b"one", OTHER_KEY)], ["one"], "Bearer two", id="another key"),
        pytest.param([b"\r\n" + ONE], ["one"], "Bearer one", id="behind an empty line"),
        pytest.param([b"\r\n\r\n", ONE], ["one"], "Bearer one", id="behind empty lines that come alone"),
    ],
)
def test_behind_a_request_that_was_read_before(
    address: Address, parts: Sequence[bytes], bodies: Sequence[str], key: str
) -> None:
    with connected(address) as before, connected(address) as connection:
        for again in (before, connection):
            again.sendall(ONE)
            answered(again)
        for part in parts:
            connection.sendall(part)
        found = [each.json for each in answered(connection, len(bodies))]
        port = connection.getsockname()[1]
    assert [(each["path"], each["query"], each["body"]) for each in found] == [("/x", "a=1", body) for body in bodies]
    assert all(dict(each["headers"])["authorization"] == key for each in found)
    assert {each["client"][1] for each in found} == {port}


def test_a_connection_that_is_to_end_ends_each_time(address: Address) -> None:
    for _ in range(2):
        assert len(said(address, get("/x", "Connection: close"))) == 1


def test_a_request_knows_whether_it_is_the_only_one() -> None:
    with tiny() as (running, app), connected(running.address) as other:
        [only] = said(running.address, get("/x", "Connection: close"))
        other.sendall(get("/hold/gate"))
        until(lambda: "/hold/gate" in app.seen)
        [beside] = said(running.address, get("/x", "Connection: close"))
        said(running.address, get("/open/gate", "Connection: close"))
        answered(other)
    assert [each.json["alone"] for each in (only, beside)] == [True, False]


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(HEAD, id="a body that is wanting"),
        pytest.param(ONE + b"x", id="more behind it"),
        pytest.param(ONE + ONE, id="two at once"),
        pytest.param(b"\r\n\r\n", id="no head at all"),
        pytest.param(b"GET / HTTP/1.1\r\n", id="a head that is not whole"),
        pytest.param(post("/" + "x" * 4096, b"one"), id="a head that is long"),
    ],
)
def test_only_one_whole_request_is_kept(data: bytes) -> None:
    heads = KnownHeads()
    heads.keep(data, Head(b"/x", [], {}, 3))
    assert heads.of(data) is None


def test_there_are_never_many() -> None:
    heads = KnownHeads()
    sent = [get(f"/{number}") for number in range(300)]
    for each in sent:
        heads.keep(each, Head(b"/", [], {}, 0))
    assert sum(heads.of(each) is not None for each in sent) <= 256
