"""Endpoints that change or delete whatever filters ask for: first counted and shown, then done, slice by slice."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import anyio
import orjson
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from gateway import wire, work
from gateway.dialects.im import pages, requests, requests_changes, selections, translate
from gateway.dialects.im.selections import Selection
from gateway.incidents.reading import Pit
from gateway.incidents.reading.search import Page
from gateway.incidents.session import Session
from gateway.incidents.writing import selection
from gateway.incidents.writing.change import field_edit
from gateway.incidents.writing.outcomes import Outcome
from gateway.incidents.writing.selection import Apply, Member, Result
from gateway.problems import Conflict, GatewayError, PitExpired, Stopping, problem
from gateway.state import State
from gateway.telemetry import BULK_ITEMS
from queries.criteria import And, Criterion
from queries.errors import QueryError
from queries.kinds import INCIDENTS
from queries.searches import Search

_LINES = "application/x-ndjson"
_SAMPLE, _FAILURES = 10, 100
_DONE = {"update": "updated", "delete": "deleted"}


async def update_by_filter(request: Request[State], session: Session) -> Response:
    """`POST incidents/bulkUpdate/byFilter`."""
    query, sent = wire.query(request, requests.Write), await wire.read(request, requests_changes.UpdateByFilter)
    edit = field_edit(sent.change, session.rules)
    try:
        await selection.require_possible(session, sent.change, edit)
    except QueryError as error:
        raise QueryError(error.reason, f"change.{error.where}" if error.where else "change", error.kind) from None
    if sent.dry_run:
        return await _dry_run(session, sent, "update", sent.change)
    found = selections.read(session, "update", sent.change, str(sent.token))
    run = _Run(session, "update", found, selection.updating(edit), request.state["stopping"])
    return await _answered(request, run, query.refresh)


async def delete_by_filter(request: Request[State], session: Session) -> Response:
    """`POST incidents/bulkDelete/byFilter`."""
    query, sent = wire.query(request, requests.Write), await wire.read(request, requests_changes.DeleteByFilter)
    if sent.dry_run:
        return await _dry_run(session, sent, "delete", {})
    found = selections.read(session, "delete", {}, str(sent.token))
    run = _Run(session, "delete", found, selection.deleting, request.state["stopping"])
    return await _answered(request, run, query.refresh)


async def _dry_run(
    session: Session, sent: requests_changes.ByFilter, action: str, change: Mapping[str, Any]
) -> Response:
    """How many there are, some of them, and the token by which just these are changed."""
    pit = await selections.snapshot(session, sent)
    try:
        page = await _sample(session, sent, pit)
    except BaseException:
        if sent.pit is None:
            with suppress(GatewayError):
                await session.ctx.pits.close(session.tenant, pit.handle)
        raise
    total = page.total or 0
    numbers = await session.numbers(total) if total else [0]
    first = int(await session.noted("first number", str(numbers[0])))
    token = selections.token(session, action, change, Selection(sent, pit.handle, total, first))
    tail = {"token": token, "expires_at": selections.expiry(pit)}
    sample = await pages.documents(page)
    return wire.spliced(b'{"total":%d,"sample":[%b],%b' % (total, sample, wire.dumps(tail)[1:]))


async def _sample(session: Session, sent: requests.Filters, pit: Pit) -> Page:
    wanted = await selections.criterion(session, sent, pit)
    search = Search(And((INCIDENTS, wanted)), selection.BY_NUMBER, _SAMPLE, total=True)
    try:
        return await session.find(search, pit)
    except QueryError as error:
        placed = translate.placed(sent, await pages.columns_for(session, sent), pit.opened_at)
        raise await pages.at_its_place(session, placed, error) from None


@dataclass(slots=True)
class _Summary:
    """What became of all members so far, and the first that failed."""

    counts: dict[str, int]
    items: list[dict[str, Any]] = field(default_factory=list)

    def add(self, row: dict[str, Any]) -> None:
        """Counts one."""
        error = row.get("error")
        name = row.get("result") or ("conflicts" if error and error["type"] == Conflict.kind else "failed")
        self.counts[name] += 1
        if error and len(self.items) < _FAILURES:
            self.items.append(row)


@dataclass(slots=True)
class _Run:
    """One attempt to change a selection."""

    session: Session
    action: str
    found: Selection
    apply: Apply
    stopping: asyncio.Event
    summary: _Summary = field(init=False)
    error: GatewayError | QueryError | None = None

    def __post_init__(self) -> None:
        done = ("updated", "noop") if self.action == "update" else ("deleted",)
        names = (*done, "done_before", "no_longer_matching", "conflicts", "failed")
        self.summary = _Summary(dict.fromkeys(names, 0))

    async def slices(self) -> AsyncIterator[list[dict[str, Any]]]:
        """What became of the members, slice by slice. Raises GatewayError where nothing was done yet.

        Later failures are kept as `error`, and end it.
        """
        begun = False
        try:
            pit = await self.session.ctx.pits.use(self.session.tenant, self.found.pit)
            wanted = await selections.criterion(self.session, self.found.filters, pit)
            async for some in selection.members(self.session, self.found.pit, wanted, self.found.first):
                if self.stopping.is_set():
                    raise Stopping
                rows = await self._applied(some, wanted)
                begun = True
                yield rows
        except PitExpired as error:
            self.error = PitExpired("the snapshot of this token has expired; make another dry run", "token")
            if not begun:
                raise self.error from error
        except GatewayError as error:
            self.error = error
            if not begun:
                raise

    async def _applied(self, some: Sequence[Member], wanted: Criterion) -> list[dict[str, Any]]:
        """The slice is done to its end, whoever leaves meanwhile."""
        work.renew()
        with anyio.CancelScope(shield=True):
            result = await selection.applied(self.session, some, wanted, self.apply) if some else Result()
        rows = [_row(self.action, each, result) for each in some]
        for row in rows:
            self.summary.add(row)
            BULK_ITEMS.labels(self.action, row["status"]).inc()
        return rows

    def told(self) -> dict[str, Any]:
        """How it ended; where that was before the end, it is not its last answer under its key."""
        if self.error and self.session.once:
            self.session.once.whole = False
        error = problem(self.error) if self.error else None
        why = error and {"type": error.kind, "reason": error.reason, "where": error.where}
        return {"complete": why is None, "total": self.found.total, **self.summary.counts, "error": why}


def _row(action: str, member: Member, result: Result) -> dict[str, Any]:
    outcome = result.outcomes.get(member.id, Outcome(member.id))
    if outcome.error is not None:
        refusal = problem(outcome.error)
        error = {"type": refusal.kind, "reason": refusal.reason, "where": refusal.where}
        return {"_id": member.id, "status": refusal.status, "error": error}
    if member.id in result.again:
        return {"_id": member.id, "status": 200, "result": _DONE[action]}
    if outcome.result is None:
        word = "done_before" if member.id in result.before else "no_longer_matching"
        return {"_id": member.id, "status": 200, "result": word}
    version = {} if action == "delete" else {"version": outcome.version}
    return {"_id": member.id, "status": 200, "result": outcome.result, **version}


async def _answered(request: Request[State], run: _Run, refresh: str) -> Response:
    """The summary; or each outcome as a line, and the summary last."""
    slices = run.slices()
    first = await anext(slices)
    if _LINES in request.headers.get("accept", "").lower():
        return StreamingResponse(_lines(run, first, slices, refresh), media_type=_LINES)
    while not await request.is_disconnected() and await anext(slices, None) is not None:
        pass
    await _refreshed(run, refresh)
    return wire.reply({**run.told(), "items": run.summary.items})


async def _lines(
    run: _Run, first: list[dict[str, Any]], slices: AsyncIterator[list[dict[str, Any]]], refresh: str
) -> AsyncIterator[bytes]:
    rows: list[dict[str, Any]] | None = first
    while rows is not None:
        yield b"".join(orjson.dumps(row) + b"\n" for row in rows)
        rows = await anext(slices, None)
    await _refreshed(run, refresh)
    yield orjson.dumps({"_status": run.told()}) + b"\n"


async def _refreshed(run: _Run, refresh: str) -> None:
    """What was done can be searched, where that was asked for and can be."""
    if run.error is None:
        work.renew()
        await run.session.refresh(refresh)
