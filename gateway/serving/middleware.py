"""Around every request: its id, its line in the log, its share of the metrics, and an answer to what escaped."""

import asyncio
import logging
import re
import secrets
from functools import lru_cache, partial
from time import perf_counter
from typing import Any

from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway import logs, work
from gateway.dialects import speaking
from gateway.dialects.dialect import rendered
from gateway.problems import TimedOut
from gateway.serving import audited
from gateway.settings import Settings
from gateway.telemetry import REQUEST_SECONDS, REQUESTS
from gateway.wire import ALONE
from gateway.work import Work
from gateway.work.admission import Admission
from gateway.work.quotas import Quotas

_log = logging.getLogger("gateway.requests")
_HEADER = b"x-request-id"
_SANE_ID = re.compile(rb"[A-Za-z0-9._-]{1,128}")
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
# As nginx counts it: the caller was gone before there was an answer.
_UNANSWERED = 499
_CLASSES = ("", "1xx", "2xx", "3xx", "4xx", "5xx")
# There are few: the dialects, routes and methods of the table. What these look up is made anew for each request.
_requests = lru_cache(4096)(REQUESTS.labels)
_request_seconds = lru_cache(1024)(REQUEST_SECONDS.labels)
_NOT_KNOWN: dict[str, Any] = {"ask": lambda: False}
_STOPPED = "the gateway stopped before this was done; it may have been done or not"


class Requests:
    """The outermost layer of the application; it sees bodies only as lengths, and paths only as their templates."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._seconds = settings.request_timeout
        self._admission = Admission(settings.requests, settings.requests_waiting)
        self._quotas = Quotas(settings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers with the request's id; what escapes is a 500, or a broken connection once the answer has begun."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        with work.under_way(self._seconds, self._admission, self._quotas) as under_way:
            under_way.caller_left = partial(_left, receive)
            under_way.is_alone = scope.get("extensions", {}).get(ALONE, _NOT_KNOWN)["ask"]
            await self._answered(scope, receive, _Answer(send, _id_in(scope["headers"]), under_way))

    async def _answered(self, scope: Scope, receive: Receive, answer: "_Answer") -> None:
        started, bound = perf_counter(), logs.request_id.set(answer.request_id.decode())
        try:
            await self._app(scope, receive, answer.send)
        except ClientDisconnect:
            _log.debug("the caller left")
        except asyncio.CancelledError:
            if answer.is_left:
                _log.debug("the caller left")
                return
            if answer.status != _UNANSWERED or not _is_stopping(scope):
                raise
            await _told(scope, TimedOut(_STOPPED))(scope, receive, answer.send)
        except Exception as error:
            if answer.status == _UNANSWERED:
                await _told(scope, error)(scope, receive, answer.send)
            else:
                _log.exception("an answer broke off")
        finally:
            _account(scope, answer, perf_counter() - started)
            logs.request_id.reset(bound)


def _told(scope: Scope, error: Exception) -> Response:
    path = scope["path"]
    return rendered(speaking(path, scope.get("root_path", "")), error, path)


async def _left(receive: Receive) -> None:
    """Returns once the caller has left, whose whole body was read."""
    while (await receive())["type"] != "http.disconnect":
        pass


def _is_stopping(scope: Scope) -> bool:
    """Whether the server has run out of time for what is under way."""
    stopping = scope.get("state", {}).get("stopping")
    return stopping is not None and stopping.is_set()


class _Answer:
    """What went out so far."""

    __slots__ = ("_send", "_work", "length", "request_id", "status")

    def __init__(self, send: Send, request_id: bytes, under_way: Work) -> None:
        self._send, self.request_id, self._work = send, request_id, under_way
        self.status, self.length = _UNANSWERED, 0

    @property
    def is_left(self) -> bool:
        """Whether nobody waits for it any more."""
        return self._work.is_left

    async def send(self, message: Message) -> None:
        """Passes the message on, the id among its headers, and what its caller may still ask for."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            quota = self._work.quota
            more = [] if quota is None else quota.headers()
            message["headers"] = [*message.get("headers", ()), (_HEADER, self.request_id), *more]
        else:
            self.length += len(message.get("body", b""))
        await self._send(message)


def _id_in(headers: list[tuple[bytes, bytes]]) -> bytes:
    """The caller's id for its request, or a new one where it sent none that is fit for a log."""
    sent = next((value for name, value in headers if name == _HEADER), b"")
    return sent if _SANE_ID.fullmatch(sent) else secrets.token_hex(16).encode()


def _account(scope: Scope, answer: _Answer, seconds: float) -> None:
    dialect, route = _matched(scope.get("route"))
    method = _method(scope)
    audited.record(scope, route, answer.status)
    _requests(dialect, route, method, _CLASSES[answer.status // 100]).inc()
    _request_seconds(dialect, method).observe(seconds)
    line = {
        "dialect": dialect,
        "method": scope["method"] if scope["method"] in _METHODS else "other",
        "route": route,
        "status": answer.status,
        "milliseconds": round(seconds * 1000, 3),
        "bytes": 0 if scope["method"] == "HEAD" else answer.length,
    }
    if (tenant := scope.get("state", {}).get("tenant")) is not None:
        line["tenant"] = tenant
    logs.write(_log, "request", line)


def _method(scope: Scope) -> str:
    """The operation's method, as a route is counted by few: HEAD is its GET, and what it does not take is another."""
    method = "GET" if scope["method"] == "HEAD" else scope["method"]
    route = scope.get("route")
    return method if route is not None and method in (route.methods or ()) else "other"


def _matched(route: Any) -> tuple[str, str]:
    """The dialect and the template of the route that was matched, both from the table, so that there are few."""
    return ("none", "none") if route is None else (route.name.partition(" ")[0], route.path)
