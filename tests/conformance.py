"""Every answer that a test sees is one that its dialect's OpenAPI document describes, or the test fails."""

import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import orjson
from jsonschema_rs import Draft202012Validator
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.dialects import DIALECTS
from gateway.serving import openapi

Json = dict[str, Any]

_GZIP_OR_ZLIB = 32 + zlib.MAX_WBITS
_EMPTY = frozenset({204, 304})
_flaws: list[str] = []


def watched(app: ASGIApp) -> ASGIApp:
    """The application; each whole answer of it is compared with what is said of it."""

    async def watching(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        answer = Answer(scope["method"], scope.get("raw_path", b"").decode("ascii", "replace") or scope["path"])

        async def sending(message: Message) -> None:
            answer.take(message)
            await send(message)

        await app(scope, receive, sending)
        if answer.whole:
            _flaws.extend(flaws(answer))

    return watching


def undescribed() -> list[str]:
    """What was seen since the last time that the documents do not say."""
    told = list(dict.fromkeys(_flaws))
    _flaws.clear()
    return told


@dataclass(slots=True)
class Answer:
    """An answer, as far as it has come."""

    method: str
    path: str
    status: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    whole: bool = False

    def take(self, message: Message) -> None:
        """Adds what the application sends."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = {name.decode().lower(): text.decode("latin-1") for name, text in message["headers"]}
        elif message["type"] == "http.response.body":
            self.body += message.get("body", b"")
            self.whole = not message.get("more_body", False)


def flaws(answer: Answer) -> Iterator[str]:
    """What of an answer its document does not say; nothing of a path that is no operation's."""
    told = f"{answer.method} {answer.path} {answer.status}"
    described = described_at("GET" if answer.method == "HEAD" else answer.method, answer.path)
    if described is None:
        return
    if str(answer.status) not in described:
        yield f"{told}: a status that is not described"
        return
    content = described[str(answer.status)]
    if answer.method == "HEAD" or answer.status in _EMPTY:
        return
    media_type = answer.headers.get("content-type", "").partition(";")[0]
    if media_type not in content:
        yield f"{told}: {media_type} is not described"
        return
    value = _value(answer, media_type)
    for each in content[media_type].iter_errors(value):
        yield f"{told}: {_place(each)}: {each.message[:300]}"


def _value(answer: Answer, media_type: str) -> Any:
    encoded = "content-encoding" in answer.headers
    body = zlib.decompress(answer.body, _GZIP_OR_ZLIB) if encoded else answer.body
    return orjson.loads(body) if media_type == "application/json" else body.decode()


def _place(error: Any) -> str:
    return "/".join(str(step) for step in error.instance_path)


Contents = Mapping[str, Mapping[str, Draft202012Validator]]


def described_at(method: str, path: str) -> Contents | None:
    """What the operation at the path may answer with: by status and media type, what checks it."""
    return next((contents for known, form, contents in _operations() if known == method and form.fullmatch(path)), None)


@cache
def _operations() -> list[tuple[str, re.Pattern[str], Contents]]:
    return [
        (method.upper(), re.compile(re.sub(r"\{\w+\}", "[^/]+", path) + "/?"), _contents(document, operation))
        for document in map(openapi.document, DIALECTS)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]


def _contents(document: Json, operation: Json) -> Contents:
    schemas = closed(document["components"]["schemas"])
    responses = document["components"]["responses"]
    resolved = {
        status: responses[each["$ref"].rpartition("/")[2]] if "$ref" in each else each
        for status, each in operation["responses"].items()
    }
    return {
        status: {
            media_type: Draft202012Validator({**closed(account.get("schema", {})), "components": {"schemas": schemas}})
            for media_type, account in each.get("content", {}).items()
        }
        for status, each in resolved.items()
    }


def closed(schema: Any) -> Any:
    """The schema, of whose objects none has a member that is not named, unless it says that it may."""
    if isinstance(schema, list):
        return [closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    inner = {name: closed(each) for name, each in schema.items() if name not in {"example", "examples"}}
    return {"additionalProperties": False, **inner} if "properties" in schema and "type" in schema else inner
