"""A tenant's indices made anew while it is written to: of other shards, or with columns that older ones cannot have.

They are copied, and what is written meanwhile copied behind, until little is left. Then writes wait for a moment, in
which the rest follows and both names are given to the new indices at once. Points in time go on over the old ones.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import orjson

from gateway.incidents.feed.completion import project_between
from gateway.incidents.session import Context, Session
from gateway.problems import Conflict, GatewayError, NotFound, Unavailable
from gateway.store import blocks, making, templates
from gateway.store.bulk import Write
from gateway.store.checkpoints import Numbers
from gateway.store.copying import Copy
from gateway.store.names import all_of, events_of, incidents_of, number_of, numbered
from gateway.store.registry import Entry
from gateway.store.replies import parsed
from queries.periods import iso

Say = Callable[[str], None]

WHO = ("gateway", "gateway")
_AT_ONCE, _FEW = 1_000, 1_000
"""Documents that are copied at once, and that may be left to follow while writes wait."""
_PASSES, _SWAPS = 8, 5
_PAUSE, _ANSWERED = 0.5, 3
_HELD = timedelta(seconds=30)
_LONGEST = 10.0
"""Seconds that writes may wait; the block is nobody's only long after it."""
_LEASE = timedelta(minutes=1)


async def reindex(ctx: Context, tenant: str, wanted: Mapping[str, int], say: Say) -> None:
    """Makes the tenant's indices anew, of the shape that they have but for what is wanted otherwise.

    Those before go once no point in time needs them.

    Raises NotFound; Conflict while another does that, or while gateways may run that know no aliases; Unavailable
    where it comes to nothing: the tenant is as it was then.
    """
    store = ctx.store
    if not await store.tenants.exists(tenant):
        raise NotFound(f'no tenant "{tenant}"')
    if not await templates.is_finished(store.client):
        raise Conflict(
            "gateways of the version before may run, which know no aliases; once none does: "
            "incident-gateway templates apply --finish"
        )
    session = Session(ctx, tenant, *WHO)
    async with _alone(ctx, tenant):
        await _drop(ctx, [each for each in await _unused(ctx, tenant) if each[1]])
        copies = [await _begun(session, kind, wanted) for kind in ("incidents", "events")]
        try:
            await _follow(session, copies, say)
        finally:
            # Looked at anew: what was asked for last may have been done, whatever was answered.
            await _drop(ctx, [each for each in await _unused(ctx, tenant) if each[1]])
        say("swapped")
    await tidy(ctx, tenant, say, wait=True)


async def tidy(ctx: Context, tenant: str, say: Say, *, wait: bool = False) -> None:
    """Has indices go that were the tenant's before, once no point in time is left from before the swap."""
    since, said = ctx.clock(), False
    left = [each for each in await _unused(ctx, tenant) if not each[1]]
    while left and any(pit.opened_at <= since for pit in await ctx.pits.all(tenant)):
        if not wait:
            return
        if not said:
            say("points in time are open over the indices before, which go with the last of these")
        said = True
        await asyncio.sleep(_PAUSE)
    await _drop(ctx, left)
    for index, _ in left:
        say(f"index {index}: deleted")


@asynccontextmanager
async def _alone(ctx: Context, tenant: str) -> AsyncIterator[None]:
    """Nobody else reindexes the tenant within the block. Raises Conflict."""
    registry, entry_id = ctx.store.registry, blocks.entry_id(tenant)
    held = await registry.get(entry_id)
    if held is not None and datetime.fromisoformat(held.source["until"]) > datetime.now(UTC):
        raise Conflict(f"{tenant} is being reindexed")
    await registry.put(Write(entry_id, _entry(tenant, _LEASE), held))
    renewing = asyncio.create_task(_renew(ctx, tenant))
    try:
        yield
    finally:
        renewing.cancel()
        await asyncio.gather(renewing, return_exceptions=True)
        # Where a block could not be taken away, the next write does, as long as the entry says whose it is.
        if not any([await blocks.is_blocked(ctx.store.client, of(tenant)) for of in (incidents_of, events_of)]):
            await registry.delete(entry_id)


def _entry(tenant: str, lease: timedelta) -> Entry:
    return {"kind": blocks.KIND, "tenant": tenant, "until": iso(datetime.now(UTC) + lease)}


async def _renew(ctx: Context, tenant: str) -> None:
    while True:
        await asyncio.sleep(_LEASE.total_seconds() / 4)
        await ctx.store.registry.put(Write(blocks.entry_id(tenant), _entry(tenant, _LEASE), mode="index"))


async def _unused(ctx: Context, tenant: str) -> list[tuple[str, bool]]:
    """Numbered indices of the tenant that nothing is read from, and whether they came to be after those in use."""
    result: list[tuple[str, bool]] = []
    for alias in (incidents_of(tenant), events_of(tenant)):
        params = {"ignore_unavailable": "true"}
        reply = parsed(await ctx.store.client.call("GET", f"/{all_of(alias)}/_alias", params=params))
        used = max((number_of(index) for index, each in reply.items() if alias in {index, *each["aliases"]}), default=0)
        result += [(each, number_of(each) > used) for each in sorted(reply) if number_of(each) not in {0, used}]
    return result


async def _drop(ctx: Context, indices: Sequence[tuple[str, bool]]) -> None:
    for index, _ in indices:
        await ctx.store.client.call("DELETE", f"/{index}", missing_ok=True, write=True)


async def _begun(session: Session, kind: str, wanted: Mapping[str, int]) -> Copy:
    """The copy of one of the tenant's indices, with nothing in it."""
    ctx, documents = session.ctx, session.incidents if kind == "incidents" else session.events
    client, alias = ctx.store.client, documents.index
    source = (await making.in_use(client, all_of(alias)))[alias]
    target = numbered(alias, number_of(source) + 1)
    shape = replace(await making.shape_of(client, source), **wanted)
    await making.put(client, target, making.body(kind, session.tenant, ctx.settings.custom_fields, shape))
    await client.started(target)
    copy = Copy(client, source, target, await documents.at_once(_AT_ONCE))
    await copy.prepare()
    return copy


async def _follow(session: Session, copies: Sequence[Copy], say: Say) -> None:
    """Copies until little is left, and swaps. Raises Unavailable."""
    behind: list[Numbers] = [(), ()]
    for turn in range(_SWAPS):
        for _ in range(_PASSES):
            reached = [await copy.reached() for copy in copies]
            copied = [await copy.copy(number) for copy, number in zip(copies, behind, strict=True)]
            behind = reached
            say(f"{copied[0]} incidents and results, {copied[1]} events copied")
            if max(copied) <= _FEW:
                break
        if turn or not all([await copy.is_whole() for copy in copies]):
            for copy in copies:
                await copy.drop_deleted()
        if await _swapped(session, copies, behind):
            return
    raise Unavailable("more is written, or deleted, than can follow; the tenant is as it was")


async def _swapped(session: Session, copies: Sequence[Copy], behind: Sequence[Numbers]) -> bool:
    """Whether the copies took the place of the indices; if not in time, all is as before."""
    ctx, [incidents, events] = session.ctx, copies
    await ctx.store.registry.put(Write(blocks.entry_id(session.tenant), _entry(session.tenant, _HELD), mode="index"))
    try:
        async with asyncio.timeout(_LONGEST):
            await blocks.block(ctx.store.client, incidents.source, blocked=True)
            reached = await incidents.reached()
            # What incidents carry is of versions that events have now.
            await project_between(session, behind[0], reached)
            await blocks.block(ctx.store.client, events.source, blocked=True)
            await events.reached()
            for copy, number in zip(copies, behind, strict=True):
                await copy.copy(number)
                if not await copy.is_whole():
                    await copy.drop_deleted()
            whole = all([await copy.is_whole() and await copy.is_above() for copy in copies])
        if whole:
            await _surely(_given(session, copies))
            return True
    except TimeoutError:
        pass
    except BaseException:
        await _unblock(copies)
        raise
    await _unblock(copies)
    return False


async def _unblock(copies: Sequence[Copy]) -> None:
    for copy in copies:
        await blocks.block(copy.client, copy.source, blocked=False)
        while await blocks.is_blocked(copy.client, copy.source):
            await asyncio.sleep(_PAUSE)
            await blocks.block(copy.client, copy.source, blocked=False)


async def _given(session: Session, copies: Sequence[Copy]) -> None:
    """The names are those of the copies from now on; an index whose own name it was goes, with its points in time."""
    actions = []
    for copy, alias in zip(copies, (incidents_of(session.tenant), events_of(session.tenant)), strict=True):
        named = copy.source != alias
        last = {"remove": {"index": copy.source, "alias": alias}} if named else {"remove_index": {"index": alias}}
        actions += [last, {"add": {"index": copy.target, "alias": alias}}]
    params, body = {"cluster_manager_timeout": f"{_ANSWERED}s"}, orjson.dumps({"actions": actions})
    try:
        await copies[0].client.call("POST", "/_aliases", body, params=params, write=True)
    except GatewayError:
        # It may be done yet, for as long as the engine was told that it may wait.
        await asyncio.sleep(_ANSWERED + 1)
        if any(each in {copy.target for copy in copies} for each, _ in await _unused(session.ctx, session.tenant)):
            raise


async def _surely(work: Coroutine[None, None, None]) -> None:
    """Does it to its end, whoever wants to leave meanwhile."""
    task = asyncio.create_task(work)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await task
        raise
