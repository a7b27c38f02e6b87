"""Types as JSON schema: models, and what is made of them, each named once."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema

Json = dict[str, Any]

_REF = "#/components/schemas/{model}"
_NAME = re.compile(_REF.format(model="(.*)"))


class _Untitled(GenerateJsonSchema):
    """Schemas without what says nothing: a title for every field, which repeats its name, and null as its default."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False

    def default_schema(self, schema: Any) -> Json:
        result = super().default_schema(schema)
        return {name: value for name, value in result.items() if (name, value) != ("default", None)}


def drawn(types: Mapping[str, Any]) -> tuple[dict[str, Json], dict[str, Json]]:
    """The schema of each type, by its key, and the named schemas that those refer to."""
    adapters = [(key, "validation", TypeAdapter(each)) for key, each in types.items()]
    result, defined = TypeAdapter.json_schemas(adapters, ref_template=_REF, schema_generator=_Untitled)  # type: ignore[arg-type]
    return {str(key): schema for (key, _), schema in result.items()}, defined.get("$defs", {})


def resolved(schema: Json, named: Mapping[str, Json]) -> Json:
    """The schema itself, where it is one that refers to it."""
    reference = _NAME.fullmatch(schema.get("$ref", ""))
    return named[reference[1]] if reference else schema


def used(part: Any, named: Mapping[str, Json]) -> dict[str, Json]:
    """Those of the named schemas that the part of a document needs, in the order of their names."""
    names: set[str] = set()
    wanted = set(_references(part))
    while wanted:
        names |= wanted
        wanted = {name for each in wanted for name in _references(named[each])} - names
    return {name: named[name] for name in sorted(names)}


def _references(part: Any) -> Iterator[str]:
    """The names of the schemas that a part of a document refers to."""
    if isinstance(part, dict):
        reference = part.get("$ref")
        if isinstance(reference, str) and (name := _NAME.fullmatch(reference)):
            yield name[1]
        part = list(part.values())
    if isinstance(part, list):
        for each in part:
            yield from _references(each)
