"""The places that points in time take: per tenant a fixed number of registry entries, claimed by compare-and-set.

So they are counted exactly, whatever number of processes opens them, and an expired one is free at once.
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import orjson

from gateway.problems import Conflict, TooMany
from gateway.store import Json, OpenSearch, complete
from gateway.store.registry import REGISTRY, Entry
from queries.periods import iso

_GRACE = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Pit:
    """An open point in time; without an engine's id it is one over nothing, for a tenant that has no incidents yet."""

    handle: str
    place: int
    engine_id: str | None
    is_show_aggs: bool
    opened_at: datetime
    keep_alive: timedelta
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Claim:
    """A place taken, as the registry has it; how many others are taken; and the engine's id that it was freed of."""

    place: int
    others: int
    seen: Json
    replaced: str | None


async def all_places(store: OpenSearch, tenant: str, most: int) -> list[Json | None]:
    """The tenant's places as they are now; None where nobody ever was."""
    return await store.mget(REGISTRY, [entry_id(tenant, i) for i in range(most)])


async def claim(store: OpenSearch, tenant: str, pit: Pit, most: int, now: datetime) -> Claim:
    """A free place, taken for the point in time. Raises TooMany when there is none."""
    while True:
        places = await all_places(store, tenant, most)
        free = [i for i, each in enumerate(places) if each is None or not alive(each["_source"], now)]
        if not free:
            raise _full(places, now)
        place = random.choice(free)
        held = places[place]
        try:
            seen = await store.put(REGISTRY, entry_id(tenant, place), entry(tenant, pit, place, ready=False), seen=held)
        except Conflict:
            continue
        return Claim(place, most - len(free), seen, held["_source"]["engine_id"] if held else None)


async def open_everywhere(store: OpenSearch, now: datetime) -> int:
    """How many points in time are open for all tenants, within the registry's refresh interval."""
    alive_ones = [{"term": {"kind": "pit"}}, {"range": {"expires_at": {"gt": iso(now)}}}]
    body = orjson.dumps({"query": {"bool": {"filter": alive_ones}}})
    count: int = complete(await store.call("POST", f"/{REGISTRY}/_count", body))["count"]
    return count


def _full(places: list[Json | None], now: datetime) -> TooMany:
    soonest = min(pit_of(each["_source"]).expires_at for each in places if each)
    return TooMany(
        f"{len(places)} of {len(places)} points in time are open; delete one, or wait for one to expire",
        kind="too_many_pits",
        retry_after=max(1, round((soonest - now).total_seconds())),
    )


def engine_keep_alive(keep_alive: timedelta) -> str:
    """What the engine is told: longer than the caller is, so that the gateway's clock alone decides."""
    return f"{(keep_alive + _GRACE).total_seconds():.0f}s"


def entry_id(tenant: str, place: int) -> str:
    """The registry's id of a place."""
    return f"pit:{tenant}:{place}"


def entry(tenant: str, pit: Pit, place: int, *, ready: bool = True) -> Entry:
    """The point in time as its place keeps it; `ready` once the engine has opened it."""
    return {
        "kind": "pit",
        "tenant": tenant,
        "handle": pit.handle,
        "place": place,
        "engine_id": pit.engine_id,
        "is_show_aggs": pit.is_show_aggs,
        "created_at": iso(pit.opened_at),
        "keep_alive": pit.keep_alive.total_seconds(),
        "expires_at": iso(pit.expires_at),
        "ready": ready,
    }


def pit_of(entry: Mapping[str, object]) -> Pit:
    """The point in time that a place keeps."""
    return Pit(
        handle=str(entry["handle"]),
        place=int(str(entry["place"])),
        engine_id=str(entry["engine_id"]) if entry["engine_id"] else None,
        is_show_aggs=bool(entry["is_show_aggs"]),
        opened_at=datetime.fromisoformat(str(entry["created_at"])),
        keep_alive=timedelta(seconds=float(str(entry["keep_alive"]))),
        expires_at=datetime.fromisoformat(str(entry["expires_at"])),
    )


def alive(entry: Mapping[str, object], now: datetime) -> bool:
    """Whether the point in time of a place still lives."""
    return datetime.fromisoformat(str(entry["expires_at"])) > now
