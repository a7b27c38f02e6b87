"""Rows of a dialect's table: an operation with the scope that its method needs, if nothing else is said."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Protocol, TypedDict, Unpack

from pydantic import BaseModel

from gateway.answers import LONGEST_KEY
from gateway.dialects.dialect import Endpoint, Header, Operation
from gateway.once.claims import KEY


class More(TypedDict, total=False):
    """What else an operation may say of itself."""

    scope: str
    body: type[BaseModel]
    query: type[BaseModel]
    reply: Any
    stream: Any
    media_types: tuple[str, ...]
    reply_types: tuple[str, ...]
    reply_headers: tuple[str, ...]
    success: int
    example: str
    prefix: str
    headers: tuple[Header, ...]
    has_effect: bool


class Row(Protocol):
    """Makes the operation of one method."""

    def __call__(self, path: str, endpoint: Endpoint, summary: str, **more: Unpack[More]) -> Operation:
        """The operation at the path."""
        ...


ONCE = Header(
    KEY,
    "of one's own choice, for one request: sent again under it within 24 hours, it has one effect and the same answer",
    limits={"minLength": 1, "maxLength": LONGEST_KEY},
)


def _row(method: str, scope: str) -> Row:
    def row(path: str, endpoint: Endpoint, summary: str, **more: Unpack[More]) -> Operation:
        said: Mapping[str, Any] = more
        operation = replace(Operation(method, path, endpoint, scope, summary), **said)
        return operation if operation.scope == "read" else replace(operation, headers=(*operation.headers, ONCE))

    return row


get = _row("GET", "read")
post = _row("POST", "write")
put = _row("PUT", "write")
patch = _row("PATCH", "write")
delete = _row("DELETE", "delete")
