"""Which alert a key of alert events has now: an entry beside the alerts, so that of two events at once one makes it."""

import asyncio
import hashlib
import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from gateway.incidents.session import Session
from gateway.store.bulk import Item, Write
from gateway.store.errors import of_item
from gateway.store.hits import Stored
from queries.periods import iso


class Overtaken(Exception):
    """Another writer made the entry of a key first: its alert is another than was thought."""


@dataclass(frozen=True, slots=True)
class Entries:
    """The entries of keys, in order; the ids of those that are being made, whose alerts cannot be there.

    What follows of these may be prepared meanwhile, and written once they are `made`.
    """

    entries: Sequence[Stored]
    new: frozenset[str]
    _making: asyncio.Task[list[Item]]

    async def made(self) -> None:
        """Returns once every entry is there. Raises Overtaken, GatewayError."""
        items = await self._making
        failed = next((item for item in items if not item.done and not item.overtaken), None)
        if failed is not None:
            raise of_item(failed.status, failed.error, " key of an alert")
        if any(item.overtaken for item in items):
            raise Overtaken


@asynccontextmanager
async def entries(session: Session, keys: Sequence[str], now: datetime) -> AsyncIterator[Entries]:
    """The entries of the keys; those of new ones are made while the block is at work."""
    ids = [_entry_id(key) for key in keys]
    held = await session.events.get_many(ids)
    new = {each: _entry(now) for each, entry in zip(ids, held, strict=True) if entry is None}
    making = asyncio.create_task(session.events.write([Write(*entry) for entry in new.items()]))
    # The engine is to be at work before this process is.
    await asyncio.sleep(0)
    known = [entry or Stored(each, 0, 0, new[each]) for each, entry in zip(ids, held, strict=True)]
    try:
        yield Entries(known, frozenset(new), making)
    finally:
        making.cancel()
        await asyncio.gather(making, return_exceptions=True)


async def renew(session: Session, held: Sequence[Stored], now: datetime) -> None:
    """Gives the keys an alert to come; one that another writer renewed just now is as good."""
    await session.events.write([Write(entry.id, _entry(now), entry) for entry in held])


def _entry_id(key: str) -> str:
    return f"key-{hashlib.sha256(key.encode(errors='surrogatepass')).hexdigest()}"


def _entry(now: datetime) -> dict[str, str]:
    return {"kind": "incident_key", "alert_id": secrets.token_hex(12), "created_at": iso(now)}
