"""The feeds of a process: one for each tenant that somebody listens to."""

import asyncio
from collections import Counter, defaultdict
from contextvars import Context
from dataclasses import replace

from gateway.incidents.feed import position as positions
from gateway.incidents.feed.feed import Feed, begun
from gateway.incidents.feed.position import Gone
from gateway.incidents.feed.walk import Filter, Walk
from gateway.incidents.session import Session
from gateway.problems import TooMany
from gateway.telemetry import LISTENERS

FILTERS = 100
"""Different filters that are listened with for one tenant: each is a search wherever something changed."""


class Feeds:
    """Feeds begin with their first listener, and end a while after their last."""

    def __init__(self, stopping: asyncio.Event) -> None:
        self._stopping = stopping
        self._feeds: dict[str, Feed] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._filters: defaultdict[str, Counter[bytes]] = defaultdict(Counter)
        self._listeners = 0

    async def walk(self, session: Session, after: str | None, wanted: Filter | None) -> Walk:
        """A walk behind the cursor, or from now on; to be closed.

        Raises QueryError for what is no cursor, Gone, TooMany where too many listen, GatewayError.
        """
        start = None if after is None else positions.read(session, after)
        self._require_room(session, wanted)
        self._count(session.tenant, wanted, 1)
        try:
            feed = await self._feed(session)
            start = start or replace(feed.head, events=(await positions.current(session)).events)
            if after is not None and not start.leads_to(feed.head):
                raise Gone
            await feed.complete_from(start.incidents.numbers)
        except BaseException:
            self._count(session.tenant, wanted, -1)
            raise
        feed.listeners += 1
        return Walk(session, feed, start, wanted, lambda: self._left(feed, wanted))

    async def close(self) -> None:
        """Ends every feed."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _feed(self, session: Session) -> Feed:
        async with self._locks[session.tenant]:
            feed = self._feeds.get(session.tenant)
            if feed is None or feed.over:
                feed = self._feeds[session.tenant] = await begun(session)
                # It is nobody's request, and outlives the one that it began with.
                task = asyncio.create_task(feed.run(self._stopping), context=Context())
                self._tasks.add(task)
                task.add_done_callback(lambda done: self._ended(done, session.tenant, feed))
            return feed

    def _ended(self, task: "asyncio.Task[None]", tenant: str, feed: Feed) -> None:
        self._tasks.discard(task)
        if self._feeds.get(tenant) is feed:
            del self._feeds[tenant]

    def _require_room(self, session: Session, wanted: Filter | None) -> None:
        most = session.ctx.settings.feed_listeners
        if self._listeners >= most:
            raise TooMany(f"{most:,} listen already; come back later", kind="too_many_listeners")
        filters = self._filters[session.tenant]
        if wanted is not None and wanted.words not in filters and len(filters) >= FILTERS:
            raise TooMany(f"{FILTERS} different filters are listened with already", kind="too_many_listeners")

    def _left(self, feed: Feed, wanted: Filter | None) -> None:
        feed.listeners -= 1
        self._count(feed.session.tenant, wanted, -1)

    def _count(self, tenant: str, wanted: Filter | None, by: int) -> None:
        self._listeners += by
        LISTENERS.inc(by)
        if wanted is not None:
            filters = self._filters[tenant]
            filters[wanted.words] += by
            if not filters[wanted.words]:
                del filters[wanted.words]
