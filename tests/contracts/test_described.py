"""What every operation's description owes to who writes a client by it."""

from collections.abc import Iterator
from typing import Any

from jsonschema_rs import Draft202012Validator

from gateway.dialects.dialect import Dialect
from gateway.serving import openapi
from tests.conformance import closed
from tests.contracts.examples.tables import EACH_DIALECT

Json = dict[str, Any]

KEYWORDS = {
    *("$ref", "type", "properties", "required", "additionalProperties", "propertyNames", "items", "anyOf", "oneOf"),
    *("enum", "const", "default", "description", "title", "examples", "format", "pattern", "minLength", "maxLength"),
    *(
        "minimum",
        "maximum",
        "exclusiveMinimum",
        "exclusiveMaximum",
        "minItems",
        "maxItems",
        "minProperties",
        "maxProperties",
        "uniqueItems",
        "minProperties",
    ),
}
"""The words of JSON schema that are used; pydantic has some of its own, which no client knows."""


def schemas_in(part: Any) -> Iterator[Json]:
    """Every schema within a part of a document."""
    if isinstance(part, list):
        for each in part:
            yield from schemas_in(each)
    elif isinstance(part, dict):
        for name, each in part.items():
            if name in {"schema", "items", "additionalProperties", "propertyNames"} and isinstance(each, dict):
                yield each
            if name in {"schemas", "properties"}:
                yield from each.values()
            if name in {"anyOf", "oneOf"}:
                yield from each
            if name not in {"example", "examples", "default", "value"}:
                yield from schemas_in(each)


def operations(dialect: Dialect) -> Iterator[tuple[str, Json]]:
    """Each operation by its name."""
    for path, methods in openapi.document(dialect)["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


@EACH_DIALECT
def test_every_success_has_a_schema_and_an_example(dialect: Dialect) -> None:
    for name, operation in operations(dialect):
        content = operation["responses"][next(iter(operation["responses"]))].get("content", {})
        silent = [each for each, account in content.items() if not account.get("schema") or "example" not in account]
        assert (name, silent, bool(content)) == (name, [], "204" not in operation["responses"])


@EACH_DIALECT
def test_every_example_of_a_success_is_one(dialect: Dialect) -> None:
    schemas = closed(openapi.document(dialect)["components"]["schemas"])
    for name, operation in operations(dialect):
        for account in operation["responses"][next(iter(operation["responses"]))].get("content", {}).values():
            checker = Draft202012Validator({**closed(account["schema"]), "components": {"schemas": schemas}})
            assert (name, [each.message for each in checker.iter_errors(account["example"])]) == (name, [])


@EACH_DIALECT
def test_every_parameter_is_described(dialect: Dialect) -> None:
    silent = [
        (name, each["name"])
        for name, operation in operations(dialect)
        for each in operation["parameters"]
        if not each.get("description")
    ]
    assert silent == []


@EACH_DIALECT
def test_bounds_are_said_in_the_words_of_json_schema(dialect: Dialect) -> None:
    words = {word for schema in schemas_in(openapi.document(dialect)) for word in schema}
    assert words - KEYWORDS == set()


@EACH_DIALECT
def test_every_named_schema_has_a_name_of_its_own(dialect: Dialect) -> None:
    document = openapi.document(dialect)
    assert [name for name in document["components"]["schemas"] if "__" in name] == []


@EACH_DIALECT
def test_the_server_is_the_one_that_is_asked(dialect: Dialect) -> None:
    assert openapi.document(dialect, "/gw")["servers"] == [{"url": "/gw"}]
