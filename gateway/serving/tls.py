"""TLS in front of a connection: a handshake is bounded as a connection is, and the certificate can be renewed."""

import asyncio
import os
import socket
import ssl
from functools import cached_property
from pathlib import Path
from typing import Any

from uvicorn.protocols.utils import get_remote_addr

from gateway.serving import faults
from gateway.serving.connections import LAST_CALL, Connections
from gateway.serving.faults import Fault
from gateway.serving.protocol import Connection
from gateway.settings import Settings


class Certificate:
    """A certificate chain and its key, as they are in two files."""

    def __init__(self, chain: Path, key: Path) -> None:
        self._files = chain, key

    @cached_property
    def context(self) -> ssl.SSLContext:
        """What connections are secured with. Raises OSError for files that are not there or not a pair."""
        return _loaded(*self._files)

    def reload(self) -> None:
        """Takes the files as they are now for connections to come. Raises OSError, and then nothing has changed."""
        # A context whose key does not fit its certificate could not be used any more.
        _loaded(*self._files)
        self.context.load_cert_chain(*self._files, password=_none)


class Handshake(asyncio.Protocol):
    """A connection until it is secured, as another connection of the process."""

    def __init__(self, connection: "Secured", held: Connections, context: ssl.SSLContext) -> None:
        self.deadline = connection.loop.time() + held.limits.header_timeout
        self.client: tuple[str, int] | None = None
        self._connection = connection
        self._held = held
        self._context = context
        self._ended = False
        self._securing: asyncio.Task[None] | None = None

    def connection_made(self, transport: Any) -> None:
        """Begins the handshake."""
        connection = self._connection
        self.client, connection.handshake = get_remote_addr(transport), self
        connection.connections.add(self)  # type: ignore[arg-type]
        self._held.admit(self, connection.connections, connection.loop)
        if not self._ended:
            # The loop secures a socket from its first byte on. A transport may have read it already.
            plain = socket.socket(fileno=os.dup(transport.get_extra_info("socket").fileno()))
            self._securing = connection.loop.create_task(self._secure(plain))
        transport.abort()

    def over(self) -> None:
        """Forgets the handshake."""
        self._held.idle.pop(self, None)
        self._connection.connections.discard(self)

    def expire(self) -> None:
        """Ends a handshake that takes too long."""
        self._end(faults.HANDSHAKE)

    @property
    def is_slow(self) -> bool:
        """No body comes before the handshake."""
        return False

    def give_way(self, fault: Fault = faults.GAVE_WAY) -> None:
        """Closes at once."""
        self._end(fault)

    def turn_away(self) -> None:
        """Closes, as nothing can be said before the handshake."""
        self._end(faults.NO_ROOM)

    def shutdown(self) -> None:
        """Lets the handshake end, and a request follow it."""
        self.deadline = min(self.deadline, self._connection.loop.time() + LAST_CALL)

    async def _secure(self, plain: socket.socket) -> None:
        loop = self._connection.loop
        try:
            await loop.connect_accepted_socket(lambda: self._connection, plain, ssl=self._context)
        except OSError:
            self._end(faults.HANDSHAKE)

    def _end(self, fault: Fault) -> None:
        self._held.ended(self, fault)
        self._ended = True
        self.over()
        if self._securing is not None:
            self._securing.cancel()


class Secured(Connection):
    """A connection that comes of a handshake."""

    handshake: Handshake

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Takes the place of the handshake."""
        self.handshake.over()
        del self.handshake
        super().connection_made(transport)


def certificate(settings: Settings) -> Certificate | None:
    """The certificate that the settings name, if they do."""
    if settings.tls_certificate is None or settings.tls_key is None:
        return None
    return Certificate(settings.tls_certificate, settings.tls_key)


def check(settings: Settings) -> None:
    """Raises OSError for files that are named and are no certificate and its key."""
    if (result := certificate(settings)) is not None:
        result.reload()


def _loaded(chain: Path, key: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_alpn_protocols(["http/1.1"])
    context.load_cert_chain(chain, key, password=_none)
    return context


def _none() -> str:
    """No password, where a terminal would be asked for one."""
    return ""
