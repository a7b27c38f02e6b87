"""Valid requests as data: the example of an operation's row, with the ids of things that are there put into it."""

import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx2
import orjson

from gateway.dialects.dialect import Dialect, Operation

Client = httpx2.AsyncClient
Json = Any
Ids = Mapping[str, str | int]
Texts = Mapping[str, str]

_NAMED = re.compile(r"<(\w+)>")
_PARAMETER = re.compile(r"\{(\w+)\}")
_LINES = "application/x-ndjson"


@dataclass(frozen=True, slots=True)
class Example:
    """How a valid request differs from what its row shows; `<name>` stands for the id of the thing of that name.

    A parameter of the path that is not given is the thing of its own name. The fields of `body` replace those of the
    row's example, item by item where that is a list. What the answer `shows` is made too, though nothing names it.
    """

    case: str = "as documented"
    path: Texts = field(default_factory=dict)
    query: Texts = field(default_factory=dict)
    headers: Texts = field(default_factory=dict)
    body: Json = None
    sends_body: bool = True
    shows: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Request:
    """What is sent; with names in it, a form for many."""

    operation: Operation
    path: str
    query: Texts
    headers: Texts
    body: Json
    shows: tuple[str, ...] = ()

    @property
    def names(self) -> list[str]:
        """The things whose ids it takes, but for the tenant, who is always the caller."""
        texts = orjson.dumps([self.path, self.query, self.headers, self.body]).decode()
        return [name for name in dict.fromkeys(_NAMED.findall(texts)) if name != "tenant"]

    @property
    def content(self) -> bytes | None:
        """The bytes of the body."""
        if self.operation.media_types[0] == _LINES:
            return b"".join(orjson.dumps(line) + b"\n" for line in self.body)
        return None if self.body is None else orjson.dumps(self.body)

    async def sent(self, client: Client, **otherwise: Any) -> httpx2.Response:
        """The answer to it, or to the request that differs from it so; of headers, None takes one away."""
        headers = {**self.headers, **otherwise.pop("headers", {})}
        if self.body is not None:
            headers = {"content-type": self.operation.media_types[0], **headers}
        kept = {name: value for name, value in headers.items() if value is not None}
        said = {"url": self.path, "params": dict(self.query), "content": self.content}
        return await client.request(self.operation.method, **(said | {"headers": kept} | otherwise))


def form(dialect: Dialect, operation: Operation, example: Example) -> Request:
    """The request of the example, names in the place of ids."""
    path = _PARAMETER.sub(lambda name: example.path.get(name[1], f"<{name[1]}>"), dialect.path_of(operation))
    body = _over(_shown(operation), example.body) if example.sends_body else None
    return Request(operation, path, example.query, example.headers, body, example.shows)


def filled(request: Request, ids: Ids) -> Request:
    """The request with the ids in it."""
    query, headers, body = (_filled(each, ids) for each in (request.query, request.headers, request.body))
    return Request(request.operation, _filled(request.path, ids), query, headers, body)


def _shown(operation: Operation) -> Json:
    if operation.example is None:
        return None
    if operation.media_types[0] == _LINES:
        return [orjson.loads(line) for line in operation.example.splitlines()]
    return orjson.loads(operation.example)


def _over(shown: Json, changes: Json) -> Json:
    if isinstance(shown, list) and changes is not None:
        return [_over(*each) for each in zip(shown, changes, strict=True)]
    return shown if changes is None else {**(shown or {}), **changes}


def _filled(value: Json, ids: Ids) -> Json:
    """The value with ids for names; a text that is a name alone becomes the id itself, be it text or number."""
    if isinstance(value, dict):
        return {name: _filled(each, ids) for name, each in value.items()}
    if isinstance(value, list):
        return [_filled(each, ids) for each in value]
    if not isinstance(value, str):
        return value
    alone = _NAMED.fullmatch(value)
    return ids[alone[1]] if alone else _NAMED.sub(lambda name: str(ids[name[1]]), value)


class Things:
    """What a tenant has for one request, each thing made when it is first named.

    All that they hold is the tenant's `word`. Ids that a client chooses are made of the number, so that two tenants
    with the same number have things of the same ids.
    """

    def __init__(self, client: Client, tenant: str, word: str, number: int, makers: "Makers") -> None:
        self.client, self.word, self.number = client, word, number
        self._makers = makers
        self._ids: dict[str, str | int] = {"tenant": tenant}

    def text(self, kind: str) -> str:
        """An id of that kind as a client chooses one."""
        return f"{kind}-{self.number}"

    async def id(self, name: str) -> str | int:
        """The id of the thing."""
        if name not in self._ids:
            self._ids |= await self._makers[name](self)
        return self._ids[name]

    async def ids(self, names: Iterable[str]) -> Ids:
        """The ids of the things, and the tenant's name."""
        return {name: await self.id(name) for name in ("tenant", *names)}

    async def of(self, form: Request) -> Ids:
        """The ids of what the request names, once all that it shows is there."""
        await self.ids(form.shows)
        return await self.ids(form.names)


Makers = Mapping[str, Callable[[Things], Awaitable[Ids]]]
"""How each thing is made: the ids that it, and what is made with it, are known by."""


async def fresh(things: Things) -> Ids:
    """An id that nothing has yet."""
    return {"fresh": things.text("n")}
