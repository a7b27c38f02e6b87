"""The three forms of a bulk body, read as they arrive: action and source lines, lines with `_meta`, a JSON array.

Each change comes out with the line (or the array position) it stood on; one that cannot be read comes out as an error
of its own, and the rest goes on.
"""

import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import orjson

from gateway.dialects.im.documents import split_meta
from gateway.incidents.model.documents import identified
from queries.errors import QueryError

LONGEST_LINE = 10 * 2**20

_ACTIONS = frozenset({"index", "create", "update", "delete"})
_WITHOUT_SOURCE = "delete"

_MARK = re.compile(rb'\\.?|["\[\]{},]', re.DOTALL)
_STEPS = {b"{": 1, b"[": 1, b"}": -1, b"]": -1}
_ENDS = frozenset({b",", b"]"})


@dataclass(frozen=True, slots=True)
class Item:
    """One change or draft of a bulk body and its size in bytes, or why it is none."""

    line: int
    id: str | None = None
    version: str | None = None
    fields: dict[str, Any] = field(default_factory=dict)
    error: QueryError | None = None
    size: int = 0


async def items(chunks: AsyncIterator[bytes], action: str) -> AsyncIterator[Item]:
    """The items of a body whose only allowed action is `action` (`update` or `create`)."""
    chunks = _unpadded(chunks)
    first = await anext(chunks, b"")
    source = _array(first, chunks) if first[:1] == b"[" else _lines(first, chunks)
    pending: Item | None = None
    async for line, size, value in source:
        if isinstance(value, QueryError):
            yield Item(line, pending.id if pending else None, error=value)
            pending = None
        elif pending is not None:
            yield replace(_with_source(pending, value), size=size)
            pending = None
        elif _is_action(value):
            pending = _announced(line, value, action)
            if _WITHOUT_SOURCE in value:
                yield pending
                pending = None
        else:
            yield replace(_bare(line, value, action), size=size)
    if pending is not None:
        yield Item(
            pending.line, pending.id, error=QueryError("the body ends before this action's source", _at(pending.line))
        )


async def _unpadded(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    started = False
    async for chunk in chunks:
        rest = chunk if started else chunk.lstrip()
        started = started or bool(rest)
        if rest:
            yield rest


async def _lines(first: bytes, chunks: AsyncIterator[bytes]) -> AsyncIterator[tuple[int, int, Any]]:
    number, held = 0, b""
    async for chunk in _chained(first, chunks):
        *whole, held = (held + chunk).split(b"\n") if b"\n" in chunk else [held + chunk]
        for line in whole:
            number += 1
            if line.strip():
                yield number, len(line), _value(line, number)
        if len(held) > LONGEST_LINE:
            held = held[: LONGEST_LINE + 1]
    if held.strip():
        yield number + 1, len(held), _value(held, number + 1)


async def _chained(first: bytes, chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for chunk in chunks:
        yield chunk


def _value(text: bytes, number: int) -> Any:
    if len(text) > LONGEST_LINE:
        return QueryError(f"a change may have at most {LONGEST_LINE:,} bytes", _at(number))
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        return QueryError(f"this change is not JSON: {error}", _at(number), "bad_json")
    return value if isinstance(value, dict) else QueryError("a change is a JSON object", _at(number))


async def _array(first: bytes, chunks: AsyncIterator[bytes]) -> AsyncIterator[tuple[int, int, Any]]:
    """The members as they get complete; what makes no whole array of them comes last."""
    members, position = _Members(), 0
    async for chunk in _chained(first[1:], chunks):
        for text in members.completed(chunk):
            if position or text.strip() or not members.closed:
                position += 1
                yield position, len(text), _value(text, position)
    if not members.closed or members.held.strip():
        yield position + 1, 0, QueryError("the array is not JSON from here on", _at(position + 1), "bad_json")


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


def _is_action(value: dict[str, Any]) -> bool:
    return len(value) == 1 and next(iter(value)) in _ACTIONS and isinstance(next(iter(value.values())), dict)


def _announced(line: int, value: dict[str, Any], action: str) -> Item:
    [(name, meta)] = value.items()
    document_id = meta.get("_id") if isinstance(meta.get("_id"), str) else None
    try:
        if name != action:
            raise QueryError(f'"{name}" is no action here; only "{action}" is', _at(line))
        unknown = next((key for key in meta if key != "_id"), None)
        if unknown is not None:
            raise QueryError(f'an action takes "_id" alone, not "{unknown}"', f"{_at(line)}.{name}.{unknown}")
        return Item(line, _checked_id(meta.get("_id"), action, line))
    except QueryError as error:
        return Item(line, document_id, error=error)


def _with_source(announced: Item, value: dict[str, Any]) -> Item:
    if announced.error is not None:
        return announced
    wrapped = value.get("doc")
    if not isinstance(wrapped, dict):
        return _item(announced.line, value, announced.id)
    beside = next((name for name in value if name != "doc"), None)
    if beside is not None:
        where = f"{_at(announced.line)}.{beside}"
        return replace(announced, error=QueryError(f'"doc" holds the whole change, and "{beside}" is beside it', where))
    return _item(announced.line, wrapped, announced.id)


def _bare(line: int, value: dict[str, Any], action: str) -> Item:
    item = _item(line, value, None)
    if item.error is None and item.id is None and action == "update":
        return Item(line, error=QueryError("a change names its incident in _meta.id", f"{_at(line)}._meta.id"))
    return item


def _item(line: int, value: dict[str, Any], announced_id: str | None) -> Item:
    try:
        meta, fields = split_meta(value, announced_id)
        if meta.id is not None:
            identified(meta.id, "_meta.id")
        return Item(line, meta.id, meta.version, fields)
    except QueryError as error:
        return Item(line, announced_id, error=QueryError(error.reason, f"{_at(line)}.{error.where}", error.kind))


def _checked_id(value: Any, action: str, line: int) -> str | None:
    if value is None and action == "create":
        return None
    if not isinstance(value, str):
        raise QueryError('the action names its incident in "_id"', f"{_at(line)}.{action}._id")
    return identified(value, f"{_at(line)}.{action}._id")


def _at(line: int) -> str:
    return f"line {line}"
