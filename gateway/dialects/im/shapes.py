"""The fields of `_im`'s documents as JSON schema, drawn from the table that says what each is stored as."""

from collections.abc import Mapping
from typing import Any

from pydantic import ConfigDict

from queries.fields import Field, Kind

Json = dict[str, Any]

_KINDS: Mapping[Kind, Json] = {
    "text": {"type": "string"},
    "keyword": {"type": "string"},
    "date": {"type": "string", "format": "date-time"},
    "boolean": {"type": "boolean"},
    "whole": {"type": "integer"},
    "number": {"type": "number"},
    "object": {"type": "object"},
}


def described(table: Mapping[str, Field], example: Json) -> ConfigDict:
    """Of a document that has the fields of the table, and any other."""

    def add(schema: Json) -> None:
        schema["properties"] |= properties(table)
        schema["examples"] = [example]

    return ConfigDict(extra="allow", json_schema_extra=add)


def properties(table: Mapping[str, Field]) -> Json:
    """The fields of the table; those with a dot in their names are members of objects, or of each object of a list."""
    result: Json = {}
    for name, field in table.items():
        holder, _, member = name.rpartition(".")
        schema = _KINDS[field.kind]
        if holder:
            _members(result, holder, many=field.many)[member] = _some(schema) if field.many else schema
        else:
            result[name] = _listed(schema) if field.many else schema
    return result


def _members(result: Json, holder: str, *, many: bool) -> Json:
    """The members of an object, which is put among the others where it is not there yet."""
    made: Json = {"type": "object", "properties": {}}
    held = result.setdefault(holder, _listed(made) if many else made)
    members: Json = (held["items"] if many else held)["properties"]
    return members


def _listed(schema: Json) -> Json:
    return {"type": "array", "items": schema}


def _some(schema: Json) -> Json:
    return {"anyOf": [schema, _listed(schema)]}
