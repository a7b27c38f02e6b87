"""One reader of a tenant's changes for all who listen in this process, who are told from its memory."""

import asyncio
import logging
from bisect import bisect_right
from collections import deque
from itertools import zip_longest

from gateway.incidents.feed import changes, completion
from gateway.incidents.feed import position as positions
from gateway.incidents.feed.changes import Part
from gateway.incidents.feed.position import Gone, Position
from gateway.incidents.session import Session
from gateway.problems import GatewayError
from gateway.store.checkpoints import Numbers

_LINGER = 10.0
"""Seconds that it goes on reading for those who ask again, as long polls do."""

_log = logging.getLogger("gateway.feed")


class Feed:
    """The latest changes of a tenant, read anew a few times a second where anything was written.

    It begins at `head`. Once it is over nothing more comes: the gateway stops, or `error` says why.
    """

    def __init__(self, session: Session, head: Position, completed_from: Numbers) -> None:
        self.session, self.head, self.floor = session, head, head
        self.listeners = 0
        self.over = False
        self.error: Exception | None = None
        self._parts: deque[Part] = deque()
        self._held = 0
        self._news = asyncio.Event()
        self._completed_from = self._completed_to = completed_from
        self._completing = asyncio.Lock()
        self._deletions: dict[str, float] = {}

    async def run(self, stopping: asyncio.Event) -> None:
        """Reads until the gateway stops, or nobody has listened for a while."""
        poll, idle = self.session.ctx.settings.feed_poll, 0.0
        try:
            while not stopping.is_set() and idle < _LINGER:
                await self._poll()
                await asyncio.sleep(poll)
                idle = 0 if self.listeners else idle + poll
        except Exception as error:
            self.error = error
            if not isinstance(error, Gone):
                _log.exception("a change feed broke off")
        finally:
            self.over = True
            self._tell()

    async def news(self, seconds: float) -> None:
        """Waits for something new, or for the end, so long at most."""
        try:
            async with asyncio.timeout(seconds):
                await self._news.wait()
        except TimeoutError:
            return

    def behind(self, position: Position) -> Part | None:
        """What memory holds next behind a position at or above the floor; None where there is nothing."""
        number = position.events.number
        at = bisect_right(self._parts, number, key=lambda part: part.end.events.number)
        if at == len(self._parts):
            return None
        part = self._parts[at]
        if part.changes[0].number > number:
            return part
        return Part([each for each in part.changes if each.number > number], part.end)

    async def complete_from(self, numbers: Numbers) -> None:
        """Has what incidents carry that were written behind these numbers told, as far as it was not before."""
        async with self._completing:
            both = list(zip_longest(numbers, self._completed_from, fillvalue=-1))
            if any(number < from_ for number, from_ in both):
                await completion.project_between(self.session, numbers, self._completed_from)
                self._completed_from = tuple(map(min, both))

    async def _poll(self) -> None:
        """Reads what is new; where the engine cannot be read now, the next time will."""
        try:
            at = await positions.current(self.session)
            if not self.head.leads_to(at):
                raise Gone
            if at != self.head or self._deletions or self._completed_to != at.incidents.numbers:
                await self._read(at)
        except Gone:
            raise
        except GatewayError as error:
            _log.info("changes cannot be read now: %s", error)

    async def _read(self, at: Position) -> None:
        await asyncio.gather(self.session.events.refresh(), self.session.incidents.refresh())
        await completion.project_between(self.session, self._completed_to, at.incidents.numbers)
        self._completed_to = at.incidents.numbers
        self._deletions = await completion.finish_deletions(self.session, self._deletions)
        async for part in changes.parts(self.session, self.head, at):
            self._add(part)
            await asyncio.sleep(0)
        self.head = at

    def _add(self, part: Part) -> None:
        """Keeps the part, lets the oldest go that memory has no room for, and tells whoever waits."""
        self.head = part.end
        if not part.changes:
            return
        self._parts.append(part)
        self._held += part.size
        while self._held > self.session.ctx.settings.feed_memory and len(self._parts) > 1:
            oldest = self._parts.popleft()
            self._held -= oldest.size
            self.floor = oldest.end
        self._tell()

    def _tell(self) -> None:
        news, self._news = self._news, asyncio.Event()
        news.set()
        if self.over:
            self._news.set()


async def begun(session: Session) -> Feed:
    """A feed from now on: whatever is acknowledged after this call. Raises GatewayError."""
    head = await positions.current(session)
    # Who comes with an older cursor reads up to the head by search.
    await session.events.refresh()
    return Feed(session, head, await completion.before_unanswered(session, head))
