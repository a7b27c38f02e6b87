"""One HTTP/1.1 connection to a host of the engine, kept from exchange to exchange."""

import asyncio
import select
from typing import cast

import httptools

from gateway.store.exchange import Broken, EngineReply, ExchangeError, NotSent, ReplyTooLarge, TimedOutWaiting
from gateway.store.inflow import Inflow

# A body of this size goes out with its head in one write; a longer one by pieces, each when there is room for it.
_PIECE = 2**18


class Connection(asyncio.Protocol):
    """A connection, with one exchange at a time on it; an exchange that fails, or is left early, ends it."""

    def __init__(self, host: str, reply_limit: int, inflow: Inflow) -> None:
        self._loop = asyncio.get_running_loop()
        self._host, self._reply_limit, self._inflow = host, reply_limit, inflow
        self._outcome: asyncio.Future[EngineReply | ExchangeError] | None = None
        self._room: asyncio.Future[None] | None = None
        self._arrivals = select.poll()
        self._sent = self.reusable = True
        self.idle_since = self._loop.time()
        self.lost: asyncio.Future[None] = self._loop.create_future()
        """Done once the connection is closed."""

    def usable(self) -> bool:
        """Whether another exchange may begin: the peer has neither closed nor spoken since the last.

        The socket itself is asked: the event loop may not have looked at it since the peer closed, and a write that
        goes out to a closed connection is one of which nobody knows whether it was done.
        """
        return self.reusable and not self._transport.is_closing() and not self._arrivals.poll(0)

    async def exchange(self, head: bytes, body: bytes, deadline: float) -> EngineReply:
        """The reply to one request. Raises NotSent, TimedOutWaiting, Broken, ReplyTooLarge.

        A caller that is cancelled ends the connection, by which the engine knows that nobody waits for its search.
        """
        if self._transport.is_closing():
            raise NotSent(self._host, "the connection was closed at once")
        reply = self._begin(head)
        expiry = self._loop.call_at(deadline, self._expire)
        try:
            await self._send(head, body)
            outcome = await reply
        finally:
            expiry.cancel()
            self._end()
        if isinstance(outcome, ExchangeError):
            raise outcome
        return outcome

    def abort(self) -> None:
        """Closes the connection at once."""
        self._transport.abort()

    def pause(self) -> None:
        """Takes no more bytes for now."""
        if not self._transport.is_closing():
            self._transport.pause_reading()

    def resume(self) -> None:
        """Takes bytes again."""
        if not self._transport.is_closing():
            self._transport.resume_reading()

    def _begin(self, head: bytes) -> asyncio.Future[EngineReply | ExchangeError]:
        self._outcome = self._loop.create_future()
        self._parser = httptools.HttpResponseParser(self)
        self._bodiless = head.startswith(b"HEAD ")
        self._chunks: list[bytes] = []
        self._sent = self.reusable = False
        return self._outcome

    async def _send(self, head: bytes, body: bytes) -> None:
        if len(body) <= _PIECE:
            self._transport.write(head + body)
            self._sent = True
        else:
            await self._send_by_pieces(head, memoryview(body))

    async def _send_by_pieces(self, head: bytes, body: memoryview) -> None:
        """Sends all, or what there is before the peer closes or answers."""
        self._transport.write(head)
        for start in range(0, len(body), _PIECE):
            if self._settled() or self._transport.is_closing():
                return
            self._transport.write(body[start : start + _PIECE])
            if self._room:
                await self._room
        self._sent = True

    def _end(self) -> None:
        # A connection that is idle holds no reply.
        self._outcome, self._chunks = None, []
        self._inflow.finished(self)
        if not self.reusable:
            self.abort()

    def _settled(self) -> bool:
        return self._outcome is None or self._outcome.done()

    def _settle(self, outcome: EngineReply | ExchangeError) -> None:
        if self._outcome and not self._outcome.done():
            self._outcome.set_result(outcome)
        self.resume_writing()

    def _fail(self, error: ExchangeError) -> None:
        self._settle(error)
        self.abort()

    def _expire(self) -> None:
        if self._sent:
            self._fail(TimedOutWaiting(self._host, "no whole reply in time"))
        else:
            self._fail(NotSent(self._host, "did not take the whole request in time"))

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports are none of asyncio's class.
        self._transport = cast(asyncio.Transport, transport)
        self._arrivals.register(transport.get_extra_info("socket").fileno(), select.POLLIN)

    def connection_lost(self, error: Exception | None) -> None:
        # The engine begins with a request once it has the whole of it.
        failure = Broken if self._sent else NotSent
        self._settle(failure(self._host, f"the connection broke: {error or 'closed by the other side'}"))
        self.lost.set_result(None)

    def pause_writing(self) -> None:
        self._room = self._loop.create_future()

    def resume_writing(self) -> None:
        room, self._room = self._room, None
        if room and not room.done():
            room.set_result(None)

    def data_received(self, data: bytes) -> None:
        if self._settled():
            self.abort()
        elif self._inflow.arrived(self, len(data)) > self._reply_limit:
            self._fail(ReplyTooLarge(self._host, f"the reply is longer than {self._reply_limit} bytes"))
        else:
            self._parse(data)

    def _parse(self, data: bytes) -> None:
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade) as error:
            self._fail(Broken(self._host, f"the reply is no HTTP: {error}"))

    def on_message_begin(self) -> None:
        self.reusable = False

    def on_headers_complete(self) -> None:
        if self._bodiless:
            self._complete()

    def on_body(self, body: bytes) -> None:
        self._chunks.append(body)

    def on_message_complete(self) -> None:
        if self._parser.get_status_code() >= 200:
            self._complete()

    def _complete(self) -> None:
        """Settles with what came; a peer that answered before it had the whole request is asked nothing more."""
        self.idle_since = self._loop.time()
        self.reusable = self._sent and self._parser.should_keep_alive()
        body = self._chunks[0] if len(self._chunks) == 1 else b"".join(self._chunks)
        self._settle(EngineReply(self._parser.get_status_code(), body))
