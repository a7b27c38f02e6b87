"""What is a whole reply, and what is none."""

import asyncio

import pytest
from msgspec.structs import replace

from gateway.store.exchange import Broken, EngineReply, EngineRequest, ReplyTooLarge, TimedOutWaiting
from tests.gateway.store.exchanges.peers import (
    FINE,
    OK,
    READ,
    WRITE,
    Answer,
    Call,
    ask,
    breaking,
    closing,
    in_turn,
    opened,
    peer,
    saying,
    silent,
    until,
)

pytestmark = [pytest.mark.anyio, pytest.mark.outside]

BY_LENGTH = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 5\r\n\r\nhello"
CHUNKED = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n"
HELLO = EngineReply(200, b"hello")
HEAD = EngineRequest("HEAD", b"/a", None, write=False)


def bytewise(reply: bytes) -> list[bytes]:
    return [reply[i : i + 1] for i in range(len(reply))]


@pytest.mark.parametrize(
    ("request_", "pieces", "reply", "connections"),
    [
        pytest.param(READ, [BY_LENGTH], HELLO, 1, id="a body as long as its length says"),
        pytest.param(READ, bytewise(BY_LENGTH), HELLO, 1, id="the same byte by byte"),
        pytest.param(READ, [CHUNKED], HELLO, 1, id="a body in chunks"),
        pytest.param(READ, bytewise(CHUNKED), HELLO, 1, id="the same byte by byte"),
        pytest.param(READ, [b"HTTP/1.1 204 No Content\r\n\r\n"], EngineReply(204, b""), 1, id="no body"),
        pytest.param(HEAD, [BY_LENGTH[:-5]], EngineReply(200, b""), 1, id="the head that HEAD asks for"),
        pytest.param(HEAD, [CHUNKED.split(b"3")[0]], EngineReply(200, b""), 1, id="a head of chunks that never come"),
        pytest.param(
            READ, [b"HTTP/1.1 100 Continue\r\n\r\n", BY_LENGTH], HELLO, 1, id="a reply after a provisional one"
        ),
        pytest.param(
            READ, [b"HTTP/1.1 503 -\r\ncontent-length: 2\r\n\r\nno"], EngineReply(503, b"no"), 1, id="a refusal"
        ),
        pytest.param(
            READ, [BY_LENGTH.replace(b"\r\n", b"\r\nconnection: close\r\n", 1)], HELLO, 2, id="the last one, as it says"
        ),
        pytest.param(READ, [BY_LENGTH + b"HTTP/1.1 200 OK\r\n"], HELLO, 2, id="one with another that nobody asked for"),
        pytest.param(READ, [BY_LENGTH + b"\0"], HELLO, 2, id="one with rubbish behind it"),
    ],
)
async def test_a_reply_is_whole_and_the_next_is_its_own(
    request_: EngineRequest, pieces: list[bytes], reply: EngineReply, connections: int
) -> None:
    async with peer(in_turn(saying(*pieces), saying(FINE))) as host, opened(host.url) as hosts:
        assert [await ask(hosts, request_), await ask(hosts, WRITE)] == [reply, OK]
        assert host.connections == connections


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(breaking(), id="a reset instead of a reply"),
        pytest.param(closing(), id="an end instead of a reply"),
        pytest.param(breaking(BY_LENGTH[:-1]), id="a reset in the middle of a body"),
        pytest.param(closing(BY_LENGTH[:-1]), id="an end in the middle of a body"),
        pytest.param(closing(CHUNKED[:-2]), id="an end before the last chunk"),
        pytest.param(closing(b"HTTP/1.1 200 OK\r\n\r\nhello"), id="a body that nothing but the end would end"),
        pytest.param(saying(b"SSH-2.0-OpenSSH_9.2\r\n"), id="something that is no HTTP"),
        pytest.param(saying(b"HTTP/1.1 200 OK\r\ncontent-length: many\r\n\r\n"), id="a length that is no number"),
        pytest.param(saying(b"HTTP/1.1 101 -\r\nupgrade: h2c\r\nconnection: upgrade\r\n\r\n"), id="another protocol"),
        pytest.param(saying(CHUNKED.replace(b"3\r\n", b"x\r\n", 1)), id="a chunk without a size"),
    ],
)
async def test_a_read_that_broke_is_tried_once_more_and_a_write_never(answer: Answer) -> None:
    async with peer(answer) as host, opened(host.url) as hosts:
        for request, tries in ((WRITE, 1), (READ, 2)):
            host.requests.clear()
            with pytest.raises(Broken, match=f"^{host.url}: "):
                await ask(hosts, request)
            assert (len(host.requests), host.connections) == (tries, 1 if request.write else 3)


async def test_a_read_gets_the_reply_of_its_second_try() -> None:
    async with peer(in_turn(breaking(BY_LENGTH[:-1]), saying(FINE))) as host, opened(host.url) as hosts:
        assert await ask(hosts, READ) == OK


def dripping(head: bytes, drop: bytes) -> Answer:
    """Never done."""

    async def answer(call: Call) -> None:
        await call.say(head)
        while True:
            await call.say(drop)
            await asyncio.sleep(0.01)

    return answer


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(silent, id="nothing"),
        pytest.param(dripping(b"HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n", b"x"), id="a byte now and then"),
        pytest.param(dripping(b"HTTP/1.1 200 OK\r\n", b"a: b\r\n"), id="a header now and then"),
        pytest.param(dripping(b"", b"HTTP/1.1 100 Continue\r\n\r\n"), id="a provisional reply now and then"),
    ],
)
@pytest.mark.parametrize("request_", [pytest.param(READ, id="a read"), pytest.param(WRITE, id="a write")])
async def test_at_the_deadline_nobody_waits_any_more(answer: Answer, request_: EngineRequest) -> None:
    async with peer(answer) as host, opened(host.url) as hosts:
        with pytest.raises(TimedOutWaiting):
            await ask(hosts, request_, 0.2)
        await until(lambda: not host.open)
        assert len(host.requests) == 1


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(dripping(b"HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n", b"x" * 500), id="a long body"),
        pytest.param(
            dripping(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n", b"1f4\r\n%b\r\n" % (b"x" * 500)),
            id="chunks without end",
        ),
        pytest.param(dripping(b"HTTP/1.1 200 OK\r\n", b"a: b\r\n" * 100), id="headers without end"),
    ],
)
async def test_of_a_reply_no_more_is_taken_than_the_limit(answer: Answer) -> None:
    async with peer(answer) as host, opened(host.url, reply_limit=10_000) as hosts:
        with pytest.raises(ReplyTooLarge, match="longer than 10000 bytes"):
            await ask(hosts, READ)
        await until(lambda: not host.open)
        assert len(host.requests) == 1


async def test_no_path_and_no_header_can_hold_another_request() -> None:
    async with peer(saying(FINE)) as host, opened(host.url) as hosts:
        for bad in (
            replace(READ, path=b"/a HTTP/1.1\r\nhost: b\r\n\r\n"),
            replace(READ, path="/größe".encode()),
            replace(READ, headers=(("x-opaque-id", "a\r\nb: c"),)),
        ):
            with pytest.raises(ValueError, match="of a request to the engine"):
                await ask(hosts, bad)
        assert host.requests == []
