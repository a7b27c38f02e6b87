"""The three forms of a bulk body, read as they arrive: action and source lines, lines with `_meta`, a JSON array.

Each change comes out with the line (or the array position) it stood on; one that cannot be read comes out as an error
of its own, and the rest goes on.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from typing import Any

import ijson
import orjson

from gateway.dialects.im.documents import split_meta
from gateway.incidents.documents import identified
from queries.errors import QueryError

LONGEST_LINE = 10 * 2**20

_ACTIONS = frozenset({"index", "create", "update", "delete"})
_WITHOUT_SOURCE = "delete"


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


def _value(line: bytes, number: int) -> Any:
    if len(line) > LONGEST_LINE:
        return QueryError(f"a line may have at most {LONGEST_LINE:,} bytes", _at(number))
    try:
        value = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        return QueryError(f"this line is not JSON: {error}", _at(number), "bad_json")
    return value if isinstance(value, dict) else QueryError("a line is a JSON object", _at(number))


async def _array(first: bytes, chunks: AsyncIterator[bytes]) -> AsyncIterator[tuple[int, int, Any]]:
    """The members as they get complete; what breaks the array stands in the place of the next one."""
    found: list[Any] = ijson.sendable_list()
    parser = ijson.items_coro(found, "item", use_float=True)
    position = held = 0
    async for chunk in _ended(_chained(first, chunks)):
        broken = _fed(parser, chunk)
        held = len(chunk or b"") + (0 if found else held)
        for value in found:
            position += 1
            yield position, *_sized(value, position)
        found.clear()
        if broken is not None or held > LONGEST_LINE:
            too_long = QueryError(f"a change may have at most {LONGEST_LINE:,} bytes", _at(position + 1))
            yield position + 1, 0, too_long if broken is None else QueryError(broken, _at(position + 1), "bad_json")
            return


def _sized(value: Any, position: int) -> tuple[int, Any]:
    """A member's size in bytes and the member, or what is wrong with it."""
    if not isinstance(value, dict):
        return 0, QueryError("a change is a JSON object", _at(position))
    try:
        return len(orjson.dumps(value)), value
    except orjson.JSONEncodeError as error:
        return 0, QueryError(f"this change cannot be stored: {error}", _at(position))


async def _ended(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes | None]:
    async for chunk in chunks:
        yield chunk
    yield None


def _fed(parser: Any, chunk: bytes | None) -> str | None:
    """What is wrong with the array from here on, if anything; no chunk is its end."""
    try:
        parser.close() if chunk is None else parser.send(chunk)
    except ijson.JSONError as error:
        return f"the array is not JSON from here on: {str(error).partition(chr(10))[0]}"
    return None


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
