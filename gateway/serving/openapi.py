"""What a dialect takes and answers, as OpenAPI 3.1 drawn from its table of operations, and the pages that show it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from http import HTTPStatus
from importlib.metadata import version
from typing import Any

import orjson
from pydantic.json_schema import GenerateJsonSchema, models_json_schema
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gateway import problems, wire
from gateway.access.principals import LONGEST_NAME
from gateway.dialects.dialect import Dialect, Header, Operation
from gateway.problems import Problem, problem
from gateway.serving import pages as console
from gateway.state import State
from gateway.store.names import NAME
from queries.errors import QueryError

Json = dict[str, Any]

_REF = "#/components/schemas/{model}"
_PARAMETER = re.compile(r"\{(\w+)(?::(\w+))?\}")
_WHERE = re.compile(r"/\{tenant\}|/environments/\{environment_id\}(?=/)")
"""What of a path says where it is asked, and not for what."""
_SENDING = frozenset({"POST", "PUT", "PATCH"})
_BEARER = {
    "type": "http",
    "scheme": "bearer",
    "description": "A key of this gateway. One that serves loopback only may ask for none; there the header"
    " X-Scope-OrgID names the tenant.",
}
_CALLER = (
    Header(
        "X-Scope-OrgID",
        "the tenant, where neither a key nor the path says it; beside a key it can name only the key's own",
        limits={"pattern": f"^{NAME.pattern}$"},
    ),
    Header("User-ID", "who acts, where no key is asked for", limits={"maxLength": LONGEST_NAME}),
)
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
        problems.Reused("another request was sent under this key", "Idempotency-Key"),
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


def routes(dialects: Sequence[Dialect], root_path: str = "/") -> list[Route]:
    """`/openapi/<name>.json` of each dialect, `/docs/<name>` for people, and `/docs`, which lists them."""
    documents = {each.name: document(each) | {"servers": [{"url": root_path}]} for each in dialects}
    texts = {name: orjson.dumps(each) for name, each in documents.items()}
    pages = {name: console.page(name, each) for name, each in documents.items()}
    index = console.index(documents)

    async def openapi(request: Request[State]) -> Response:
        return wire.spliced(_named(texts, request))

    async def docs(request: Request[State]) -> Response:
        return console.shown(_named(pages, request))

    async def docs_index(_request: Request[State]) -> Response:
        return console.shown(index)

    return [
        Route("/openapi/{name}.json", openapi, name="gateway /openapi/{name}.json"),
        Route("/docs", docs_index, name="gateway /docs"),
        Route("/docs/{name}", docs, name="gateway /docs/{name}"),
    ]


def _named(result: Mapping[str, bytes], request: Request[State]) -> bytes:
    if (name := request.path_params["name"]) not in result:
        raise HTTPException(404)
    return result[name]


def document(dialect: Dialect) -> Json:
    """The dialect's OpenAPI document."""
    paths: dict[str, Json] = {}
    for each in dialect.operations:
        path = _PARAMETER.sub(r"{\1}", dialect.path_of(each))
        paths.setdefault(path, {})[each.method.lower()] = _operation(dialect, each)
    return {
        "openapi": "3.1.0",
        "info": {"title": dialect.title, "version": version("incident-gateway")},
        "paths": paths,
        "components": {
            "schemas": _schemas(dialect),
            "responses": {str(status): _response(dialect, group) for status, group in _by_status(dialect).items()},
            "headers": {"X-Request-Id": _REQUEST_ID, "Retry-After": _RETRY_AFTER},
            "securitySchemes": {"bearer": _BEARER} | _own_key(dialect),
        },
    }


def _operation(dialect: Dialect, operation: Operation) -> Json:
    result: Json = {
        "operationId": re.sub(r"[^a-z0-9]+", "_", f"{operation.method}{dialect.path_of(operation)}".lower()),
        "summary": operation.summary,
        "tags": [_WHERE.sub("", operation.path).strip("/").partition("/")[0]],
        "security": [{each: [operation.scope]} for each in ("bearer", *_own_key(dialect))],
        "parameters": [*_path_parameters(operation), *_query_parameters(operation), *_headers(dialect, operation)],
        "responses": {str(operation.success): _success(operation)} | _refusals(dialect, operation),
    }
    return result | ({"requestBody": _body(operation)} if _takes_body(operation) else {})


def _own_key(dialect: Dialect) -> Json:
    """The header that may carry a key instead, where the dialect has one."""
    return {"key": {"type": "apiKey", "in": "header", "name": dialect.key_header}} if dialect.key_header else {}


def _takes_body(operation: Operation) -> bool:
    return operation.body is not None or operation.example is not None or operation.method in _SENDING


def _path_parameters(operation: Operation) -> Iterator[Json]:
    for name, convertor in _PARAMETER.findall(operation.path):
        schema = {"type": "integer" if convertor == "int" else "string"}
        yield {"name": name, "in": "path", "required": True, "schema": schema}


def _query_parameters(operation: Operation) -> Iterator[Json]:
    if operation.query is None:
        return
    schema = operation.query.model_json_schema(ref_template=_REF, schema_generator=_Untitled)
    needed = schema.get("required", []) if operation.query is not operation.body else []
    for name, field in schema.get("properties", {}).items():
        yield {"name": name, "in": "query", "required": name in needed, **_as_parameter(field)}
    if schema.get("additionalProperties") is True:
        others = {"type": "object", "additionalProperties": {"type": "string"}}
        field_schema = {"schema": others, "description": schema.get("description", "")}
        yield {"name": "others", "in": "query", "required": False, **field_schema}


def _headers(dialect: Dialect, operation: Operation) -> Iterator[Json]:
    """The headers that it reads; of one that others read too, what it says of it itself."""
    for each in {each.name: each for each in (*_CALLER, *dialect.headers, *operation.headers)}.values():
        parameter = {"name": each.name, "in": "header", "required": each.required, "description": each.description}
        yield parameter | {"schema": {"type": "string", **each.limits}}


def _as_parameter(field: Json) -> Json:
    """A field as a query writes it: absent instead of null, lists with commas or `explode`d, objects as JSON text."""
    described = {"description": field["description"]} if "description" in field else {}
    kinds = [each for each in field.get("anyOf", [field]) if each.get("type") != "null"]
    rest = {name: value for name, value in field.items() if name != "anyOf" and value is not None}
    schema = {**rest, **kinds[0]} if len(kinds) == 1 else {**rest, "anyOf": kinds}
    schema.pop("description", None)
    explode = schema.pop("explode", False)
    if "$ref" in schema or "$ref" in schema.get("items", {}):
        return described | {"content": {wire.JSON: {"schema": schema}}}
    return described | {"schema": schema} | ({"explode": explode} if schema.get("type") == "array" else {})


def _body(operation: Operation) -> Json:
    """What is sent; where the same words may stand in the query instead, no body is needed."""
    schema = {} if operation.body is None else {"$ref": _REF.format(model=operation.body.__name__)}
    content: dict[str, Json] = {each: {"schema": schema} for each in operation.media_types}
    first = operation.media_types[0]
    if operation.example is not None:
        content[first]["example"] = orjson.loads(operation.example) if first == wire.JSON else operation.example
    fields = operation.body.model_fields.values() if operation.body and operation.body is not operation.query else ()
    return {"required": any(each.is_required() for each in fields), "content": content}


def _success(operation: Operation) -> Json:
    content: Json = {} if operation.success == 204 else {"content": {each: {} for each in operation.reply_types}}
    headers = {"X-Request-Id": {"$ref": "#/components/headers/X-Request-Id"}}
    return {"description": HTTPStatus(operation.success).phrase, "headers": headers} | content


def _refusals(dialect: Dialect, operation: Operation) -> Json:
    statuses = {dialect.render(each).status_code for each in _PROBLEMS if _may(operation, each)}
    return {str(each): {"$ref": f"#/components/responses/{each}"} for each in sorted(statuses)}


def _may(operation: Operation, refusal: Problem) -> bool:
    """Whether the operation may be refused so: all may, but for what needs a body, a write, or a point in time."""
    match refusal.status:
        case 409 | 422:
            return operation.scope != "read"
        case 410:
            return any("pit" in each.model_fields for each in (operation.body, operation.query) if each)
        case 413 | 415:
            return _takes_body(operation)
        case _:
            return True


def _by_status(dialect: Dialect) -> dict[int, list[Problem]]:
    result: dict[int, list[Problem]] = {}
    for each in _PROBLEMS:
        result.setdefault(dialect.render(each).status_code, []).append(each)
    return result


def _response(dialect: Dialect, refusals: Sequence[Problem]) -> Json:
    """The answer with that status, and the dialect's own words for everything that it stands for."""
    answers = [dialect.render(each) for each in refusals]
    headers = ["X-Request-Id", *(["Retry-After"] if any(each.retry_after for each in refusals) else [])]
    schema = {"$ref": _REF.format(model=dialect.error_model.__name__)} if dialect.error_model else {}
    examples = {
        each.kind: {"value": orjson.loads(bytes(answer.body))} for each, answer in zip(refusals, answers, strict=True)
    }
    return {
        "description": HTTPStatus(answers[0].status_code).phrase,
        "headers": {each: {"$ref": f"#/components/headers/{each}"} for each in headers},
        "content": {wire.JSON: {"schema": schema, "examples": examples}},
    }


def _schemas(dialect: Dialect) -> Json:
    """Every model that a body, a query or an error is made of, by name."""
    bodies = {each.body for each in dialect.operations} | {dialect.error_model}
    ordered = sorted((each for each in bodies if each), key=lambda model: model.__name__)
    _, defined = models_json_schema(
        [(each, "validation") for each in ordered], ref_template=_REF, schema_generator=_Untitled
    )
    result: Json = dict(defined.get("$defs", {}))
    for query in {each.query for each in dialect.operations if each.query}:
        result |= query.model_json_schema(ref_template=_REF, schema_generator=_Untitled).get("$defs", {})
    return result
