"""Heads of requests that were read before: who asks again mostly sends the same bytes but for the body."""

from typing import Any

import msgspec

_MOST, _LONGEST = 256, 4096
_END = b"\r\n\r\n"

Header = tuple[bytes, bytes]


class Head(msgspec.Struct, frozen=True):
    """A head that was let in: its target, its headers, what a scope has of it, and the bytes of its body."""

    url: bytes
    headers: list[Header]
    scope: dict[str, Any]
    length: int


class KnownHeads:
    """The latest heads by their bytes, of all connections of a server, which has one set of limits."""

    def __init__(self) -> None:
        self._heads: dict[bytes, Head] = {}

    def of(self, data: bytes) -> tuple[Head, bytes] | None:
        """The head and the body, if the data is one whole request whose head is known."""
        end = data.find(_END) + len(_END)
        head = self._heads.get(data[:end])
        return None if head is None or len(data) - end != head.length else (head, data[end:])

    def keep(self, data: bytes, head: Head) -> None:
        """Keeps the head of the data, unless there is more or less in it than this one request."""
        end = data.find(_END) + len(_END)
        if not len(_END) < end <= _LONGEST or len(data) - end != head.length:
            return
        if len(self._heads) >= _MOST:
            # They come back as they are sent again.
            self._heads.clear()
        self._heads[data[:end]] = head
