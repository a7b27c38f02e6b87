"""Rows of a dialect's table: an operation with the scope that its method needs, if nothing else is said."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Protocol, TypedDict, Unpack

from pydantic import BaseModel

from gateway.dialects.dialect import Endpoint, Header, Operation


class More(TypedDict, total=False):
    """What else an operation may say of itself."""

    scope: str
    body: type[BaseModel]
    query: type[BaseModel]
    reply: Any
    media_types: tuple[str, ...]
    reply_types: tuple[str, ...]
    success: int
    example: str
    prefix: str
    headers: tuple[Header, ...]


class Row(Protocol):
    """Makes the operation of one method."""

    def __call__(self, path: str, endpoint: Endpoint, summary: str, **more: Unpack[More]) -> Operation:
        """The operation at the path."""
        ...


def _row(method: str, scope: str) -> Row:
    def row(path: str, endpoint: Endpoint, summary: str, **more: Unpack[More]) -> Operation:
        said: Mapping[str, Any] = more
        return replace(Operation(method, path, endpoint, scope, summary), **said)

    return row


get = _row("GET", "read")
post = _row("POST", "write")
put = _row("PUT", "write")
patch = _row("PATCH", "write")
delete = _row("DELETE", "delete")
