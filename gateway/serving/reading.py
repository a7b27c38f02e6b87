"""Requests read from a connection: uvicorn's protocol over httptools, with bounds on all that is not a body."""

import asyncio
from abc import ABC, abstractmethod
from typing import Any, cast
from urllib.parse import unquote

import httptools
from uvicorn.config import Config
from uvicorn.protocols.http.flow_control import HIGH_WATER_LIMIT
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from gateway.headers import BY_NAME
from gateway.serving import faults, heads
from gateway.serving.connections import Connections
from gateway.serving.faults import Fault, Refused
from gateway.serving.known import Head
from gateway.serving.peers import has_left
from gateway.wire import ALONE, LEFT

NOTHING, HEAD, BODY = range(3)
"""What of a request has begun to arrive and is not whole yet."""

_PIECE = 2**16
"""Bytes that are parsed before it is looked at what has come of them."""
_BESIDE = 16
"""Bytes around the chunks of a body for each of its own; a chunk of one byte has five or more."""


class Reader(HttpToolsProtocol, ABC):
    """Reads requests, until one is refused. Bodies are bounded by who takes them, and by the time they may take.

    httptools joins the parts of a header or a trailer before it passes it on, so bytes are counted as they arrive.
    """

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        held: Connections,
        loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, loop)
        self.limits, self.heads = held.limits, held.heads
        self.url = b""
        self.arriving = NOTHING
        self.piece = 0
        self.ended = False
        self.keeps = self._ordinary = self._begun = False
        self._of_head: dict[str, Any] = {}
        self._received = self._first = self._body = 0

    @abstractmethod
    def take(self, version: str, *, expecting: bool) -> None:
        """Takes the request whose head is in `scope`. Raises Refused."""

    @abstractmethod
    def took(self) -> None:
        """The request is whole."""

    @abstractmethod
    def wait(self, *, anew: bool) -> None:
        """What is arriving is not whole; this was the first of it, or a further part."""

    @abstractmethod
    def refuse(self, fault: Fault) -> None:
        """Reads no more."""

    @abstractmethod
    def leave(self) -> None:
        """Nobody waits for the answer to the request that runs."""

    def connection_lost(self, exc: Exception | None) -> None:
        """Lets go of what was read: requests lead to their connection, and would be kept with it until collected."""
        self.pipeline.clear()
        super().connection_lost(exc)
        self.cycle = self.scope = None  # type: ignore[assignment]

    def data_received(self, data: bytes) -> None:
        """Reads on, a piece at a time."""
        if len(data) <= _PIECE:
            self._read_whole(data)
            return
        view = memoryview(data)
        for start in range(0, len(data), _PIECE):
            self._read(view[start : start + _PIECE])

    def _read_whole(self, data: bytes) -> None:
        """Reads the data; a request whose head was read before, without reading that again."""
        begins = not self.arriving and (self.cycle is None or self.cycle.response_complete)
        known = self.heads.of(data) if begins and not self.ended else None
        if known is not None:
            self._take_known(*known)
            return
        self._ordinary = False
        self._read(data)
        if begins and self._ordinary and not (self.arriving or self.ended):
            head = Head(self.url, [*self.headers], self._of_head, self._body)
            self.heads.keep(data, head)

    def _take_known(self, head: Head, body: bytes) -> None:
        """Does what the parser does with the head, which it took before, and with the body."""
        self.on_message_begin()
        self.url, self.keeps, self._of_head = head.url, True, head.scope
        self.headers += head.headers
        self._take(expecting=False)
        if body:
            self.on_body(body)
        self.on_message_complete()

    def on_message_begin(self) -> None:
        """Begins the head of a request."""
        super().on_message_begin()
        self.arriving, self._begun, self._received, self._first = HEAD, False, 0, 0

    def on_url(self, url: bytes) -> None:
        """Takes a part of the target. Raises Refused."""
        self.url += url
        if len(self.url) > self.limits.url_bytes:
            raise Refused(faults.URL_BYTES)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Takes a header; a trailer is dropped, as it comes after the request was let in by its headers."""
        if self.arriving == HEAD:
            self.headers.append((name.lower(), value.rstrip()))

    def on_headers_complete(self) -> None:
        """Ends the head of a request. Raises Refused."""
        method, version = self.parser.get_method(), self.parser.get_http_version()
        if method == b"CONNECT":
            raise Refused(faults.METHOD)
        if self.parser.should_upgrade():
            return
        self._check_size()
        host, expecting = heads.checked(version, self.headers)
        path, query = heads.path_and_query(method, self.url, host)
        self._of_head = {
            "method": method.decode(),
            "http_version": version,
            "path": unquote(path.decode()),
            "raw_path": path,
            "query_string": query,
            BY_NAME: heads.by_name(self.headers),
        }
        self.keeps = version == "1.1" and self.parser.should_keep_alive()
        self._ordinary = self.keeps and not expecting
        self._take(expecting=expecting)

    def _take(self, *, expecting: bool) -> None:
        self.scope |= cast(Any, self._of_head)
        self.scope["extensions"] = {LEFT: {"ask": self._has_left}, ALONE: {"ask": self._is_alone}}
        self.take(self._of_head["http_version"], expecting=expecting)
        self.arriving, self._begun, self._received, self._body = BODY, False, 0, 0

    def _has_left(self) -> bool:
        """Whether the client has left, which the request that runs must know before it ends without an answer."""
        left = has_left(self.transport)
        if left:
            self.leave()
        return left

    def _is_alone(self) -> bool:
        """Whether the request that asks is the only one that the loop has read and has not answered."""
        return len(self.tasks) == 1

    def on_body(self, body: bytes) -> None:
        """Takes a part of the body, or drops it where the answer did not wait for it."""
        cycle = self.cycle
        self._body += len(body)
        if not cycle.response_complete:
            cycle.body += body
            if len(cycle.body) > HIGH_WATER_LIMIT:
                self.flow.pause_reading()
            cycle.message_event.set()

    def on_message_complete(self) -> None:
        """Ends the body, unless this was only the head of a request that is to be read again."""
        if self.arriving == BODY:
            self.arriving = NOTHING
            self.cycle.more_body = False
            self.cycle.message_event.set()
            self.took()

    def _read(self, data: bytes | memoryview) -> None:
        while data and not self.ended:
            self.piece = len(data)
            try:
                self.parser.feed_data(data)
            except httptools.HttpParserUpgrade as offer:
                data = self._without_offer() + data[offer.args[0] :]
            except httptools.HttpParserError as error:
                self.refuse(_fault(error))
            else:
                data = b""
                if self.arriving:
                    self._look()

    def _without_offer(self) -> bytes:
        """The head again, for a parser that does not take what follows for another protocol's (RFC 9110, 7.8)."""
        method, version = self.parser.get_method(), self.parser.get_http_version()
        self.parser = httptools.HttpRequestParser(self)
        self.parser.set_dangerous_leniencies(lenient_data_after_close=True)
        return heads.written(method, self.url, version, (each for each in self.headers if each[0] != b"upgrade"))

    def _look(self) -> None:
        """Looks how much has come of what is not whole yet."""
        anew, self._begun = not self._begun, True
        if anew:
            self._first = self.piece
        else:
            self._received += self.piece
        fault = self._head_fault() if self.arriving == HEAD else self._body_fault()
        if fault is None:
            self.wait(anew=anew)
        else:
            self.refuse(fault)

    def _head_fault(self) -> Fault | None:
        if len(self.headers) > self.limits.headers:
            return faults.HEADERS
        return faults.HEADER_BYTES if self._received > self.limits.url_bytes + self.limits.header_bytes else None

    def _body_fault(self) -> Fault | None:
        beside = self._received - self._body
        return faults.FRAMING if beside > self.limits.header_bytes + _BESIDE * self._body else None

    def _check_size(self) -> None:
        if len(self.headers) > self.limits.headers:
            raise Refused(faults.HEADERS)
        most = self.limits.header_bytes
        if self._first + self._received + self.piece > most and _size(self.headers) > most:
            raise Refused(faults.HEADER_BYTES)


def _size(headers: heads.Headers) -> int:
    """The bytes that the headers were sent as."""
    return sum(len(name) + len(value) + 4 for name, value in headers)


def _fault(error: httptools.HttpParserError) -> Fault:
    """What the client did wrong; an error of ours is raised again."""
    cause = error.__context__
    if isinstance(cause, Refused):
        return cause.fault
    if isinstance(error, httptools.HttpParserCallbackError):
        raise error
    return faults.MALFORMED
