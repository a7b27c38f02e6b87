"""How an answer gets out: over a connection that may have to end behind it, to a client that may not read chunks."""

import asyncio
from array import array
from collections.abc import Callable, Iterable
from contextlib import suppress
from fcntl import ioctl
from termios import TIOCOUTQ
from typing import Any, cast

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle


def untaken(transport: asyncio.Transport) -> int:
    """Bytes that the client has not taken yet, of those that the kernel holds too where it tells."""
    held = transport.get_extra_info("socket")
    unsent = array("i", [0])
    with suppress(OSError, ValueError, AttributeError):
        ioctl(held.fileno(), TIOCOUTQ, unsent)
    return transport.get_write_buffer_size() + unsent[0]


def last_answer(status: int, headers: Iterable[tuple[bytes, bytes]], body: bytes) -> bytes:
    """An answer after which the connection ends."""
    lines = [b"%b: %b\r\n" % each for each in headers]
    return b"".join([STATUS_LINE[status], *lines, b"connection: close\r\n\r\n", body])


_HTTP, _LENGTH = b"HTTP/1.", b"\r\ncontent-length: "


class Outlet:
    """The part of a transport that answers go out by; what ends it is its connection's to say.

    The head of an answer goes out with what follows it at once: each call to the kernel wakes the client. Who has
    sent the whole of an answer calls `flush`, as there may be nothing behind its head.
    """

    __slots__ = ("_head", "_loop", "_transport", "close", "is_closing")

    def __init__(self, transport: asyncio.Transport, close: Callable[[], None]) -> None:
        self._transport, self._loop = transport, asyncio.get_running_loop()
        self._head = b""
        self.is_closing = transport.is_closing
        self.close = close

    def write(self, data: bytes) -> None:
        """Sends the data; a head of unknown length no later than in the next turn of the loop."""
        if self._head:
            head, self._head = self._head, b""
            self._transport.writelines((head, data))
        elif data.startswith(_HTTP):
            self._head = data
            # What has a length follows at once, or is nothing; what has none may be long in coming.
            if _LENGTH not in data:
                self._loop.call_soon(self.flush)
        else:
            self._transport.write(data)

    def flush(self) -> None:
        """Sends a head that nothing has followed."""
        if self._head:
            self.write(b"")


class Exchange(RequestResponseCycle):
    """Ends the connection where only its end tells where the answer ends, or whether a body will still come."""

    _unmeasured = False

    async def send(self, message: Any) -> None:
        """Sends the message, as a plain body where there is no length and HTTP/1.0 knows no other way."""
        if not self.response_started:
            self._begin(message)
        elif self._unmeasured:
            self.expected_content_length = len(message.get("body", b""))
        await super().send(message)

    def _begin(self, message: Any) -> None:
        # A client that was not told to go on may send its body all the same, or never (RFC 9110, 10.1.1).
        self.keep_alive = self.keep_alive and not self.waiting_for_100_continue
        if self.scope["http_version"] == "1.0" and not _measured(message):
            self._unmeasured, self.chunked_encoding = True, False


def _measured(message: Any) -> bool:
    return any(name.lower() == b"content-length" for name, _ in message.get("headers", ()))


def exchange(
    connection: HttpToolsProtocol, outlet: Outlet, version: str, *, expecting: bool, keeps: bool
) -> RequestResponseCycle:
    """The request whose head the connection has read, with its answer; `keeps`: another one may follow."""
    return (Exchange if expecting or version == "1.0" else RequestResponseCycle)(
        scope=connection.scope,
        transport=cast(asyncio.Transport, outlet),
        flow=connection.flow,
        logger=connection.logger,
        access_logger=connection.access_logger,
        access_log=connection.access_log,
        default_headers=connection.server_state.default_headers,
        message_event=asyncio.Event(),
        expect_100_continue=expecting,
        keep_alive=keeps,
        on_response=connection.on_response_complete,
    )
