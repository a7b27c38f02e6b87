"""Reading incidents: one by id, a page of a search at any depth, counts by field."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import orjson

from gateway.incidents.model.difference import INCIDENT
from gateway.incidents.session import Context
from gateway.problems import NotFound, PitExpired
from gateway.store import hits
from gateway.store.hits import Hit
from gateway.store.pit_slots import Pit, engine_keep_alive
from gateway.store.pits import Pits
from gateway.store.tenants import incidents_of
from queries import searches, stats
from queries.cursors import fingerprint
from queries.errors import QueryError
from queries.fields import Column
from queries.scopes import Body
from queries.searches import WINDOW, Search

_REMEMBERED = 10_000


@dataclass(frozen=True, slots=True)
class Page:
    """What a search found: the documents, where the next page starts, how many there are in all if asked."""

    took: int
    hits: Sequence[Hit]
    after: Sequence[Any] | None
    total: int | None = None
    ran: dict[str, Any] | None = None
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Counts:
    """Documents by value of a field, those without one under `""`, and how many have a value beyond those listed."""

    took: int
    total: int
    values: dict[str, int]
    others: int
    ran: dict[str, Any]


async def get(ctx: Context, tenant: str, document_id: str, kind: str = INCIDENT) -> Hit:
    """The document as it is now. Raises NotFound."""
    found = hits.hit(await ctx.store.get_text(incidents_of(tenant), document_id))
    if found is None or hits.kind(found) != kind:
        raise NotFound(f'no {kind.replace("_", " ")} "{document_id}"')
    return found


class Reader:
    """Searches, and where deep pages of points in time start, so that paging on costs the same at any depth."""

    def __init__(self, ctx: Context, pits: Pits) -> None:
        self._ctx = ctx
        self._pits = pits
        self._starts: OrderedDict[tuple[str, bytes, int], Sequence[Any]] = OrderedDict()

    async def find(self, tenant: str, search: Search, pit: Pit | None = None) -> Page:
        """A page. Without a point in time it may not reach past the engine's window: QueryError `window_exceeded`."""
        if pit is not None and pit.engine_id is None:
            return Page(0, [], None, 0 if search.total else None, {})
        if search.after is None and search.offset + search.size > WINDOW:
            if pit is None:
                raise QueryError(
                    f"from + size may reach {WINDOW:,}; open a point in time to go on", "from", "window_exceeded"
                )
            return await self._deep(tenant, search, pit)
        return await self._page(tenant, search, pit)

    async def count(self, tenant: str, search: Search, column: Column, size: int, pit: Pit | None = None) -> Counts:
        """How many documents have which value of the column; the `size` most frequent values."""
        if pit is not None and pit.engine_id is None:
            return Counts(0, 0, {}, 0, {})
        asked = replace(search, size=0, total=True, aggregations=stats.counts(column, size))
        body = _body(asked, tenant, pit)
        found = hits.reply(await self._run(tenant, body, pit, cached=True))
        total = found.hits.total.value if found.hits.total else 0
        if not bytes(found.aggregations):
            return Counts(found.took, total, {}, 0, body)
        values, others = stats.rows(orjson.loads(bytes(found.aggregations)))
        return Counts(found.took, total, values, others, body)

    async def _page(self, tenant: str, search: Search, pit: Pit | None) -> Page:
        body = _body(search, tenant, pit)
        text = await self._run(tenant, body, pit, cached=False)
        found = hits.reply(text)
        total = found.hits.total.value if found.hits.total and search.total else None
        rows = found.hits.hits
        after = rows[-1].sort if rows and len(rows) == search.size else None
        return Page(found.took, rows, after, total, body, whole=search.fields is None)

    async def _deep(self, tenant: str, search: Search, pit: Pit) -> Page:
        """A page past the window, from the nearest place before it that is known."""
        asked = fingerprint(
            tenant, searches.body(replace(search, size=1, offset=0), tenant)["query"], list(search.order)
        )
        at = self._nearest(pit.handle, asked, search.offset)
        after = self._starts.get((pit.handle, asked, at))
        while at < search.offset:
            step = min(WINDOW, search.offset - at)
            after = await self._step(
                tenant, replace(search, size=step, offset=0, after=after, source=False, total=False), pit
            )
            if after is None:
                return await self._page(tenant, replace(search, size=0, offset=0), pit)
            at += step
            self._remember((pit.handle, asked, at), after)
        page = await self._page(tenant, replace(search, offset=0, after=after), pit)
        if page.after is not None:
            self._remember((pit.handle, asked, at + search.size), page.after)
        return page

    async def _step(self, tenant: str, search: Search, pit: Pit) -> Sequence[Any] | None:
        """The sort values of the last of `size` rows; None if there are fewer."""
        body = _body(search, tenant, pit)
        rows = hits.reply(await self._run(tenant, body, pit, cached=False)).hits.hits
        return rows[-1].sort if len(rows) == search.size else None

    def _nearest(self, handle: str, asked: bytes, offset: int) -> int:
        if (handle, asked, offset) in self._starts:
            return offset
        return max(
            (at for pit, query, at in self._starts if (pit, query) == (handle, asked) and at < offset), default=0
        )

    def _remember(self, key: tuple[str, bytes, int], after: Sequence[Any]) -> None:
        self._starts[key] = after
        if len(self._starts) > _REMEMBERED:
            self._starts.popitem(last=False)

    async def _run(self, tenant: str, body: dict[str, Any], pit: Pit | None, *, cached: bool) -> str:
        try:
            return await self._ctx.store.search(body, None if pit else incidents_of(tenant), cached=cached)
        except PitExpired as error:
            if pit is not None:
                self._pits.forget(tenant, pit.handle)
            raise PitExpired(error.reason, "pit") from error


def _body(search: Search, tenant: str, pit: Pit | None) -> Body:
    if pit is None:
        return searches.body(search, tenant)
    return searches.body(search, tenant, pit=pit.engine_id, keep_alive=engine_keep_alive(pit.keep_alive))
