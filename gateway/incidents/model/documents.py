"""What may be written: fields of the wire document, checked and brought into the form in which they are stored."""

import math
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from queries.errors import QueryError
from queries.fields import FIELDS, OBJECTS, RESERVED, RESULT_FIELDS, Field, Kind
from queries.periods import instant, iso

Document = dict[str, Any]

ID = re.compile(r"[A-Za-z0-9._:-]{1,128}")
RESERVED_IDS = frozenset({"pit", "pits", "bulkUpdate", "bulkCreate", "export", ".", ".."})

_CUSTOM = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,127}")
_LISTS = frozenset({"services", "labels"})
_LONGEST = 8191
_DEEPEST = 20
_LONGEST_LEAF = 32_000
_SAFE = 2**53
_CONTAINERS = frozenset(name.rsplit(".", depth)[0] for name in FIELDS for depth in range(1, name.count(".") + 1))


def identified(incident_id: str, where: str = "id") -> str:
    """The id, if it can be one (specs: 1 to 128 characters, none of the reserved words). Raises QueryError."""
    if not ID.fullmatch(incident_id) or incident_id in RESERVED_IDS:
        raise QueryError(f'"{incident_id[:140]}" cannot be an id: 1 to 128 of A-Z a-z 0-9 . _ : -', where)
    return incident_id


def incident_fields(sent: Mapping[str, Any], now: datetime) -> Document:
    """An incident's fields as stored; None where one is to be removed. Raises QueryError at the field."""
    return {name: None if value is None else _incident_value(name, value, now) for name, value in sent.items()}


def result_fields(sent: Mapping[str, Any], now: datetime) -> Document:
    """An aggregation result's fields as stored; it has no custom ones. Raises QueryError at the field."""
    unknown = next((name for name in sent if name not in RESULT_FIELDS), None)
    if unknown is not None:
        raise QueryError(f'an aggregation result has no field "{unknown}"', unknown, "unknown_field")
    return {
        name: None if value is None else _typed(RESULT_FIELDS[name], value, now, name) for name, value in sent.items()
    }


def custom_kind(name: str, value: Any) -> Kind | None:
    """What column a custom value needs; None for an empty list, which needs none. Raises QueryError at the field."""
    if not isinstance(value, list):
        return _custom_scalar(name, value)
    kinds = {_custom_scalar(name, each) for each in value}
    if len(kinds) > 1:
        raise QueryError("a list holds values of one type", name)
    return next(iter(kinds), None)


def is_custom(name: str) -> bool:
    """Whether a top-level name is the client's own rather than a typed one."""
    return name not in FIELDS and name not in OBJECTS and name not in RESERVED


def _incident_value(name: str, value: Any, now: datetime) -> Any:
    if name in FIELDS:
        return _typed(FIELDS[name], value, now, name)
    if name in OBJECTS:
        return _container(name, value, now, name)
    if name in RESERVED:
        raise QueryError(f'"{name}" is a reserved name', name)
    if not _CUSTOM.fullmatch(name):
        raise QueryError(f'"{name[:140]}" cannot be a field: a letter, then up to 127 of A-Z a-z 0-9 _ -', name[:140])
    custom_kind(name, value)
    return [_one_zero(each) for each in value] if isinstance(value, list) else _one_zero(value)


def _one_zero(value: Any) -> Any:
    """The value; of the two zeros the usual one, as the engine would tell them apart."""
    return value + 0.0 if isinstance(value, float) else value


def _container(name: str, value: Any, now: datetime, where: str) -> Any:
    if name in _LISTS and isinstance(value, list):
        return [_object(name, each, now, f"{where}[{i}]") for i, each in enumerate(value)]
    if name in _LISTS:
        raise QueryError(f"{name} is a list of objects", where)
    return _object(name, value, now, where)


def _object(name: str, value: Any, now: datetime, where: str) -> Document:
    if not isinstance(value, dict):
        raise QueryError(f"{name} is an object", where)
    return {key: _member(f"{name}.{key}", each, now, f"{where}.{key}") for key, each in value.items()}


def _member(name: str, value: Any, now: datetime, where: str) -> Any:
    if value is None:
        return None
    if name in FIELDS:
        return _typed(FIELDS[name], value, now, where)
    if name in _CONTAINERS:
        return _object(name, value, now, where)
    raise QueryError(f'no field "{name}"', where, "unknown_field")


def _typed(field: Field, value: Any, now: datetime, where: str) -> Any:
    if not field.many:
        return _scalar(field.kind, value, now, where)
    if field.name.partition(".")[0] in _LISTS and not isinstance(value, list):
        return _scalar(field.kind, value, now, where)
    if not isinstance(value, list):
        raise QueryError(f"{field.name} is a list", where)
    return [_scalar(field.kind, each, now, f"{where}[{i}]") for i, each in enumerate(value)]


def _scalar(kind: Kind, value: Any, now: datetime, where: str) -> Any:
    match kind, value:
        case "text", str():
            return value
        case "keyword", str() if len(value) <= _LONGEST:
            return value
        case "date", str() | int() if not isinstance(value, bool):
            return iso(instant(value, now, round_up=False, where=where))
        case "boolean", bool():
            return value
        case "whole", int() if not isinstance(value, bool) and abs(value) < _SAFE:
            return value
        case "object", dict():
            check_object(value, where)
            return value
        case _:
            raise QueryError(f"{_WANTED[kind]} is wanted here", where)


_WANTED: Mapping[Kind, str] = {
    "text": "a text",
    "keyword": f"a text of at most {_LONGEST:,} characters",
    "date": "a time (ISO 8601, or epoch milliseconds)",
    "boolean": "true or false",
    "whole": "a whole number below 2^53",
    "number": "a number",
    "object": "an object",
}


def _custom_scalar(name: str, value: Any) -> Kind:
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
    if depth > _DEEPEST:
        raise QueryError(f"nested deeper than {_DEEPEST}", where)
    if isinstance(value, dict):
        for name, each in value.items():
            check_object(each, where, f"{path}.{name}", depth + 1)
    elif isinstance(value, list):
        for each in value:
            check_object(each, where, path, depth + 1)
    elif len(f"{path}{value}".encode(errors="replace")) > _LONGEST_LEAF:
        raise QueryError(f"a value in an object may have, with its path, at most {_LONGEST_LEAF:,} bytes", where)
