"""The slots that points in time take: per tenant a fixed number of registry entries, claimed by compare-and-set.

So they are counted exactly, whatever number of processes opens them, and an expired one is free at once.
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from gateway.problems import Conflict, TooMany
from gateway.store.attempts import Attempts
from gateway.store.bulk import Write
from gateway.store.hits import Stored
from gateway.store.registry import Entry, Registry
from queries.periods import iso

GRACE = timedelta(seconds=60)
"""How much longer the engine keeps a point in time than the gateway does."""


@dataclass(frozen=True, slots=True)
class Pit:
    """An open point in time; without an engine's id it is one over nothing, for a tenant that has no incidents yet."""

    handle: str
    slot: int
    engine_id: str | None
    is_show_aggs: bool
    opened_at: datetime
    keep_alive: timedelta
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Claim:
    """A slot taken; how many others are taken; and the engine's id of the point in time that it was freed of."""

    slot: int
    others: int
    replaced: str | None


async def all_slots(registry: Registry, tenant: str, most: int) -> list[Stored | None]:
    """The tenant's slots as they are now; None where nobody ever was."""
    return await registry.get_many([entry_id(tenant, slot) for slot in range(most)])


async def claim(registry: Registry, tenant: str, pit: Pit, most: int, now: datetime) -> Claim:
    """A free slot, taken for the point in time. Raises TooMany when there is none."""
    async for _ in Attempts("the tenant's points in time"):
        slots = await all_slots(registry, tenant, most)
        free = [slot for slot, held in enumerate(slots) if held is None or not alive(held.source, now)]
        if not free:
            raise _full(slots, now)
        slot = random.choice(free)
        held = slots[slot]
        try:
            await registry.put(Write(entry_id(tenant, slot), entry(tenant, replace(pit, slot=slot), ready=False), held))
            break
        except Conflict:
            continue
    return Claim(slot, most - len(free), held.source["engine_id"] if held else None)


async def open_everywhere(registry: Registry, now: datetime) -> int:
    """How many points in time are open for all tenants, within the registry's refresh interval."""
    return await registry.count_open("pit", iso(now))


def _full(slots: list[Stored | None], now: datetime) -> TooMany:
    soonest = min(pit_of(held.source).expires_at for held in slots if held)
    return TooMany(
        f"{len(slots)} of {len(slots)} points in time are open; delete one, or wait for one to expire",
        kind="too_many_pits",
        retry_after=max(1, round((soonest - now).total_seconds())),
    )


def engine_keep_alive(keep_alive: timedelta) -> str:
    """What the engine is told: longer than the caller is, so that the gateway's clock alone decides."""
    return f"{(keep_alive + GRACE).total_seconds():.0f}s"


def entry_id(tenant: str, slot: int) -> str:
    """The registry's id of a slot."""
    return f"pit:{tenant}:{slot}"


def entry(tenant: str, pit: Pit, *, ready: bool = True) -> Entry:
    """The point in time as its slot keeps it; `ready` once the engine has opened it."""
    return {
        "kind": "pit",
        "tenant": tenant,
        "handle": pit.handle,
        "place": pit.slot,
        "engine_id": pit.engine_id,
        "is_show_aggs": pit.is_show_aggs,
        "created_at": iso(pit.opened_at),
        "keep_alive": pit.keep_alive.total_seconds(),
        "expires_at": iso(pit.expires_at),
        "ready": ready,
    }


def pit_of(entry: Mapping[str, object]) -> Pit:
    """The point in time that a slot keeps."""
    return Pit(
        handle=str(entry["handle"]),
        slot=int(str(entry["place"])),
        engine_id=str(entry["engine_id"]) if entry["engine_id"] else None,
        is_show_aggs=bool(entry["is_show_aggs"]),
        opened_at=datetime.fromisoformat(str(entry["created_at"])),
        keep_alive=timedelta(seconds=float(str(entry["keep_alive"]))),
        expires_at=datetime.fromisoformat(str(entry["expires_at"])),
    )


def alive(entry: Mapping[str, object], now: datetime) -> bool:
    """Whether the point in time of a slot still lives."""
    return datetime.fromisoformat(str(entry["expires_at"])) > now
