"""Points in time: opaque handles over the engine's own, in places that are counted exactly across all processes.

Each tenant has a fixed number of places, each one registry entry that is claimed by compare-and-set. Whether a point in
time still lives is decided by the gateway's clock, never by the engine's sweep.
"""

import asyncio
import base64
import hmac
import logging
import random
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import orjson

from gateway.incidents.context import Context
from gateway.incidents.registry import REGISTRY, Entry
from gateway.incidents.tenants import incidents_of
from gateway.opensearch import Json
from gateway.problems import Conflict, GatewayError, NotFound, PitExpired, TooMany
from gateway.settings import Settings
from queries.errors import QueryError
from queries.periods import duration, iso

_log = logging.getLogger("gateway.pits")
_NONCE, _MAC = 16, 12
_GRACE = timedelta(seconds=60)
_SLACK = timedelta(seconds=1)


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


class Pits:
    """The points in time of this gateway; what this process knows of them is a cache of the registry."""

    def __init__(self, ctx: Context, settings: Settings, secret: bytes) -> None:
        self._ctx = ctx
        self._secret = secret
        self.most, self._most_of_all = settings.pits, settings.pits_total
        self._default = settings.pit_keep_alive
        self._longest = duration(settings.pit_max_keep_alive, "pit_max_keep_alive")
        self._known: dict[tuple[str, str], Pit] = {}
        self._kept: dict[tuple[str, str], datetime] = {}
        self._extensions: set[asyncio.Task[None]] = set()

    def keep_alive(self, text: str | None, where: str = "keep_alive") -> timedelta:
        """How long is asked for. Raises QueryError for no length of time, or one over the setting."""
        length = duration(text or self._default, where)
        if length > self._longest:
            raise QueryError(f"keep_alive may be at most {self._longest.total_seconds():.0f}s", where)
        return length

    async def open(self, tenant: str, *, is_show_aggs: bool, keep_alive: str | None) -> tuple[Pit, int]:
        """A new point in time that shows every write acknowledged so far, and how many the tenant now has.

        Raises TooMany when every place is taken.
        """
        length, now = self.keep_alive(keep_alive), self._ctx.clock()
        handle = self._handle(tenant)
        place, alive, seen = await self._claim(tenant, handle, is_show_aggs, now, length)
        try:
            engine_id = await self._open_engine(tenant, length)
        except GatewayError:
            await self._ctx.store.delete(REGISTRY, _entry_id(tenant, place), seen=seen)
            raise
        pit = Pit(handle, place, engine_id, is_show_aggs, now, length, now + length)
        await self._ctx.store.put(REGISTRY, _entry_id(tenant, place), _entry(tenant, pit), seen=seen)
        self._remember(tenant, pit, pit.expires_at)
        return pit, alive + 1

    async def use(self, tenant: str, handle: str, keep_alive: str | None = None) -> Pit:
        """The tenant's open point in time of that handle, extended. Raises NotFound or PitExpired."""
        pit, now = await self._find(tenant, handle), self._ctx.clock()
        length = max(pit.keep_alive, self.keep_alive(keep_alive)) if keep_alive else pit.keep_alive
        pit = replace(pit, keep_alive=length, expires_at=max(pit.expires_at, now + length))
        self._known[tenant, handle] = pit
        if pit.expires_at - self._kept[tenant, handle] > _SLACK:
            self._kept[tenant, handle] = pit.expires_at
            task = asyncio.create_task(self._extend(tenant, pit))
            self._extensions.add(task)
            task.add_done_callback(self._extensions.discard)
        return pit

    async def close(self, tenant: str, handle: str) -> None:
        """Frees the point in time and its place. Raises NotFound for one that is not the tenant's, or not open."""
        try:
            pit = await self._find(tenant, handle, fresh=True)
        except PitExpired as error:
            raise NotFound("no such point in time", "id") from error
        self.forget(tenant, handle)
        seen = await self._ctx.store.get(REGISTRY, _entry_id(tenant, pit.place))
        if seen is None or seen["_source"]["handle"] != handle:
            raise NotFound("no such point in time", "id")
        try:
            await self._ctx.store.delete(REGISTRY, _entry_id(tenant, pit.place), seen=seen)
        except Conflict:
            await self.close(tenant, handle)
            return
        if pit.engine_id:
            await self._ctx.store.close_pits([pit.engine_id])

    async def all(self, tenant: str) -> list[Pit]:
        """The tenant's open points in time, oldest first."""
        now = self._ctx.clock()
        entries = [each["_source"] for each in await self._places(tenant) if each and _alive(each["_source"], now)]
        return sorted((_pit(entry) for entry in entries), key=lambda pit: pit.opened_at)

    def forget(self, tenant: str, handle: str) -> None:
        """Drops what this process knows of a point in time; the registry is asked next time."""
        self._known.pop((tenant, handle), None)
        self._kept.pop((tenant, handle), None)

    async def settle(self) -> None:
        """Waits until every extension is written."""
        await asyncio.gather(*self._extensions)

    async def _find(self, tenant: str, handle: str, *, fresh: bool = False) -> Pit:
        now = self._ctx.clock()
        known = self._known.get((tenant, handle))
        if known is not None and known.expires_at > now and not fresh:
            return known
        if not self._is_ours(tenant, handle):
            raise NotFound("no such point in time", "pit")
        entries = [each["_source"] for each in await self._places(tenant) if each]
        entry = next((each for each in entries if each["handle"] == handle and _alive(each, now)), None)
        if entry is None or not entry["ready"]:
            self.forget(tenant, handle)
            raise PitExpired("this point in time has expired or was deleted; open a new one", "pit")
        pit = _pit(entry)
        self._remember(tenant, pit, pit.expires_at)
        return pit

    async def _claim(
        self, tenant: str, handle: str, is_show_aggs: bool, now: datetime, length: timedelta
    ) -> tuple[int, int, Json]:
        """A free place, claimed; how many others are taken; and the claim as the engine has it."""
        await self._room_for_all(now)
        while True:
            places = await self._places(tenant)
            free = [i for i, each in enumerate(places) if each is None or not _alive(each["_source"], now)]
            if not free:
                soonest = min(_pit(each["_source"]).expires_at for each in places if each)
                raise TooMany(
                    f"{self.most} of {self.most} points in time are open; delete one, or wait for one to expire",
                    kind="too_many_pits",
                    retry_after=max(1, round((soonest - now).total_seconds())),
                )
            place = random.choice(free)
            claim = Pit(handle, place, None, is_show_aggs, now, length, now + length)
            try:
                result = await self._ctx.store.put(
                    REGISTRY, _entry_id(tenant, place), _entry(tenant, claim, ready=False), seen=places[place]
                )
            except Conflict:
                continue
            await self._free_engine(places[place])
            return place, self.most - len(free), result

    async def _room_for_all(self, now: datetime) -> None:
        alive = [{"term": {"kind": "pit"}}, {"range": {"expires_at": {"gt": iso(now)}}}]
        body = orjson.dumps({"query": {"bool": {"filter": alive}}})
        reply = await self._ctx.store.call("POST", f"/{REGISTRY}/_count", body)
        if orjson.loads(reply)["count"] >= self._most_of_all:
            raise TooMany(f"{self._most_of_all} points in time are open for all tenants", kind="too_many_pits")

    async def _open_engine(self, tenant: str, length: timedelta) -> str | None:
        index = incidents_of(tenant)
        await self._ctx.store.refresh(index)
        try:
            return await self._ctx.store.open_pit(index, f"{(length + _GRACE).total_seconds():.0f}s")
        except NotFound:
            return None

    async def _free_engine(self, replaced: Json | None) -> None:
        if replaced and replaced["_source"]["engine_id"]:
            await self._ctx.store.close_pits([replaced["_source"]["engine_id"]])

    async def _extend(self, tenant: str, pit: Pit) -> None:
        try:
            seen = await self._ctx.store.get(REGISTRY, _entry_id(tenant, pit.place))
            if seen and seen["_source"]["handle"] == pit.handle:
                await self._ctx.store.put(REGISTRY, _entry_id(tenant, pit.place), _entry(tenant, pit), seen=seen)
        except Conflict:
            self._kept[tenant, pit.handle] = pit.opened_at
        except GatewayError as error:
            _log.warning("a point in time could not be extended: %s", error)

    async def _places(self, tenant: str) -> list[Json | None]:
        return await self._ctx.store.mget(REGISTRY, [_entry_id(tenant, i) for i in range(self.most)])

    def _remember(self, tenant: str, pit: Pit, kept: datetime) -> None:
        self._known[tenant, pit.handle] = pit
        self._kept[tenant, pit.handle] = kept

    def _handle(self, tenant: str) -> str:
        nonce = secrets.token_bytes(_NONCE)
        return base64.urlsafe_b64encode(nonce + self._mac(tenant, nonce)).decode().rstrip("=")

    def _is_ours(self, tenant: str, handle: str) -> bool:
        try:
            raw = base64.b64decode(handle + "=" * (-len(handle) % 4), altchars=b"-_", validate=True)
        except ValueError:
            return False
        return hmac.compare_digest(raw[_NONCE:], self._mac(tenant, raw[:_NONCE]))

    def _mac(self, tenant: str, nonce: bytes) -> bytes:
        return hmac.digest(self._secret, b"pit\0" + tenant.encode() + b"\0" + nonce, "sha256")[:_MAC]


def _entry_id(tenant: str, place: int) -> str:
    return f"pit:{tenant}:{place}"


def _entry(tenant: str, pit: Pit, *, ready: bool = True) -> Entry:
    return {
        "kind": "pit",
        "tenant": tenant,
        "handle": pit.handle,
        "place": pit.place,
        "engine_id": pit.engine_id,
        "is_show_aggs": pit.is_show_aggs,
        "created_at": iso(pit.opened_at),
        "keep_alive": pit.keep_alive.total_seconds(),
        "expires_at": iso(pit.expires_at),
        "ready": ready,
    }


def _pit(entry: Mapping[str, object]) -> Pit:
    return Pit(
        handle=str(entry["handle"]),
        place=int(str(entry["place"])),
        engine_id=str(entry["engine_id"]) if entry["engine_id"] else None,
        is_show_aggs=bool(entry["is_show_aggs"]),
        opened_at=datetime.fromisoformat(str(entry["created_at"])),
        keep_alive=timedelta(seconds=float(str(entry["keep_alive"]))),
        expires_at=datetime.fromisoformat(str(entry["expires_at"])),
    )


def _alive(entry: Mapping[str, object], now: datetime) -> bool:
    return datetime.fromisoformat(str(entry["expires_at"])) > now
