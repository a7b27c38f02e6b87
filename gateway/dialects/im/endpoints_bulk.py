"""Endpoints of bulk changes and bulk creation: read, applied and answered in slices, in bounded memory."""

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from gateway import wire, work
from gateway.dialects.im import requests, requests_changes
from gateway.dialects.im.bulk_answer import Answer, Answered
from gateway.dialects.im.bulk_body import Item, items, not_read
from gateway.incidents.model.documents import identified
from gateway.incidents.session import Session
from gateway.incidents.writing.change import Change, change, field_edit
from gateway.incidents.writing.create import Draft, create
from gateway.incidents.writing.delete_many import Deletion, delete_many
from gateway.incidents.writing.outcomes import Outcome
from gateway.problems import GatewayError, Stopping, TimedOut, TooLarge, TooMany, Unavailable
from gateway.state import State
from gateway.work.turns import Turn
from queries.errors import QueryError

_MEDIA = ("application/x-ndjson", "application/json")
_SLICE_BYTES = 4 * 2**20
_FIRST, _AT_ONCE = 200, 3
"""Items of the first slice, as the engine is to begin soon (the next has twice as many), and slices under way."""

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
    began, body, answer = time.monotonic(), await _items(request, session, action), Answer(action)
    slices = wire.while_there(request, _slices(body, session.ctx.settings.bulk_slice, answer))
    run = _Run(session, apply, query.refresh, request.state["stopping"])
    with ExitStack() as unanswered:
        unanswered.callback(answer.close)
        try:
            async for part, outcomes in run.answered(slices):
                await answer.add(part, outcomes)
                if session.once and any(isinstance(each.error, _NOT_FOR_GOOD) for each in outcomes):
                    session.once.whole = False
        except TooLarge as error:
            tried = f"; the {answer.count:,} items before that were tried" if answer.count else ""
            raise TooLarge(f"{error.reason}{tried}") from error
        unanswered.pop_all()
    return Answered(answer, round((time.monotonic() - began) * 1000))


async def _items(request: Request[State], session: Session, action: str) -> AsyncIterator[Item]:
    said = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if action == "delete" and said == wire.JSON:
        return _of_ids((await wire.read(request, requests_changes.Ids)).ids)
    settings = session.ctx.settings
    return items(wire.stream(request, settings.bulk_limit), action, settings.document_values)


async def _of_ids(ids: Sequence[str]) -> AsyncIterator[Item]:
    for position, each in enumerate(ids):
        try:
            yield Item(position, identified(each, f"ids[{position}]"), size=len(each))
        except QueryError as error:
            yield Item(position, each, error=error, size=len(each))


async def _slices(source: AsyncIterator[Item], most: int, answer: Answer) -> AsyncIterator[list[Item]]:
    """The items in slices, until their answer is out of proportion to them, which the last one says."""
    part: list[Item] = []
    held, read, size, turn = 0, 0, min(_FIRST, most), Turn()
    async for item in source:
        if turn.is_over():
            await turn.give()
        part.append(item)
        held += item.size
        if len(part) == size or held > _SLICE_BYTES:
            yield part
            part, held, read, size = [], 0, read + held, min(2 * size, most)
            if answer.is_out_of_proportion(read):
                yield [not_read("the answer has many times the bytes of what it is for", item.line)]
                return
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
