"""The bytes of a bulk body as values, as they arrive: lines, or the members of an array, each with where it stood."""

import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from typing import Any

from gateway import bounds, wire
from queries.errors import QueryError

LONGEST_LINE = 4 * 2**20

_MARK = re.compile(rb'\\.?|["\[\]{},]', re.DOTALL)
_STEPS = {b"{": 1, b"[": 1, b"}": -1, b"]": -1}
_ENDS = frozenset({b",", b"]"})


async def values(chunks: AsyncIterator[bytes], most: int) -> AsyncIterator[tuple[int, int, Any]]:
    """Each line's number, size in bytes and object, or the QueryError that says why it is none."""
    chunks = _unpadded(chunks)
    first = await anext(chunks, b"")
    source = _array(first, chunks, most) if first[:1] == b"[" else _lines(first, chunks, most)
    async for each in source:
        yield each


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


async def _lines(first: bytes, chunks: AsyncIterator[bytes], most: int) -> AsyncIterator[tuple[int, int, Any]]:
    number = 0
    async for line in _whole_lines(_chained(first, chunks)):
        number += 1
        if line.strip():
            yield number, len(line), _value(line, number, most)


async def _whole_lines(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The lines; one that comes in many parts is joined once, and cut where it is too long."""
    parts, size = list[bytes](), 0
    async for chunk in chunks:
        *whole, rest = chunk.split(b"\n")
        for line in whole:
            yield b"".join((*parts, line))
            parts, size = [], 0
        if size <= LONGEST_LINE:
            parts.append(rest)
            size += len(rest)
    yield b"".join(parts)


async def _chained(first: bytes, chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for chunk in chunks:
        yield chunk


def _value(text: bytes, number: int, most: int) -> Any:
    if len(text) > LONGEST_LINE:
        return QueryError(f"a change may have at most {LONGEST_LINE:,} bytes", at(number))
    try:
        value = bounds.read(text, most, "this change", at(number))
    except QueryError as error:
        return error
    return value if isinstance(value, dict) else QueryError("a change is a JSON object", at(number))


async def _array(first: bytes, chunks: AsyncIterator[bytes], most: int) -> AsyncIterator[tuple[int, int, Any]]:
    """The members as they get complete; what makes no whole array of them comes last."""
    members, position = _Members(), 0
    async for chunk in _chained(first[1:], chunks):
        for text in members.completed(chunk):
            if position or text.strip() or not members.closed:
                position += 1
                yield position, len(text), _value(text, position, most)
    if not members.closed or members.held.strip():
        yield position + 1, 0, QueryError("the array is not JSON from here on", at(position + 1), "bad_json")


@dataclass(slots=True)
class _Members:
    """The members of an array that comes piece by piece, cut out of it from behind its first bracket on."""

    held: bytearray = field(default_factory=bytearray)
    depth: int = 0
    quoted: bool = False
    escaped: bool = False

    @property
    def closed(self) -> bool:
        return self.depth < 0

    def completed(self, chunk: bytes) -> Iterator[bytes]:
        """Those that the chunk completes, as they are written; one that is too long is not whole."""
        start = 0
        for end in self._ends(chunk):
            yield bytes(self.held) + chunk[start:end]
            self.held.clear()
            start = end + 1
        self.held += chunk[start:]
        del self.held[LONGEST_LINE + 1 :]

    def _ends(self, chunk: bytes) -> Iterator[int]:
        marks = () if self.closed else _MARK.finditer(chunk, int(self.escaped))
        self.escaped = False
        for mark in marks:
            symbol = mark.group()
            if symbol == b'"':
                self.quoted = not self.quoted
            elif self.quoted:
                self.escaped = symbol == b"\\"
            else:
                ends = self.depth == 0 and symbol in _ENDS
                self.depth += _STEPS.get(symbol, 0)
                if ends:
                    yield mark.start()
                if self.closed:
                    return
