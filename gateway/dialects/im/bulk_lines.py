"""The bytes of a bulk body as values, as they arrive: lines, or the members of an array, each with where it stood."""

import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from typing import Any

from gateway import bounds, wire
from gateway.work.turns import Turn
from queries.errors import QueryError

LONGEST_LINE = 4 * 2**20
_PIECE = 2**12
"""Bytes that are looked at before others go on: each may be a line, or a bracket."""

# Groups, and not `*+`, which before Python 3.11.5 fits too little where there is an alternative in it.
_TEXT = re.compile(rb'(?>(?:[^"\\]++|\\.)*)', re.DOTALL)
_WHOLE = rb'[^"\[\]{}]++|"(?>(?:[^"\\]++|\\.)*)"'
_INSIDE = re.compile(rb"(?>(?:%b|\{(?>(?:%b)*)\}|\[(?>(?:%b)*)\])*)" % (_WHOLE, _WHOLE, _WHOLE), re.DOTALL)
_BETWEEN = re.compile(rb'[^"\[\]{},]*+')
"""What is passed by at once: of a text, of a member (with all in it that has nothing nested), and between members.

A member may be two million numbers; to look at each comma took half a second.
"""
_STEPS = {b"{": 1, b"[": 1, b"}": -1, b"]": -1}
_ENDS = frozenset({b",", b"]"})


Value = tuple[int, int, Any]


async def values(chunks: AsyncIterator[bytes], most: int) -> AsyncIterator[Iterator[Value]]:
    """Each line's number, size in bytes and object, or the QueryError that says why it is none; by parts as they come.

    A part has to be taken whole before the next one.
    """
    chunks = _pieces(_unpadded(chunks))
    first = await anext(chunks, b"")
    read: _Members | _Lines = _Members() if first[:1] == b"[" else _Lines()
    yield read.completed(first, most)
    async for chunk in chunks:
        yield read.completed(chunk, most)
    yield read.left(most)


def at(line: int) -> str:
    """The place of a line."""
    return f"line {line}"


async def _unpadded(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    started = False
    async for chunk in wire.unmarked(chunks):
        rest = chunk if started else chunk.lstrip()
        started = started or bool(rest)
        if rest:
            yield rest


async def _pieces(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    turn = Turn()
    async for chunk in chunks:
        for start in range(0, len(chunk), _PIECE):
            yield chunk[start : start + _PIECE]
            await turn.give()


@dataclass(slots=True)
class _Lines:
    """The lines of a body that comes piece by piece; one of many pieces is joined once, and cut if it is too long."""

    number: int = 0
    held: bytearray = field(default_factory=bytearray)

    def completed(self, chunk: bytes, most: int) -> Iterator[Value]:
        """Those that the chunk completes."""
        *whole, rest = chunk.split(b"\n")
        for end in whole:
            value = self._line(end, most)
            if value is not None:
                yield value
        if len(self.held) <= LONGEST_LINE:
            self.held += rest

    def left(self, most: int) -> Iterator[Value]:
        """The last one, which no end of line need follow."""
        value = self._line(b"", most)
        return iter(() if value is None else (value,))

    def _line(self, end: bytes, most: int) -> Value | None:
        line = bytes(self.held) + end if self.held else end
        self.held.clear()
        self.number += 1
        return (self.number, len(line), _value(line, self.number, most)) if line.strip() else None


def _value(text: bytes, number: int, most: int) -> Any:
    if len(text) > LONGEST_LINE:
        return QueryError(f"a change may have at most {LONGEST_LINE:,} bytes", at(number))
    try:
        value = bounds.read(text, most, "this change", at(number))
    except QueryError as error:
        return error
    return value if isinstance(value, dict) else QueryError("a change is a JSON object", at(number))


@dataclass(slots=True)
class _Members:
    """The members of an array that comes piece by piece, cut out of it; its first bracket is the first byte."""

    position: int = 0
    held: bytearray = field(default_factory=bytearray)
    depth: int = 0
    quoted: bool = False
    escaped: bool = False
    begun: bool = False

    @property
    def closed(self) -> bool:
        return self.depth < 0

    def completed(self, chunk: bytes, most: int) -> Iterator[Value]:
        """Those that the chunk completes."""
        inside = chunk if self.begun else chunk[1:]
        self.begun = True
        for text in self._texts(inside):
            if self.position or text.strip() or not self.closed:
                self.position += 1
                yield self.position, len(text), _value(text, self.position, most)

    def left(self, _most: int) -> Iterator[Value]:
        """What makes no whole array of them."""
        if not self.closed or self.held.strip():
            at_ = self.position + 1
            yield at_, 0, QueryError("the array is not JSON from here on", at(at_), "bad_json")

    def _texts(self, chunk: bytes) -> Iterator[bytes]:
        """The members as they are written; one that is too long is not whole."""
        start = 0
        for end in self._ends(chunk):
            yield bytes(self.held) + chunk[start:end]
            self.held.clear()
            start = end + 1
        self.held += chunk[start:]
        del self.held[LONGEST_LINE + 1 :]

    def _ends(self, chunk: bytes) -> Iterator[int]:
        # Each bracket may come by here: what is no variable of the function costs it half as much again.
        at, depth, quoted, size = int(self.escaped), self.depth, self.quoted, len(chunk)
        self.escaped = False
        while at < size and depth >= 0:
            if passed := (_TEXT if quoted else _INSIDE if depth else _BETWEEN).match(chunk, at):
                at = passed.end()
            symbol, at = chunk[at : at + 1], at + 1
            if quoted:
                # A text that goes on behind the chunk ends in a backslash there, if in any mark at all.
                quoted, self.escaped = symbol != b'"', symbol == b"\\"
            elif symbol == b'"':
                quoted = True
            else:
                is_end = depth == 0 and symbol in _ENDS
                self.depth = depth = depth + _STEPS.get(symbol, 0)
                if is_end:
                    yield at - 1
        self.quoted = quoted
