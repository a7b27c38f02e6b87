"""Numeric ids: one sequence per tenant, leased in blocks from the registry, so that no number is ever given twice.

Not by a registry that was lost or is of another day either: what the tenant's documents have is looked at too.
"""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable

from gateway.problems import Unavailable
from gateway.store.registry import Entry, Registry

Highest = Callable[[str], Awaitable[int]]

_BLOCK = 100
_MOST = 2**15
_MARGIN = 1_000_000
"""What is left out behind the highest number in use: other processes may have leased it, and write it yet."""


class Sequences:
    """What this process has leased and not yet given; `highest` is the highest number in use in a tenant."""

    def __init__(self, registry: Registry, highest: Highest) -> None:
        self._registry = registry
        self._highest = highest
        self._leased: dict[str, range] = {}
        self._ends: dict[str, int] = {}
        self._sizes: dict[str, int] = {}
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def take(self, tenant: str, count: int) -> list[int]:
        """That many numbers, rising, never given before to anyone."""
        async with self._locks[tenant]:
            left = self._leased.get(tenant, range(0))
            if len(left) < count:
                left = await self._lease(tenant, self._size(tenant, count))
            self._leased[tenant] = left[count:]
            return list(left[:count])

    def _size(self, tenant: str, count: int) -> int:
        """Twice what is used up just now, so that who needs many seldom waits for more, and few are lost by an end."""
        twice = min(2 * self._sizes.get(tenant, 0), _MOST)
        self._sizes[tenant] = max(8 * count, _BLOCK, twice)
        return self._sizes[tenant]

    async def _lease(self, tenant: str, count: int) -> range:
        used = await self._used(tenant)

        def advanced(entry: Entry | None) -> Entry:
            first = _first(entry, used, self._ends.get(tenant, 1))
            return {"kind": "sequence", "tenant": tenant, "next": first + count}

        entry = await self._registry.revise(_entry_id(tenant), advanced)
        assert entry is not None
        self._ends[tenant] = entry["next"]
        return range(entry["next"] - count, entry["next"])

    async def _used(self, tenant: str) -> int | None:
        """The highest number in use, where it is not known that the registry is ahead of it."""
        end = self._ends.get(tenant)
        if end is not None:
            entry = await self._registry.read(_entry_id(tenant))
            if entry is not None and entry["next"] >= end:
                return None
        return await self._highest(tenant)


def _first(entry: Entry | None, used: int | None, end: int) -> int:
    """Where a lease begins; `end` is where the last one of this process did end. Raises Unavailable."""
    first: int = entry["next"] if entry else 1
    if used is None:
        if first < end:
            raise Unavailable("the tenant's sequence was lost just now; try again")
        return first
    highest = max(used, end - 1)
    return first if first > highest else highest + 1 + _MARGIN


def _entry_id(tenant: str) -> str:
    return f"sequence:{tenant}"
