"""How connections are taken from a listener, and an end of it at which none is lost that a client believes to have."""

import asyncio
import ctypes
import socket
import struct
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress

# A classic packet filter, which sees the TCP header: drop what has SYN set in byte 13, take all else.
_NO_SYN = ((0x30, 0, 0, 13), (0x45, 0, 1, 2), (0x06, 0, 0, 0), (0x06, 0, 0, 0xFFFFFFFF))
_SO_ATTACH_FILTER = 26
"""Linux's; another system refuses it."""

_MOMENT, _SEVERAL = 0.01, 32
"""Seconds that a connection waits before it is taken with others, and with how many."""


def take_no_more(listener: socket.socket) -> None:
    """Makes the kernel begin no further connection, while those that are begun come about.

    It answers with a connection by itself, and breaks the ones that nobody has accepted when the listener ends. A
    client that is let wait tries again within a second or two, and then is refused or finds another gateway.
    """
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *each) for each in _NO_SYN))
    with suppress(OSError):
        program = struct.pack("HL", len(_NO_SYN), ctypes.addressof(code))
        listener.setsockopt(socket.SOL_SOCKET, _SO_ATTACH_FILTER, program)


def accepted(listener: socket.socket, most: int | None = None) -> list[socket.socket]:
    """The connections that the kernel has made and nobody has accepted; so many of them at most, if that is said."""
    result = list[socket.socket]()
    with suppress(OSError):
        while most is None or len(result) < most:
            result.append(listener.accept()[0])
    return result


class Backlog:
    """Takes the connections that have waited for a moment, several at once.

    libuv accepts one in each pass of the loop, so that other processes that listen get theirs. In a process with much
    to do a pass is long, and who comes after some hundred others would wait for that many.
    """

    def __init__(self, listeners: Sequence[socket.socket], take: Callable[[socket.socket], Awaitable[None]]) -> None:
        self._listeners, self._take = listeners, take
        self._look: asyncio.TimerHandle | None = None
        self._taking = set[asyncio.Future[None]]()

    def look_soon(self) -> None:
        """Looks in a moment who still waits; to be told of each connection, as more may have come with it."""
        if self._look is None:
            self._look = asyncio.get_running_loop().call_later(_MOMENT, self._take_several)

    def _take_several(self) -> None:
        self._look = None
        for listener in self._listeners:
            for connection in accepted(listener, _SEVERAL):
                taking = asyncio.ensure_future(self._take(connection))
                self._taking.add(taking)
                taking.add_done_callback(self._taking.discard)
