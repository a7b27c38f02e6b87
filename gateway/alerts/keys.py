"""Which alert a key of alert events has now: an entry beside the alerts, so that of two events at once one makes it."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime

from gateway.incidents.session import Session
from gateway.store.bulk import Write
from gateway.store.errors import of_item
from gateway.store.hits import Stored
from queries.periods import iso


async def entries(session: Session, keys: Sequence[str], now: datetime) -> tuple[list[Stored], set[str]]:
    """The entries of the keys, and the ids of those that were made just now, whose alerts cannot be there."""
    ids = [_entry_id(key) for key in keys]
    held = await session.events.get_many(ids)
    new = [Write(each, _entry(now)) for each, entry in zip(ids, held, strict=True) if entry is None]
    items = await session.events.write(new)
    failed = next((item for item in items if not item.done and not item.overtaken), None)
    if failed is not None:
        raise of_item(failed.status, failed.error, " key of an alert")
    made = {
        write.id: Stored(write.id, item.seq_no, item.primary_term, write.document or {})
        for write, item in zip(new, items, strict=True)
        if item.done
    }
    if len(made) < len(new):
        held = await session.events.get_many(ids)
    return [entry or made[each] for each, entry in zip(ids, held, strict=True)], set(made)


async def renew(session: Session, held: Sequence[Stored], now: datetime) -> None:
    """Gives the keys an alert to come; one that another writer renewed just now is as good."""
    await session.events.write([Write(entry.id, _entry(now), entry) for entry in held])


def _entry_id(key: str) -> str:
    return f"key-{hashlib.sha256(key.encode(errors='surrogatepass')).hexdigest()}"


def _entry(now: datetime) -> dict[str, str]:
    return {"kind": "incident_key", "alert_id": secrets.token_hex(12), "created_at": iso(now)}
