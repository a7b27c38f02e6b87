"""One HTTP/1.1 connection that is kept: what the gateway and the engine are both asked through.

A call costs a tenth of what a full client would take, so that the client is not what is measured.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, cast
from urllib.parse import urlsplit

import httptools
import orjson

JSON, NDJSON = "application/json", "application/x-ndjson"

Chunk = Callable[[bytes], None]


class Refused(Exception):
    """An answer that is no success; the message is its beginning."""


class Connection(asyncio.Protocol):
    """One connection, with one request at a time on it."""

    def __init__(self, headers: bytes) -> None:
        self._headers = headers
        self._answer: asyncio.Future[bytes] | None = None

    async def call(self, method: str, path: str, body: Any = b"", media_type: str = JSON) -> bytes:
        """The body of the answer; what is not bytes is sent as JSON. Raises Refused."""
        chunks: list[bytes] = []
        await self._exchange(method, path, body, media_type, chunks.append)
        return b"".join(chunks)

    async def told(self, method: str, path: str, body: Any = b"", media_type: str = JSON) -> Any:
        """The value in the answer. Raises Refused."""
        return orjson.loads(await self.call(method, path, body, media_type))

    async def stream(self, method: str, path: str, body: Any, chunk: Chunk) -> None:
        """Gives the body of the answer to `chunk` as it arrives. Raises Refused."""
        await self._exchange(method, path, body, JSON, chunk)

    async def _exchange(self, method: str, path: str, body: Any, media_type: str, chunk: Chunk) -> None:
        sent = body if isinstance(body, bytes) else orjson.dumps(body)
        head = f"{method} {path} HTTP/1.1\r\ncontent-type: {media_type}\r\ncontent-length: {len(sent)}\r\n"
        self._answer, self._chunk = asyncio.get_running_loop().create_future(), chunk
        self._parser, self._refusal = httptools.HttpResponseParser(self), b""
        self._transport.writelines([head.encode(), self._headers, sent])
        await self._answer
        status = self._parser.get_status_code()
        if status >= 300:
            raise Refused(f"{method} {path.partition('?')[0]}: {status} {self._refusal[:500].decode(errors='replace')}")

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports are none of asyncio's class.
        self._transport = cast(asyncio.Transport, transport)

    def connection_lost(self, error: Exception | None) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(error or ConnectionResetError("closed before the answer was whole"))

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_body(self, body: bytes) -> None:
        if self._parser.get_status_code() < 300:
            self._chunk(body)
        else:
            self._refusal += body

    def on_message_complete(self) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(b"")

    def close(self) -> None:
        """Ends the connection."""
        self._answer = None
        self._transport.close()


async def asked(url: str, method: str, path: str, body: Any = b"", *, tenant: str = "default") -> Any:
    """The value that one request, on a connection of its own, is answered with. Raises Refused."""
    async with connected(url, tenant) as connection:
        return await connection.told(method, path, body)


@asynccontextmanager
async def connected(url: str, tenant: str = "default") -> AsyncIterator[Connection]:
    """A connection to the server at `url`; a gateway hears the tenant's name, the engine ignores it."""
    place = urlsplit(url)
    headers = f"host: {place.netloc}\r\nx-scope-orgid: {tenant}\r\n\r\n".encode()
    loop, port = asyncio.get_running_loop(), place.port or 80
    _, connection = await loop.create_connection(lambda: Connection(headers), place.hostname or "", port)
    try:
        yield connection
    finally:
        connection.close()
