"""Several hosts: whose turn it is, who is left out, and what may be tried at another."""

import socket
from collections.abc import Iterator
from contextlib import closing as closes

import pytest

from gateway.store.exchange import Broken, EngineRequest, NotSent, TimedOutWaiting
from tests.gateway.store.peers import (
    FINE,
    OK,
    READ,
    WRITE,
    ask,
    breaking,
    in_turn,
    opened,
    peer,
    saying,
    silent,
    to_pings,
    until,
)

pytestmark = pytest.mark.anyio

BOTH = pytest.mark.parametrize("request_", [pytest.param(READ, id="a read"), pytest.param(WRITE, id="a write")])
UNAVAILABLE = saying(b"HTTP/1.1 503 -\r\ncontent-length: 0\r\n\r\n")


@pytest.fixture
def nobody() -> Iterator[str]:
    """An address where connections are refused."""
    with closes(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"


async def test_hosts_take_turns() -> None:
    async with (
        peer(saying(FINE)) as a,
        peer(saying(FINE)) as b,
        peer(saying(FINE)) as c,
        opened(a.url, b.url, c.url) as hosts,
    ):
        assert [await ask(hosts, READ) for _ in range(9)] == [OK] * 9
        assert [each.served for each in (a, b, c)] == [3, 3, 3]


@BOTH
async def test_what_one_host_refuses_another_does(nobody: str, request_: EngineRequest) -> None:
    async with peer(saying(FINE)) as host, opened(nobody, host.url) as hosts:
        assert [await ask(hosts, request_) for _ in range(4)] == [OK] * 4
        assert host.served == 4


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        pytest.param(None, r"connection refused", id="nobody listens"),
        pytest.param("http://no-such-host.invalid:9200", "unknown host", id="no such name"),
        pytest.param("http://no..host:9200", "", id="no name at all"),
    ],
)
@BOTH
async def test_who_cannot_be_reached_is_named(
    nobody: str, url: str | None, reason: str, request_: EngineRequest
) -> None:
    async with opened(url or nobody) as hosts:
        with pytest.raises(NotSent, match=f"^{url or nobody}: {reason}"):
            await ask(hosts, request_)


async def test_a_host_that_hangs_is_left_out_until_it_answers() -> None:
    async with (
        peer(silent) as hanging,
        peer(saying(FINE)) as host,
        opened(host.url, hanging.url, connect_timeout=0.2, ping_every=0.01) as hosts,
    ):
        with pytest.raises(TimedOutWaiting, match=f"^{hanging.url}: "):
            await ask(hosts, WRITE, 0.2)
        assert [await ask(hosts, READ) for _ in range(6)] == [OK] * 6
        assert (hanging.served, host.served) == (1, 6)
        hanging.answer = saying(FINE)
        await until(lambda: hosts.left_out == ())
        assert [await ask(hosts, READ) for _ in range(6)] == [OK] * 6
        assert (hanging.served, host.served) == (4, 9)


async def test_a_host_that_its_cluster_lost_is_left_out_until_it_is_back() -> None:
    async with (
        peer(UNAVAILABLE) as lost,
        peer(saying(FINE)) as host,
        opened(host.url, lost.url, ping_every=0.01) as hosts,
    ):
        assert (await ask(hosts, WRITE)).status == 503
        assert [await ask(hosts, WRITE) for _ in range(6)] == [OK] * 6
        assert (lost.served, host.served) == (1, 6)
        lost.answer = saying(FINE)
        await until(lambda: hosts.left_out == ())


async def test_a_read_that_broke_is_tried_at_another_host() -> None:
    async with (
        peer(breaking(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\no")) as bad,
        peer(saying(FINE)) as good,
        opened(good.url, bad.url) as hosts,
    ):
        assert await ask(hosts, READ) == OK
        assert (bad.served, good.served) == (1, 1)


async def test_a_write_that_broke_is_tried_nowhere() -> None:
    async with peer(breaking()) as bad, peer(saying(FINE)) as good, opened(good.url, bad.url) as hosts:
        with pytest.raises(Broken):
            await ask(hosts, WRITE)
        assert (bad.served, good.served) == (1, 0)


async def test_where_all_are_left_out_each_is_asked(nobody: str) -> None:
    async with (
        peer(to_pings(UNAVAILABLE, in_turn(UNAVAILABLE, saying(FINE)))) as host,
        opened(nobody, host.url) as hosts,
    ):
        assert [(await ask(hosts, READ)).status for _ in range(2)] == [503, 200]
        assert len(hosts.left_out) == 2


async def test_an_only_host_is_never_left_out() -> None:
    async with peer(in_turn(UNAVAILABLE, saying(FINE))) as host, opened(host.url) as hosts:
        assert [(await ask(hosts, READ)).status for _ in range(2)] == [503, 200]
        assert (hosts.left_out, len(host.requests)) == ((), 2)
