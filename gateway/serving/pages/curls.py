"""A request to try, as a command for a shell that knows `URL` and `KEY`."""

import re
import shlex
from typing import Any

import orjson

from gateway import wire

Json = dict[str, Any]


def curl(method: str, path: str, operation: Json) -> str:
    """The command; what only the caller can know stands in it as a variable, or as a file to write first."""
    lines = [
        f'curl{"" if method == "GET" else f" -X {method}"} "$URL{_variables(path)}{_query(operation)}"',
        '-H "Authorization: Bearer $KEY"',
        *_headers(operation),
        *_body(method, operation),
    ]
    return " \\\n  ".join(lines)


def _variables(path: str) -> str:
    return re.sub(r"\{(\w+)\}", lambda found: f"${{{found[1].upper()}}}", path)


def _query(operation: Json) -> str:
    needed = [each["name"] for each in operation["parameters"] if each["in"] == "query" and each["required"]]
    return "?" + "&".join(f"{each}=${{{each.upper()}}}" for each in needed) if needed else ""


def _headers(operation: Json) -> list[str]:
    needed = [each["name"] for each in operation["parameters"] if each["in"] == "header" and each["required"]]
    return [f'-H "{each}: ${{{each.upper().replace("-", "_")}}}"' for each in needed]


def _body(method: str, operation: Json) -> list[str]:
    """The lines of the body: the example, else a file where there must be one."""
    content = operation.get("requestBody", {}).get("content", {})
    for media_type, account in content.items():
        example = account.get("example")
        described = media_type == wire.JSON and account["schema"]
        if example is None and described and not operation["requestBody"]["required"]:
            return []
        text = "@body.json" if example is None else _quoted(example)
        verb = ["-X GET"] if method == "GET" else []
        return [*verb, f'-H "Content-Type: {media_type}"', f"--data-binary {text}"]
    return []


def _quoted(example: Any) -> str:
    return shlex.quote(example if isinstance(example, str) else orjson.dumps(example).decode())
