"""The three forms of a bulk body, read as they arrive: action and source lines, lines with `_meta`, a JSON array.

Each change comes out with the line (or the array position) it stood on; one that cannot be read comes out as an error
of its own, and the rest goes on.
"""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any

import msgspec
from msgspec.structs import replace

from gateway.dialects.im.bulk_lines import Value, at, values
from gateway.dialects.im.documents import split_meta
from gateway.incidents.model.documents import identified
from queries.errors import QueryError

MOST_MEMBERS = 10_000
"""Members of the arrays and objects of a line, unless it is said how many."""

_IN_A_ROW = 100
_REFUSED, _BYTES = 1000, 64
"""So many refused items are answered whatever their size; more, where they have so many bytes each."""

_ACTIONS = frozenset({"index", "create", "update", "delete"})
_WITHOUT_SOURCE = "delete"
_TAKEN: dict[str, type] = {"_id": str, "_index": str, "retry_on_conflict": int}
"""What an action line may say; beside the id it is without effect, and every Elasticsearch client sends it."""
_WANTED = {"_index": "a text", "retry_on_conflict": "a whole number"}


class Item(msgspec.Struct, frozen=True):
    """One change or draft of a bulk body and its size in bytes, or why it is none."""

    line: int
    id: str | None = None
    version: str | None = None
    fields: dict[str, Any] = {}
    error: QueryError | None = None
    size: int = 0


async def items(chunks: AsyncIterator[bytes], action: str, most: int = MOST_MEMBERS) -> AsyncIterator[Item]:
    """The items of a body whose only allowed action is `action` (`update` or `create`).

    What goes on being none is not read to its end: the last item says so.
    """
    refused, read = _Refused(), _Read(action)
    async for part in values(chunks, most):
        for item in read.items(part):
            yield item
            reason = refused.counted(item)
            if reason is not None:
                yield not_read(reason, item.line)
                return
    for item in read.left():
        yield item


def not_read(reason: str, line: int) -> Item:
    """The last item, which says why what follows it is not read."""
    return Item(line, error=QueryError(f"{reason}: what follows is not read", at(line), "not_read"))


@dataclass(slots=True)
class _Refused:
    """The items that are none: each makes an error, which must not have many times the bytes of what it is for."""

    count: int = 0
    in_a_row: int = 0
    read: int = 0

    def counted(self, item: Item) -> str | None:
        """Why no more is to be read; None where it is."""
        self.read += item.size
        if item.error is None:
            self.in_a_row = 0
            return None
        self.count, self.in_a_row = self.count + 1, self.in_a_row + 1 if item.error.kind == "bad_json" else 0
        if self.in_a_row == _IN_A_ROW:
            return f"{_IN_A_ROW} lines in a row are no JSON"
        few = self.count >= _REFUSED and self.read < _BYTES * self.count
        return f"{self.count:,} items are none, and have few bytes" if few else None


@dataclass(slots=True)
class _Read:
    """Lines become items: an action line waits, as `pending`, for its source."""

    action: str
    pending: Item | None = None

    def items(self, part: Iterator[Value]) -> Iterator[Item]:
        """The items that these lines complete."""
        for line, size, value in part:
            pending, self.pending = self.pending, None
            if isinstance(value, QueryError):
                whole = size + (pending.size if pending else 0)
                yield Item(line, pending.id if pending else None, error=value, size=whole)
            elif pending is not None:
                yield _with_source(pending, value, size)
            elif not _is_action(value):
                yield _bare(line, value, self.action, size)
            elif _WITHOUT_SOURCE in value:
                yield _announced(line, value, self.action, size)
            else:
                self.pending = _announced(line, value, self.action, size)

    def left(self) -> Iterator[Item]:
        """An action without its source."""
        if self.pending is not None:
            line, document_id = self.pending.line, self.pending.id
            yield Item(line, document_id, error=QueryError("the body ends before this action's source", at(line)))


def _is_action(value: dict[str, Any]) -> bool:
    return len(value) == 1 and next(iter(value)) in _ACTIONS and isinstance(next(iter(value.values())), dict)


def _announced(line: int, value: dict[str, Any], action: str, size: int) -> Item:
    [(name, meta)] = value.items()
    document_id = meta.get("_id") if isinstance(meta.get("_id"), str) else None
    try:
        if name != action:
            raise QueryError(f'"{name}" is no action here; only "{action}" is', at(line))
        wrong = next((key for key, value in meta.items() if not isinstance(value, _TAKEN.get(key, ()))), None)
        if wrong is not None and wrong not in _TAKEN:
            raise QueryError(f'an action takes "_id" alone, not "{wrong}"', f"{at(line)}.{name}.{wrong}")
        if wrong is not None and wrong != "_id":
            raise QueryError(f"{_WANTED[wrong]} is wanted here", f"{at(line)}.{name}.{wrong}")
        return Item(line, _checked_id(meta.get("_id"), action, line), size=size)
    except QueryError as error:
        return Item(line, document_id, error=error, size=size)


def _with_source(announced: Item, value: dict[str, Any], size: int) -> Item:
    size += announced.size
    if announced.error is not None:
        return replace(announced, size=size)
    wrapped = value.get("doc")
    if "doc" in value and not isinstance(wrapped, dict):
        error = QueryError("an object of the changed fields is wanted here", f"{at(announced.line)}.doc")
        return replace(announced, error=error, size=size)
    if not isinstance(wrapped, dict):
        return _item(announced.line, value, announced.id, size)
    beside = next((name for name in value if name != "doc"), None)
    if beside is not None:
        where = f"{at(announced.line)}.{beside}"
        error = QueryError(f'"doc" holds the whole change, and "{beside}" is beside it', where)
        return replace(announced, error=error, size=size)
    return _item(announced.line, wrapped, announced.id, size)


def _bare(line: int, value: dict[str, Any], action: str, size: int) -> Item:
    item = _item(line, value, None, size)
    if item.error is None and item.id is None and action == "update":
        error = QueryError("a change names its incident in _meta.id", f"{at(line)}._meta.id")
        return Item(line, error=error, size=size)
    return item


def _item(line: int, value: dict[str, Any], announced_id: str | None, size: int) -> Item:
    try:
        meta, fields = split_meta(value, announced_id)
        if meta.id is not None:
            identified(meta.id, "_meta.id")
        return Item(line, meta.id, meta.version, fields, None, size)
    except QueryError as error:
        placed = QueryError(error.reason, f"{at(line)}.{error.where}", error.kind)
        return Item(line, announced_id, error=placed, size=size)


def _checked_id(value: Any, action: str, line: int) -> str | None:
    if value is None and action == "create":
        return None
    if not isinstance(value, str):
        raise QueryError('the action names its incident in "_id"', f"{at(line)}.{action}._id")
    return identified(value, f"{at(line)}.{action}._id")
