"""Searching incidents: a page at any depth, counts by field."""

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import orjson

from gateway.problems import PitExpired
from gateway.store import Store, searching, steps
from gateway.store.ahead import Ahead
from gateway.store.hits import Hit, Reply
from gateway.store.names import incidents_of
from gateway.store.pit_slots import Pit, engine_keep_alive
from gateway.store.pits import Pits
from gateway.store.searching import Scope
from gateway.work.shared import Shared
from queries import searches, stats
from queries.criteria import And, Criterion, Ids
from queries.cursors import fingerprint
from queries.errors import QueryError
from queries.fields import Column
from queries.searches import WINDOW, Search

_NOBODY = Ids(("-",))
_REMEMBERED = 10_000


@dataclass(frozen=True, slots=True)
class Page:
    """What a search found: the documents, where the next page starts, how many there are in all if asked."""

    took: int
    hits: Sequence[Hit]
    after: Sequence[Any] | None
    total: int | None = None
    whole: bool = True
    reply: Reply | None = None


@dataclass(frozen=True, slots=True)
class Counts:
    """Documents by value of a field, those without one under `""`, and how many have a value beyond those listed."""

    took: int
    total: int
    values: dict[str, int]
    others: int


@dataclass(frozen=True, slots=True)
class Aggregated:
    """What the engine counted of a search's documents, as it wrote it, and how many these are.

    It is nothing where there is no index.
    """

    took: int
    total: int
    raw: bytes = b""

    @property
    def aggregations(self) -> dict[str, Any]:
        """What was counted, read anew each time."""
        counted: dict[str, Any] = orjson.loads(self.raw or b"{}")
        return counted


def counted(search: Search, column: Column, size: int) -> Search:
    """The search, to count its documents by value of the column; the `size` most frequent values are listed."""
    return replace(search, size=0, total=True, aggregations=stats.counts(column, size))


class Reader:
    """Searches, and where deep pages of points in time start, so that paging on costs the same at any depth."""

    def __init__(self, store: Store, pits: Pits, window: int = WINDOW) -> None:
        self._store = store
        self._pits = pits
        self._window = window
        self._shared = Shared[Reply]()
        self._ahead = Ahead(store.client)
        pits.on_forget.append(self._ahead.drop)
        self._starts: OrderedDict[tuple[str, bytes, int], Sequence[Any]] = OrderedDict()

    async def find(self, tenant: str, search: Search, pit: Pit | None = None) -> Page:
        """A page. Without a point in time it may not reach past the engine's window: QueryError `window_exceeded`."""
        if pit is not None and pit.engine_id is None:
            return Page(0, [], None, 0 if search.total else None)
        if search.after is None and search.offset and search.offset + search.size > self._window:
            if pit is None:
                raise QueryError(
                    f"from + size may reach {self._window:,}; open a point in time to go on", "from", "window_exceeded"
                )
            return await self._deep(tenant, search, pit)
        return await self._page(tenant, search, pit)

    async def passed(self, tenant: str, search: Search, pit: Pit | None = None) -> Sequence[Any] | None:
        """The place behind all `size` rows of the search, of which nothing is read; None if there are fewer."""
        with self._known_open(tenant, pit):
            return await steps.last(self._store.client, self._scope(tenant, pit), search)

    async def count(self, tenant: str, search: Search, pit: Pit | None = None) -> Counts:
        """How many documents have which value of the column that the search was made to count by."""
        if pit is not None and pit.engine_id is None:
            return Counts(0, 0, {}, 0)
        page = await self._run(tenant, search, pit, cached=True)
        if not page.aggregations:
            return Counts(page.took, page.total, {}, 0)
        values, others = stats.rows(page.aggregations)
        return Counts(page.took, page.total, values, others)

    async def aggregate(self, tenant: str, search: Search, pit: Pit | None = None) -> Aggregated:
        """What the aggregations of the search say of its documents."""
        if pit is not None and pit.engine_id is None:
            return Aggregated(0, 0)
        page = await self._run(tenant, search, pit, cached=True)
        return Aggregated(page.took, page.total, bytes(page.raw_aggregations))

    async def takes(self, tenant: str, criterion: Criterion) -> QueryError | None:
        """Why the engine refuses the criterion; None if it takes it. Nothing is searched for it."""
        try:
            # Of no ids at all the engine knows beforehand that there is nothing to find, yet it reads every pattern.
            await self._run(tenant, Search(And((_NOBODY, criterion)), (), 0), None)
        except QueryError as error:
            return error
        return None

    async def _page(self, tenant: str, search: Search, pit: Pit | None) -> Page:
        page = await self._run(tenant, search, pit)
        rows = page.hits
        after = rows[-1].sort if rows and len(rows) == search.size else None
        total, whole = page.total if search.total else None, search.fields is None
        return Page(page.took, rows, after, total, whole=whole, reply=page)

    async def _deep(self, tenant: str, search: Search, pit: Pit) -> Page:
        """A page past the window, from the nearest place before it that is known."""
        walk = fingerprint(tenant, searches.query(search, tenant), list(search.order))
        at = self._nearest(pit.handle, walk, search.offset)
        after = self._starts.get((pit.handle, walk, at))
        while at < search.offset:
            step = min(self._window, search.offset - at)
            after = await self.passed(tenant, replace(search, size=step, offset=0, after=after, total=False), pit)
            if after is None:
                return await self._page(tenant, replace(search, size=0, offset=0), pit)
            at += step
            self._remember((pit.handle, walk, at), after)
        page = await self._page(tenant, replace(search, offset=0, after=after), pit)
        if page.after is not None:
            self._remember((pit.handle, walk, at + search.size), page.after)
        return page

    def close(self) -> None:
        """Leaves off what is fetched ahead."""
        self._ahead.close()

    def _nearest(self, handle: str, wanted: bytes, offset: int) -> int:
        if (handle, wanted, offset) in self._starts:
            return offset
        return max(
            (at for pit, query, at in self._starts if (pit, query) == (handle, wanted) and at < offset), default=0
        )

    def _remember(self, key: tuple[str, bytes, int], after: Sequence[Any]) -> None:
        self._starts[key] = after
        if len(self._starts) > _REMEMBERED:
            self._starts.popitem(last=False)

    async def _run(self, tenant: str, search: Search, pit: Pit | None, *, cached: bool = False) -> Reply:
        client, scope = self._store.client, self._scope(tenant, pit)
        # Texts alone, as it is looked up again and again.
        same = tenant, scope.index, scope.pit, scope.keep_alive, searching.sent(scope, search).text, cached
        run = partial(searching.run, client, scope, search, cached=cached)
        if pit is None:
            return await self._shared.once(same, run)
        if search.size:
            run = partial(self._ahead.run, scope, search)
        with self._known_open(tenant, pit):
            return await self._shared.once(same, run, lasting=True)

    @contextmanager
    def _known_open(self, tenant: str, pit: Pit | None) -> Iterator[None]:
        """Forgets a point in time that the engine lost, which the block comes to know. Raises PitExpired."""
        try:
            yield
        except PitExpired as error:
            if pit is not None:
                self._pits.forget(tenant, pit.handle)
            raise PitExpired(error.reason, "pit") from error

    def _scope(self, tenant: str, pit: Pit | None) -> Scope:
        if pit is None:
            return Scope(tenant, incidents_of(tenant))
        return Scope(tenant, pit=pit.engine_id, keep_alive=engine_keep_alive(pit.keep_alive))
