"""What an operation is sent, and what it answers with where it succeeds."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import orjson

from gateway import wire
from gateway.dialects.dialect import Operation
from gateway.serving.openapi.examples import example

Json = dict[str, Any]

_SENDING = frozenset({"POST", "PUT", "PATCH"})


def takes_body(operation: Operation) -> bool:
    """Whether a body is read."""
    return operation.body is not None or operation.example is not None or operation.method in _SENDING


def request(operation: Operation, schema: Json) -> Json:
    """What is sent; where the same words may stand in the query instead, no body is needed."""
    content: dict[str, Json] = {
        each: {"schema": schema if each == wire.JSON else {"type": "string"}} for each in operation.media_types
    }
    first = operation.media_types[0]
    if operation.example is not None:
        content[first]["example"] = orjson.loads(operation.example) if first == wire.JSON else operation.example
    fields = operation.body.model_fields.values() if operation.body and operation.body is not operation.query else ()
    return {"required": any(each.is_required() for each in fields), "content": content}


def success(operation: Operation, schema: Json, named: Mapping[str, Json]) -> Json:
    """What is answered, with an example."""
    answer = {"schema": schema, "example": example(schema, named)} if schema else {}
    content = {} if operation.success == 204 else {"content": dict.fromkeys(operation.reply_types, answer)}
    headers = {"X-Request-Id": {"$ref": "#/components/headers/X-Request-Id"}}
    return {"description": HTTPStatus(operation.success).phrase, "headers": headers} | content
