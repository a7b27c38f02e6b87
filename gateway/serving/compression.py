"""Compression of answers, for who takes it (RFC 9110, 12.5.3)."""

import re

from starlette.datastructures import Headers
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import Receive, Scope, Send

_NAME = b"accept-encoding"
_NEVER = re.compile(r"q=0(?:\.0{0,3})?")


class Compression(GZipMiddleware):
    """Starlette's, which looks for the word gzip alone, told it where gzip is taken: in any case, with a weight."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on as one that takes gzip, or nothing."""
        if scope["type"] == "http":
            accepted = ",".join(Headers(scope=scope).getlist("accept-encoding"))
            others = [each for each in scope["headers"] if each[0] != _NAME]
            scope["headers"] = [*others, (_NAME, b"gzip")] if takes_gzip(accepted) else others
        await super().__call__(scope, receive, send)


def takes_gzip(accepted: str) -> bool:
    """Whether a header `Accept-Encoding` names gzip with any weight but 0."""
    weights: dict[str, str] = {}
    for each in accepted.lower().split(","):
        name, _, weight = each.partition(";")
        weights.setdefault(name.strip().removeprefix("x-"), "".join(weight.split()))
    return "gzip" in weights and not _NEVER.fullmatch(weights["gzip"])
