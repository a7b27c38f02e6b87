"""Merging and splitting as a saga: alerts moved from incident to incident, wholly or not at all.

What is to be done is first written down in the tenant's entry in the registry, which is also its lease: it keeps all
others out. Then it is done in steps that can each be done again, and the entry is taken away. Its owner renews the
lease before each step, and stops when it has lost it. A stale one, left by a gateway that ended, is taken over and
finished by the next that starts, or that needs it. The plan is among the tenant's events too, by which a registry that
is lost leaves no merge half done.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Protocol

from gateway.alerts import merge as merging
from gateway.alerts import split as splitting
from gateway.incidents.session import Context, Session
from gateway.problems import Conflict, GatewayError, NotFound, Unavailable
from gateway.store.bulk import Write
from gateway.store.hits import Stored
from gateway.store.registry import Entry
from queries.errors import QueryError
from queries.periods import iso

Json = dict[str, Any]

MOVE = "move"
"""The kind of the entry, and of the event that holds it too; one at a time, it is also that event's id."""
_PAUSE = 0.05
_log = logging.getLogger("gateway.saga")

Step = Callable[[], Awaitable[object]]


class _Operation(Protocol):
    """One of the two: what it plans of a request, or planned of one that is done, the steps of a plan, the way back."""

    async def plan(self, session: Session, request: Mapping[str, Any]) -> Json: ...

    async def done(self, session: Session, request: Mapping[str, Any]) -> Json | None: ...

    def steps(self, session: Session, plan: Json) -> Sequence[Step]: ...

    async def undo(self, session: Session, plan: Json) -> None: ...


_OPERATIONS: Mapping[str, _Operation] = {"merge": merging, "split": splitting}


async def merge(session: Session, destination_id: str, source_ids: Sequence[str], comment: str | None) -> None:
    """Puts every alert of the sources into the destination, and closes the sources for good; once, if asked again.

    Raises NotFound, QueryError for incidents that cannot be merged and for a merge that is under way already.
    """
    await _carry_out(session, "merge", {"destination": destination_id, "sources": list(source_ids), "comment": comment})


async def is_merged(session: Session, destination_id: str, source_ids: Sequence[str], comment: str | None) -> bool:
    """Whether the merge is done just as it is asked for."""
    request = {"destination": destination_id, "sources": list(source_ids), "comment": comment}
    return await merging.done(session, request) is not None


async def split(session: Session, source_id: str, alert_ids: Sequence[str], comment: str | None) -> str:
    """Puts some alerts of an incident into a new one; its id. Asked again, it is the same one.

    Raises NotFound, QueryError for alerts that cannot be split off and for a split that is under way already.
    """
    plan = await _carry_out(session, "split", {"source": source_id, "alerts": list(alert_ids), "comment": comment})
    return str(plan["new_id"])


async def replay(ctx: Context) -> None:
    """Finishes what gateways that ended left undone; what another one is at is waited for."""
    for tenant, left in await ctx.store.left_of_kind(MOVE):
        with suppress(Conflict):
            await _written(ctx, _entry_id(tenant), left.source["params"], None)
    for entry in await ctx.store.registry.of_kind(MOVE):
        try:
            await _wait_or_finish(ctx, entry["_id"])
        except (GatewayError, KeyError) as error:  # a key is missing where another version wrote the plan
            _log.warning("a merge or split of tenant %s is not finished: %r", entry["tenant"], error)


def _entry_id(tenant: str) -> str:
    return f"{MOVE}:{tenant}"


@dataclass(slots=True)
class _Lease:
    """A tenant's entry, as its owner last wrote it."""

    ctx: Context
    id: str
    entry: Entry
    version: Stored

    async def renew(self, plan: Json | None = None) -> None:
        """Renews the lease, with its plan once there is one. Raises Unavailable if another gateway owns it now."""
        entry = self.entry | {"until": _until(self.ctx)} | ({} if plan is None else {"plan": plan})
        self.version = await _written(self.ctx, self.id, entry, self.version)
        self.entry = entry

    async def release(self) -> None:
        """Takes the entry away."""
        try:
            await self.ctx.store.registry.delete(self.id, seen=self.version)
        except Conflict as error:
            raise _lost() from error


def _until(ctx: Context) -> str:
    return iso(ctx.clock() + timedelta(seconds=ctx.settings.lease))


def _lost() -> Unavailable:
    return Unavailable("another gateway goes on with this")


async def _written(ctx: Context, entry_id: str, entry: Entry, seen: Stored | None) -> Stored:
    """The entry in place of the one that was seen. Raises Unavailable if that was lost, Conflict if there was one."""
    try:
        version = await ctx.store.registry.put(Write(entry_id, entry, seen))
    except Conflict as error:
        raise error if seen is None else _lost() from error
    term, seq_no = version.split("-")
    return Stored(entry_id, int(seq_no), int(term), entry)


async def _carry_out(session: Session, operation: str, request: Json) -> Json:
    """The plan of a request, carried out."""
    lease = await _acquire(session, operation, request)
    try:
        plan = await _OPERATIONS[operation].plan(session, request)
    except (GatewayError, QueryError) as error:
        with suppress(GatewayError):
            await lease.release()
        if isinstance(error, QueryError | Conflict) and (done := await _OPERATIONS[operation].done(session, request)):
            return done
        raise
    await lease.renew(plan)
    await session.events.put(Write(MOVE, {"kind": MOVE, "params": lease.entry}, mode="index"))
    await _run(lease)
    return plan


async def _acquire(session: Session, operation: str, request: Json) -> _Lease:
    """The tenant's lease, ours. Raises QueryError for a request that is under way, Unavailable."""
    ctx, entry_id = session.ctx, _entry_id(session.tenant)
    doing = {"operation": operation, "request": request}
    while True:
        entry = {
            "kind": MOVE, "tenant": session.tenant,
            "actor": {"name": session.actor, "dialect": session.dialect, "via": session.via},
            **doing, "until": _until(ctx),
        }  # fmt: skip
        try:
            lease = _Lease(ctx, entry_id, entry, await _written(ctx, entry_id, entry, None))
        except Conflict:
            await _wait_or_finish(ctx, entry_id, doing)
            continue
        left = await session.events.get(MOVE)
        if left is None:
            return lease
        await _take_over(replace(lease, entry=left.source["params"]))


async def _wait_or_finish(ctx: Context, entry_id: str, doing: Json | None = None) -> None:
    """Waits for an entry to go, and takes a stale one over. Raises QueryError if it is `doing` just that.

    It is stale when its time is over and it stays the same for a while, as clocks may differ; or when it stays the
    same for as long as that time is.
    """
    loop = asyncio.get_running_loop()
    held, since = None, loop.time()
    while True:
        result = await ctx.store.registry.get(entry_id)
        if result is None:
            return
        entry = result.source
        if held is None or held.seq_no != result.seq_no:
            held, since = result, loop.time()
        still, lapsed = loop.time() - since, datetime.fromisoformat(entry["until"]) <= ctx.clock()
        if (still >= ctx.settings.lease_watch and lapsed) or still > ctx.settings.lease:
            await _take_over(_Lease(ctx, entry_id, entry, result))
            return
        if doing is not None and doing == {name: entry[name] for name in doing}:
            raise QueryError(f"this {entry['operation']} is under way already", kind="pending")
        await asyncio.sleep(_PAUSE)


async def _take_over(lease: _Lease) -> None:
    """What was left is done, or undone where that cannot be any more; of a tenant that is gone, nothing is left."""
    await lease.renew()
    if "plan" not in lease.entry or not await lease.ctx.store.tenants.exists(lease.entry["tenant"]):
        await lease.release()
        return
    with suppress(QueryError, NotFound, Conflict):
        await _run(lease)


async def _run(lease: _Lease) -> None:
    """Carries the plan out, step by step; one that has become impossible is undone. Raises what made it so."""
    entry, actor = lease.entry, lease.entry["actor"]
    operation, plan = _OPERATIONS[entry["operation"]], entry["plan"]
    session = Session(lease.ctx, entry["tenant"], actor["name"], actor["dialect"], via=actor.get("via"))
    try:
        for step in operation.steps(session, plan):
            await lease.renew()
            await step()
    except (QueryError, NotFound, Conflict):
        await lease.renew()
        await operation.undo(session, plan)
        await _end(lease, session)
        raise
    await _end(lease, session)


async def _end(lease: _Lease, session: Session) -> None:
    await session.events.delete(MOVE)
    await lease.release()
