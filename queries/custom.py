"""Custom fields: names of the client's own, and what column a value of one needs."""

import math
from typing import Any

from queries.errors import QueryError
from queries.fields import FIELDS, OBJECTS, RESERVED, Kind

DEEPEST = 20
LONGEST_LEAF = 32_000


def is_custom(name: str) -> bool:
    """Whether a top-level name is the client's own rather than a typed one."""
    return name not in FIELDS and name not in OBJECTS and name not in RESERVED


def custom_kind(name: str, value: Any) -> Kind | None:
    """What column a custom value needs; None for an empty list, which needs none. Raises QueryError at the field."""
    if not isinstance(value, list):
        return _scalar(name, value)
    kinds = {_scalar(name, member) for member in value}
    if len(kinds) > 1:
        raise QueryError("a list holds values of one type", name)
    return next(iter(kinds), None)


def _scalar(name: str, value: Any) -> Kind:
    match value:
        case bool():
            return "boolean"
        case str():
            return "keyword"
        case int() | float() if math.isfinite(value) and abs(value) < 1.7e308:
            return "number"
        case dict():
            check_object(value, name)
            return "object"
        case _:
            raise QueryError("a text, number, boolean or object, or a list of one of them, is wanted here", name)


def check_object(value: Any, where: str, path: str = "", depth: int = 1) -> None:
    """Raises QueryError for what the engine cannot index of a free-form object: its leaves are terms, path and all."""
    if depth > DEEPEST:
        raise QueryError(f"nested deeper than {DEEPEST}", where)
    if isinstance(value, dict):
        for name, member in value.items():
            check_object(member, where, f"{path}.{name}", depth + 1)
    elif isinstance(value, list):
        for member in value:
            check_object(member, where, path, depth + 1)
    elif len(f"{path}{value}".encode(errors="replace")) > LONGEST_LEAF:
        raise QueryError(f"a value in an object may have, with its path, at most {LONGEST_LEAF:,} bytes", where)
