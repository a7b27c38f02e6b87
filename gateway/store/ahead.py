"""The next page of a point in time, searched for while its reader is sent the one before.

Such a page cannot change: whoever asks for it in time is given it, and a reader that stops costs one search.
"""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass, replace
from functools import partial

from gateway import work
from gateway.problems import GatewayError
from gateway.store import searching
from gateway.store.client import Client
from gateway.store.hits import Reply, last_place
from gateway.store.searching import Scope
from queries.errors import QueryError
from queries.searches import Search

SOON = 2.0
"""Seconds within which a reader that goes on asks for its next page."""
KEPT = 5.0
"""Seconds that a page is kept for who asks for it."""
ROOM = 16 * 2**20
"""Bytes of all pages that nobody has asked for yet."""
_WALKS = 1_000


@dataclass(slots=True)
class _Walk:
    """Where a reader of a point in time would go on, since when, and the page there if it is fetched ahead."""

    scope: Scope
    next: Search
    since: float
    size: int = 0
    page: asyncio.Task[Reply] | None = None
    awaited: bool = False
    expiry: asyncio.TimerHandle | None = None

    def is_at(self, scope: Scope, search: Search, now: float) -> bool:
        """Whether the search is for that page, soon enough; who has the whole counted may do so for one page alone."""
        wanted = self.next if self.page else replace(self.next, total=search.total)
        return now - self.since <= SOON and scope == self.scope and search == wanted


class Ahead:
    """Searches of points in time; a reader that asked for one page right after another has its next one fetched ahead.

    One page for each point in time, for a few seconds, within `room` bytes for all, and while nobody waits for a place.
    """

    def __init__(self, client: Client, room: int = ROOM) -> None:
        self._client, self._free = client, room
        self._walks: OrderedDict[str, _Walk] = OrderedDict()

    async def run(self, scope: Scope, search: Search) -> Reply:
        """The reply to the search, as `searching.run` gives it and with the same errors."""
        walk = self._ended(str(scope.pit))
        now = asyncio.get_running_loop().time()
        if walk is None or not walk.is_at(scope, search, now):
            if walk and walk.page:
                walk.page.cancel()
            reply = await searching.run(self._client, scope, search)
            self._expect(scope, search, reply)
            return reply
        reply = await (self._taken(walk, walk.page) if walk.page else self._searched(scope, search))
        place = self._expect(scope, search, reply)
        if place and place.page is None:
            await self._go_on(place, _size(reply))
        return reply

    def drop(self, pit: str) -> None:
        """Forgets the point in time of that engine's id, and leaves off what is fetched of it."""
        walk = self._ended(pit)
        if walk and walk.page:
            walk.page.cancel()

    def close(self) -> None:
        """Leaves off everything."""
        for pit in list(self._walks):
            self.drop(pit)

    async def _taken(self, walk: _Walk, page: asyncio.Task[Reply]) -> Reply:
        """The page that was fetched ahead; what kept it from coming need not hold for who asks now."""
        walk.awaited = True
        try:
            return await page
        except (GatewayError, QueryError):
            return await searching.run(self._client, walk.scope, walk.next)

    async def _searched(self, scope: Scope, search: Search) -> Reply:
        """The reply to one who goes on."""
        return await searching.run(self._client, scope, search, seen=partial(self._seen, scope, search))

    async def _seen(self, scope: Scope, search: Search, text: str) -> None:
        """Goes on from the bytes of a reply where they say for certain where to, so that it is read meanwhile.

        Were it elsewhere, nobody would ever ask for that page: who asks for the next one says where it starts.
        """
        place = last_place(text, search.size)
        if place is not None:
            await self._go_on(self._at(scope, replace(search, after=place, offset=0)), len(text))

    def _expect(self, scope: Scope, search: Search, reply: Reply) -> _Walk | None:
        """The page that follows, if one does, which this knows from here on."""
        if len(reply.hits) < search.size:
            return None
        return self._at(scope, replace(search, after=reply.hits[-1].sort, offset=0))

    def _at(self, scope: Scope, search: Search) -> _Walk:
        """The walk of the point in time, at that page; one that is somewhere else is left off."""
        pit = str(scope.pit)
        known = self._walks.get(pit)
        if known and known.scope == scope and known.next == search:
            return known
        # Another reader of the same point in time may have come as far as here meanwhile.
        self.drop(pit)
        walk = self._walks[pit] = _Walk(scope, search, asyncio.get_running_loop().time())
        if len(self._walks) > _WALKS:
            self.drop(next(iter(self._walks)))
        return walk

    async def _go_on(self, walk: _Walk, size: int) -> None:
        """Has the page on its way, if there is room for as many bytes as the one before has."""
        if walk.page is None and work.spare() and size <= self._free:
            self._fetch(str(walk.scope.pit), walk, size)
            # The engine is to be at work before this process is, with the page that it has.
            await asyncio.sleep(0)

    def _fetch(self, pit: str, walk: _Walk, size: int) -> None:
        """Begins with the next page, which is taken to be as large as the one before until it is there."""
        self._free -= size
        walk.size = size
        walk.page = asyncio.create_task(self._fetched(pit, walk))
        walk.page.add_done_callback(_known)
        walk.expiry = asyncio.get_running_loop().call_later(KEPT, self.drop, pit)

    async def _fetched(self, pit: str, walk: _Walk) -> Reply:
        size = 0

        async def seen(text: str) -> None:
            nonlocal size
            size = len(text)
            if walk.awaited:
                await self._seen(walk.scope, walk.next, text)

        with work.beside():
            reply = await searching.run(self._client, walk.scope, walk.next, seen=seen)
        if self._walks.get(pit) is walk:
            self._keep(pit, walk, (size or _size(reply)) - walk.size)
        return reply

    def _keep(self, pit: str, walk: _Walk, more: int) -> None:
        """Keeps a page that is so many bytes larger than was thought, if there is room."""
        if more > self._free:
            self._ended(pit)
        else:
            walk.size, self._free = walk.size + more, self._free - more

    def _ended(self, pit: str) -> _Walk | None:
        walk = self._walks.pop(pit, None)
        if walk and walk.expiry:
            walk.expiry.cancel()
            self._free += walk.size
        return walk


def _size(reply: Reply) -> int:
    return sum(len(memoryview(hit.source)) for hit in reply.hits)


def _known(page: asyncio.Task[Reply]) -> None:
    """Looks at how it ended, as nobody may ever ask for it."""
    if not page.cancelled():
        page.exception()
