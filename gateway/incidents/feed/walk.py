"""One listener's way through a tenant's changes: from its cursor, by way of the engine, into the feed's memory."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextvars import Context
from dataclasses import dataclass

from gateway import work
from gateway.incidents.feed import changes
from gateway.incidents.feed import position as positions
from gateway.incidents.feed.changes import Change, Part
from gateway.incidents.feed.feed import Feed
from gateway.incidents.feed.position import Gone, Position
from gateway.incidents.session import Session
from gateway.problems import GatewayError
from queries.criteria import And, Criterion, Ids
from queries.kinds import INCIDENTS
from queries.searches import Search

_ANY_ORDER = ({"numeric_id": {"order": "asc"}},)
_PAUSE = 0.5


class Overtaken(Exception):
    """The listener is slower than changes come, and memory no longer holds what is next; its cursor leads on."""


@dataclass(frozen=True, slots=True)
class Filter:
    """Which incidents are wanted; those who say the same in `words` are answered together."""

    words: bytes
    criterion: Callable[[], Awaitable[Criterion]]


@dataclass(slots=True)
class Walk:
    """Where one listener is."""

    session: Session
    feed: Feed
    position: Position
    filter: Filter | None
    _close: Callable[[], None]
    _in_memory: bool = False

    @property
    def token(self) -> str:
        """The cursor behind all that was told."""
        return positions.token(self.session, self.position)

    @property
    def is_over(self) -> bool:
        """Whether nothing more will come."""
        return self.feed.over

    def close(self) -> None:
        """Ends listening."""
        self._close()

    async def next(self, seconds: float) -> Sequence[Change]:
        """What comes next, waited for so long; nothing, where nothing came, or the feed is over.

        Raises Overtaken; Gone where the indices were made anew; and GatewayError where there was no time for another
        try.
        """
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        while True:
            try:
                told, moved = await self._advance()
            except GatewayError as error:
                if isinstance(error, Gone) or loop.time() + _PAUSE > end:
                    raise
                await asyncio.sleep(_PAUSE)
                continue
            if told or (not moved and (self.feed.over or loop.time() >= end)):
                return told
            if not moved:
                await self.feed.news(end - loop.time())

    async def _advance(self) -> tuple[Sequence[Change], bool]:
        """The wanted changes of the next part, and whether there was one."""
        part = await self._part()
        if part is None:
            return (), False
        if not self.position.leads_to(part.end):
            raise Gone
        told = await self._wanted(part)
        self.position = part.end
        return told, True

    async def _part(self) -> Part | None:
        if isinstance(self.feed.error, Gone):
            raise self.feed.error
        head, floor = self.feed.head, self.feed.floor
        if self.position.events.number >= floor.events.number:
            self._in_memory = True
            part = self.feed.behind(self.position)
            if part is None and self.position.events.number <= head.events.number:
                self.position = head
            return part
        if self._in_memory:
            raise Overtaken
        work.renew()
        try:
            return await anext(changes.parts(self.session, self.position, head))
        finally:
            work.renew()

    async def _wanted(self, part: Part) -> Sequence[Change]:
        """The changes of incidents that the filter holds for now, and all deletions."""
        if self.filter is None or not part.changes:
            return part.changes
        asked = part.matches.get(self.filter.words)
        if asked is None or (asked.done() and (asked.cancelled() or asked.exception())):
            # Whoever asks first may leave before there is an answer for the others.
            asked = asyncio.create_task(self._matching(self.filter, part), context=Context())
            part.matches[self.filter.words] = asked
        ids = await asyncio.shield(asked)
        return [each for each in part.changes if each.kind == "deleted" or each.id in ids]

    async def _matching(self, wanted: Filter, part: Part) -> set[str]:
        changed = {each.id for each in part.changes if each.kind != "deleted"}
        if not changed:
            return set()
        criterion = And((INCIDENTS, Ids(tuple(sorted(changed))), await wanted.criterion()))
        search = Search(criterion, _ANY_ORDER, len(changed), source=False)
        return {hit.id for hit in (await self.session.incidents.search(search)).hits}
