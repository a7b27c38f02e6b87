"""Merging and splitting: alerts moved from incident to incident, wholly or not at all.

What is to be done is first written down in the tenant's entry in the registry, which also keeps all others out; then it
is done in steps that can each be done again; then the entry is taken away. What a gateway that ended left undone is
finished by the next that starts, or that needs the place. Whoever works renews the entry before each step, and stops
when it is no longer its own.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

import orjson

from gateway.alerts import merge as merging
from gateway.alerts import split as splitting
from gateway.incidents.session import Actor, Context
from gateway.problems import Conflict, GatewayError, NotFound, Unavailable
from gateway.store import Json, complete
from gateway.store.registry import REGISTRY, Entry
from queries.errors import QueryError
from queries.periods import iso

LEASE = timedelta(seconds=5)
WATCH = 1.0

_PAUSE = 0.05
_log = logging.getLogger("gateway.moving")

Step = Callable[[], Awaitable[None]]


class _Operation(Protocol):
    """One of the two: what it plans of a request, the steps of a plan, and the way back."""

    async def plan(self, ctx: Context, tenant: str, request: Mapping[str, Any]) -> Json: ...

    def steps(self, ctx: Context, actor: Actor, plan: Json) -> Sequence[Step]: ...

    async def undo(self, ctx: Context, actor: Actor, plan: Json) -> None: ...


_OPERATIONS: Mapping[str, _Operation] = {"merge": merging, "split": splitting}


async def merge(
    ctx: Context, actor: Actor, destination_id: str, source_ids: Sequence[str], comment: str | None
) -> None:
    """Puts every alert of the sources into the destination, and closes the sources for good.

    Raises NotFound, QueryError for incidents that cannot be merged and for a merge that is under way already.
    """
    request = {"destination": destination_id, "sources": list(source_ids), "comment": comment}
    await _done(ctx, actor, "merge", request)


async def split(ctx: Context, actor: Actor, source_id: str, alert_ids: Sequence[str], comment: str | None) -> str:
    """Puts some alerts of an incident into a new one; its id.

    Raises NotFound, QueryError for alerts that cannot be split off and for a split that is under way already.
    """
    plan = await _done(ctx, actor, "split", {"source": source_id, "alerts": list(alert_ids), "comment": comment})
    return str(plan["new_id"])


async def replay(ctx: Context) -> None:
    """Finishes what gateways that ended left undone; what another one is at is waited for."""
    await ctx.store.refresh(REGISTRY)
    body = orjson.dumps({"query": {"term": {"kind": "move"}}, "size": 10_000, "_source": ["tenant"]})
    found = complete(await ctx.store.call("POST", f"/{REGISTRY}/_search", body))
    for each in found["hits"]["hits"]:
        try:
            await _finished(ctx, each["_id"])
        except (GatewayError, KeyError) as error:  # a key is missing where another version wrote the plan
            _log.warning("a merge or split of tenant %s is not finished: %r", each["_source"]["tenant"], error)


@dataclass(slots=True)
class _Lease:
    """A tenant's entry, as it was last written by us."""

    ctx: Context
    id: str
    entry: Entry
    seen: Json

    async def keep(self, plan: Json | None = None) -> None:
        """Renews the entry, with its plan once there is one. Raises Unavailable if another gateway has it now."""
        entry = self.entry | {"until": iso(self.ctx.clock() + LEASE)} | ({} if plan is None else {"plan": plan})
        try:
            self.seen = await self.ctx.store.put(REGISTRY, self.id, entry, seen=self.seen)
        except Conflict as error:
            raise Unavailable("another gateway goes on with this") from error
        self.entry = entry

    async def release(self) -> None:
        """Takes the entry away."""
        try:
            await self.ctx.store.delete(REGISTRY, self.id, seen=self.seen)
        except Conflict as error:
            raise Unavailable("another gateway goes on with this") from error


async def _done(ctx: Context, actor: Actor, operation: str, request: Json) -> Json:
    """The plan of a request, carried out."""
    lease = await _taken(ctx, actor, operation, request)
    try:
        plan = await _OPERATIONS[operation].plan(ctx, actor.tenant, request)
    except (GatewayError, QueryError):
        with suppress(GatewayError):
            await lease.release()
        raise
    await lease.keep(plan)
    await _run(lease)
    return plan


async def _taken(ctx: Context, actor: Actor, operation: str, request: Json) -> _Lease:
    """The tenant's entry, ours. Raises QueryError for a request that is under way, Unavailable."""
    entry_id = f"move:{actor.tenant}"
    doing = {"operation": operation, "request": request}
    while True:
        entry = {
            "kind": "move", "tenant": actor.tenant, "actor": {"name": actor.name, "dialect": actor.dialect},
            **doing, "until": iso(ctx.clock() + LEASE),
        }  # fmt: skip
        try:
            return _Lease(ctx, entry_id, entry, await ctx.store.put(REGISTRY, entry_id, entry))
        except Conflict:
            await _finished(ctx, entry_id, doing)


async def _finished(ctx: Context, entry_id: str, doing: Json | None = None) -> None:
    """Waits for an entry to go, and finishes what nobody is at any more. Raises QueryError if it is `doing` just that.

    Nobody is at it when its time is over and it stays the same for a while, as clocks may differ; or when it stays the
    same for as long as that time is.
    """
    loop = asyncio.get_running_loop()
    held, since = None, loop.time()
    while True:
        found = await ctx.store.get(REGISTRY, entry_id)
        if found is None:
            return
        entry = found["_source"]
        if held is None or held["_seq_no"] != found["_seq_no"]:
            held, since = found, loop.time()
        still, lapsed = loop.time() - since, datetime.fromisoformat(entry["until"]) <= ctx.clock()
        over = (still >= WATCH and lapsed) or still > LEASE.total_seconds()
        if over:
            await _taken_over(_Lease(ctx, entry_id, entry, found))
            return
        if doing is not None and doing == {name: entry[name] for name in doing}:
            raise QueryError(f"this {entry['operation']} is under way already", kind="pending")
        await asyncio.sleep(_PAUSE)


async def _taken_over(lease: _Lease) -> None:
    """What was left is done, or undone where that cannot be any more; of a tenant that is gone, nothing is left."""
    await lease.keep()
    if "plan" not in lease.entry or not await lease.ctx.tenants.exists(lease.entry["tenant"]):
        await lease.release()
        return
    with suppress(QueryError, NotFound, Conflict):
        await _run(lease)


async def _run(lease: _Lease) -> None:
    """Carries the plan out, step by step; one that has become impossible is undone. Raises what made it so."""
    ctx, entry = lease.ctx, lease.entry
    operation, plan = _OPERATIONS[entry["operation"]], entry["plan"]
    actor = Actor(entry["tenant"], **entry["actor"])
    try:
        for step in operation.steps(ctx, actor, plan):
            await lease.keep()
            await step()
    except (QueryError, NotFound, Conflict):
        await lease.keep()
        await operation.undo(ctx, actor, plan)
        await lease.release()
        raise
    await lease.release()
