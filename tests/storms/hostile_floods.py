"""What is hostile by number: connections that say nothing or little, and requests of which each leaves something."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress

from gateway.answers import LONGEST_KEY
from tests.storms.kinds import Kind, Target, Wrong
from tests.storms.wire import Broken, Connection, Request, Unsent, answered

ROOM, CROWD, PATIENCE = 256, 300, 5.0
EVERY = 0.1
SECONDS, SLOWLY = 6, 600
"""For how long what is slow goes on, and by how many bytes a second: so many that it is not ended for it."""
POST = "POST /_im/incidents HTTP/1.1\r\nhost: localhost\r\n"


async def _crowded(target: Target, begin: bytes, more: bytes) -> Sequence[int]:
    """What somebody else is told while more connections than there is room for begin so, and go on so."""
    lines = [target.line() for _ in range(CROWD)]
    await asyncio.gather(*(_begun(line, begin) for line in lines))
    talks = [asyncio.ensure_future(_going_on(line, begin, more)) for line in lines]
    try:
        async with asyncio.timeout(PATIENCE):
            while await target.status("GET", "/_im/incidents?size=1") != 200:
                await asyncio.sleep(EVERY)
            return [await target.status("GET", "/_im/incidents?size=1") for _ in range(5)]
    except (TimeoutError, Unsent, Broken):
        raise Wrong(f"nobody else is served for {PATIENCE:g} s") from None
    finally:
        for talk, line in zip(talks, lines, strict=True):
            talk.cancel()
            line.close()
        await asyncio.gather(*talks, return_exceptions=True)


async def _begun(line: Connection, begin: bytes) -> asyncio.StreamWriter:
    _, writer = await line.opened()
    with suppress(OSError):
        writer.write(begin)
        await writer.drain()
    return writer


async def _going_on(line: Connection, begin: bytes, more: bytes) -> None:
    """Says more each second, over a new connection where the gateway has ended it."""
    _, writer = await line.opened()
    for _ in range(SECONDS if more else 0):
        await asyncio.sleep(1)
        if (await line.opened())[1] is not writer:
            writer = await _begun(line, begin)
        with suppress(OSError):
            writer.write(more)
            await writer.drain()


async def silence(target: Target) -> Sequence[int]:
    """More connections that say nothing than a process has room for."""
    return await _crowded(target, b"", b"")


async def slow_heads(target: Target) -> Sequence[int]:
    """As many whose first line is followed by a header a second."""
    return await _crowded(target, POST.encode(), b"a: b\r\n")


async def slow_bodies(target: Target) -> Sequence[int]:
    """As many whose body comes as slowly as it may."""
    head = f"{POST}x-scope-orgid: {target.tenant}\r\ncontent-type: application/json\r\ncontent-length: 1000000\r\n\r\n"
    return await _crowded(target, head.encode() + b"{", b" " * SLOWLY)


async def untaken(target: Target) -> Sequence[int]:
    """As many that ask for a page, and for another one, and take none of it."""
    page = f"GET /_im/incidents HTTP/1.1\r\nhost: localhost\r\nx-scope-orgid: {target.tenant}\r\n\r\n"
    return await _crowded(target, page.encode() * 2, b"")


async def pipelined(target: Target) -> Sequence[int]:
    """A thousand requests at once on one connection, one behind the other."""
    line = target.line()
    reader, writer = await line.opened()
    writer.write(line.head(Request("GET", "/_im/incidents?size=1")) * target.count(1000))
    statuses = []
    try:
        async with asyncio.timeout(PATIENCE):
            while True:
                statuses.append((await answered(reader)).status)
    except (OSError, EOFError, TimeoutError):
        return statuses
    finally:
        line.close()


async def scrapes(target: Target) -> Sequence[int]:
    """A hundred scrapes of the metrics."""
    return [await target.status("GET", "/metrics") for _ in range(100)]


async def _one_by_one(target: Target, requests: Sequence[tuple[Request, str]]) -> Sequence[int]:
    line = target.line()
    try:
        return [(await line.ask(request, headers)).status for request, headers in requests]
    finally:
        line.close()


async def views(target: Target) -> Sequence[int]:
    """Views without end, each of nearly as many bytes as one may have."""
    view = {"name": "v", "filters": {"search_query": {"match": {"title": "x" * 8000}}}, "columns": ["c" * 100] * 64}
    made = [(Request("POST", "/_im/views", view), f"user-id: u{n // 100}\r\n") for n in range(target.count(200))]
    return [*await _one_by_one(target, made), await target.status("GET", "/_im/views")]


async def points_in_time(target: Target) -> Sequence[int]:
    """Points in time, one after another, and none is given back."""
    return await _one_by_one(target, [(Request("GET", "/_im/incidents/pit"), "")] * target.count(300))


async def keyed(target: Target) -> Sequence[int]:
    """Creations under as many keys of the most letters."""
    made = Request("POST", "/_im/incidents", {"title": "t"})
    keys = [f"idempotency-key: {number:0>{LONGEST_KEY}}\r\n" for number in range(target.count(300))]
    return await _one_by_one(target, [(made, each) for each in keys])


async def tenants(target: Target) -> Sequence[int]:
    """Reads of as many tenants that are not there."""
    page = Request("GET", "/_im/incidents")
    lines = [Connection(target.url, f"{target.tenant}-{number}") for number in range(target.count(500))]
    statuses = []
    for line in lines:
        statuses.append((await line.ask(page)).status)
        line.close()
    return statuses


async def listeners(target: Target) -> Sequence[int]:
    """As many listeners to changes as there may be, and a few more, who then leave at once."""
    lines = [target.line() for _ in range(target.count(2050))]
    follow = Request("GET", "/_im/incidents/changes")
    heads = await asyncio.gather(*(_followed(line, follow) for line in lines))
    for line in lines:
        line.close()
    return heads


async def _followed(line: Connection, follow: Request) -> int:
    reader, writer = await line.opened()
    writer.write(line.head(follow, "accept: text/event-stream\r\n"))
    try:
        return int((await reader.readuntil(b"\r\n\r\n")).split(b" ", 2)[1])
    except (OSError, EOFError):
        return 0


_SERVED = frozenset({200})
_FULL = {"connections": ROOM}

KINDS = [
    Kind("silence", f"{CROWD} silent connections, room for {ROOM}", silence, _SERVED, settings=_FULL),
    Kind("silence", f"{CROWD} heads of a line a second, room for {ROOM}", slow_heads, _SERVED, cpu=0.5, settings=_FULL),
    Kind("slow bodies", f"{CROWD} of 600 bytes a second, room for {ROOM}", slow_bodies, _SERVED, cpu=1, stall=3000,
         settings=_FULL),
    Kind("slow readers", f"{CROWD} that take no answer, room for {ROOM}", untaken, _SERVED, cpu=2, stall=200,
         settings=_FULL),
    Kind("pipelines", "1,000 requests in one piece", pipelined, frozenset({200, 429}), cpu=2, stall=100),
    Kind("scrapes", "a hundred scrapes", scrapes, frozenset({200, 404}), cpu=0.5),
    Kind("views", "200 of 15 kB", views, frozenset({200, 201, 400, 409, 429}), cpu=5, stall=100),
    Kind("points in time", "300 that nobody gives back", points_in_time, frozenset({200, 429}), cpu=3, stall=100),
    Kind("keys", "300 Idempotency-Keys of the most letters", keyed, frozenset({201}), cpu=5, stall=100),
    Kind("tenants", "pages of 500 that are not there", tenants, frozenset({200, 404}), cpu=5, stall=100),
    Kind("listeners", "2,050 listeners to changes at once", listeners, frozenset({200, 429, 503}), cpu=10, memory=128,
         stall=2000),
]  # fmt: skip
