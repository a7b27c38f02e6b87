"""The headers that answers come with."""

from collections.abc import Iterable
from typing import Any

Json = dict[str, Any]


def _text(description: str) -> Json:
    return {"description": description, "schema": {"type": "string"}}


def _number(description: str) -> Json:
    return {"description": description, "schema": {"type": "integer", "minimum": 0}}


ALL: Json = {
    "X-Request-Id": _text("the request's id, as the log has it"),
    "RateLimit-Limit": _number("requests that may come at once, where they are limited"),
    "RateLimit-Remaining": _number("requests that may come now"),
    "RateLimit-Reset": _number("seconds until all of them may"),
    "Retry-After": _number("seconds after which to try again"),
    "WWW-Authenticate": _text("the way in which a key is sent"),
    "Accept-Encoding": _text("how a body may be compressed"),
    "ETag": _text("the version of the document, in quotes"),
    "Location": _text("where the new document is"),
    "Link": _text("the address of the next page, if there is one, as `next`"),
    "X-Pit": _text("the point in time that the export reads"),
    "X-Total-Docs": _number("rows of the export when it is whole"),
    "X-Truncated": {
        "description": "there, if there is more than is listed",
        "schema": {"type": "string", "const": "true"},
    },
    "Content-Disposition": _text("the name of the file"),
}
"""Each by its name."""

_ALWAYS = ("X-Request-Id", "RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset")


def of(names: Iterable[str]) -> Json:
    """The headers of an answer: those that any may have, and the named ones."""
    return {each: {"$ref": f"#/components/headers/{each}"} for each in dict.fromkeys((*_ALWAYS, *names))}


def used(*parts: Any) -> Json:
    """Those that parts of a document refer to."""
    names = {name for part in parts for name in _named(part)}
    return {name: header for name, header in ALL.items() if name in names}


def _named(part: Any) -> Iterable[str]:
    """The names of all headers within a part of a document."""
    if isinstance(part, dict):
        return {*part.get("headers", ()), *(name for each in part.values() for name in _named(each))}
    return ()
