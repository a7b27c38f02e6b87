"""A TLS terminator before a real engine, which wants a client certificate, and a user with its password."""

import asyncio
import ssl
from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

USER, PASSWORD = "gateway", "a password: with / and @"
_REFUSED = b"HTTP/1.1 401 -\r\ncontent-length: 0\r\n\r\n"
_ALLOWED = b"authorization: Basic " + b64encode(f"{USER}:{PASSWORD}".encode())


@dataclass(slots=True)
class Terminator:
    """One that runs."""

    engine: str
    tls: ssl.SSLContext
    port: int = 0
    taken: int = 0
    _server: asyncio.Server | None = None
    _open: set[asyncio.Task[None]] = field(default_factory=set)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"https://127.0.0.1:{self.port}"

    async def listen(self) -> None:
        """Takes connections."""
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", self.port, ssl=self.tls)
        self.port = self._server.sockets[0].getsockname()[1]

    async def die(self) -> None:
        """Ends, its connections with it."""
        assert self._server
        self._server.close()
        for task in self._open:
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)
        await self._server.wait_closed()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self._open.add(task)
        self.taken += 1
        try:
            with suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
                await self._serve(reader, writer)
        finally:
            self._open.discard(task)
            writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        if _ALLOWED not in head:
            writer.write(_REFUSED)
            await writer.drain()
            return
        host, port = urlsplit(self.engine).hostname, urlsplit(self.engine).port
        engine, to_engine = await asyncio.open_connection(host, port)
        to_engine.write(head)
        try:
            await asyncio.gather(_piped(reader, to_engine), _piped(engine, writer))
        finally:
            to_engine.transport.abort()


async def _piped(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    while piece := await source.read(2**16):
        target.write(piece)
        await target.drain()
    raise ConnectionResetError


@asynccontextmanager
async def terminator(engine: str, tls: ssl.SSLContext) -> AsyncIterator[Terminator]:
    """One that runs until the block ends."""
    running = Terminator(engine, tls)
    await running.listen()
    try:
        yield running
    finally:
        await running.die()
