"""Endpoints of bulk changes and bulk creation: read, applied and answered in slices, in bounded memory."""

import asyncio
import tempfile
import time
from collections import Counter, deque
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import IO, Any

import orjson
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from gateway import wire, work
from gateway.dialects.im import requests, requests_changes
from gateway.dialects.im.bulk_body import Item, items
from gateway.incidents.model.documents import identified
from gateway.incidents.session import Session
from gateway.incidents.writing.change import Change, change, field_edit
from gateway.incidents.writing.create import Draft, create
from gateway.incidents.writing.delete_many import Deletion, delete_many
from gateway.incidents.writing.outcomes import Outcome
from gateway.problems import GatewayError, Problem, Stopping, TimedOut, TooLarge, TooMany, Unavailable, problem
from gateway.state import State
from gateway.telemetry import BULK_ITEMS
from gateway.work.turns import Turn
from queries.errors import QueryError

_MEDIA = ("application/x-ndjson", "application/json")
_IN_MEMORY = _SLICE_BYTES = 4 * 2**20
_FIRST, _AT_ONCE = 200, 3
"""Items of the first slice, as the engine is to begin soon (the next has twice as many), and slices under way."""
_STATUS = {"created": 201, "updated": 200, "noop": 200, "deleted": 200}

_NOT_FOR_GOOD = (Unavailable, TooMany, TimedOut)
"""What an item is refused for that may be tried again."""

Apply = Callable[[Session, Sequence[Item], str], Awaitable[list[Outcome]]]


async def bulk_update(request: Request[State], session: Session) -> Response:
    """`POST incidents/bulkUpdate`."""
    return await _bulk(request, session, "update", _changes)


async def bulk_create(request: Request[State], session: Session) -> Response:
    """`POST incidents/bulkCreate`."""
    return await _bulk(request, session, "create", _drafts)


async def _changes(session: Session, changed: Sequence[Item], refresh: str) -> list[Outcome]:
    wanted = [
        Change(str(each.id), field_edit(each.fields, session.rules), each.version, mark=_mark(session, each))
        for each in changed
    ]
    return await change(session, wanted, refresh=refresh)


async def _drafts(session: Session, created: Sequence[Item], refresh: str) -> list[Outcome]:
    drafts = [
        Draft(each.fields, each.id, version=each.version, mark=_mark(session, each), many=True) for each in created
    ]
    return await create(session, drafts, refresh=refresh)


def _mark(session: Session, item: Item) -> str | None:
    """What the item is known by where its request is carried out again: where it stands."""
    return session.once.mark(f"item {item.line}") if session.once else None


async def bulk_delete(request: Request[State], session: Session) -> Response:
    """`POST incidents/bulkDelete`, of lines or of a JSON object of ids."""
    return await _bulk(request, session, "delete", _deletions)


async def _deletions(session: Session, deleted: Sequence[Item], refresh: str) -> list[Outcome]:
    outcomes = await delete_many(
        session, [Deletion(str(each.id), each.version, _mark(session, each)) for each in deleted]
    )
    await session.refresh(refresh)
    return outcomes


async def _bulk(request: Request[State], session: Session, action: str, apply: Apply) -> Response:
    """The answer is kept aside until the whole body is read: a client that sends all before it reads never blocks."""
    query = wire.query(request, requests.Write)
    wire.check_media_type(request, *_MEDIA)
    began, body = time.monotonic(), await _items(request, session, action)
    answer = _Answer(action)
    run = _Run(session, apply, query.refresh, request.state["stopping"])
    with ExitStack() as unanswered:
        unanswered.callback(answer.close)
        try:
            async for part, outcomes in run.answered(_slices(body, session.ctx.settings.bulk_slice)):
                await answer.add(part, outcomes)
                if session.once and any(isinstance(each.error, _NOT_FOR_GOOD) for each in outcomes):
                    session.once.whole = False
        except TooLarge as error:
            tried = f"; the {answer.count:,} items before that were tried" if answer.count else ""
            raise TooLarge(f"{error.reason}{tried}") from error
        unanswered.pop_all()
    return _Outcomes(answer, round((time.monotonic() - began) * 1000))


async def _items(request: Request[State], session: Session, action: str) -> AsyncIterator[Item]:
    said = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if action == "delete" and said == wire.JSON:
        return _of_ids((await wire.read(request, requests_changes.Ids)).ids)
    settings = session.ctx.settings
    chunks = wire.while_there(request, wire.stream(request, settings.bulk_limit))
    return items(chunks, action, settings.document_values)


async def _of_ids(ids: Sequence[str]) -> AsyncIterator[Item]:
    for position, each in enumerate(ids):
        try:
            yield Item(position, identified(each, f"ids[{position}]"))
        except QueryError as error:
            yield Item(position, each, error=error)


async def _slices(source: AsyncIterator[Item], most: int) -> AsyncIterator[list[Item]]:
    part: list[Item] = []
    held, size, turn = 0, min(_FIRST, most), Turn()
    async for item in source:
        if turn.is_over():
            await turn.give()
        part.append(item)
        held += item.size
        if len(part) == size or held > _SLICE_BYTES:
            yield part
            part, held, size = [], 0, min(2 * size, most)
    if part:
        yield part


@dataclass(slots=True)
class _Run:
    """The slices of one request, applied; once the engine fails, or the gateway stops, no further one is tried."""

    session: Session
    apply: Apply
    refresh: str
    stopping: asyncio.Event
    broken: GatewayError | None = None

    async def answered(self, slices: AsyncIterator[list[Item]]) -> AsyncIterator[tuple[list[Item], list[Outcome]]]:
        """Each slice and its outcomes, in order; one is read while those before are written, if they share no id."""
        written: deque[tuple[list[Item], asyncio.Task[list[Outcome]]]] = deque()
        too_large: TooLarge | None = None
        try:
            async for part in slices:
                ids = _ids(part)
                while len(written) == _AT_ONCE or not all(ids.isdisjoint(_ids(before)) for before, _ in written):
                    before, outcomes = written.popleft()
                    yield before, await outcomes
                written.append((part, asyncio.create_task(self._applied(part))))
        except TooLarge as error:
            too_large = error
        for part, outcomes in written:
            yield part, await outcomes
        if too_large:
            raise too_large

    async def _applied(self, part: Sequence[Item]) -> list[Outcome]:
        work.renew()
        good = [each for each in part if each.error is None]
        applied = iter(await self._tried(good))
        return [Outcome(each.id, error=each.error) if each.error is not None else next(applied) for each in part]

    async def _tried(self, part: Sequence[Item]) -> list[Outcome]:
        """An outcome for each item; where the engine fails, that is the outcome of every one."""
        if self.stopping.is_set():
            self.broken = self.broken or Stopping()
        try:
            if self.broken is None:
                return await self.apply(self.session, part, self.refresh) if part else []
        except GatewayError as error:
            self.broken = Unavailable(f"not tried, as what came before it failed: {error.reason}")
            return [Outcome(each.id, error=error) for each in part]
        return [Outcome(each.id, error=self.broken) for each in part]


def _ids(part: Sequence[Item]) -> set[str]:
    return {each.id for each in part if each.id is not None}


class _Outcomes(StreamingResponse):
    """The answer on its way; however it ends, and where it never begins, it leaves no file open."""

    def __init__(self, answer: "_Answer", took: int) -> None:
        super().__init__(answer.chunks(took), media_type=wire.JSON)
        self._answer = answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Sends the items."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._answer.close()


class _Answer:
    """The items of the answer, on disk once they are many."""

    def __init__(self, action: str) -> None:
        self.count, self._errors, self._action = 0, False, action
        self._file: IO[bytes] = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115

    async def add(self, part: Sequence[Item], outcomes: Sequence[Outcome]) -> None:
        """Takes the outcomes of a slice, in its order."""
        rows = [self._row(item, outcome) for item, outcome in zip(part, outcomes, strict=True)]
        self._errors = self._errors or any("error" in row for row in rows)
        for status, times in Counter(row["status"] for row in rows).items():
            BULK_ITEMS.labels(self._action, status).inc(times)
        lines = orjson.dumps([{self._action: row} for row in rows])[1:-1]
        await run_in_threadpool(self._file.write, b"," + lines if self.count else lines)
        self.count += len(rows)

    async def chunks(self, took: int) -> AsyncIterator[bytes]:
        """The whole answer."""
        yield b'{"took":%d,"errors":%b,"items":[' % (took, orjson.dumps(self._errors))
        self._file.seek(0)
        while chunk := await run_in_threadpool(self._file.read, 2**18):
            yield chunk
        yield b"]}"

    def close(self) -> None:
        """Gives up the answer."""
        self._file.close()

    # Where something fails between the answer and its sending, nobody else is left who knows of the file.
    __del__ = close

    def _row(self, item: Item, outcome: Outcome) -> dict[str, Any]:
        if outcome.error is None:
            status = _STATUS[str(outcome.result)]
            version = {} if outcome.version is None else {"version": outcome.version}
            return {"_id": outcome.id, "status": status, "result": outcome.result, **version}
        refusal: Problem = problem(outcome.error)
        where = (
            refusal.where if item.error is not None or refusal.where is None else f"line {item.line}.{refusal.where}"
        )
        error = {"type": refusal.kind, "reason": refusal.reason, "where": where or f"line {item.line}"}
        return {"_id": outcome.id, "status": refusal.status, "error": error}
