"""The path that routes are matched on: what was sent, so that an encoded slash in an id is no slash (RFC 3986, 2.2)."""

import re
from collections.abc import Sequence
from urllib.parse import unquote_to_bytes

from starlette.requests import Request
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from gateway.dialects import speaking
from gateway.dialects.dialect import rendered
from queries.errors import QueryError

_KEPT = re.compile(rb"%(2[fF]|25)")
_END = re.compile(r"([^{}]*)/\{(\w+)\}")
_BROKEN = re.compile(rb"%(?![0-9A-Fa-f]{2})")
_BEYOND = re.compile(rb"%[89A-Fa-f][0-9A-Fa-f]")
"""A byte that is none of ASCII."""


class Paths:
    """Makes each request's path the one that routes are matched on, under the path that a proxy shows the gateway at.

    A proxy may pass that path on, or take it away.
    """

    def __init__(self, app: ASGIApp, root_path: str = "") -> None:
        self._app = app
        self._root = root_path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on, or refuses it in its dialect's shape where its path or its query cannot be read."""
        if scope["type"] == "http":
            try:
                path = matched(scope.get("raw_path") or scope["path"].encode())
                _check(scope["query_string"])
            except QueryError as error:
                await rendered(speaking(scope["path"], self._root), error, scope["path"])(scope, receive, send)
                return
            beneath = path == self._root or path.startswith(f"{self._root}/")
            scope["path"] = path if beneath else self._root + path
            scope["root_path"] = self._root
        await self._app(scope, receive, send)


class Exact:
    """Takes a request straight to the route whose path is its own, but for a last part that is a parameter at most.

    All others, and what is wrong, go to the router.

    The router tries one route after the other, and wraps each in what none of ours needs: they answer every error.
    """

    def __init__(self, app: ASGIApp, routes: Sequence[Route], root_path: str = "") -> None:
        self._app = app
        firsts = [each for each in routes if next(one for one in routes if one.path_regex.match(each.path)) is each]
        self._routes = {root_path + each.path: each for each in firsts if "{" not in each.path}
        ends = ((_END.fullmatch(each.path), each) for each in firsts)
        self._ends = {root_path + end[1]: (end[2], each) for end, each in ends if end}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers the request, or passes it on."""
        route, params = self.first(scope["path"]) if scope["type"] == "http" else (None, {})
        if route is None or scope["method"] not in (route.methods or ()):
            await self._app(scope, receive, send)
            return
        scope.update(route=route, endpoint=route.endpoint, path_params=params)
        response = await route.endpoint(Request(scope, receive, send))
        await response(scope, receive, send)

    def first(self, path: str) -> tuple[Route | None, dict[str, str]]:
        """The first route that takes the path, if that is one of these, and what it finds in it."""
        if route := self._routes.get(path):
            return route, {}
        before, _, last = path.rpartition("/")
        name, route = self._ends.get(before, ("", None)) if last else ("", None)
        return route, {name: last}


def matched(raw: bytes) -> str:
    """The path, decoded but for `%2F`, and for `%25`, which keeps the two apart. Raises QueryError."""
    if b"%" not in raw:
        return raw.decode()
    if _BROKEN.search(raw):
        raise QueryError("two hexadecimal digits follow a % in a path")
    try:
        return unquote_to_bytes(_KEPT.sub(rb"%25\1", raw)).decode()
    except UnicodeDecodeError:
        raise QueryError("the path is not UTF-8") from None


def _check(query: bytes) -> None:
    """Raises QueryError for what would be read as if U+FFFD had been sent."""
    if b"%" in query and _BEYOND.search(query):
        try:
            unquote_to_bytes(query).decode()
        except UnicodeDecodeError:
            raise QueryError("the query is not UTF-8") from None
