"""Bodies in and out: what is read is bounded and checked, what is sent is bytes."""

from codecs import BOM_UTF8
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import Any, TypeVar

import orjson
from pydantic import BaseModel
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse

from gateway import bounds
from gateway.encodings import decoded
from gateway.headers import header, headers
from gateway.problems import TooLarge, UnsupportedMediaType
from gateway.state import Gateway, State
from queries.errors import QueryError

Model = TypeVar("Model", bound=BaseModel)
Part = TypeVar("Part")

JSON = "application/json"
LEFT = "gateway.left"
"""Under this name a scope's extensions say whether the client has left."""
ALONE = "gateway.alone"
"""And under this whether no other request is under way in the process, those that wait for their first turn too."""


async def body(request: Request[State], most: int | None = None) -> Any:
    """The request's JSON, of `most` members; None for an empty body.

    Raises TooLarge, UnsupportedMediaType, QueryError.
    """
    raw = await whole(request)
    if raw:
        check_media_type(request, JSON)
    return value(request, raw, most)


async def whole(request: Request[State]) -> bytes:
    """The request's body; nothing for one of spaces alone. Raises TooLarge, UnsupportedEncoding."""
    gateway: Gateway = request.state["gateway"]
    limit = gateway.ctx.settings.body_limit
    if header(request.scope, b"content-encoding"):
        raw = b"".join([chunk async for chunk in stream(request, limit)])
    else:
        raw = await _plain(request, limit)
    raw = raw.removeprefix(BOM_UTF8)
    return b"" if raw.isspace() else raw


async def _plain(request: Request[State], limit: int) -> bytes:
    """A body that is not compressed, without the generators that a stream of it takes. Raises TooLarge."""
    _check_length(request, limit)
    parts, size, more = list[bytes](), 0, True
    while more:
        message = await request.receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        parts.append(message.get("body", b""))
        size, more = size + len(parts[-1]), message.get("more_body", False)
        if size > limit:
            raise _too_large(limit)
    return b"".join(parts)


def value(request: Request[State], raw: bytes, most: int | None = None) -> Any:
    """The JSON of a body; None for an empty one. Raises QueryError."""
    if not raw:
        return None
    gateway: Gateway = request.state["gateway"]
    read = bounds.read(raw, most or gateway.ctx.settings.body_members, "the body")
    if read is None:
        raise QueryError("null is no body")
    return read


def parsed(raw: bytes) -> Any:
    """The JSON value. Raises QueryError."""
    return bounds.parsed(raw, "the body")


async def stream(request: Request[State], limit: int) -> AsyncIterator[bytes]:
    """The body as it arrives, decoded. Raises TooLarge as soon as it is known to be over the limit, in bytes."""
    _check_length(request, limit)
    size = 0
    async for chunk in decoded(request.stream(), header(request.scope, b"content-encoding")):
        size += len(chunk)
        if size > limit:
            raise _too_large(limit)
        yield chunk


def _check_length(request: Request[State], limit: int) -> None:
    length = header(request.scope, b"content-length")
    if length.isdecimal() and int(length) > limit:
        raise _too_large(limit)


def _too_large(limit: int) -> TooLarge:
    return TooLarge(f"the body may be at most {limit:,} bytes")


async def unmarked(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The chunks without the byte order mark that some editors and PowerShell put before UTF-8."""
    begin, started = b"", False
    async for chunk in chunks:
        begin += b"" if started else chunk
        if started:
            yield chunk
        elif len(begin) >= len(BOM_UTF8) or not BOM_UTF8.startswith(begin):
            started = True
            yield begin.removeprefix(BOM_UTF8)
    if not started:
        yield begin


async def while_there(request: Request[State], parts: AsyncIterator[Part]) -> AsyncIterator[Part]:
    """The parts, for as long as the client waits for an answer. Raises ClientDisconnect."""
    has_left: Callable[[], bool] = request.scope.get("extensions", {}).get(LEFT, {}).get("ask", lambda: False)
    async for part in parts:
        if has_left():
            raise ClientDisconnect
        yield part


def check_media_type(request: Request[State], *allowed: str) -> None:
    """Raises UnsupportedMediaType for a body that says it is something else; who is no page may say nothing.

    What says nothing a browser sends for any page, without asking first (Fetch standard: CORS-safelisted requests).
    """
    said = header(request.scope, b"content-type").partition(";")[0].strip().lower()
    if said not in allowed and (said or b"origin" in headers(request.scope)):
        raise UnsupportedMediaType(f'a body of "{said}" is not read here; send {" or ".join(allowed)}')


async def read(request: Request[State], model: type[Model]) -> Model:
    """The request's JSON object as a model; an empty body is an empty object. Raises QueryError, ValidationError."""
    sent = await body(request)
    return model.model_validate({} if sent is None else _object(sent), strict=True)


async def read_object(request: Request[State]) -> dict[str, Any]:
    """The request's JSON object. Raises QueryError for anything else."""
    return _object(await body(request))


async def read_document(request: Request[State]) -> dict[str, Any]:
    """The request's JSON object, of no more members than a document has room for. Raises QueryError."""
    gateway: Gateway = request.state["gateway"]
    return _object(await body(request, gateway.ctx.settings.document_values))


def _object(sent: Any) -> dict[str, Any]:
    if not isinstance(sent, dict):
        raise QueryError("a JSON object is wanted as the body")
    return sent


def once(request: Request[State]) -> dict[str, str]:
    """The query parameters. Raises QueryError for one that is given twice."""
    return _once(request.query_params.multi_items())


def _once(items: Sequence[tuple[str, str]]) -> dict[str, str]:
    counts = Counter(name for name, _ in items)
    twice = next((name for name, count in counts.items() if count > 1), None)
    if twice is not None:
        raise QueryError(f'"{twice}" is given twice', twice)
    return dict(items)


def query(request: Request[State], model: type[Model]) -> Model:
    """The query parameters as a model. Raises ValidationError, QueryError."""
    return model.model_validate(once(request))


def known_query(request: Request[State], model: type[Model]) -> Model:
    """The query parameters that the model names, the others ignored. Raises ValidationError, QueryError."""
    known = {field.alias or name for name, field in model.model_fields.items()}
    items = [(name, value) for name, value in request.query_params.multi_items() if name in known]
    return model.model_validate(_once(items))


def dumps(value: Any) -> bytes:
    """The value as JSON."""
    return orjson.dumps(value)


def reply(value: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """A JSON answer."""
    return Response(orjson.dumps(value), status, headers, JSON)


def head(media_type: str, headers: Mapping[str, str] | None = None) -> Response:
    """What `HEAD` is answered of a stream: no length, and a part to come, so that it is treated as the stream is."""
    return StreamingResponse((b"",), media_type=media_type, headers=headers)


def spliced(value: bytes, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """A JSON answer whose bytes are ready."""
    return Response(value, status, headers, JSON)
