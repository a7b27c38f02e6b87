"""A dialect's OpenAPI document, row by row of its table."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from importlib.metadata import version
from typing import Any

from gateway.dialects.dialect import Dialect, Operation
from gateway.serving.openapi import bodies, headers, parameters, refusals, schemas

Json = dict[str, Any]

_WHERE = re.compile(r"/\{tenant\}|/environments/\{environment_id\}(?=/)")
"""What of a path says where it is asked, and not for what."""
_BEARER = {
    "type": "http",
    "scheme": "bearer",
    "description": "A key of this gateway, or a token of the identity provider that it knows. One that serves loopback"
    " only may ask for none; there the header X-Scope-OrgID names the tenant.",
}


@cache
def document(dialect: Dialect, root_path: str = "/") -> Json:
    """The dialect's OpenAPI document, for clients that reach the gateway under the path. It is not to be changed.

    Of a path that is served with a slash at its end too, it has the form without.
    """
    types = _Types.of(dialect)
    paths: dict[str, Json] = {}
    for each in (each for each in dialect.operations if not each.path.endswith("/")):
        path = parameters.plain(dialect.path_of(each))
        paths.setdefault(path, {})[each.method.lower()] = _operation(dialect, each, types)
    tags = dict.fromkeys(tag for methods in paths.values() for each in methods.values() for tag in each["tags"])
    responses = refusals.responses(dialect, types.references.get("error", {}))
    return {
        "openapi": "3.1.0",
        "info": _info(dialect),
        "servers": [{"url": root_path}],
        "tags": [{"name": each, "description": f"what has to do with {each.replace('_', ' ')}"} for each in tags],
        "paths": paths,
        "components": {
            "schemas": schemas.used([paths, responses], types.named),
            "responses": responses,
            "headers": headers.used(paths, responses),
            "securitySchemes": {"bearer": _BEARER} | _own_key(dialect),
        },
    }


@dataclass(frozen=True, slots=True)
class _Types:
    """The schemas of all that a dialect takes and answers: a reference for each use, and those that have a name."""

    references: Mapping[str, Json]
    named: Mapping[str, Json]

    @staticmethod
    def of(dialect: Dialect) -> "_Types":
        """What the rows of the dialect's table name."""
        uses = {"path": dialect.path_model, "error": dialect.error_model} | {
            _use(dialect, each, part): getattr(each, part)
            for each in dialect.operations
            for part in ("body", "query", "reply", "stream")
        }
        return _Types(*schemas.drawn({use: each for use, each in uses.items() if each is not None}))


def _use(dialect: Dialect, operation: Operation, part: str) -> str:
    return f"{operation.method} {dialect.path_of(operation)} {part}"


def _operation(dialect: Dialect, operation: Operation, types: _Types) -> Json:
    path, body, query, reply, stream = (
        types.references.get(each, {})
        for each in ("path", *(_use(dialect, operation, part) for part in ("body", "query", "reply", "stream")))
    )
    result: Json = {
        "operationId": re.sub(r"[^a-z0-9]+", "_", f"{operation.method}{dialect.path_of(operation)}".lower()),
        "summary": operation.summary,
        "description": f"A key needs the scope `{operation.scope}` for it.",
        "tags": [_WHERE.sub("", operation.path).strip("/").partition("/")[0]],
        "security": [{each: []} for each in ("bearer", *_own_key(dialect))],
        "x-scope": operation.scope,
        "parameters": [
            *parameters.in_path(operation, path, types.named),
            *parameters.in_query(operation, query, types.named),
            *parameters.in_head(dialect, operation),
        ],
        "responses": {str(operation.success): bodies.success(operation, reply, stream, types.named)}
        | _unchanged(operation)
        | refusals.of(dialect, operation),
    }
    return result | (
        {"requestBody": bodies.request(operation, body, types.named)} if bodies.takes_body(operation) else {}
    )


def _unchanged(operation: Operation) -> Json:
    """The answer to who has it already, where that can be said."""
    conditional = any(each.name == "If-None-Match" for each in operation.headers)
    answer = {"description": HTTPStatus.NOT_MODIFIED.phrase, "headers": headers.of(operation.reply_headers)}
    return {"304": answer} if conditional else {}


def _own_key(dialect: Dialect) -> Json:
    """The header that may carry a key instead, where the dialect has one."""
    return {"key": {"type": "apiKey", "in": "header", "name": dialect.key_header}} if dialect.key_header else {}


def _info(dialect: Dialect) -> Json:
    return {
        "title": dialect.title,
        "version": version("incident-gateway"),
        "description": f"One of the APIs over one store of incidents; docs/dialects/{dialect.name}.md tells more.",
        "contact": {"name": "incident-gateway"},
        "license": {"name": "Apache 2.0", "identifier": "Apache-2.0"},
    }
