"""What a dialect takes and answers, as OpenAPI 3.1 drawn from its table of operations, and the pages that show it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from http import HTTPStatus
from importlib.metadata import version
from typing import Any

import orjson
from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, models_json_schema
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gateway import console, problems, wire
from gateway.dialects.dialect import Dialect, Operation
from gateway.problems import Problem, problem
from gateway.state import State
from queries.errors import QueryError

Json = dict[str, Any]
Schemas = Mapping[type[BaseModel], Json]

_REF = "#/components/schemas/{model}"
_PARAMETER = re.compile(r"\{(\w+)(?::(\w+))?\}")
_SENDING = frozenset({"POST", "PUT", "PATCH"})
_BEARER = {
    "type": "http",
    "scheme": "bearer",
    "description": "A key of this gateway. One that serves loopback only may ask for none; there the header"
    " X-Scope-OrgID names the tenant.",
}
_REQUEST_ID = {"description": "the request's id, as the log has it", "schema": {"type": "string"}}
_RETRY_AFTER = {"description": "seconds after which to try again", "schema": {"type": "integer"}}
_PROBLEMS: tuple[Problem, ...] = tuple(
    problem(each)
    for each in (
        QueryError("input should be greater than or equal to 0", "size"),
        problems.Unauthenticated("a key is wanted: Authorization: Bearer"),
        problems.Forbidden('the key "reader" has no scope "write"'),
        problems.NotFound("no such incident", "id"),
        problems.Conflict("the document is not at that version", "_meta.version"),
        problems.PitExpired("this point in time is gone; open a new one", "pit"),
        problems.TooLarge("the body may be at most 10,485,760 bytes"),
        problems.UnsupportedMediaType('a body of "text/plain" is not read here; send application/json'),
        problems.TooMany("too many requests are under way"),
        RuntimeError(),
        problems.Unavailable("the engine cannot be reached"),
        problems.TimedOut("the engine did not answer in time"),
    )
)


class _Untitled(GenerateJsonSchema):
    """Schemas without a title for every field, which only repeats its name."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


def document(dialect: Dialect) -> Json:
    """The dialect's OpenAPI document."""
    schemas, components = _schemas(dialect)
    paths: dict[str, Json] = {}
    for each in dialect.operations:
        path = dialect.prefix + _PARAMETER.sub(r"{\1}", each.path)
        paths.setdefault(path, {})[each.method.lower()] = _operation(dialect, each, schemas)
    return {
        "openapi": "3.1.0",
        "info": {"title": dialect.title, "version": version("incident-gateway")},
        "paths": paths,
        "components": {
            "schemas": components,
            "responses": _responses(dialect, schemas),
            "securitySchemes": {"bearer": _BEARER},
        },
    }


def _schemas(dialect: Dialect) -> tuple[Schemas, Json]:
    """The schema of each model, and those that others refer to by name: all but the ones that are only a query."""
    named = {each.body for each in dialect.operations} | {dialect.error_model}
    queries = {each.query for each in dialect.operations} - named
    wanted = sorted((each for each in named | queries if each is not None), key=lambda model: model.__qualname__)
    found, defined = models_json_schema(
        [(each, "validation") for each in wanted], ref_template=_REF, schema_generator=_Untitled
    )
    definitions = defined.get("$defs", {})
    schemas: dict[type[BaseModel], Json] = {}
    for model in wanted:
        schema = found[model, "validation"]
        name = schema.get("$ref", "").rpartition("/")[2]
        schemas[model] = definitions.pop(name) if model in queries and name else schema
    return schemas, definitions
