"""Numeric ids: one sequence per tenant, leased in blocks from the registry, so that no number is ever given twice."""

import asyncio
from collections import defaultdict

from gateway.store.registry import Entry, Registry

_BLOCK = 100


class Sequences:
    """What this process has leased and not yet given."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._leased: dict[str, range] = {}
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def take(self, tenant: str, count: int) -> list[int]:
        """That many numbers, rising, never given before to anyone."""
        async with self._locks[tenant]:
            left = self._leased.get(tenant, range(0))
            if len(left) < count:
                left = await self._lease(tenant, max(4 * count, _BLOCK))
            self._leased[tenant] = left[count:]
            return list(left[:count])

    async def _lease(self, tenant: str, count: int) -> range:
        def advanced(entry: Entry | None) -> Entry:
            first = entry["next"] if entry else 1
            return {"kind": "sequence", "tenant": tenant, "next": first + count}

        entry = await self._registry.revise(f"sequence:{tenant}", advanced)
        assert entry is not None
        return range(entry["next"] - count, entry["next"])
