"""What an operation is sent, and what it answers with where it succeeds."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import orjson

from gateway import wire
from gateway.dialects.dialect import Operation
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


def _told(operation: Operation, media_type: str, schema: Json, named: Mapping[str, Json]) -> Json:
    """The answer in one media type; beside JSON, others are texts that hold the same in their own way."""
    if media_type != wire.JSON and wire.JSON in operation.reply_types:
        schema = {"type": "string"}
    return {"schema": schema, "example": example(schema, named)} if schema else {}


def _may_be_empty(operation: Operation) -> bool:
    """Whether nothing at all is as good as an object without fields."""
    assert operation.body is not None
    return not any(each.is_required() for each in operation.body.model_fields.values())


def success(operation: Operation, schema: Json, named: Mapping[str, Json]) -> Json:
    """What is answered, with an example."""
    told = {"content": {each: _told(operation, each, schema, named) for each in operation.reply_types}}
    content = {} if operation.success == 204 else told
    headers = {"X-Request-Id": {"$ref": "#/components/headers/X-Request-Id"}}
    return {"description": HTTPStatus(operation.success).phrase, "headers": headers} | content
