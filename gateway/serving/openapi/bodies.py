"""What an operation is sent, and what it answers with where it succeeds."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import orjson
from pydantic import RootModel, ValidationError

from gateway import wire
from gateway.dialects.dialect import Operation
from gateway.serving.openapi import headers
from gateway.serving.openapi.examples import example
from gateway.serving.openapi.schemas import resolved

Json = dict[str, Any]


def takes_body(operation: Operation) -> bool:
    """Whether a body is read."""
    return operation.body is not None or operation.example is not None or operation.media_types != (wire.JSON,)


def request(operation: Operation, schema: Json, named: Mapping[str, Json]) -> Json:
    """What is sent; where the same words may stand in the query instead, no body is needed, and no lines are lines."""
    if operation.body is not None and operation.body is operation.query:
        schema = {name: value for name, value in resolved(schema, named).items() if name != "required"}
    content: dict[str, Json] = {
        each: {"schema": schema if each == wire.JSON else {"type": "string"}} for each in operation.media_types
    }
    first = operation.media_types[0]
    if operation.example is not None:
        content[first]["example"] = orjson.loads(operation.example) if first == wire.JSON else operation.example
    needed = operation.body is not None and operation.body is not operation.query and first == wire.JSON
    return {"required": needed and not _may_be_empty(operation), "content": content}


def _may_be_empty(operation: Operation) -> bool:
    """Whether nothing at all, which is as good as an object without fields, is taken."""
    assert operation.body is not None
    if issubclass(operation.body, RootModel):
        return False
    try:
        operation.body.model_validate({})
    except ValidationError:
        return False
    return True


def success(operation: Operation, reply: Json, stream: Json, named: Mapping[str, Json]) -> Json:
    """What is answered, as JSON or otherwise, with an example."""
    schemas = {each: reply if each == wire.JSON else stream for each in operation.reply_types}
    answers = {
        each: {"schema": schema, "example": example(schema, named)} if schema else {}
        for each, schema in schemas.items()
    }
    content = {} if operation.success == 204 else {"content": answers}
    described = {"description": HTTPStatus(operation.success).phrase, "headers": headers.of(operation.reply_headers)}
    return described | content
