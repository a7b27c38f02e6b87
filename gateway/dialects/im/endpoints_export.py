"""Endpoint that streams a whole snapshot, as NDJSON or CSV, page after page in flat memory."""

import asyncio
from codecs import BOM_UTF8
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from gateway import wire, work
from gateway.dialects.im import cells, pages, requests
from gateway.dialects.im.pages import Found
from gateway.incidents.reading.search import Page
from gateway.incidents.session import Session
from gateway.problems import GatewayError, Stopping
from gateway.state import State
from gateway.work.turns import Turn
from queries.errors import PageTooLarge

_COLUMNS = (
    "title", "severity", "status", "state", "category", "type", "source", "reviewer", "tags", "mitre", "started_at",
    "created_at", "updated_at", "resolved_at", "description", "comment", "numeric_id",
)  # fmt: skip


_PART = 2**18
"""Bytes of rows that are sent together."""


async def export(request: Request[State], session: Session) -> Response:
    """`GET` and `POST incidents/export`; the last line says whether it is whole.

    Of CSV that is so where checkpoints are asked for alone, as a reader of tables would take it for a row: else the
    header `X-Total-Docs` says how many rows a whole one has, and one that is not breaks its connection off. `HEAD` is
    refused as they are, reads nothing, and leaves no point in time of its own.
    """
    query = await pages.asked_in(request, requests.Export)
    head_only = request.method == "HEAD"
    lines = await _csv(session, query) if query.format == "csv" else _Ndjson()
    snapshot = await _snapshot(session, query)
    words = query.model_dump(exclude={"format", "checkpoints", "bom"})
    size = 0 if head_only else session.ctx.settings.export_page
    search = requests.Search.model_validate({**words, "pit": snapshot.handle, "size": size})
    try:
        counted = search.model_copy(update={"with_total_docs": not lines.tells})
        first = await _found(session, counted, any_order=lines.any_order)
    except BaseException:
        await snapshot.give_back()
        raise
    if head_only:
        headers = {**_headers(lines, first), **({} if snapshot.own else {"X-Pit": snapshot.handle})}
        await snapshot.give_back()
        return wire.head(lines.media_type, headers)
    run = _Run(session, search, lines, snapshot, request.state["stopping"], query.checkpoints)
    return _Download(run, first)


@dataclass(slots=True)
class _Snapshot:
    """The point in time of an export: its own goes back at the end, or where a caller leaves who cannot go on."""

    session: Session
    handle: str
    own: bool
    known: bool = False
    """Whether the caller was told how to go on with it."""

    async def give_back(self) -> None:
        """Closes a point in time of our own, once; one that cannot be closed just now expires."""
        if self.own:
            self.own = False
            # A caller that leaves may have read no page for longer than a part of the work has time.
            work.renew()
            with suppress(GatewayError):
                await self.session.ctx.pits.close(self.session.tenant, self.handle)


async def _snapshot(session: Session, query: requests.Export) -> _Snapshot:
    if query.pit is not None:
        return _Snapshot(session, query.pit, own=False)
    opened = await session.ctx.pits.open(session.tenant, is_show_aggs=query.is_show_aggs, keep_alive=query.keep_alive)
    return _Snapshot(session, opened[0].handle, own=True)


def _headers(lines: "_Ndjson | _Csv", first: Found) -> dict[str, str]:
    total = first.page.total
    return {**lines.headers, **({} if lines.tells or total is None else {"X-Total-Docs": f"{total}"})}


class _Download(StreamingResponse):
    """An export on its way; however it ends, it leaves no point in time that nobody knows of."""

    def __init__(self, run: "_Run", first: Found) -> None:
        super().__init__(
            run.stream(first),
            media_type=run.lines.media_type,
            headers={"X-Pit": run.snapshot.handle, **_headers(run.lines, first)},
        )
        self._snapshot = run.snapshot

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Sends the lines."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            if not self._snapshot.known:
                await self._snapshot.give_back()


@dataclass(slots=True)
class _Run:
    """One export."""

    session: Session
    search: requests.Search
    lines: "_Ndjson | _Csv"
    snapshot: _Snapshot
    stopping: asyncio.Event
    checkpoints: bool

    async def stream(self, first: Found) -> AsyncIterator[bytes]:
        """The lines; while a page is sent, the next one is fetched. Raises GatewayError where no line tells of it."""
        count, result, handle = 0, first, None if self.snapshot.own else self.snapshot.handle
        yield self.lines.head()
        while True:
            work.renew()
            count += len(result.page.hits)
            async for part in _parts(self.lines.rows(result.page)):
                yield part
            if result.token is None:
                break
            if self.checkpoints:
                yield self._going_on(count, result.token)
            try:
                result = await self._next(result.token)
            except GatewayError as error:
                if not self.lines.tells:
                    raise
                yield self._going_on(count, result.token, error={"type": error.kind, "reason": error.reason})
                return
        await self.snapshot.give_back()
        if self.lines.tells:
            yield self.lines.status({"complete": True, "count": count, "next": None, "pit": handle})

    async def _next(self, token: str) -> Found:
        if self.stopping.is_set():
            raise Stopping
        search = self.search.model_copy(update={"after": token})
        return await _found(self.session, search, any_order=self.lines.any_order)

    def _going_on(self, count: int, token: str | None, **rest: Any) -> bytes:
        """The line that tells a caller how to go on, to whom the point in time is left with that."""
        self.snapshot.known = True
        status = {"complete": False, "count": count, "next": token, "pit": self.snapshot.handle}
        return self.lines.status({**status, **rest})


async def _found(session: Session, search: requests.Search, *, any_order: bool) -> Found:
    """The page, or the first part of it where its documents are too large for one.

    In the engine's own order the cursors are others than those of pages.
    """
    any_order = any_order and not search.sort
    while True:
        try:
            return await pages.find(session, search, words="any order" if any_order else None, any_order=any_order)
        except PageTooLarge as error:
            search = search.model_copy(update={"size": error.fits})


async def _csv(session: Session, query: requests.Export) -> "_Csv":
    """Rows of the fields that are wanted: by default the usual ones, and all of the tenant's own."""
    if query.fields is not None:
        return _Csv(query.fields, query.bom, tells=query.checkpoints)
    columns = await session.all_columns()
    own = sorted(name for name in columns if name not in session.rules.fields.columns and "." not in name)
    return _Csv([*_COLUMNS, *own], query.bom, tells=query.checkpoints)


async def _parts(rows: Iterator[bytes]) -> AsyncIterator[bytes]:
    """The rows, some together; others have their turn in between, as there may be thousands, of hundreds of cells."""
    held, size, turn = list[bytes](), 0, Turn()
    for row in rows:
        held.append(row)
        size += len(row)
        if size > _PART:
            yield b"".join(held)
            held, size = [], 0
        if turn.is_over():
            await turn.give()
    yield b"".join(held)


class _Ndjson:
    tells = True
    """Whether there are lines that say how far it is."""
    any_order = True
    """Whether one reads them that does not mind: people do, of tables."""
    media_type = "application/x-ndjson"
    headers: Mapping[str, str] = {}

    def head(self) -> bytes:
        return b""

    def rows(self, page: Page) -> Iterator[bytes]:
        return (text + b"\n" for text in pages.each_document(page))

    def status(self, status: dict[str, Any]) -> bytes:
        return orjson.dumps({"_status": status}) + b"\n"


class _Csv:
    any_order = False
    media_type = "text/csv"
    headers: Mapping[str, str] = {"Content-Disposition": 'attachment; filename="incidents.csv"'}

    def __init__(self, fields: Sequence[str], bom: bool, *, tells: bool) -> None:
        self.tells, self._fields, self._mark = tells, tuple(fields), BOM_UTF8 if bom else b""
        self._paths = [name.split(".") for name in fields]

    def head(self) -> bytes:
        return self._mark + cells.row(["_id", "_type", "_version", *self._fields])

    def rows(self, page: Page) -> Iterator[bytes]:
        return map(self._line, pages.each_document(page))

    def status(self, status: dict[str, Any]) -> bytes:
        return cells.row(["_status", orjson.dumps(status).decode()])

    def _line(self, text: bytes) -> bytes:
        document: dict[str, Any] = orjson.loads(text)
        meta = document["_meta"]
        values = (cells.cell(cells.at(document, path)) for path in self._paths)
        return cells.row([meta["id"], meta["type"], meta["version"], *values])
