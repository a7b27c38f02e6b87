"""Requests that come again: what they come to is remembered by their bytes, and answers within points in time are."""

from collections.abc import Awaitable, Callable, Hashable
from functools import partial
from typing import TypeVar
from urllib.parse import unquote_to_bytes

from starlette.requests import Request
from starlette.responses import Response

from gateway import wire
from gateway.dialects.im import pages, requests
from gateway.dialects.im.readings import Reading
from gateway.incidents.session import Session
from gateway.state import State

Words = TypeVar("Words", bound=requests.Filters)

Key = tuple[Hashable, str, bytes, bytes]

_EACH, _BYTE = 8192, 48
"""What a reading takes at most, with all that is made of it, as was measured: so many bytes, and more for each sent."""


async def read(request: Request[State], session: Session, model: type[Words]) -> Reading[Words]:
    """The request's words, in its body or its query. Raises TooLarge, ValidationError, QueryError."""
    body, query = await wire.whole(request), request.scope["query_string"]
    if body:
        wire.check_media_type(request, wire.JSON)
    key = model, request.scope["path"], query, body
    return recalled(session, key, lambda: pages.words_in(request, wire.value(request, body), model))


def recalled(session: Session, key: Key, words: Callable[[], Words]) -> Reading[Words]:
    """The reading of a kind, path, query and body that came before, or a new one of the words. Raises what they do."""
    memory, (_, _, query, body) = session.ctx.readings, key
    reading: Reading[Words] | None = memory.get(session.tenant, key)
    if reading is None:
        reading = Reading(words(), key, timeless=is_timeless(query, body))
        memory.put(session.tenant, key, reading, _EACH + _BYTE * (len(query) + len(body)))
    return reading


def is_timeless(query: bytes, body: bytes) -> bool:
    """Whether `now` surely stands nowhere in them, also not in escapes."""
    sent = unquote_to_bytes(query) + body
    return b"now" not in sent.lower() and b"\\u" not in sent


async def answered(session: Session, reading: Reading[Words], make: Callable[[], Awaitable[bytes]]) -> Response:
    """The answer, made or, in a point in time, as it was made a while ago: what a snapshot shows does not change.

    Who sends the same at the same time shares its bytes, once it was looked whether the point in time is open, and as
    wide as is asked. Raises NotFound, PitExpired.
    """
    pit = await pages.used_pit(session, reading.words)
    made = partial(session.ctx.answers.once, (session.tenant, reading.key), make, lasting=pit is not None)
    if pit is None or reading.words.keep_alive is not None:
        return wire.spliced(await made())
    answer = session.ctx.pits.snapshots.answer(session.tenant, pit.handle, reading.key)
    if answer is None:
        answer = await made()
        session.ctx.pits.snapshots.keep(session.tenant, pit.handle, reading.key, answer)
    return wire.spliced(answer)
