"""An example of what a schema is for, made of those that its parts have."""

from collections.abc import Mapping
from typing import Any

from gateway.serving.openapi.schemas import resolved

Json = dict[str, Any]

_TEXTS = {"date-time": "2026-11-22T08:00:00.000Z", "date": "2026-11-22", "uri": "https://example.org/1"}
_PLAIN = {"string": "text", "integer": 1, "number": 1.5, "boolean": True, "null": None}


def example(schema: Json, named: Mapping[str, Json]) -> Any:
    """A value that the schema is true of."""
    match resolved(schema, named):
        case {"examples": [first, *_]} | {"const": first} | {"enum": [first, *_]}:
            return first
        case {"anyOf": [first, *_]} | {"oneOf": [first, *_]}:
            return example(first, named)
        case {"properties": properties}:
            return {name: example(each, named) for name, each in properties.items()}
        case {"type": "array", "items": items}:
            return [example(items, named)]
        case {"type": "string", "format": name}:
            return _TEXTS[name]
        case {"type": "array"}:
            return []
        case {"type": str(name)}:
            return _PLAIN.get(name, {})
        case _:
            return {}
