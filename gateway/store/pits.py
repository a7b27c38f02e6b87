"""Points in time: opaque handles over the engine's own, which never leave the gateway.

Whether one still lives is decided by the gateway's clock, never by the engine's sweep; what a process knows of one is a
cache of its slot in the registry.
"""

import asyncio
import base64
import hmac
import logging
import secrets
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from gateway.problems import Conflict, GatewayError, NotFound, PitExpired, TooMany
from gateway.settings import Settings
from gateway.store import pit_slots
from gateway.store.attempts import Attempts
from gateway.store.pit_slots import Pit
from gateway.store.registry import Entry
from gateway.store.snapshots import Snapshots
from gateway.store.store import Store
from queries.errors import QueryError
from queries.periods import duration

Clock = Callable[[], datetime]

_log = logging.getLogger("gateway.pits")
_NONCE, _MAC = 16, 12
_SLACK = timedelta(seconds=1)


class Pits:
    """The points in time of this gateway; what this process knows of them is a cache of the registry."""

    def __init__(self, store: Store, clock: Clock, settings: Settings, secrets: Sequence[bytes]) -> None:
        self._store, self._clock = store, clock
        self._signing = secrets
        self.snapshots = Snapshots(settings.snapshot_memory)
        self.most, self._most_of_all = settings.pits, settings.pits_total
        self._default = settings.pit_keep_alive
        self._longest = duration(settings.pit_max_keep_alive, "pit_max_keep_alive")
        self._known: dict[tuple[str, str], Pit] = {}
        self._kept: dict[tuple[str, str], datetime] = {}
        self._extensions: set[asyncio.Task[None]] = set()
        self.on_forget: list[Callable[[str], None]] = []
        """Told of the engine's id of each that this process forgets."""

    def keep_alive(self, text: str | None, where: str = "keep_alive") -> timedelta:
        """How long is asked for. Raises QueryError for no length of time, or one over the setting."""
        length = duration(text or self._default, where)
        if length > self._longest:
            raise QueryError(f"keep_alive may be at most {self._longest.total_seconds():.0f}s", where)
        return length

    async def open(self, tenant: str, *, is_show_aggs: bool, keep_alive: str | None) -> tuple[Pit, int]:
        """A new point in time that shows every write acknowledged so far, and how many the tenant now has.

        Raises TooMany when every slot is taken.
        """
        registry, length, now = self._store.registry, self.keep_alive(keep_alive), self._clock()
        if await pit_slots.open_everywhere(registry, now) >= self._most_of_all:
            raise TooMany(f"{self._most_of_all} points in time are open for all tenants", kind="too_many_pits")
        wanted = Pit(self._handle(tenant), 0, None, is_show_aggs, now, length, now + length)
        claim = await pit_slots.claim(registry, tenant, wanted, self.most, now)
        pit = replace(wanted, slot=claim.slot)
        try:
            if claim.replaced:
                await self._store.client.close_pits([claim.replaced])
            pit = replace(pit, engine_id=await self._open_engine(tenant, length))
        except GatewayError:
            await self._free(tenant, pit)
            raise
        await self._revise(tenant, pit, lambda _held: pit_slots.entry(tenant, pit))
        self._remember(tenant, pit)
        return pit, claim.others + 1

    async def use(self, tenant: str, handle: str, keep_alive: str | None = None) -> Pit:
        """The tenant's open point in time of that handle, extended. Raises NotFound or PitExpired."""
        pit, now = await self._find(tenant, handle), self._clock()
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
        if not await self._free(tenant, pit):
            raise NotFound("no such point in time", "id")
        if pit.engine_id:
            await self._store.client.close_pits([pit.engine_id])

    async def all(self, tenant: str) -> list[Pit]:
        """The tenant's open points in time, oldest first."""
        now = self._clock()
        alive = [each for each in await self._entries(tenant) if pit_slots.alive(each, now)]
        return sorted((pit_slots.pit_of(each) for each in alive), key=lambda pit: pit.opened_at)

    def forget(self, tenant: str, handle: str) -> None:
        """Drops what this process knows of a point in time, answers too; the registry is asked next time."""
        pit = self._known.pop((tenant, handle), None)
        if pit and pit.engine_id:
            for tell in self.on_forget:
                tell(pit.engine_id)
        self._kept.pop((tenant, handle), None)
        self.snapshots.forget(tenant, handle)

    async def settle(self) -> None:
        """Waits until every extension is written."""
        await asyncio.gather(*self._extensions)

    async def _find(self, tenant: str, handle: str, *, fresh: bool = False) -> Pit:
        now = self._clock()
        known = self._known.get((tenant, handle))
        if known is not None and known.expires_at > now and not fresh:
            return known
        if not self._is_ours(tenant, handle):
            raise NotFound("no such point in time", "pit")
        entries = await self._entries(tenant)
        entry = next((each for each in entries if each["handle"] == handle and pit_slots.alive(each, now)), None)
        if entry is None or not entry["ready"]:
            self.forget(tenant, handle)
            raise PitExpired("this point in time has expired or was deleted; open a new one", "pit")
        pit = pit_slots.pit_of(entry)
        self._remember(tenant, pit)
        return pit

    async def _open_engine(self, tenant: str, length: timedelta) -> str | None:
        incidents = self._store.incidents(tenant)
        await incidents.refresh()
        try:
            return await self._store.client.open_pit(incidents.index, pit_slots.engine_keep_alive(length))
        except NotFound:
            return None

    async def _extend(self, tenant: str, pit: Pit) -> None:
        """Writes the new expiry to the registry, unless a later one is there; the next use mends a failure."""

        def later(held: Entry) -> Entry:
            known = pit_slots.pit_of(held)
            length, expiry = max(pit.keep_alive, known.keep_alive), max(pit.expires_at, known.expires_at)
            return pit_slots.entry(tenant, replace(pit, keep_alive=length, expires_at=expiry))

        try:
            await self._revise(tenant, pit, later)
        except GatewayError as error:
            _log.info("a point in time could not be extended: %s", error)
            self._kept[tenant, pit.handle] = pit.opened_at

    async def _revise(self, tenant: str, pit: Pit, edit: Callable[[Entry], Entry]) -> None:
        """Changes the entry of the slot, if it is still that of the point in time."""

        def own(held: Entry | None) -> Entry | None:
            return edit(held) if held and held["handle"] == pit.handle else None

        await self._store.registry.revise(pit_slots.entry_id(tenant, pit.slot), own)

    async def _free(self, tenant: str, pit: Pit) -> bool:
        """Frees the slot; False if it is another's by now."""
        entry_id = pit_slots.entry_id(tenant, pit.slot)
        async for _ in Attempts("the point in time"):
            seen = await self._store.registry.get(entry_id)
            if seen is None or seen.source["handle"] != pit.handle:
                return False
            try:
                return await self._store.registry.delete(entry_id, seen=seen)
            except Conflict:
                continue
        return False

    async def _entries(self, tenant: str) -> list[Entry]:
        slots = await pit_slots.all_slots(self._store.registry, tenant, self.most)
        return [held.source for held in slots if held]

    def _remember(self, tenant: str, pit: Pit) -> None:
        now = self._clock()
        for key in [key for key, known in self._known.items() if known.expires_at <= now]:
            self.forget(*key)
        self._known[tenant, pit.handle] = pit
        self._kept[tenant, pit.handle] = pit.expires_at

    def _handle(self, tenant: str) -> str:
        nonce = secrets.token_bytes(_NONCE)
        return base64.urlsafe_b64encode(nonce + _mac(tenant, nonce, self._signing[0])).decode().rstrip("=")

    def _is_ours(self, tenant: str, handle: str) -> bool:
        try:
            raw = base64.b64decode(handle + "=" * (-len(handle) % 4), altchars=b"-_", validate=True)
        except ValueError:
            return False
        nonce, mac = raw[:_NONCE], raw[_NONCE:]
        return any(hmac.compare_digest(mac, _mac(tenant, nonce, secret)) for secret in self._signing)


def _mac(tenant: str, nonce: bytes, secret: bytes) -> bytes:
    return hmac.digest(secret, b"pit\0" + tenant.encode() + b"\0" + nonce, "sha256")[:_MAC]
