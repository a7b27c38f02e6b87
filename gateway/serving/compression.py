"""Compression of answers, for who takes it (RFC 9110, 12.5.3)."""

import re
from functools import lru_cache

from starlette.datastructures import MutableHeaders
from starlette.middleware.gzip import DEFAULT_EXCLUDED_CONTENT_TYPES, GZipMiddleware
from starlette.types import Message, Receive, Scope, Send

_NAME = b"accept-encoding"
_EXCLUDED = frozenset(DEFAULT_EXCLUDED_CONTENT_TYPES)
_VARY = (b"vary", b"Accept-Encoding")
_NEVER = re.compile(r"q=0(?:\.0{0,3})?")


class Compression(GZipMiddleware):
    """Starlette's, which looks for the word gzip alone, told it where gzip is taken: in any case, with a weight.

    Who takes none is answered without it, as all that it looks at is then of no use.
    """

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on, as one that takes gzip where it does."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        accepted = b",".join([value for name, value in scope["headers"] if name == _NAME])
        if accepted:
            others = [each for each in scope["headers"] if each[0] != _NAME]
            gzip = takes_gzip(accepted.decode("latin-1"))
            scope["headers"] = [*others, (_NAME, b"gzip")] if gzip else others
            if gzip:
                await super().__call__(scope, receive, send)
                return
        await self.app(scope, receive, _Plain(send, self.minimum_size).send)


class _Plain:
    """An answer that is not compressed, but might have been."""

    __slots__ = ("_minimum", "_send", "_start")

    def __init__(self, send: Send, minimum: int) -> None:
        self._send, self._minimum = send, minimum
        self._start: Message | None = None

    async def send(self, message: Message) -> None:
        """Passes the message on; who keeps the answer is told that another may get it compressed."""
        if message["type"] == "http.response.start" and _is_compressible(message):
            # Only its body tells whether it is too short for that.
            self._start = message
            return
        start, self._start = self._start, None
        if start is not None:
            if message.get("more_body") or len(message.get("body", b"")) >= self._minimum:
                _vary(start["headers"])
            await self._send(start)
        await self._send(message)


def _vary(headers: list[tuple[bytes, bytes]]) -> None:
    if all(name != b"vary" for name, _ in headers):
        headers.append(_VARY)
    else:
        MutableHeaders(raw=headers).add_vary_header("Accept-Encoding")


def _is_compressible(start: Message) -> bool:
    headers = dict(start["headers"])
    worth_it = _is_worth_it(headers.get(b"content-type", b""))
    return worth_it and b"content-encoding" not in headers and start["status"] != 206


@lru_cache(64)
def _is_worth_it(media_type: bytes) -> bool:
    """Whether what is of that type is not compressed already."""
    kind = media_type.partition(b";")[0].strip().lower().decode("latin-1")
    return _EXCLUDED.isdisjoint({kind, f"{kind.partition('/')[0]}/*"})


def takes_gzip(accepted: str) -> bool:
    """Whether a header `Accept-Encoding` names gzip with any weight but 0."""
    weights: dict[str, str] = {}
    for each in accepted.lower().split(","):
        name, _, weight = each.partition(";")
        weights.setdefault(name.strip().removeprefix("x-"), "".join(weight.split()))
    return "gzip" in weights and not _NEVER.fullmatch(weights["gzip"])
