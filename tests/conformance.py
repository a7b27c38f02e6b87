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
from gateway.serving.openapi import headers

Json = dict[str, Any]

_GZIP_OR_ZLIB = 32 + zlib.MAX_WBITS
_EMPTY = frozenset({204, 304})
_KNOWN = frozenset(name.lower() for name in headers.ALL)
"""The headers of which documents tell; others are HTTP's own."""
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
    account = described[str(answer.status)]
    yield from (f"{told}: {each} is not described" for each in _KNOWN & answer.headers.keys() - account.headers)
    if answer.method == "HEAD" or answer.status in _EMPTY:
        return
    media_type = answer.headers.get("content-type", "").partition(";")[0]
    if media_type not in account.content:
        yield f"{told}: {media_type} is not described"
        return
    value = _value(answer, media_type)
    for each in account.content[media_type].iter_errors(value):
        yield f"{told}: {_place(each)}: {each.message[:300]}"


def _value(answer: Answer, media_type: str) -> Any:
    encoded = "content-encoding" in answer.headers
    body = zlib.decompress(answer.body, _GZIP_OR_ZLIB) if encoded else answer.body
    return orjson.loads(body) if media_type == "application/json" else body.decode()


def _place(error: Any) -> str:
    return "/".join(str(step) for step in error.instance_path)


@dataclass(frozen=True, slots=True)
class Account:
    """What an answer may be: by media type, what checks it, and the names of its headers, in lower case."""

    content: Mapping[str, Draft202012Validator]
    headers: frozenset[str]


Accounts = Mapping[str, Account]


def described_at(method: str, path: str) -> Accounts | None:
    """What the operation at the path may answer with, by status."""
    return next((accounts for known, form, accounts in _operations() if known == method and form.fullmatch(path)), None)


@cache
def _operations() -> list[tuple[str, re.Pattern[str], Accounts]]:
    return [row for document in map(openapi.document, DIALECTS) for row in _described(document)]


def _described(document: Json) -> Iterator[tuple[str, re.Pattern[str], Accounts]]:
    """What each operation may answer with; refusals are read once, as all operations share them."""
    schemas = closed(document["components"]["schemas"])
    shared = {
        f"#/components/responses/{status}": _account(each, schemas)
        for status, each in document["components"]["responses"].items()
    }
    for path, methods in document["paths"].items():
        form = re.compile(re.sub(r"\{\w+\}", "[^/]+", path) + "/?")
        for method, operation in methods.items():
            answers = operation["responses"].items()
            accounts = {
                status: shared[each["$ref"]] if "$ref" in each else _account(each, schemas) for status, each in answers
            }
            yield method.upper(), form, accounts


def _account(response: Json, schemas: Json) -> Account:
    content = {
        media_type: Draft202012Validator({**closed(said.get("schema", {})), "components": {"schemas": schemas}})
        for media_type, said in response.get("content", {}).items()
    }
    return Account(content, frozenset(name.lower() for name in response["headers"]))


def closed(schema: Any) -> Any:
    """The schema, of whose objects none has a member that is not named, unless it says that it may."""
    if isinstance(schema, list):
        return [closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    inner = {name: closed(each) for name, each in schema.items() if name not in {"example", "examples"}}
    return {"additionalProperties": False, **inner} if "properties" in schema and "type" in schema else inner
