"""Points in time: opaque handles over the engine's own, which never leave the gateway.

Whether one still lives is decided by the gateway's clock, never by the engine's sweep; what a process knows of one is a
cache of its place in the registry.
"""

import asyncio
import base64
import hmac
import logging
import secrets
from dataclasses import replace
from datetime import datetime, timedelta

from gateway.incidents.session import Context
from gateway.problems import Conflict, GatewayError, NotFound, PitExpired, TooMany
from gateway.settings import Settings
from gateway.store import pit_slots as places
from gateway.store.pit_slots import Pit
from gateway.store.registry import REGISTRY, Entry
from gateway.store.tenants import incidents_of
from queries.errors import QueryError
from queries.periods import duration

_log = logging.getLogger("gateway.pits")
_NONCE, _MAC = 16, 12
_SLACK = timedelta(seconds=1)


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
        store, length, now = self._ctx.store, self.keep_alive(keep_alive), self._ctx.clock()
        if await places.open_everywhere(store, now) >= self._most_of_all:
            raise TooMany(f"{self._most_of_all} points in time are open for all tenants", kind="too_many_pits")
        wanted = Pit(self._handle(tenant), 0, None, is_show_aggs, now, length, now + length)
        claim = await places.claim(store, tenant, wanted, self.most, now)
        if claim.replaced:
            await store.close_pits([claim.replaced])
        entry_id = places.entry_id(tenant, claim.place)
        try:
            engine_id = await self._open_engine(tenant, length)
        except GatewayError:
            await store.delete(REGISTRY, entry_id, seen=claim.seen)
            raise
        pit = replace(wanted, place=claim.place, engine_id=engine_id)
        await store.put(REGISTRY, entry_id, places.entry(tenant, pit, pit.place), seen=claim.seen)
        self._remember(tenant, pit)
        return pit, claim.others + 1

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
        except (PitExpired, NotFound) as error:
            raise NotFound("no such point in time", "id") from error
        self.forget(tenant, handle)
        seen = await self._ctx.store.get(REGISTRY, places.entry_id(tenant, pit.place))
        if seen is None or seen["_source"]["handle"] != handle:
            raise NotFound("no such point in time", "id")
        try:
            await self._ctx.store.delete(REGISTRY, places.entry_id(tenant, pit.place), seen=seen)
        except Conflict:
            await self.close(tenant, handle)
            return
        if pit.engine_id:
            await self._ctx.store.close_pits([pit.engine_id])

    async def all(self, tenant: str) -> list[Pit]:
        """The tenant's open points in time, oldest first."""
        now = self._ctx.clock()
        alive = [each for each in await self._entries(tenant) if places.alive(each, now)]
        return sorted((places.pit_of(each) for each in alive), key=lambda pit: pit.opened_at)

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
        entries = await self._entries(tenant)
        entry = next((each for each in entries if each["handle"] == handle and places.alive(each, now)), None)
        if entry is None or not entry["ready"]:
            self.forget(tenant, handle)
            raise PitExpired("this point in time has expired or was deleted; open a new one", "pit")
        pit = places.pit_of(entry)
        self._remember(tenant, pit)
        return pit

    async def _open_engine(self, tenant: str, length: timedelta) -> str | None:
        index = incidents_of(tenant)
        await self._ctx.store.refresh(index)
        try:
            return await self._ctx.store.open_pit(index, places.engine_keep_alive(length))
        except NotFound:
            return None

    async def _extend(self, tenant: str, pit: Pit) -> None:
        """Writes the new expiry to the registry, unless a later one is there; the next use mends a failure."""
        store, entry_id = self._ctx.store, places.entry_id(tenant, pit.place)
        try:
            seen = await store.get(REGISTRY, entry_id)
            if seen and seen["_source"]["handle"] == pit.handle:
                held = places.pit_of(seen["_source"])
                length, expiry = max(pit.keep_alive, held.keep_alive), max(pit.expires_at, held.expires_at)
                later = replace(pit, keep_alive=length, expires_at=expiry)
                await store.put(REGISTRY, entry_id, places.entry(tenant, later, pit.place), seen=seen)
        except GatewayError as error:
            _log.info("a point in time could not be extended: %s", error)
            self._kept[tenant, pit.handle] = pit.opened_at

    async def _entries(self, tenant: str) -> list[Entry]:
        return [each["_source"] for each in await places.all_places(self._ctx.store, tenant, self.most) if each]

    def _remember(self, tenant: str, pit: Pit) -> None:
        now = self._ctx.clock()
        for key in [key for key, known in self._known.items() if known.expires_at <= now]:
            self.forget(*key)
        self._known[tenant, pit.handle] = pit
        self._kept[tenant, pit.handle] = pit.expires_at

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
