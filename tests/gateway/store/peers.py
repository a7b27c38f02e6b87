"""A host that is no engine: it takes connections, and does with each request what the test tells it to."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from gateway.store.addresses import HostOptions
from gateway.store.exchange import EngineReply, EngineRequest
from gateway.store.hosts import Hosts

READ = EngineRequest("POST", b"/a/_search", b"{}", write=False)
WRITE = EngineRequest("PUT", b"/a/_doc/1", b"{}", write=True)
FINE = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"
OK = EngineReply(200, b"ok")
PING = b"GET / "


@dataclass(slots=True)
class Call:
    """One connection to a peer, as the peer sees it."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    pinged: bool = False

    async def head(self) -> bytes:
        """The next request up to its body. Raises IncompleteReadError where there is none."""
        return await self.reader.readuntil(b"\r\n\r\n")

    async def request(self) -> tuple[bytes, bytes]:
        """The next request, and its body."""
        head = await self.head()
        length = int(head.partition(b"content-length: ")[2].partition(b"\r")[0])
        return head, await self.reader.readexactly(length)

    async def say(self, *pieces: bytes) -> None:
        """Sends these bytes, each piece on its own."""
        for piece in pieces:
            if self.writer.is_closing():
                raise ConnectionResetError
            self.writer.write(piece)
            await self.writer.drain()

    def reset(self) -> None:
        """Breaks the connection."""
        self.writer.transport.abort()


Answer = Callable[[Call], Awaitable[None]]
"""What a peer does once it has a request; the connection then waits for the next one, unless it was closed."""


@dataclass(slots=True)
class Peer:
    """A peer that runs: `answer` may be changed, `requests` are the heads and bodies that it got."""

    answer: Answer
    requests: list[tuple[bytes, bytes]] = field(default_factory=list)
    connections: int = 0
    open: set[asyncio.Task[None]] = field(default_factory=set)
    port: int = 0
    scheme: str = "http"
    reads: bool = True

    @property
    def url(self) -> str:
        """Its address."""
        return f"{self.scheme}://127.0.0.1:{self.port}"

    @property
    def served(self) -> int:
        """How many requests it got, pings aside."""
        return sum(not head.startswith(PING) for head, _ in self.requests)

    async def connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Talks to one caller, to its end."""
        task = asyncio.current_task()
        assert task
        self.connections += 1
        self.open.add(task)
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
                await self._talk(Call(reader, writer))
        finally:
            self.open.discard(task)
            writer.transport.abort()

    async def _talk(self, call: Call) -> None:
        while not call.writer.is_closing():
            if self.reads:
                self.requests.append(await call.request())
                call.pinged = self.requests[-1][0].startswith(PING)
            await self.answer(call)


@asynccontextmanager
async def peer(answer: Answer, tls: ssl.SSLContext | None = None, *, reads: bool = True) -> AsyncIterator[Peer]:
    """A peer that answers so; without `reads` the request is left to the answer."""
    running = Peer(answer, scheme="https" if tls else "http", reads=reads)
    server = await asyncio.start_server(running.connected, "127.0.0.1", 0, ssl=tls)
    running.port = server.sockets[0].getsockname()[1]
    try:
        yield running
    finally:
        server.close()
        for task in list(running.open):
            task.cancel()
        await asyncio.gather(*running.open, return_exceptions=True)
        await server.wait_closed()


def saying(*pieces: bytes) -> Answer:
    """Answers with these bytes, each piece sent on its own."""

    async def answer(call: Call) -> None:
        await call.say(*pieces)

    return answer


def breaking(*pieces: bytes) -> Answer:
    """Sends these bytes, and breaks the connection."""

    async def answer(call: Call) -> None:
        await call.say(*pieces)
        call.reset()

    return answer


def closing(*pieces: bytes) -> Answer:
    """Sends these bytes, and closes the connection as one does."""

    async def answer(call: Call) -> None:
        await call.say(*pieces)
        call.writer.close()

    return answer


async def silent(call: Call) -> None:
    """Listens to the end, and never answers."""
    await call.reader.read()
    call.reset()


def in_turn(*answers: Answer) -> Answer:
    """The first request gets the first answer, and so on; the last answer is for all that come after."""
    left = list(answers)

    async def answer(call: Call) -> None:
        await (left.pop(0) if len(left) > 1 else left[0])(call)

    return answer


def to_pings(ping: Answer, answer: Answer) -> Answer:
    """Answers pings in another way than all else."""

    async def chosen(call: Call) -> None:
        await (ping if call.pinged else answer)(call)

    return chosen


@asynccontextmanager
async def opened(*urls: str, **options: Any) -> AsyncIterator[Hosts]:
    """The way to these hosts."""
    hosts = Hosts(HostOptions(urls, **options))
    try:
        yield hosts
    finally:
        await hosts.close()


async def ask(hosts: Hosts, request: EngineRequest, seconds: float = 20) -> EngineReply:
    """The reply within so many seconds."""
    return await hosts.exchange(request, asyncio.get_running_loop().time() + seconds)


async def until(condition: Callable[[], bool]) -> None:
    """Lets others run until it holds."""
    async with asyncio.timeout(20):
        while not condition():
            await asyncio.sleep(0.001)
