"""Custom fields: names of the client's own, and what column a value of one needs."""

import math
from collections.abc import Mapping
from typing import Any

from queries import texts
from queries.errors import QueryError
from queries.fields import FIELDS, OBJECTS, RESERVED, Kind
from queries.numbers import EXACT, require_exact

DEEPEST = 20
LONGEST_NAME = 256
LONGEST_LEAF = 32_000
LONGEST_OBJECT = 2**20
"""Bytes of all values of an object, each with the path to it: the engine keeps a term for each of these."""


_TYPED = frozenset({*FIELDS, *OBJECTS, *RESERVED})


def is_custom(name: str) -> bool:
    """Whether a top-level name is the client's own rather than a typed one."""
    return name not in _TYPED


def customs(document: Mapping[str, Any]) -> dict[str, Any]:
    """The document's custom values by name."""
    return {name: document[name] for name in document if name not in _TYPED}


def custom_kind(name: str, value: Any) -> Kind | None:
    """What column a custom value needs; None for an empty list, which needs none. Raises QueryError at the field."""
    # Most are told by their type and size alone, at a third of what it takes to look closely.
    if type(value) is str and len(value) <= texts.SURE:
        return "keyword"
    if type(value) is int and -EXACT < value < EXACT:
        return "number"
    if not isinstance(value, list):
        return _scalar(name, value, name)
    kinds = {_scalar(name, member, f"{name}[{at}]") for at, member in enumerate(value)}
    if len(kinds) > 1:
        raise QueryError("a list holds values of one type", name)
    return next(iter(kinds), None)


def _scalar(name: str, value: Any, where: str) -> Kind:
    match value:
        case bool():
            return "boolean"
        case str() if texts.length(value) > texts.LONGEST:
            raise QueryError(f"{texts.SHORT} is wanted here", where)
        case str():
            return "keyword"
        case int() | float() if math.isfinite(value) and abs(value) < 1.7e308:
            require_exact(value, where)
            return "number"
        case dict():
            check_object(value, name)
            return "object"
        case _:
            raise QueryError("a text, number, boolean or object, or a list of one of them, is wanted here", name)


def check_object(value: Any, where: str) -> None:
    """Raises QueryError for what the engine cannot index of a free-form object: its leaves are terms, path and all."""
    if path_bytes(value) > LONGEST_OBJECT:
        raise QueryError(f"the values of an object may have, each with its path, {LONGEST_OBJECT:,} bytes", where)
    _check(value, where, "", 1)


def path_bytes(value: Any) -> int:
    """About how many bytes the values within an object have, each with the path to it."""
    total = 0
    waiting: list[tuple[int, Any]] = [(0, value)]
    while waiting:
        path, part = waiting.pop()
        if isinstance(part, dict):
            waiting += [(path + len(name) + 1, member) for name, member in part.items()]
        elif isinstance(part, list):
            waiting += [(path, member) for member in part]
        else:
            total += path + (len(part) if isinstance(part, str) else 8)
    return total


def _check(value: Any, where: str, path: str, depth: int) -> None:
    if depth > DEEPEST:
        raise QueryError(f"nested deeper than {DEEPEST}", where)
    if isinstance(value, dict):
        for name, member in value.items():
            if len(name) > LONGEST_NAME:
                raise QueryError(f"a name in an object may have at most {LONGEST_NAME} characters", where)
            _check(member, where, f"{path}.{name}", depth + 1)
    elif isinstance(value, list):
        for member in value:
            _check(member, where, path, depth + 1)
    elif len(f"{path}{value}".encode(errors="replace")) > LONGEST_LEAF:
        raise QueryError(f"a value in an object may have, with its path, at most {LONGEST_LEAF:,} bytes", where)
