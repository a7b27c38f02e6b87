"""Endpoint of the change feed: a stream of server-sent events, or one answer that is waited for."""

import asyncio
import time
from collections.abc import AsyncIterator, Coroutine, Sequence
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from gateway import wire, work
from gateway.access.principals import principal
from gateway.dialects.dialect import Header
from gateway.dialects.im import pages, requests, requests_changes, translate
from gateway.incidents.feed.changes import Change
from gateway.incidents.feed.walk import Filter, Overtaken, Walk
from gateway.incidents.session import Session
from gateway.problems import GatewayError, TimedOut, Unavailable
from gateway.state import State
from gateway.telemetry import LISTENERS_CUT
from queries.criteria import Criterion
from queries.errors import QueryError

LAST_EVENT_ID = Header("Last-Event-ID", "the id of the last event that came; goes before `after`")

_EVENTS = "text/event-stream"
_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


async def changes(request: Request[State], session: Session) -> Response:
    """`GET incidents/changes`: what changes from now on, or behind a cursor."""
    query = pages.queried(request, requests_changes.Changes)
    streamed = _EVENTS in request.headers.get("accept", "").lower()
    if request.method == "HEAD":
        return wire.head(_EVENTS, _HEADERS) if streamed else _poll_head()
    after = request.headers.get("last-event-id") or query.after
    wanted = await _filter(session, query)
    walk = await request.state["gateway"].feeds.walk(session, after, wanted)
    work.renew()
    work.listen()
    if streamed:
        return _Events(request, walk)
    try:
        told = await _while_there(request, walk.next(query.wait))
    except Overtaken:
        told = ()
    finally:
        walk.close()
    body = b'{"changes":[%b],"next":%b}' % (b",".join(each.body for each in told), wire.dumps(walk.token))
    return wire.spliced(body, headers=_HEADERS)


async def _while_there(request: Request[State], waiting: Coroutine[Any, Any, Sequence[Change]]) -> Sequence[Change]:
    """What is waited for; nothing, once the caller has left, who would be a listener for as long as they asked for."""
    told, left = asyncio.create_task(waiting), asyncio.create_task(_left(request))
    try:
        await asyncio.wait((told, left), return_when=asyncio.FIRST_COMPLETED)
        return told.result() if told.done() else ()
    finally:
        for task in (told, left):
            task.cancel()
        await asyncio.gather(told, left, return_exceptions=True)


async def _left(request: Request[State]) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


def _poll_head() -> Response:
    """What `HEAD` is answered of a poll, whose length nobody knows before it is answered."""
    response = Response(headers=_HEADERS, media_type=wire.JSON)
    del response.headers["Content-Length"]
    return response


async def _filter(session: Session, query: requests_changes.Changes) -> Filter | None:
    """What narrows the feed, if anything does. Raises QueryError at the place of what cannot be."""
    filters = query.filters
    if filters == requests.Filters():
        return None

    async def criterion() -> Criterion:
        columns = await pages.columns_for(session, filters)
        return translate.wanted(filters, columns, session.now())

    refused = await session.ctx.reader.takes(session.tenant, await criterion())
    if refused is not None:
        placed = translate.placed(filters, await pages.columns_for(session, filters), session.now())
        raise await pages.at_its_place(session, placed, refused)
    return Filter(orjson.dumps(filters.model_dump(), option=orjson.OPT_SORT_KEYS), criterion)


class _Events(StreamingResponse):
    """A stream of events on its way; however it ends, nobody listens any more then."""

    def __init__(self, request: Request[State], walk: Walk) -> None:
        super().__init__(_events(request, walk), media_type=_EVENTS, headers=_HEADERS)
        self._walk = walk

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Sends the events."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._walk.close()


async def _events(request: Request[State], walk: Walk) -> AsyncIterator[bytes]:
    """The events, until the gateway stops, or the caller may no longer listen, or is too slow.

    A block of an id alone is no event, but moves the place that a client resumes from.
    """
    pause = request.state["gateway"].ctx.settings.feed_heartbeat
    due = time.monotonic() + pause
    yield b"retry: 1000\n" + _place(walk)
    while not walk.is_over:
        try:
            told = await walk.next(max(0.0, due - time.monotonic()))
        except Overtaken:
            LISTENERS_CUT.inc()
            return
        except (Unavailable, TimedOut):
            told = ()
        except (GatewayError, QueryError):
            return
        if told:
            yield b"".join(map(_event, told))
        if time.monotonic() >= due:
            if not await _may_listen(request):
                return
            due = time.monotonic() + pause
            yield b": alive\n" + _place(walk)


def _place(walk: Walk) -> bytes:
    return b"id: %b\n\n" % walk.token.encode()


def _event(change: Change) -> bytes:
    return b"id: %b\nevent: %b\ndata: %b\n\n" % (change.token.encode(), change.kind.encode(), change.body)


async def _may_listen(request: Request[State]) -> bool:
    """Whether the key that the stream began with still holds; not knowing, it does until the next look."""
    work.renew()
    try:
        await principal(request, "read")
    except (Unavailable, TimedOut):
        return True
    except GatewayError:
        return False
    finally:
        work.renew()
    return True
