"""What stands in a request's path, query and head, as OpenAPI parameters."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from gateway import wire
from gateway.access.holders import LONGEST_NAME
from gateway.dialects.dialect import Dialect, Header, Operation
from gateway.serving.openapi.schemas import resolved
from gateway.store.names import NAME

Json = dict[str, Any]
Named = Mapping[str, Json]

_PARAMETER = re.compile(r"\{(\w+)(?::\w+)?\}")
_CALLER = (
    Header(
        "X-Scope-OrgID",
        "the tenant, where neither a key nor the path says it; beside a key it can name only the key's own",
        limits={"pattern": f"^({NAME.pattern})?$"},
    ),
    Header(
        "User-ID",
        "who acts: where no key is asked for, or the key or token has the scope `act_as`",
        limits={"maxLength": LONGEST_NAME},
    ),
)


def plain(path: str) -> str:
    """The path with the names of its parameters alone, as OpenAPI writes it."""
    return _PARAMETER.sub(r"{\1}", path)


def in_path(operation: Operation, schema: Json, named: Named) -> Iterator[Json]:
    """What stands in the path, as the dialect's model of paths says."""
    fields = resolved(schema, named).get("properties", {})
    for name in _PARAMETER.findall(operation.path):
        yield {"name": name, "in": "path", "required": True, **_as_parameter(fields[name])}


def in_query(operation: Operation, schema: Json, named: Named) -> Iterator[Json]:
    """What stands in the query; what may stand in the body as well need not be in either."""
    model = resolved(schema, named)
    needed = model.get("required", []) if operation.query is not operation.body else []
    for name, field in model.get("properties", {}).items():
        yield {"name": name, "in": "query", "required": name in needed, **_as_parameter(field)}
    if model.get("additionalProperties") is True:
        others = {"type": "object", "additionalProperties": {"type": "string"}}
        field_schema = {"schema": others, "description": model.get("description", "")}
        yield {"name": "others", "in": "query", "required": False, **field_schema}


def in_head(dialect: Dialect, operation: Operation) -> Iterator[Json]:
    """The headers that it reads; of one that others read too, what it says of it itself."""
    for each in {each.name: each for each in (*_CALLER, *dialect.headers, *operation.headers)}.values():
        parameter = {"name": each.name, "in": "header", "required": each.required, "description": each.description}
        yield parameter | {"schema": {"type": "string", **each.limits}}


def _as_parameter(field: Json) -> Json:
    """A field as a query writes it: absent for null and no items, lists with commas or `explode`d, objects as text."""
    described = {"description": field["description"]} if "description" in field else {}
    kinds = [each for each in field.get("anyOf", [field]) if each.get("type") != "null"]
    kinds = [each for each in kinds if each.get("type") != "object"] or kinds
    rest = {name: value for name, value in field.items() if name != "anyOf" and value is not None}
    schema = {**rest, **kinds[0]} if len(kinds) == 1 else {**rest, "anyOf": kinds}
    schema.pop("description", None)
    explode = schema.pop("explode", False)
    if "$ref" in schema or "$ref" in schema.get("items", {}):
        return described | {"content": {wire.JSON: {"schema": schema}}}
    if schema.get("type") != "array":
        return described | {"schema": schema}
    items = {"minItems": 1} | {name: value for name, value in schema.items() if (name, value) != ("default", [])}
    return described | {"schema": items, "explode": explode}
