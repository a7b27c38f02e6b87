"""What a dialect's table says is what its OpenAPI document says."""

import asyncio
from dataclasses import replace

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator
from starlette.applications import Starlette

from gateway.dialects import DIALECTS
from gateway.dialects.dialect import Dialect
from gateway.serving import openapi
from tests.conftest import live
from tests.gateway.shop import HEADERS, ID, LOST, SHOP, SHOP_VERSION, TENANT, WHO, Finding, Json


def answers(success: str, media_type: str | None, *refusals: int, told: Json | None = None) -> Json:
    content: Json = {"content": {media_type: told or {}}} if media_type else {}
    phrases = {"200": "OK", "204": "No Content"}
    names = ("X-Request-Id", "RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset")
    headers = {each: {"$ref": f"#/components/headers/{each}"} for each in names}
    result: Json = {success: {"description": phrases[success], "headers": headers} | content}
    return result | {str(each): {"$ref": f"#/components/responses/{each}"} for each in refusals}


@pytest.fixture(scope="module")
def shop() -> Json:
    return openapi.document(SHOP)


def test_a_document_is_openapi_3_1(shop: Json) -> None:
    OpenAPIV31SpecValidator(shop).validate()


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
                "description": "A key needs the scope `write` for it.",
                "security": [{"bearer": []}],
                "x-scope": "write",
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
                "responses": answers("200", "application/json", 409, 413, 414, 415, 422, 429, 431, 500, 503),
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
                "description": "A key needs the scope `delete` for it.",
                "security": [{"bearer": []}],
                "x-scope": "delete",
                "parameters": [ID, TENANT, WHO | LOST, SHOP_VERSION],
                "responses": answers("204", None, 409, 414, 422, 429, 431, 500, 503),
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
                "description": "A key needs the scope `write` for it.",
                "security": [{"bearer": []}],
                "x-scope": "write",
                "parameters": HEADERS,
                "requestBody": {"required": False, "content": {"application/x-ndjson": {"schema": {"type": "string"}}}},
                "responses": answers("200", "application/json", 409, 413, 414, 415, 422, 429, 431, 500, 503),
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
                "description": "A key needs the scope `read` for it.",
                "security": [{"bearer": []}],
                "x-scope": "read",
                "parameters": HEADERS,
                "responses": answers(
                    "200",
                    "text/csv",
                    414,
                    422,
                    429,
                    431,
                    500,
                    503,
                    told={"schema": {"type": "string"}, "example": "text"},
                ),
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
            "schema": {"minItems": 1, "type": "array", "items": {"type": "string"}},
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
        {"name": "others", "in": "query", "required": False, "schema": anything, "description": Finding.__doc__},
        *HEADERS,
    ]


def test_a_success_is_described_with_an_example_of_it(shop: Json) -> None:
    told = shop["paths"]["/shop/things"]["get"]["responses"]["200"]["content"]["application/json"]
    assert told == {
        "schema": {"$ref": "#/components/schemas/Found"},
        "example": {"things": ["spade"], "at": "shelf 1"},
    }


def test_refusals_are_in_the_dialects_own_words(shop: Json) -> None:
    responses = shop["components"]["responses"]
    assert list(responses) == ["422", "409", "410", "413", "415", "429", "500", "503", "414", "431"]
    limits = ["RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset"]
    assert list(responses["431"]["headers"]) == ["X-Request-Id", *limits]
    assert list(responses["415"]["headers"]) == ["X-Request-Id", *limits, "Accept-Encoding"]
    headers = {each: {"$ref": f"#/components/headers/{each}"} for each in ("X-Request-Id", *limits, "Retry-After")}
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
            assert (
                dialect.error_model.model_validate(example["value"]).model_dump(exclude_unset=True) == example["value"]
            )


@pytest.mark.anyio
async def test_documents_and_pages_are_served() -> None:
    async with live(Starlette(routes=openapi.routes([SHOP]))) as client:
        served = await client.get("/openapi/shop.json")
        statuses = [
            (await client.get(path)).status_code for path in ("/docs", "/docs/shop", "/docs/x", "/openapi/x.json")
        ]
    assert (served.json(), served.headers["content-type"]) == (
        openapi.document(SHOP),
        "application/json",
    )
    assert statuses == [200, 200, 404, 404]


def test_who_sends_no_key_is_told_the_way_and_a_document_has_its_version() -> None:
    [im] = [openapi.document(each) for each in DIALECTS if each.name == "im"]
    assert "WWW-Authenticate" in im["components"]["responses"]["401"]["headers"]
    reading = im["paths"]["/_im/incidents/{id}"]["get"]["responses"]
    assert all(reading[each]["headers"]["ETag"] == {"$ref": "#/components/headers/ETag"} for each in ("200", "304"))
    assert {"Location", "ETag"} <= im["paths"]["/_im/incidents"]["post"]["responses"]["201"]["headers"].keys()


@pytest.mark.anyio
async def test_a_document_is_drawn_once_however_many_are_the_first_to_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    dialect, drawn = replace(SHOP, name="stall"), list[Dialect]()

    def draw(dialect: Dialect, _root: str) -> Json:
        drawn.append(dialect)
        return {}

    monkeypatch.setattr(openapi, "document", draw)
    async with live(Starlette(routes=openapi.routes([dialect]))) as client:
        await asyncio.gather(*(client.get("/openapi/stall.json") for _ in range(20)))
    assert drawn == [dialect]


def test_what_is_no_json_is_described_apart() -> None:
    [im] = [openapi.document(each) for each in DIALECTS if each.name == "im"]
    feed = im["paths"]["/_im/incidents/changes"]["get"]["responses"]
    assert feed["410"] == {"$ref": "#/components/responses/410"}
    content = feed["200"]["content"]
    assert content["application/json"]["schema"] == {"$ref": "#/components/schemas/NextChanges"}
    assert content["text/event-stream"]["schema"]["type"] == "string"
    assert content["text/event-stream"]["example"].startswith("id: ")


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda each: each.name)
def test_a_cursor_that_is_gone_is_told_where_there_is_a_feed(dialect: Dialect) -> None:
    responses = openapi.document(dialect)["components"]["responses"].values()
    kinds = {kind for each in responses for kind in each["content"]["application/json"]["examples"]}
    assert ("cursor_gone" in kinds) == (dialect.name == "im")
