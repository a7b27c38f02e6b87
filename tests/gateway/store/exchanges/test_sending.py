"""What leaves, on which connection, and when it surely did not leave."""

import asyncio

import pytest
from msgspec.structs import replace

from gateway.store.exchange import Broken, EngineReply, EngineRequest, NotSent, TimedOutWaiting
from tests.gateway.store.exchanges.peers import (
    FINE,
    OK,
    READ,
    WRITE,
    Answer,
    Call,
    ask,
    in_turn,
    opened,
    peer,
    saying,
    silent,
    until,
)

pytestmark = [pytest.mark.anyio, pytest.mark.outside]

LARGE = replace(WRITE, body=b"0123456789abcdef" * 2**20)
TOO_LARGE = b"HTTP/1.1 413 -\r\ncontent-length: 2\r\n\r\nno"


async def test_a_large_body_arrives_as_it_was() -> None:
    async with peer(saying(FINE)) as host, opened(host.url) as hosts:
        assert [await ask(hosts, LARGE), await ask(hosts, READ)] == [OK, OK]
        assert ([body for _, body in host.requests], host.connections) == ([LARGE.body, READ.body], 1)


async def head_only(call: Call) -> None:
    """Reads no body."""
    await call.head()
    await asyncio.Event().wait()


async def half(call: Call) -> None:
    """Breaks before it has the body."""
    await call.head()
    await call.reader.readexactly(2**20)
    call.reset()


@pytest.mark.parametrize(
    "answer",
    [pytest.param(head_only, id="the peer reads no more"), pytest.param(half, id="the connection breaks on the way")],
)
async def test_a_write_that_did_not_leave_whole_was_not_done(answer: Answer) -> None:
    async with peer(answer, reads=False) as host, opened(host.url) as hosts:
        with pytest.raises(NotSent):
            await ask(hosts, LARGE, 0.5)


async def test_a_write_that_did_not_leave_whole_is_tried_elsewhere() -> None:
    async with (
        peer(half, reads=False) as bad,
        peer(saying(FINE)) as good,
        opened(good.url, bad.url) as hosts,
    ):
        assert await ask(hosts, LARGE) == OK
        assert [body for _, body in good.requests] == [LARGE.body]


async def test_who_refuses_a_body_before_it_is_whole_is_heard() -> None:
    async def refuse(call: Call) -> None:
        await call.head()
        await call.say(TOO_LARGE)
        await asyncio.Event().wait()

    async with peer(refuse, reads=False) as host, opened(host.url) as hosts:
        assert await ask(hosts, LARGE) == EngineReply(413, b"no")
        host.answer = in_turn(saying(FINE))
        host.reads = True
        assert (await ask(hosts, READ), host.connections) == (OK, 2)


async def test_a_caller_who_leaves_ends_the_connection() -> None:
    async with peer(silent) as host, opened(host.url) as hosts:
        task = asyncio.create_task(ask(hosts, READ))
        await until(lambda: host.served == 1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await until(lambda: not host.open)


async def test_no_more_connections_than_allowed_and_who_gets_none_sent_nothing() -> None:
    release = asyncio.Event()

    async def later(call: Call) -> None:
        await release.wait()
        await call.say(FINE)

    async with peer(later) as host, opened(host.url, connections=2) as hosts:
        tasks = [asyncio.create_task(ask(hosts, READ)) for _ in range(5)]
        await until(lambda: host.served == 2)
        with pytest.raises(NotSent, match="no connection was free in time"):
            await ask(hosts, WRITE, 0.05)
        release.set()
        assert await asyncio.gather(*tasks) == [OK] * 5
        assert (host.served, host.connections) == (5, 2)


async def test_replies_above_the_limit_wait_for_those_that_began_before() -> None:
    size = 2**20
    reply = b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % size + b"x" * size
    async with peer(saying(reply)) as host, opened(host.url, inflow_limit=2**17) as hosts:
        replies = await asyncio.gather(*(ask(hosts, READ) for _ in range(8)))
        assert [len(each.body) for each in replies] == [size] * 8
        assert await ask(hosts, READ) == replies[0]


async def test_a_request_that_comes_too_late_is_not_sent() -> None:
    async with peer(saying(FINE)) as host, opened(host.url) as hosts:
        assert await ask(hosts, READ) == OK
        with pytest.raises(NotSent, match="the time was up"):
            await ask(hosts, WRITE, 0)
        assert host.served == 1


async def test_one_failure_ends_the_connections_that_are_idle() -> None:
    both = asyncio.Barrier(2)

    async def together(call: Call) -> None:
        await both.wait()
        await call.say(FINE)

    async with peer(together) as host, opened(host.url) as hosts:
        await asyncio.gather(ask(hosts, READ), ask(hosts, READ))
        assert len(host.open) == 2
        host.answer = silent
        with pytest.raises(TimedOutWaiting):
            await ask(hosts, READ, 0.1)
        await until(lambda: not host.open)


async def test_a_connection_that_was_idle_for_too_long_is_not_used_again() -> None:
    async with peer(saying(FINE)) as host, opened(host.url, idle=0) as hosts:
        assert [await ask(hosts, READ) for _ in range(3)] == [OK] * 3
        assert host.connections == 3
        await until(lambda: len(host.open) == 1)


@pytest.mark.parametrize("request_", [pytest.param(READ, id="a read"), pytest.param(WRITE, id="a write")])
async def test_closing_ends_all(request_: EngineRequest) -> None:
    async with peer(silent) as host, peer(silent) as other:
        before = asyncio.all_tasks()
        async with opened(other.url, host.url) as hosts:
            task = asyncio.create_task(ask(hosts, request_))
            await until(lambda: host.served == 1)
        with pytest.raises((Broken, NotSent)):
            await task
        with pytest.raises(NotSent):
            await ask(hosts, request_)
        await until(lambda: not host.open and asyncio.all_tasks() == before)
