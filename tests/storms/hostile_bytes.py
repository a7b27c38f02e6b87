"""What is hostile before a request is known: headers, trailers, upgrades, silence, and lines that never end."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import chain

from tests.storms.kinds import MIB, Kind, Target, Wrong, repeated
from tests.storms.wire import Request, answered

HEAD = b"GET /_im/incidents?size=1 HTTP/1.1\r\nhost: localhost\r\n"
POST = b"POST /_im/incidents HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n"
CHUNKED = POST + b"transfer-encoding: chunked\r\n"
TOO_MUCH = frozenset({0, 400, 413, 414, 431})
APART = 0.2


async def header_value(target: Target) -> Sequence[int]:
    """One header of very many bytes."""
    return [await target.send(chain([HEAD, b"x-long: "], repeated(b"x", target.count(150) * MIB), [b"\r\n\r\n"]))]


async def header_lines(target: Target) -> Sequence[int]:
    """Very many headers without a value."""
    return [await target.send(chain([HEAD], repeated(b"a:\r\n", target.count(120) * MIB), [b"\r\n"]))]


async def request_line(target: Target) -> Sequence[int]:
    """A URL that has no end."""
    return [await target.send(chain([b"GET /_im/incidents?"], repeated(b"a=b&", target.count(60) * MIB)))]


async def trailers(target: Target) -> Sequence[int]:
    """Very many trailers behind a small body."""
    head = CHUNKED + f"x-scope-orgid: {target.tenant}\r\n\r\n".encode()
    body = b'e\r\n{"title": "t"}\r\n0\r\n'
    return [await target.send(chain([head, body], repeated(b"a:\r\n", target.count(30) * MIB), [b"\r\n"]))]


async def trailing_tenant(target: Target) -> Sequence[int]:
    """A trailer that names another tenant, and another user, than the headers do."""
    other = f"{target.tenant}-other"
    head = CHUNKED + f"x-scope-orgid: {target.tenant}\r\n\r\n".encode()
    trailer = f"x-scope-orgid: {other}\r\nuser-id: mallory\r\n\r\n".encode()
    status = await target.send([head + b'e\r\n{"title": "t"}\r\n0\r\n' + trailer])
    for incident in (await target.ask("GET", "/_im/incidents?title=t")).json["docs"]:
        if incident["created_by"] == "mallory":
            raise Wrong("a trailer said who acts")
    if (await target.ask("GET", "/_im/incidents", headers=f"x-scope-orgid: {other}\r\n")).json.get("docs"):
        raise Wrong("a trailer said whose it is")
    return [status]


async def upgrade(target: Target) -> Sequence[int]:
    """An offered upgrade, whose body comes in a second packet: an incident, and what reads like a request."""
    await target.ask("POST", "/_im/incidents/victim", {"title": "victim"})
    smuggled = f"DELETE /_im/incidents/victim HTTP/1.1\r\nhost: localhost\r\nx-scope-orgid: {target.tenant}\r\n\r\n"
    statuses = [await _upgraded(target, b'{"title": "whole"}'), await _upgraded(target, smuggled.encode())]
    if await target.status("GET", "/_im/incidents/victim") != 200:
        raise Wrong("a body was taken for a request")
    if statuses[0] != 201:
        raise Wrong(f"a body was dropped: {statuses[0]}")
    return statuses


async def _upgraded(target: Target, body: bytes) -> int:
    head = (
        "POST /_im/incidents HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n"
        f"x-scope-orgid: {target.tenant}\r\ncontent-length: {len(body)}\r\n"
        "connection: upgrade, http2-settings\r\nupgrade: h2c\r\nhttp2-settings: AAMAAABkAAQCAAAAAAIAAAAA\r\n\r\n"
    )
    line = target.line()
    reader, writer = await line.opened()
    try:
        writer.write(head.encode())
        await writer.drain()
        # The second packet has to be one of its own.
        await asyncio.sleep(APART)
        writer.write(body)
        status = (await answered(reader)).status
        # A second answer is one too many; a gateway that knows better ends the connection, or waits.
        with suppress(EOFError, OSError, ValueError, TimeoutError):
            async with asyncio.timeout(1):
                await answered(reader)
            raise Wrong("two answers to one request")
        return status
    except (EOFError, OSError):
        return 0
    finally:
        line.close()


async def dribble(target: Target) -> Sequence[int]:
    """A body that comes a byte at a time."""
    count = target.count(200_000)
    body = b'{"title": "' + b"x" * count + b'"}'
    head = CHUNKED + f"x-scope-orgid: {target.tenant}\r\n\r\n".encode()

    def pieces() -> Iterator[bytes]:
        yield head
        for at in range(0, len(body), 100):
            yield b"".join(b"1\r\n%c\r\n" % byte for byte in body[at : at + 100])
        yield b"0\r\n\r\n"

    return [await target.send(pieces())]


async def long_ids(target: Target) -> Sequence[int]:
    """Ids of 4 kB, with slashes that are written as such and not."""
    paths = ("/_im/incidents/" + "x" * 4096, "/_im/incidents/" + "%2f" * 1000, "/v1/incidents/" + "1" * 4096)
    answers = [await target.ask("GET", path) for path in paths]
    if any(not answer.body.startswith(b"{") for answer in answers):
        raise Wrong("an error that is none of a dialect")
    return [answer.status for answer in answers]


async def headers_allowed(target: Target) -> Sequence[int]:
    """As many headers as may be, of nearly as many bytes, by one request after another."""
    more = "".join(f"x-{number}: {'x' * 300}\r\n" for number in range(90))
    page = Request("GET", "/_im/incidents?size=1")
    line = target.line()
    return [(await line.ask(page, more)).status for _ in range(target.count(500))]


async def two_lengths(target: Target) -> Sequence[int]:
    """What two readers would end at different bytes: a length beside chunks, two lengths, chunks of another name."""
    await target.ask("POST", "/_im/incidents/victim", {"title": "victim"})
    whose = f"x-scope-orgid: {target.tenant}\r\n".encode()
    smuggled = b"DELETE /_im/incidents/victim HTTP/1.1\r\nhost: localhost\r\n" + whose + b"\r\n"
    heads = (
        CHUNKED + whose + b"content-length: 5\r\n\r\n0\r\n\r\n",
        POST + whose + b"content-length: 2\r\ncontent-length: %d\r\n\r\n{}" % (2 + len(smuggled)),
        POST + whose + b"transfer-encoding: xchunked\r\ncontent-length: 2\r\n\r\n{}",
        POST + whose + b"transfer-encoding : chunked\r\ncontent-length: 2\r\n\r\n{}",
    )
    statuses = [await target.send([head + smuggled]) for head in heads]
    if await target.status("GET", "/_im/incidents/victim") != 200:
        raise Wrong("a body was taken for a request")
    return statuses


async def extensions(target: Target) -> Sequence[int]:
    """A chunk that says very much of itself."""
    head = CHUNKED + f"x-scope-orgid: {target.tenant}\r\n\r\n".encode()
    return [await target.send(chain([head, b"e;"], repeated(b"x", target.count(30) * MIB)))]


KINDS = [
    Kind("headers", "150 MB in one header", header_value, TOO_MUCH),
    Kind("headers", "120 MB of empty headers", header_lines, TOO_MUCH),
    Kind("headers", "500 requests of 90 headers, 27 kB", headers_allowed, frozenset({200}), cpu=5, stall=100),
    Kind("request line", "a URL of 60 MB", request_line, TOO_MUCH),
    Kind("trailers", "30 MB of trailers", trailers, TOO_MUCH | {201}),
    Kind("trailers", "30 MB of a chunk's extensions", extensions, TOO_MUCH),
    Kind("trailers", "a trailer that says who asks", trailing_tenant, frozenset({201, 400})),
    Kind("upgrade", "an offered upgrade", upgrade, frozenset({201, 400})),
    Kind("smuggling", "two lengths, and chunks of another name", two_lengths, frozenset({0, 400, 501})),
    Kind("slow bodies", "200,000 chunks of a byte", dribble, frozenset({201, 400}), cpu=2),
    Kind("ids", "ids of 4 kB", long_ids, frozenset({400, 404, 414})),
]
