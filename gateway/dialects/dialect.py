"""What a dialect is: a table of operations, which makes its routes and its OpenAPI, and one way to render a problem."""

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any
from urllib.parse import unquote

from pydantic import BaseModel, ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from gateway import encodings, work
from gateway.access.principals import principal
from gateway.answers import answered
from gateway.incidents.session import Session
from gateway.problems import (
    GatewayError,
    NotFound,
    Problem,
    TimedOut,
    TooMany,
    Unavailable,
    UnsupportedEncoding,
    problem,
)
from gateway.state import State
from gateway.telemetry import REFUSALS
from gateway.work.admission import NoPlace
from queries.errors import QueryError
from queries.extensions import Extension

_log = logging.getLogger("gateway.requests")

JSON_ALONE = ("application/json",)

_REFUSED = frozenset({*range(400, 500), 503})
"""Statuses of which each says that nothing was done."""

Endpoint = Callable[[Request[State], Session], Awaitable[Response]]
Look = Callable[[Request[State], Session], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Header:
    """A header that is read; `limits` is what JSON schema has to say of its text."""

    name: str
    description: str
    required: bool = False
    limits: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Operation:
    """One row of a dialect's table; `scope` is what a key needs for it, `example` a body that it takes.

    `reply` is the type of what it answers with where it succeeds, and `stream` of that which is no JSON: they describe,
    and check nothing; nor do `reply_headers`, the names of what that may come with. `prefix` is where it is served, if
    not where the rest of its dialect is. `has_effect` is of a GET that leaves something behind: what may not change
    anything may not ask for it either.
    """

    method: str
    path: str
    endpoint: Endpoint
    scope: str
    summary: str
    body: type[BaseModel] | None = None
    query: type[BaseModel] | None = None
    reply: Any = None
    stream: Any = None
    media_types: tuple[str, ...] = JSON_ALONE
    reply_types: tuple[str, ...] = ("application/json",)
    reply_headers: tuple[str, ...] = ()
    success: int = 200
    example: str | None = None
    prefix: str | None = None
    headers: tuple[Header, ...] = ()
    has_effect: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Dialect:
    """One vendor's way of speaking about incidents; a key may also stand in the header it names.

    Each of its operations reads its `headers`, besides those that say who calls. `path_model` has a field for each
    parameter of its paths. `extension` are the fields of its own
    that documents carry, `settings` what can be set of it, `scope_words` what it calls our scopes.
    `look` raises NotFound where the incident that a write's path names is not there.
    """

    name: str
    title: str
    prefix: str
    operations: Sequence[Operation]
    render: Callable[[Problem], Response]
    error_model: type[BaseModel] | None = None
    path_model: type[BaseModel] | None = None
    key_header: str | None = None
    headers: tuple[Header, ...] = ()
    extension: Extension | None = None
    settings: type[BaseModel] | None = None
    scope_words: Mapping[str, str] = field(default_factory=dict)
    look: Look | None = None

    def routes(self) -> list[Route]:
        """One route per path, in the table's order, so that a wrong method can be told every right one."""
        rows: dict[str, list[Operation]] = {}
        for each in self.operations:
            rows.setdefault(self.path_of(each), []).append(each)
        return [_route(self, path, operations) for path, operations in rows.items()]

    def path_of(self, operation: Operation) -> str:
        """The operation's whole path."""
        return (operation.prefix or self.prefix) + operation.path

    def serves(self, path: str) -> bool:
        """Whether the path has one of the dialect's prefixes."""
        return any(path.startswith(f"{each.prefix or self.prefix}/") for each in self.operations)


def rendered(dialect: Dialect, error: Exception, path: str = "") -> Response:
    """The dialect's answer to an error; one that is not ours is logged whole and told without detail."""
    refusal = http_problem(error) if isinstance(error, HTTPException) else problem(_true(error))
    if refusal.status == 500:
        _log.exception("unexpected error", exc_info=error)
    if refusal.status in _REFUSED and not isinstance(error, NoPlace):
        REFUSALS.labels(refusal.kind).inc()
    response = dialect.render(replace(refusal, path=path))
    if refusal.retry_after is not None:
        response.headers["Retry-After"] = str(refusal.retry_after)
    if isinstance(error, UnsupportedEncoding):
        response.headers["Accept-Encoding"] = ", ".join(encodings.READ)
    # A dialect may say 401 of what a key is not allowed to do; it always names the way (RFC 9110, 11.6.1).
    if response.status_code == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    if isinstance(error, HTTPException) and error.headers:
        response.headers.update(error.headers)
    return response


def _true(error: Exception) -> Exception:
    """The error, but for a refusal of something that was begun: it may have been done (docs/errors.md)."""
    under_way = work.current()
    if under_way and under_way.wrote and isinstance(error, Unavailable | TooMany):
        return TimedOut(f"{error.reason}; a part of this was done")
    return error


def http_problem(error: HTTPException) -> Problem:
    """The problem of a path or a method that no route has."""
    kinds = {404: ("not_found", "no such path"), 405: ("method_not_allowed", "this path does not take that method")}
    kind, reason = kinds.get(error.status_code, ("bad_request", str(error.detail)))
    return Problem(error.status_code, kind, reason)


async def _performed(dialect: Dialect, operation: Operation, request: Request[State], session: Session) -> Response:
    """The operation's answer, which may be that to an error."""
    try:
        return await operation.endpoint(request, session)
    except ClientDisconnect:
        raise
    except Exception as error:
        of_a_header = getattr(error, "where", None) in {each.name for each in (*dialect.headers, *operation.headers)}
        look = None if of_a_header else dialect.look
        return rendered(dialect, await _first(look, error, request, session), request.url.path)


async def _first(look: Look | None, error: Exception, request: Request[State], session: Session) -> Exception:
    """What is told: of an incident that is not there, that it is not, whatever its body is."""
    if look is None or not isinstance(error, QueryError | ValidationError):
        return error
    try:
        # Only now, so that who sends what is right does not pay for it.
        await look(request, session)
    except NotFound as missing:
        return missing
    except (GatewayError, QueryError):
        pass
    return error


def _require_looked_at(operation: Operation, request: Request[State]) -> None:
    """Raises QueryError for a condition that the write would not look at, and be done whether it holds or not."""
    if operation.scope == "read" or "if-match" not in request.headers:
        return
    if all(each.name != "If-Match" for each in operation.headers):
        raise QueryError("this is of no single version; send it without", "If-Match")


def _route(dialect: Dialect, path: str, operations: Sequence[Operation]) -> Route:
    by_method = {each.method: each for each in operations}
    takes_user = {each.method: any(sent.name == "User-ID" for sent in each.headers) for each in operations}

    async def endpoint(request: Request[State]) -> Response:
        operation = by_method["GET" if request.method == "HEAD" else request.method]
        # In the path that was matched, what an id may hold of slashes is still encoded.
        request.scope["path_params"] = {name: unquote(text) for name, text in request.path_params.items()}
        try:
            request.scope["state"]["asks"] = operation.scope
            if operation.has_effect and (refusal := request.scope["state"].get("foreign")):
                raise refusal
            named = request.path_params.get("tenant")
            whose = not takes_user[operation.method]
            caller = await principal(request, operation.scope, named=named, key_header=dialect.key_header, whose=whose)
            request.scope["state"]["tenant"] = caller.tenant
            _require_looked_at(operation, request)
            if under_way := work.current():
                under_way.known(caller.tenant, caller.credential)
            session = Session(request.state["gateway"].ctx, caller.tenant, caller.name, dialect.name, via=caller.via)
            if operation.scope == "read":
                return await operation.endpoint(request, session)
            streamed = operation.media_types != JSON_ALONE
            return await answered(request, session, partial(_performed, dialect, operation), streamed=streamed)
        except ClientDisconnect:
            raise
        except Exception as error:
            return rendered(dialect, error, request.url.path)

    return Route(path, endpoint, methods=list(by_method), name=f"{dialect.name} {path}")
