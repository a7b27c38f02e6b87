"""One host of the engine, and the connections to it that are kept."""

import asyncio
import socket
import ssl
from collections import deque

from gateway.store.addresses import Address, HostOptions
from gateway.store.connection import Connection
from gateway.store.exchange import EngineReply, EngineRequest, ExchangeError, NotSent
from gateway.store.heads import Heads
from gateway.store.inflow import Inflow

_PING = EngineRequest("GET", b"/", None, write=False)
_FAILED = 500


class Host:
    """A host; a connection is opened when none is free, and kept for a while."""

    def __init__(self, address: Address, options: HostOptions, inflow: Inflow) -> None:
        self.name = address.name
        self._address, self._options, self._inflow = address, options, inflow
        self._heads = Heads(address, options.signer)
        self._idle: deque[Connection] = deque()
        self._open: set[Connection] = set()
        self._closed = False

    async def exchange(self, request: EngineRequest, deadline: float) -> EngineReply:
        """Its reply. Raises NotSent, TimedOutWaiting, Broken, ReplyTooLarge."""
        head = await self._heads.of(request, deadline)
        # Between this look at a kept connection and the write is no await, in which its peer could close it.
        connection = self._kept() or await self._connect(deadline)
        try:
            return await connection.exchange(head, request.body or b"", deadline)
        except ExchangeError:
            # What befell this connection may have befallen all, and of a peer that has vanished nothing tells.
            self._drop_idle()
            raise
        finally:
            if connection.reusable:
                self._idle.append(connection)

    async def answers(self) -> bool:
        """Whether it replies to a cheap request, and not that it fails."""
        deadline = asyncio.get_running_loop().time() + self._options.connect_timeout
        try:
            reply = await self.exchange(_PING, deadline)
        except ExchangeError:
            return False
        return reply.status < _FAILED

    async def close(self) -> None:
        """Ends every connection, and waits for their ends."""
        self._closed = True
        connections = list(self._open)
        for connection in connections:
            connection.abort()
        await asyncio.gather(*(connection.lost for connection in connections))

    def _kept(self) -> Connection | None:
        """The one that was used last, as the likeliest to live; those that were idle for too long are ended."""
        oldest = asyncio.get_running_loop().time() - self._options.idle
        while self._idle and self._idle[0].idle_since <= oldest:
            self._idle.popleft().abort()
        while self._idle:
            connection = self._idle.pop()
            if connection.usable():
                return connection
            connection.abort()
        return None

    def _drop_idle(self) -> None:
        while self._idle:
            self._idle.pop().abort()

    async def _connect(self, deadline: float) -> Connection:
        loop, address = asyncio.get_running_loop(), self._address
        try:
            async with asyncio.timeout_at(min(deadline, loop.time() + self._options.connect_timeout)):
                _, connection = await loop.create_connection(self._new, address.host, address.port, ssl=address.tls)
        except (OSError, UnicodeError) as error:
            raise NotSent(self.name, _reason(error)) from error
        self._open.add(connection)
        connection.lost.add_done_callback(lambda _: self._open.discard(connection))
        if self._closed:
            connection.abort()
            raise NotSent(self.name, "the gateway is closing")
        return connection

    def _new(self) -> Connection:
        return Connection(self.name, self._options.reply_limit, self._inflow)


def _reason(error: Exception) -> str:
    match error:
        case ssl.SSLCertVerificationError():
            return f"its certificate is not trusted: {error.verify_message}"
        case ssl.SSLError():
            return f"no TLS: {error.reason}"
        case socket.gaierror():
            return "unknown host"
        case ConnectionRefusedError():
            return "connection refused"
        case TimeoutError():
            return "no connection in time"
        case _:
            return str(error)
