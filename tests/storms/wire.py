"""HTTP/1.1 as plainly as can be, so that what was sent, and whether an answer came whole, is known."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

PATIENCE = 120.0
LIMIT = 2**20
JSON, NDJSON = "application/json", "application/x-ndjson"


class Unsent(Exception):
    """No connection could be had: the server has heard nothing."""


class Broken(Exception):
    """The request was sent, and no whole answer came."""


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked of a gateway; a body that is not bytes is sent as JSON."""

    method: str
    path: str
    body: Any = b""
    media_type: str = JSON

    @property
    def content(self) -> bytes:
        """The body's bytes."""
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, whole."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def is_success(self) -> bool:
        """Whether it is done as asked."""
        return 200 <= self.status < 300

    @property
    def json(self) -> Any:
        """The body's value; None where there is none."""
        return json.loads(self.body) if self.body else None


class Connection:
    """One connection to a server, kept while it can be; one request at a time."""

    def __init__(self, url: str, tenant: str) -> None:
        place = urlsplit(url)
        self.url, self.tenant = url, tenant
        self.host, self.port = place.hostname or "", place.port or 80
        self._always = f"host: {place.netloc}\r\nx-scope-orgid: {tenant}\r\n"
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self.answers = 0
        """How many came on this connection since it was made."""

    async def ask(self, request: Request, headers: str = "", patience: float = PATIENCE) -> Answer:
        """The answer. Raises Unsent, Broken."""
        reader, writer = await self.opened()
        try:
            async with asyncio.timeout(patience):
                writer.write(self.head(request, headers) + request.content)
                await writer.drain()
                answer = await answered(reader)
        except (OSError, EOFError, ValueError, TimeoutError) as error:
            self.close()
            raise Broken(f"{request.method} {request.path}: {error!r}") from error
        except BaseException:
            self.close()
            raise
        self.answers += 1
        if answer.headers.get("connection") == "close":
            self.close()
        return answer

    def head(self, request: Request, headers: str = "") -> bytes:
        """The request's first line and its headers; `headers` are whole lines."""
        size = len(request.content)
        what = f"content-type: {request.media_type}\r\ncontent-length: {size}\r\n" if size else ""
        return f"{request.method} {request.path} HTTP/1.1\r\n{self._always}{what}{headers}\r\n".encode()

    async def opened(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """The two ends of the connection, made anew where the server has ended it. Raises Unsent."""
        if self._streams is None or self._streams[0].at_eof():
            self.close()
            self.answers = 0
            try:
                async with asyncio.timeout(PATIENCE):
                    self._streams = await asyncio.open_connection(self.host, self.port, limit=LIMIT)
            except (OSError, TimeoutError) as error:
                raise Unsent(str(error)) from error
        return self._streams

    def close(self) -> None:
        """Leaves without a word."""
        if self._streams is not None:
            self._streams[1].transport.abort()
        self._streams = None


async def answered(reader: asyncio.StreamReader) -> Answer:
    """The next whole answer on a connection. Raises EOFError, ValueError."""
    status, headers = await head_of(reader)
    if status in {204, 304}:
        return Answer(status, headers, b"")
    return Answer(status, headers, b"".join([piece async for piece in pieces(reader, headers)]))


async def head_of(reader: asyncio.StreamReader) -> tuple[int, dict[str, str]]:
    """Status and headers of the next answer. Raises EOFError."""
    first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    pairs = (line.partition(":") for line in lines if line)
    return int(first.split(" ", 2)[1]), {name.lower(): value.strip() for name, _, value in pairs}


async def pieces(reader: asyncio.StreamReader, headers: Mapping[str, str]) -> AsyncIterator[bytes]:
    """The body as it comes. Raises EOFError where it has no end."""
    if headers.get("transfer-encoding") != "chunked":
        yield await reader.readexactly(int(headers.get("content-length", "0")))
        return
    while size := int(await reader.readuntil(b"\r\n"), 16):
        yield await reader.readexactly(size)
        await reader.readexactly(2)
    await reader.readuntil(b"\r\n")


async def asked(url: str, tenant: str, request: Request) -> Answer:
    """The answer to one request on a connection of its own. Raises Unsent, Broken."""
    connection = Connection(url, tenant)
    try:
        return await connection.ask(request)
    finally:
        connection.close()
