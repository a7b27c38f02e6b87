"""The end of a listener at which no connection is lost that a client believes to have."""

import ctypes
import socket
import struct
from contextlib import suppress

# A classic packet filter, which sees the TCP header: drop what has SYN set in byte 13, take all else.
_NO_SYN = ((0x30, 0, 0, 13), (0x45, 0, 1, 2), (0x06, 0, 0, 0), (0x06, 0, 0, 0xFFFFFFFF))
_SO_ATTACH_FILTER = 26
"""Linux's; another system refuses it."""


def take_no_more(listener: socket.socket) -> None:
    """Makes the kernel begin no further connection, while those that are begun come about.

    It answers with a connection by itself, and breaks the ones that nobody has accepted when the listener ends. A
    client that is let wait tries again within a second or two, and then is refused or finds another gateway.
    """
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *each) for each in _NO_SYN))
    with suppress(OSError):
        program = struct.pack("HL", len(_NO_SYN), ctypes.addressof(code))
        listener.setsockopt(socket.SOL_SOCKET, _SO_ATTACH_FILTER, program)


def accepted(listener: socket.socket) -> list[socket.socket]:
    """The connections that the kernel has made and nobody has accepted."""
    result = list[socket.socket]()
    with suppress(OSError):
        while True:
            result.append(listener.accept()[0])
    return result
