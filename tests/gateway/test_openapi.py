"""What a dialect's table says is what its OpenAPI document says."""

from typing import Any, Literal

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator
from pydantic import BaseModel, ConfigDict, Field
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response

from gateway import openapi, wire
from gateway.auth import Principal
from gateway.dialects import DIALECTS
from gateway.dialects.dialect import Dialect, Header, Operation
from gateway.problems import Problem
from gateway.state import State
from tests.conftest import live

Json = dict[str, Any]


class Part(BaseModel):
    name: str = Field(description="in `code`, or <b>bold</b>", max_length=9)
    parts: list["Part"] = []


class Thing(BaseModel):
    model_config = ConfigDict(extra="forbid")

    colour: Literal["red", "blue"] = "red"
    weight: float | None = Field(None, ge=0)
    parts: list[Part] | None = None
    note: str


class Finding(BaseModel):
    """Any other name filters by the field of that name."""

    model_config = ConfigDict(extra="allow")

    pit: str | None = Field(None, description="an id")
    from_: int = Field(0, alias="from", ge=0)
    fields: list[str] | None = None
    parts: list[Part] = []
    refresh: Literal["true", "false"]


class Fault(BaseModel):
    fault: str
    at: str | None


async def endpoint(_request: Request[State], _caller: Principal) -> Response:
    return Response()


def render(problem: Problem) -> Response:
    """A dialect that knows three statuses."""
    status = 422 if problem.status < 409 else 503 if problem.status > 500 else problem.status
    return wire.reply({"fault": problem.kind, "at": problem.where}, status)


LOSER = Header("User-ID", "who loses it", required=True, limits={"minLength": 1})
SHOP = Dialect(
    "shop",
    "Shop & Sons",
    "/shop",
    (
        Operation("GET", "/things", endpoint, "read", "Find things", query=Finding),
        Operation("PUT", "/things/{id:int}", endpoint, "write", "Keep", Thing, example='{"note": "it\'s"}'),
        Operation("DELETE", "/things/{id:int}", endpoint, "delete", "Drop", success=204, headers=(LOSER,)),
        Operation("POST", "/things/many", endpoint, "write", "Keep many", media_types=("application/x-ndjson",)),
        Operation("GET", "/things/all.csv", endpoint, "read", "Take all", reply_types=("text/csv",)),
    ),
    render,
    Fault,
    headers=(Header("Shop-Version", "the version asked for"),),
)
ID = {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}
TENANT = {
    "name": "X-Scope-OrgID",
    "in": "header",
    "required": False,
    "description": "the tenant, where neither a key nor the path says it; beside a key it can name only the key's own",
    "schema": {"type": "string", "pattern": "^[a-z0-9][a-z0-9_-]{0,62}$"},
}
WHO = {
    "name": "User-ID",
    "in": "header",
    "required": False,
    "description": "who acts, where no key is asked for",
    "schema": {"type": "string", "maxLength": 256},
}
SHOP_VERSION = {
    "name": "Shop-Version",
    "in": "header",
    "required": False,
    "description": "the version asked for",
    "schema": {"type": "string"},
}
LOST = {"required": True, "description": "who loses it", "schema": {"type": "string", "minLength": 1}}
HEADERS = [TENANT, WHO, SHOP_VERSION]


def answers(success: str, media_type: str | None, *refusals: int) -> Json:
    content: Json = {"content": {media_type: {}}} if media_type else {}
    phrases = {"200": "OK", "204": "No Content"}
    headers = {"X-Request-Id": {"$ref": "#/components/headers/X-Request-Id"}}
    told: Json = {success: {"description": phrases[success], "headers": headers} | content}
    return told | {str(each): {"$ref": f"#/components/responses/{each}"} for each in refusals}


@pytest.fixture(scope="module")
def shop() -> Json:
    return openapi.document(SHOP)


@pytest.mark.parametrize("dialect", [*DIALECTS, SHOP], ids=lambda each: each.name)
def test_a_document_is_openapi_3_1(dialect: Dialect) -> None:
    OpenAPIV31SpecValidator(openapi.document(dialect)).validate()


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda each: each.name)
def test_a_document_has_every_operation_of_the_table_once(dialect: Dialect) -> None:
    paths = openapi.document(dialect)["paths"]
    told = [(method.upper(), path) for path, methods in paths.items() for method in methods]
    assert sorted(told) == sorted((each.method, dialect.path_of(each)) for each in dialect.operations)


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        pytest.param(
            "put",
            "/shop/things/{id}",
            {
                "operationId": "put_shop_things_id_int_",
                "summary": "Keep",
                "tags": ["things"],
                "security": [{"bearer": ["write"]}],
                "parameters": [ID, *HEADERS],
                "requestBody": {
                    "required": True,
                    "content": {
                        "application/json": {
                            "schema": {"$ref": "#/components/schemas/Thing"},
                            "example": {"note": "it's"},
                        }
                    },
                },
                "responses": answers("200", "application/json", 409, 413, 415, 422, 429, 500, 503),
            },
            id="a body of a model, with an example",
        ),
        pytest.param(
            "delete",
            "/shop/things/{id}",
            {
                "operationId": "delete_shop_things_id_int_",
                "summary": "Drop",
                "tags": ["things"],
                "security": [{"bearer": ["delete"]}],
                "parameters": [ID, TENANT, WHO | LOST, SHOP_VERSION],
                "responses": answers("204", None, 409, 422, 429, 500, 503),
            },
            id="no body, and none in the answer",
        ),
        pytest.param(
            "post",
            "/shop/things/many",
            {
                "operationId": "post_shop_things_many",
                "summary": "Keep many",
                "tags": ["things"],
                "security": [{"bearer": ["write"]}],
                "parameters": HEADERS,
                "requestBody": {"required": False, "content": {"application/x-ndjson": {"schema": {}}}},
                "responses": answers("200", "application/json", 409, 413, 415, 422, 429, 500, 503),
            },
            id="a body without a model",
        ),
        pytest.param(
            "get",
            "/shop/things/all.csv",
            {
                "operationId": "get_shop_things_all_csv",
                "summary": "Take all",
                "tags": ["things"],
                "security": [{"bearer": ["read"]}],
                "parameters": HEADERS,
                "responses": answers("200", "text/csv", 422, 429, 500, 503),
            },
            id="an answer that is not JSON",
        ),
    ],
)
def test_a_row_is_an_operation(shop: Json, method: str, path: str, expected: Json) -> None:
    assert shop["paths"][path][method] == expected


def test_a_query_model_is_its_parameters(shop: Json) -> None:
    anything = {"type": "object", "additionalProperties": {"type": "string"}}
    assert shop["paths"]["/shop/things"]["get"]["parameters"] == [
        {"name": "pit", "in": "query", "required": False, "description": "an id", "schema": {"type": "string"}},
        {"name": "from", "in": "query", "required": False, "schema": {"type": "integer", "minimum": 0, "default": 0}},
        {
            "name": "fields",
            "in": "query",
            "required": False,
            "schema": {"type": "array", "items": {"type": "string"}},
            "explode": False,
        },
        {
            "name": "parts",
            "in": "query",
            "required": False,
            "content": {
                "application/json": {
                    "schema": {"type": "array", "items": {"$ref": "#/components/schemas/Part"}, "default": []}
                }
            },
        },
        {"name": "refresh", "in": "query", "required": True, "schema": {"type": "string", "enum": ["true", "false"]}},
        {
            "name": "others",
            "in": "query",
            "required": False,
            "schema": anything,
            "description": Finding.__doc__,
        },
        *HEADERS,
    ]


def headers_of(path: str, method: str = "get") -> dict[str, bool]:
    """The headers that an operation of a dialect is told to read, and whether it must have them."""
    documents = (openapi.document(each) for each in DIALECTS if path.startswith(f"{each.prefix}/"))
    [parameters] = [each["paths"][path][method]["parameters"] for each in documents]
    return {each["name"]: each["required"] for each in parameters if each["in"] == "header"}


ANYONE = {"X-Scope-OrgID": False, "User-ID": False}


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        pytest.param("get", "/v1/incidents", ANYONE | {"Api-Version": False}, id="2a"),
        pytest.param(
            "post", "/v1/incidents/{id}/acknowledge", ANYONE | {"Api-Version": False, "User-ID": True}, id="2a 21"
        ),
        pytest.param("get", "/_im/incidents/{id}", ANYONE, id="a read"),
        pytest.param("put", "/_im/incidents/{id}", ANYONE | {"If-Match": False}, id="a write of a version"),
        pytest.param("get", "/api/v2/incident", ANYONE, id="log360"),
        pytest.param("get", "/api/backend/{tenant}/incidents", ANYONE, id="actian"),
    ],
)
def test_the_headers_that_are_read_are_told(method: str, path: str, expected: dict[str, bool]) -> None:
    assert headers_of(path, method) == expected


def test_refusals_are_in_the_dialects_own_words(shop: Json) -> None:
    responses = shop["components"]["responses"]
    assert list(responses) == ["422", "409", "410", "413", "415", "429", "500", "503"]
    headers = {each: {"$ref": f"#/components/headers/{each}"} for each in ("X-Request-Id", "Retry-After")}
    assert responses["503"] == {
        "description": "Service Unavailable",
        "headers": headers,
        "content": {
            "application/json": {
                "schema": {"$ref": "#/components/schemas/Fault"},
                "examples": {
                    "unavailable": {"value": {"fault": "unavailable", "at": None}},
                    "timed_out": {"value": {"fault": "timed_out", "at": None}},
                },
            }
        },
    }


@pytest.mark.parametrize(
    "dialect", [each for each in (*DIALECTS, SHOP) if each.error_model], ids=lambda each: each.name
)
def test_the_error_model_is_what_the_dialect_renders(dialect: Dialect) -> None:
    assert dialect.error_model
    for each in openapi.document(dialect)["components"]["responses"].values():
        for example in each["content"]["application/json"]["examples"].values():
            assert dialect.error_model.model_validate(example["value"]).model_dump() == example["value"]


@pytest.mark.anyio
async def test_documents_and_pages_are_served() -> None:
    async with live(Starlette(routes=openapi.routes([SHOP]))) as client:
        served = await client.get("/openapi/shop.json")
        statuses = [
            (await client.get(path)).status_code for path in ("/docs", "/docs/shop", "/docs/x", "/openapi/x.json")
        ]
    assert (served.json(), served.headers["content-type"]) == (openapi.document(SHOP), "application/json")
    assert statuses == [200, 200, 404, 404]
