"""What browsers may do: pages of named origins may call, and without keys no page can reach in through a name.

A browser sends what any page asks for from wherever its user is. Without keys two things hold it off: a page's own name
for this machine (DNS rebinding) is no host of the gateway, and what changes something tells where the page is from: its
origin with every method but GET and HEAD (Fetch standard), and with those whether it is another one than the gateway's
(Fetch Metadata; an image has no Origin).
"""

import ipaddress
from collections.abc import Collection
from functools import lru_cache

from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from gateway.dialects import speaking
from gateway.dialects.dialect import rendered
from gateway.headers import header, headers
from gateway.problems import Forbidden
from gateway.settings import Settings

EXPOSED = (
    "ETag", "X-Request-Id", "Retry-After", "Location", "Link", "X-Pit", "X-Truncated", "X-Total-Docs",
    "Content-Disposition", "RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset",
)  # fmt: skip
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")

_LONGEST = 255
"""Of the names of hosts (RFC 1035, 2.3.4)."""
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_ELSEWHERE = frozenset({"cross-site", "same-site"})
"""Of another site, or of the same one at another port or by another scheme; a person's own address is "none"."""


def layers(settings: Settings) -> list[Middleware]:
    """The layers that these settings ask for, the outermost first."""
    shared = Middleware(
        CORSMiddleware,
        allow_origins=settings.cors_origins,
        allow_methods=METHODS,
        allow_headers=["*"],
        expose_headers=EXPOSED,
    )
    guard = Middleware(Loopback, hosts=settings.hosts, origins=settings.cors_origins, root_path=settings.root_path)
    return [*([shared] if settings.cors_origins else []), *([guard] if "none" in settings.auth else [])]


class Loopback:
    """Lets through what is meant for this machine, and of what changes something, what no foreign page asks for."""

    def __init__(
        self, app: ASGIApp, hosts: Collection[str] = (), origins: Collection[str] = (), root_path: str = ""
    ) -> None:
        self._app, self._root = app, root_path
        self._hosts = frozenset(each.lower() for each in hosts)
        self._origins = frozenset(origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on, or refuses it in its dialect's shape."""
        error = self._refusal(scope) if scope["type"] == "http" else None
        if error is None:
            await self._app(scope, receive, send)
            return
        await rendered(speaking(scope["path"], self._root), error, scope["path"])(scope, receive, send)

    def _refusal(self, scope: Scope) -> Forbidden | None:
        sent, host = headers(scope), header(scope, b"host")
        origin = header(scope, b"origin") if b"origin" in sent else None
        name = name_of(host)
        if host and not (len(name) <= _LONGEST and is_loopback(name)) and name not in self._hosts:
            return Forbidden(f'without keys "{name[:80]}" is no host of this gateway; GATEWAY_HOSTS can name it')
        if not self._is_foreign(origin, host, header(scope, b"sec-fetch-site")):
            return None
        page = "another site" if origin is None else f'"{origin[:80]}"'
        refusal = Forbidden(f"a page of {page} may not change anything here; GATEWAY_CORS_ORIGINS can name it")
        if scope["method"] not in _SAFE:
            return refusal
        # Which operation this is shows behind: a few have an effect though their method is safe.
        scope["state"]["foreign"] = refusal
        return None

    def _is_foreign(self, origin: str | None, host: str, site: str) -> bool:
        if origin is None:
            return site in _ELSEWHERE
        allowed = not self._origins.isdisjoint({origin, "*"})
        return not allowed and origin.lower().partition("://")[2] != host.lower()


def name_of(host: str) -> str:
    """The name or the address in a Host header, in lower case, without port and brackets (RFC 9110, 7.2)."""
    if host.startswith("["):
        return host[1:].partition("]")[0].lower()
    return host.partition(":")[0].lower().removesuffix(".")


@lru_cache(256)
def is_loopback(name: str) -> bool:
    """Whether a name or an address is this machine's own (RFC 6761, 6.3; RFC 1122, 3.2.1.3)."""
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False
