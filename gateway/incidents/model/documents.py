"""What may be written: fields of the wire document, checked and brought into the form in which they are stored."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gateway.incidents.model.rules import Rules
from queries import texts
from queries.custom import check_object, custom_kind
from queries.errors import QueryError
from queries.fields import OBJECTS, RESERVED, RESULT_FIELDS, Catalogue, Field, Kind
from queries.periods import instant, iso

Document = dict[str, Any]

ID = re.compile(r"[A-Za-z0-9._:-]{1,128}")
RESERVED_IDS = frozenset({"pit", "pits", "bulkUpdate", "bulkCreate", "bulkDelete", "export", "changes", ".", ".."})

_CUSTOM = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,127}")
_LISTS = frozenset({"services", "labels"})
_STORED = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", re.ASCII)
_SAFE = 2**53


def identified(incident_id: str, where: str = "id") -> str:
    """The id, if it can be one (1 to 128 characters, none of the reserved words). Raises QueryError."""
    if not ID.fullmatch(incident_id) or incident_id in RESERVED_IDS:
        raise QueryError(f'"{incident_id[:140]}" cannot be an id: 1 to 128 of A-Z a-z 0-9 . _ : -', where)
    return incident_id


def incident_fields(sent: Mapping[str, Any], now: datetime, catalogue: Catalogue) -> Document:
    """An incident's fields as stored; None where one is to be removed. Raises QueryError at the field."""
    checker, words = _Checker(catalogue, now), catalogue.words
    # Most of what is sent are short texts, which are stored as they are.
    return {
        name: value
        if value is None or (type(value) is str and len(value) <= texts.SURE and name in words)
        else checker.value(name, value)
        for name, value in sent.items()
    }


def result_fields(sent: Mapping[str, Any], now: datetime) -> Document:
    """An aggregation result's fields as stored; it has no custom ones. Raises QueryError at the field."""
    unknown = next((name for name in sent if name not in RESULT_FIELDS), None)
    if unknown is not None:
        raise QueryError(f'an aggregation result has no field "{unknown}"', unknown, "unknown_field")
    return {
        name: None if value is None else _typed(RESULT_FIELDS[name], value, now, name) for name, value in sent.items()
    }


def alert_extensions(sent: Mapping[str, Any], rules: Rules, now: datetime, where: str) -> Document:
    """What an alert holds for single dialects, as stored. Raises QueryError at the field."""
    return {name: _alert_extension(name, value, rules, now, f"{where}.{name}") for name, value in sent.items()}


def _alert_extension(name: str, value: Any, rules: Rules, now: datetime, where: str) -> Document:
    if name not in rules.free and not any(field.startswith(f"ext.{name}.") for field in rules.alert_fields):
        raise QueryError(f'no dialect "{name[:80]}" has fields of alerts', where, "unknown_field")
    if not isinstance(value, dict):
        raise QueryError("an object is wanted here", where)
    if name in rules.free:
        check_object(value, where)
        return value
    unknown = next((key for key in value if f"ext.{name}.{key}" not in rules.alert_fields), None)
    if unknown is not None:
        raise QueryError(f'no field "ext.{name}.{unknown[:80]}"', f"{where}.{unknown[:80]}", "unknown_field")
    return {
        key: None if each is None else _typed(rules.alert_fields[f"ext.{name}.{key}"], each, now, f"{where}.{key}")
        for key, each in value.items()
    }


@dataclass(frozen=True, slots=True)
class _Checker:
    """Checks values at one moment, against the fields that there are."""

    catalogue: Catalogue
    now: datetime

    def value(self, name: str, value: Any) -> Any:
        """The value of a top-level field."""
        if name in self.catalogue.fields:
            return _typed(self.catalogue.fields[name], value, self.now, name)
        if name in OBJECTS:
            return self._container(name, value)
        if name in RESERVED:
            raise QueryError(f'"{name}" is a reserved name', name)
        if not _CUSTOM.fullmatch(name):
            raise QueryError(
                f'"{name[:140]}" cannot be a field: a letter, then up to 127 of A-Z a-z 0-9 _ -', name[:140]
            )
        custom_kind(name, value)
        return [_one_zero(member) for member in value] if isinstance(value, list) else _one_zero(value)

    def _container(self, name: str, value: Any) -> Any:
        if name in _LISTS and isinstance(value, list):
            return [self._object(name, member, f"{name}[{i}]") for i, member in enumerate(value)]
        if name in _LISTS:
            raise QueryError(f"{name} is a list of objects", name)
        return self._object(name, value, name)

    def _object(self, name: str, value: Any, where: str) -> Document:
        if not isinstance(value, dict):
            raise QueryError(f"{name} is an object", where)
        return {key: self._member(f"{name}.{key}", member, f"{where}.{key}") for key, member in value.items()}

    def _member(self, name: str, value: Any, where: str) -> Any:
        if value is None:
            return None
        if name in self.catalogue.fields:
            return _typed(self.catalogue.fields[name], value, self.now, where)
        if name in self.catalogue.containers:
            return self._object(name, value, where)
        raise QueryError(f'no field "{name}"', where, "unknown_field")


def _one_zero(value: Any) -> Any:
    """The value; of the two zeros the usual one, as the engine would tell them apart."""
    return value + 0.0 if isinstance(value, float) else value


def _typed(field: Field, value: Any, now: datetime, where: str) -> Any:
    if field.long and isinstance(value, str):
        return value
    if not field.many:
        return _scalar(field.kind, value, now, where)
    if field.name.partition(".")[0] in _LISTS and not isinstance(value, list):
        return _scalar(field.kind, value, now, where)
    if not isinstance(value, list):
        raise QueryError(f"{field.name} is a list", where)
    if field.kind == "keyword" and all(type(each) is str and len(each) <= texts.SURE for each in value):
        return value
    return [_scalar(field.kind, each, now, f"{where}[{i}]") for i, each in enumerate(value)]


def _scalar(kind: Kind, value: Any, now: datetime, where: str) -> Any:
    match kind, value:
        case "text" | "keyword", str() if texts.length(value) <= texts.LONGEST:
            return value
        case "date", str() | int() if not isinstance(value, bool):
            return value if _is_stored_form(value) else iso(instant(value, now, round_up=False, where=where))
        case "boolean", bool():
            return value
        case "whole", int() if not isinstance(value, bool) and abs(value) < _SAFE:
            return value
        case "number", int() | float() if not isinstance(value, bool) and math.isfinite(value):
            return value
        case "object", dict():
            check_object(value, where)
            return value
        case _:
            raise QueryError(f"{_WANTED[kind]} is wanted here", where)


def _is_stored_form(value: str | int) -> bool:
    """Whether it is a time as it is stored, which is what most callers send, and costs a third."""
    if not isinstance(value, str) or not _STORED.fullmatch(value):
        return False
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True


_WANTED: Mapping[Kind, str] = {
    "text": texts.SHORT,
    "keyword": texts.SHORT,
    "date": "a time (ISO 8601, or epoch milliseconds)",
    "boolean": "true or false",
    "whole": "a whole number below 2^53",
    "number": "a number",
    "object": "an object",
}
