"""Entries of the registry as they were a moment ago, for what is read with every request and seldom changed."""

import asyncio
from collections import OrderedDict

from gateway.store.registry import Entry, Registry

SECONDS = 2.0
_REMEMBERED = 10_000


class Recent:
    """What this process read of entries; what it changes itself, it knows at once, if it is told to forget it."""

    def __init__(self, registry: Registry, seconds: float = SECONDS) -> None:
        self._registry, self._seconds = registry, seconds
        self._read: OrderedDict[str, tuple[Entry | None, float]] = OrderedDict()

    async def read(self, entry_id: str) -> Entry | None:
        """The entry as it was at most so many seconds ago, or None."""
        now = asyncio.get_running_loop().time()
        entry, until = self._read.get(entry_id, (None, now))
        return entry if now < until else await self._anew(entry_id, now)

    def forget(self, entry_id: str) -> None:
        """Has the entry read anew, whoever reads it just now."""
        self._read.pop(entry_id, None)

    async def _anew(self, entry_id: str, now: float) -> Entry | None:
        mark = self._read[entry_id] = (None, now)
        if len(self._read) > _REMEMBERED:
            self._read.popitem(last=False)
        entry = await self._registry.read(entry_id)
        # Who changed it meanwhile had it forgotten, and this may be what it was before.
        if self._read.get(entry_id) is mark:
            self._read[entry_id] = entry, now + self._seconds
        return entry
