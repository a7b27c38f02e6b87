"""Endpoints of bulk changes and bulk creation: read, applied and answered in slices, in bounded memory."""

import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import IO, Any

import orjson
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from gateway import wire
from gateway.auth import Principal
from gateway.dialects.im import requests
from gateway.dialects.im.bulk_body import Item, items
from gateway.dialects.im.names import NAME
from gateway.incidents.changing import Change, change, field_edit
from gateway.incidents.context import Actor, Context
from gateway.incidents.creating import Draft, create
from gateway.incidents.outcomes import Outcome
from gateway.problems import GatewayError, Problem, TooLarge, problem
from gateway.state import State
from gateway.telemetry import BULK_ITEMS

_MEDIA = ("application/x-ndjson", "application/json")
_IN_MEMORY = 4 * 2**20
_SLICE_BYTES = 8 * 2**20
_STATUS = {"created": 201, "updated": 200, "noop": 200}

Apply = Callable[[Context, Actor, Sequence[Item], str], Awaitable[list[Outcome]]]


async def bulk_update(request: Request[State], caller: Principal) -> Response:
    """`POST incidents/bulkUpdate`."""
    return await _bulk(request, caller, "update", _changes)


async def bulk_create(request: Request[State], caller: Principal) -> Response:
    """`POST incidents/bulkCreate`."""
    return await _bulk(request, caller, "create", _drafts)


async def _changes(ctx: Context, actor: Actor, asked: Sequence[Item], refresh: str) -> list[Outcome]:
    wanted = [Change(str(each.id), field_edit(each.fields), each.version) for each in asked]
    return await change(ctx, actor, wanted, refresh=refresh)


async def _drafts(ctx: Context, actor: Actor, asked: Sequence[Item], refresh: str) -> list[Outcome]:
    return await create(ctx, actor, [Draft(each.fields, each.id) for each in asked], refresh=refresh)


async def _bulk(request: Request[State], caller: Principal, action: str, apply: Apply) -> Response:
    """The answer is kept aside until the whole body is read: a client that sends all before it reads never blocks."""
    gateway, asked = request.state["gateway"], wire.query(request, requests.Write)
    wire.check_media_type(request, *_MEDIA)
    began, answer = time.monotonic(), _Answer(action)
    chunks = wire.stream(request, gateway.settings.bulk_limit)
    try:
        async for part in _slices(items(chunks, action), gateway.settings.bulk_slice):
            await answer.add(part, await _applied(gateway.ctx, caller.acting(NAME), part, apply, asked.refresh))
    except TooLarge as error:
        told = f"; the {answer.count:,} items before that were tried" if answer.count else ""
        raise TooLarge(f"{error.reason}{told}") from error
    return StreamingResponse(answer.chunks(round((time.monotonic() - began) * 1000)), media_type=wire.JSON)


async def _slices(source: AsyncIterator[Item], size: int) -> AsyncIterator[list[Item]]:
    part: list[Item] = []
    held = 0
    async for item in source:
        part.append(item)
        held += item.size
        if len(part) == size or held > _SLICE_BYTES:
            yield part
            part, held = [], 0
    if part:
        yield part


async def _applied(ctx: Context, actor: Actor, part: Sequence[Item], apply: Apply, refresh: str) -> list[Outcome]:
    """An outcome for each item; where the engine fails, that is the outcome of every item it was asked for."""
    good = [each for each in part if each.error is None]
    try:
        applied = iter(await apply(ctx, actor, good, refresh) if good else [])
    except GatewayError as error:
        applied = iter([Outcome(each.id, error=error) for each in good])
    return [Outcome(each.id, error=each.error) if each.error is not None else next(applied) for each in part]


class _Answer:
    """The items of the answer, on disk once they are many."""

    def __init__(self, action: str) -> None:
        self.count, self._errors, self._action = 0, False, action
        self._file: IO[bytes] = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115

    async def add(self, part: Sequence[Item], outcomes: Sequence[Outcome]) -> None:
        """Takes the outcomes of a slice, in its order."""
        rows = [self._row(item, outcome) for item, outcome in zip(part, outcomes, strict=True)]
        self._errors = self._errors or any("error" in row for row in rows)
        lines = b",".join(orjson.dumps({self._action: row}) for row in rows)
        await run_in_threadpool(self._file.write, b"," + lines if self.count else lines)
        self.count += len(rows)

    async def chunks(self, took: int) -> AsyncIterator[bytes]:
        """The whole answer."""
        yield b'{"took":%d,"errors":%b,"items":[' % (took, orjson.dumps(self._errors))
        self._file.seek(0)
        while chunk := await run_in_threadpool(self._file.read, 2**18):
            yield chunk
        self._file.close()
        yield b"]}"

    def _row(self, item: Item, outcome: Outcome) -> dict[str, Any]:
        if outcome.error is None:
            status = _STATUS[str(outcome.result)]
            BULK_ITEMS.labels(self._action, status).inc()
            return {"_id": outcome.id, "status": status, "result": outcome.result, "version": outcome.version}
        found: Problem = problem(outcome.error)
        BULK_ITEMS.labels(self._action, found.status).inc()
        where = found.where if item.error is not None or found.where is None else f"line {item.line}.{found.where}"
        error = {"type": found.kind, "reason": found.reason, "where": where or f"line {item.line}"}
        return {"_id": outcome.id, "status": found.status, "error": error}
