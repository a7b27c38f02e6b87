"""Endpoint that streams a whole snapshot, as NDJSON or CSV, page after page in flat memory."""

import asyncio
import csv
import io
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from gateway import work
from gateway.dialects.im import pages, requests
from gateway.dialects.im.pages import Found
from gateway.incidents.reading.search import Page
from gateway.incidents.session import Session
from gateway.problems import GatewayError
from gateway.state import State
from queries.errors import QueryError

_COLUMNS = (
    "title", "severity", "status", "state", "category", "type", "source", "reviewer", "tags", "mitre", "started_at",
    "created_at", "updated_at", "resolved_at", "description", "comment", "numeric_id",
)  # fmt: skip


async def export(request: Request[State], session: Session) -> Response:
    """`GET` and `POST incidents/export`; the last line says whether it is whole.

    `HEAD` is refused as they are, reads nothing, and leaves no point in time of its own.
    """
    query = await pages.asked_in(request, requests.Export)
    told_only = request.method == "HEAD"
    handle = query.pit
    if handle is None:
        pit, _ = await session.ctx.pits.open(
            session.tenant, is_show_aggs=query.is_show_aggs, keep_alive=query.keep_alive
        )
        handle = pit.handle
    words = query.model_dump(exclude={"format", "checkpoints"})
    search = requests.Search.model_validate(
        {**words, "pit": handle, "size": 0 if told_only else session.ctx.settings.export_page}
    )
    first = await _first(session, search, own=query.pit is None)
    lines = _Csv(query.fields) if query.format == "csv" else _Ndjson()
    if told_only:
        return await _head(session, search, lines.media_type, own=query.pit is None)
    stream = _stream(session, search, first, lines, query)
    return StreamingResponse(stream, media_type=lines.media_type, headers={"X-Pit": handle})


async def _first(session: Session, search: requests.Search, *, own: bool) -> Found:
    """The first page; without one, a point in time of our own is given back."""
    try:
        return await pages.find(session, search)
    except (GatewayError, QueryError):
        if own:
            await _give_back(session, search)
        raise


async def _head(session: Session, search: requests.Search, media_type: str, *, own: bool) -> Response:
    if own:
        await _give_back(session, search)
    return StreamingResponse((), media_type=media_type, headers={} if own else {"X-Pit": str(search.pit)})


async def _stream(
    session: Session, search: requests.Search, first: Found, lines: "_Ndjson | _Csv", query: requests.Export
) -> AsyncIterator[bytes]:
    """The lines; while a page is sent, the next one is fetched."""
    count, page, token = 0, first.page, first.token
    yield lines.head()
    while True:
        work.renew()
        ahead = _ahead(session, search, token)
        try:
            count += len(page.hits)
            yield lines.page(page)
            if ahead is None:
                break
            if query.checkpoints:
                yield lines.status({"complete": False, "count": count, "next": token, "pit": search.pit})
            result = await ahead
            page, token = result.page, result.token
        except GatewayError as error:
            fields = {"type": error.kind, "reason": error.reason}
            yield lines.status({"complete": False, "count": count, "next": token, "pit": search.pit, "error": fields})
            return
        finally:
            if ahead is not None:
                ahead.cancel()
    if query.pit is None:
        await _give_back(session, search)
    yield lines.status({"complete": True, "count": count, "next": None, "pit": query.pit})


async def _give_back(session: Session, search: requests.Search) -> None:
    """Closes a point in time of our own; one that cannot be closed just now expires."""
    with suppress(GatewayError):
        await session.ctx.pits.close(session.tenant, str(search.pit))


def _ahead(session: Session, search: requests.Search, token: str | None) -> asyncio.Task[Found] | None:
    if token is None:
        return None
    return asyncio.create_task(pages.find(session, search.model_copy(update={"after": token})))


class _Ndjson:
    media_type = "application/x-ndjson"

    def head(self) -> bytes:
        return b""

    def page(self, page: Page) -> bytes:
        return b"".join(each + b"\n" for each in pages.each_document(page))

    def status(self, status: dict[str, Any]) -> bytes:
        return orjson.dumps({"_status": status}) + b"\n"


class _Csv:
    media_type = "text/csv"

    def __init__(self, fields: list[str] | None) -> None:
        self._fields = tuple(fields) if fields is not None else _COLUMNS

    def head(self) -> bytes:
        return _row(["_id", "_type", "_version", *self._fields])

    def page(self, page: Page) -> bytes:
        return b"".join(self._line(orjson.loads(each)) for each in pages.each_document(page))

    def status(self, status: dict[str, Any]) -> bytes:
        return _row(["_status", orjson.dumps(status).decode()])

    def _line(self, document: dict[str, Any]) -> bytes:
        meta = document["_meta"]
        return _row([meta["id"], meta["type"], meta["version"], *(_cell(_at(document, name)) for name in self._fields)])


def _at(document: Any, path: str) -> Any:
    for name in path.split("."):
        document = document.get(name) if isinstance(document, dict) else None
    return document


def _cell(value: Any) -> str:
    if value is None:
        return ""
    text = value if isinstance(value, str) else orjson.dumps(value).decode()
    return f"'{text}" if text[:1] in {"=", "+", "@", "\t", "\r"} else text


def _row(cells: list[str]) -> bytes:
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue().encode()
