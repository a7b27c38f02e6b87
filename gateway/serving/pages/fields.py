"""A JSON schema as rows for a table: each field's name, what it may be, and what is said of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

Schema = dict[str, Any]
Schemas = Mapping[str, Schema]

_LIMITS = {
    "minimum": "at least {:,}",
    "maximum": "at most {:,}",
    "exclusiveMinimum": "more than {:,}",
    "exclusiveMaximum": "less than {:,}",
    "minLength": "length at least {:,}",
    "maxLength": "length at most {:,}",
    "minItems": "at least {:,} items",
    "maxItems": "at most {:,} items",
    "pattern": "matches {}",
}


@dataclass(frozen=True, slots=True)
class Field:
    """One row."""

    name: str
    kind: str
    required: bool
    note: str = ""
    place: str = "body"


def parameter(field_schema: Schema, schemas: Schemas) -> Field:
    """The row of a parameter."""
    as_json = "content" in field_schema
    schema = field_schema["content"]["application/json"]["schema"] if as_json else field_schema["schema"]
    what = kind(schema, schemas) + (", as JSON text" if as_json else "")
    return Field(
        field_schema["name"],
        what,
        field_schema.get("required", False),
        _note(schema, field_schema.get("description")),
        field_schema["in"],
    )


def rows(schema: Schema, schemas: Schemas, prefix: str = "", above: frozenset[str] = frozenset()) -> Iterator[Field]:
    """The fields of an object, those of the objects inside it under their paths; none for what is no object."""
    name = _model(schema)
    result = schemas[name] if name else schema
    for key, field in result.get("properties", {}).items():
        yield Field(prefix + key, kind(field, schemas), key in result.get("required", []), _note(field))
        inside = _model(_only(field))
        if inside and inside not in above:
            step = "[]." if _only(field).get("type") == "array" else "."
            yield from rows(schemas[inside], schemas, prefix + key + step, above | {inside})


def kind(schema: Schema, schemas: Schemas) -> str:
    """What a value may be, in words."""
    match schema:
        case {"$ref": str()}:
            return kind(schemas[_model(schema)], schemas)
        case {"enum": values}:
            return " | ".join(orjson.dumps(each).decode() for each in values)
        case {"const": value}:
            return orjson.dumps(value).decode()
        case {"anyOf": [*choices]} | {"oneOf": [*choices]}:
            return " or ".join(dict.fromkeys(kind(each, schemas) for each in choices))
        case {"type": "array"}:
            return f"list of {kind(schema.get('items', {}), schemas)}"
        case {"type": str(name)}:
            return name
        case _:
            return "any JSON"


def _model(schema: Schema) -> str:
    """The name of the model that a schema, or each item of its list, refers to; empty where there is none."""
    reference: str = schema.get("$ref") or schema.get("items", {}).get("$ref", "")
    return reference.rpartition("/")[2]


def _only(schema: Schema) -> Schema:
    """What a schema asks for besides null."""
    choices = [each for each in schema.get("anyOf", []) if each.get("type") != "null"]
    return choices[0] if len(choices) == 1 else schema


def _note(schema: Schema, description: str | None = None) -> str:
    field_schema = schema | _only(schema)
    limits = [text.format(field_schema[name]) for name, text in _LIMITS.items() if name in field_schema]
    default = field_schema.get("default")
    defaults = [] if default is None or default == [] else [f"default {orjson.dumps(default).decode()}"]
    said = description or field_schema.get("description")
    return "; ".join([*([said] if said else []), *limits, *defaults])
