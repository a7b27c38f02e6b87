"""Searches: the one place where a body is sent, with the tenant put in and checked."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import Any

import orjson

from gateway.problems import NotFound, PitExpired
from gateway.store import hits
from gateway.store.attempts import Attempts
from gateway.store.client import Client
from gateway.store.hits import Hit, Reply
from gateway.store.loads import FEW_BYTES, PART, SMALL
from queries import searches
from queries.budgets import ONE_READING, Cost, readable
from queries.criteria import Everything, Ids, Or, Present, Where
from queries.errors import PageTooLarge, QueryError
from queries.fields import LONG_FIELDS, LONG_TEXTS, SIZE, Column
from queries.scopes import scoped
from queries.searches import Search, Sent

__all__ = ["Reply", "Scope", "at_once", "body", "run", "scoped", "sent"]

Seen = Callable[[str], Awaitable[None]]
"""Is shown a reply before it is read, so that the engine can be sent what follows from it."""

_WITH_LONG_TEXTS = Or(tuple(Where(Column(f"{LONG_TEXTS}.{name}", "keyword"), Present()) for name in LONG_FIELDS))

_FEW = 4
"""Documents that need no room, however large."""
_PAGE = 100
"""Documents of a page that somebody looks at, and looks at again."""
_LONG = 2**22
"""Characters from which on a reply is read in a turn of its own; taking it as text takes as long as reading it."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a search looks: a tenant's index as it is now, or, without one, its point in time of that engine's id."""

    tenant: str
    index: str | None = None
    pit: str | None = None
    keep_alive: str | None = None
    shard: int | None = None


def body(scope: Scope, search: Search) -> dict[str, Any]:
    """What the engine is asked."""
    return priced(scope, search)[0]


def priced(scope: Scope, search: Search) -> tuple[dict[str, Any], Cost]:
    """The same, and what that costs."""
    return searches.priced(search, scope.tenant, pit=scope.pit, keep_alive=scope.keep_alive)


def sent(scope: Scope, search: Search) -> Sent:
    """The same as it is sent, written once for a search that is remembered, with what it costs."""
    known = search.sent.get(scope)
    if known is None:
        search.sent.clear()
        wanted, cost = priced(scope, search)
        known = search.sent[scope] = Sent(orjson.dumps(wanted), cost)
    return known


async def run(client: Client, scope: Scope, search: Search, *, cached: bool = False, seen: Seen | None = None) -> Reply:
    """The reply of every shard. A missing index has nothing in it.

    A dear one waits for its turn. One that took several calls is not `seen`. Raises GatewayError, QueryError, and
    PageTooLarge where the documents found are too many bytes for one page.
    """
    cost = sent(scope, search).cost
    async with client.turn(scope.tenant, cost):
        if cost.long and (cost.long > 1 or cost.time > ONE_READING):
            await _require_readable(client, scope, cost)
        return await _run(client, scope, search, cached=cached, seen=seen)


async def _run(client: Client, scope: Scope, search: Search, *, cached: bool, seen: Seen | None) -> Reply:
    if not search.source or search.size <= _FEW:
        return await _asked(client, scope, search, cached=cached, seen=seen)
    largest = await _largest(client, scope)
    weight = search.size * (largest if largest > SMALL else _small(search))
    if weight > PART:
        return await _weighed(client, scope, search)
    if weight <= FEW_BYTES:
        return await _asked(client, scope, search, cached=cached, seen=seen)
    async with client.moving(weight):
        return await _asked(client, scope, search, cached=cached, seen=seen)


async def _require_readable(client: Client, scope: Scope, cost: Cost) -> None:
    """Refuses to read long texts so often, or beside so much else, where there are too many of them."""
    search = Search(_WITH_LONG_TEXTS, (), 0, aggregations={"held": {"sum": {"field": SIZE}}})
    counted = (await _asked(client, scope, search, cached=scope.pit is None)).aggregations
    held = int(counted.get("held", {}).get("value") or 0)
    if held > readable(cost):
        reason = (
            f"there are {held:,} bytes of documents with long texts to look through: fewer patterns beside the first"
        )
        raise QueryError(reason, kind="refused")


async def at_once(client: Client, scope: Scope) -> int:
    """How many documents may be read whole at once."""
    return max(PART // await _largest(client, scope), 1)


async def _largest(client: Client, scope: Scope) -> int:
    async def ask() -> int:
        search = Search(Everything(), (), 0, aggregations={"largest": {"max": {"field": SIZE}}})
        counted = (await _asked(client, scope, search, cached=scope.pit is None)).aggregations
        return int(counted.get("largest", {}).get("value") or SMALL)

    return await client.loads.largest(scope.pit or str(scope.index), ask, changes=scope.pit is None)


def _small(search: Search) -> int:
    """What a document that says nothing of its size is taken for; of a few of its fields, less."""
    return SMALL if search.fields is None else SMALL // 4


async def _weighed(client: Client, scope: Scope, search: Search) -> Reply:
    """The reply, in several calls: which documents there are and how large, and then these."""
    async for _ in Attempts("what is searched"):
        reply = await _asked(client, scope, replace(search, source=False, sizes=True))
        sizes = [hit.size or _small(search) for hit in reply.hits]
        fits = _fitting(sizes)
        if search.fields is None and fits < len(sizes):
            raise PageTooLarge(len(sizes), fits)
        if reply.take(await _fetched(client, scope, search, list(zip(reply.hits, sizes, strict=True)))):
            break
    return reply


async def _fetched(client: Client, scope: Scope, search: Search, found: Sequence[tuple[Hit, int]]) -> list[Hit]:
    """The documents, as many at once as may be; of what is read in part, it shows only then how large it is."""
    whole: list[Hit] = []
    held = start = 0
    while start < len(found):
        part = found[start : start + _fitting([size for _, size in found[start:]])]
        ids = tuple(hit.id for hit, _ in part)
        async with client.moving(sum(size for _, size in part)):
            hits = (await _asked(client, scope, Search(Ids(ids), (), len(ids), fields=search.fields))).hits
        held += sum(len(memoryview(hit.source)) for hit in hits)
        if held > PART and whole:
            raise PageTooLarge(len(found), start)
        whole, start = [*whole, *hits], start + len(part)
    return whole


def _fitting(sizes: Sequence[int]) -> int:
    """How many of the documents are read at once."""
    return max(sum(1 for held in accumulate(sizes) if held <= PART), 1)


async def exchanged(client: Client, scope: Scope, text: bytes, *options: str) -> str:
    """The engine's reply to a body, uncut, with further parameters of the call. Raises GatewayError, PitExpired."""
    path = f"/{scope.index}/_search?ignore_unavailable=true&" if scope.index else "/_search?"
    until = f"cancel_after_time_interval={max(client.time_left() * 1000, 1):.0f}ms"
    shard = () if scope.shard is None else (f"preference=_shards:{scope.shard}",)
    target = f"{path}allow_partial_search_results=false&{'&'.join((until, *options, *shard))}"
    try:
        return await client.search(target, text)
    except NotFound as error:
        # A point in time outlives its index in nothing but its id.
        raise PitExpired("this point in time is gone; open a new one") from error


async def _asked(
    client: Client, scope: Scope, search: Search, *, cached: bool = False, seen: Seen | None = None
) -> Reply:
    wanted = sent(scope, search).text
    text = await exchanged(client, scope, wanted, *(("request_cache=true",) if cached else ()))
    if seen:
        await seen(text)
    if len(text) > _LONG:
        await asyncio.sleep(0)
    # A reply without documents is given them by who asked for it, which it must not have the next time.
    if search.source and scope.index and search.after is None and 0 < search.size <= _PAGE:
        return client.unchanged.read(scope.tenant, (scope.index, wanted), text)
    return hits.reply(text)
