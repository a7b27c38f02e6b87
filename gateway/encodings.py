"""Compressed bodies, decoded as they arrive (RFC 9110, 8.4.1): gzip, and deflate with or without zlib's head."""

import zlib
from collections.abc import AsyncIterator, Iterator

from gateway.problems import UnsupportedEncoding
from gateway.work.turns import Turn
from queries.errors import QueryError

READ = ("gzip", "deflate")

_PIECE = 2**16
_PART = 2**14
"""Bytes that are decoded at once: behind each of the members in them zlib gives the rest of them back, as a copy."""
_WINDOWS = {"gzip": 16 + zlib.MAX_WBITS, "x-gzip": 16 + zlib.MAX_WBITS, "deflate": zlib.MAX_WBITS}
_RAW = -zlib.MAX_WBITS
_ZLIB = 8
"""What the low half of the first byte is where zlib's head stands before deflated data (RFC 1950)."""


def decoded(chunks: AsyncIterator[bytes], said: str) -> AsyncIterator[bytes]:
    """The body itself, in pieces however much it was compressed. Raises UnsupportedEncoding, QueryError."""
    name = said.strip().lower()
    if name in {"", "identity"}:
        return chunks
    if name not in _WINDOWS:
        raise UnsupportedEncoding(f'a body in "{said}" is not read here; send {" or ".join(READ)}')
    return _inflated(chunks, name)


async def _inflated(chunks: AsyncIterator[bytes], name: str) -> AsyncIterator[bytes]:
    stream, turn = _Stream(name), Turn()
    async for chunk in chunks:
        for start in range(0, len(chunk), _PART):
            for piece in stream.pieces(chunk[start : start + _PART]):
                if piece:
                    yield piece
                await turn.give()
    if not stream.is_whole:
        raise _broken(name)


class _Stream:
    """Compressed data as it arrives; of gzip, one member may follow another."""

    def __init__(self, name: str) -> None:
        self._name, self._window = name, _WINDOWS[name]
        self._decoder = zlib.decompressobj(self._window)
        self._begun = False

    @property
    def is_whole(self) -> bool:
        """Whether the data has come to its end, or has not begun."""
        return self._decoder.eof or not self._begun

    def pieces(self, data: bytes) -> Iterator[bytes]:
        """What the data decodes to, a piece at a time; some are empty. Raises QueryError for what is broken."""
        while data:
            self._begin(data)
            try:
                piece = self._decoder.decompress(data, _PIECE)
            except zlib.error:
                raise _broken(self._name) from None
            data = self._decoder.unconsumed_tail or self._decoder.unused_data
            yield piece

    def _begin(self, data: bytes) -> None:
        if not self._begun and self._name == "deflate" and data[0] & 15 != _ZLIB:
            self._window = _RAW
        if not self._begun or self._decoder.eof:
            self._decoder = zlib.decompressobj(self._window)
        self._begun = True


def _broken(name: str) -> QueryError:
    return QueryError(f"the body is no whole {name}", kind="bad_encoding")
