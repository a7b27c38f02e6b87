"""Which alert a key of alert events has now: an entry beside the alerts, so that of two events at once one makes it."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import orjson

from gateway.incidents.session import Context
from gateway.problems import Unavailable
from gateway.store import Json
from gateway.store.tenants import events_of
from queries.periods import iso


async def entries(ctx: Context, tenant: str, keys: Sequence[str], now: datetime) -> list[Json]:
    """The entries of the keys; those that were not there are made."""
    index, ids = events_of(tenant), [_key_id(each) for each in keys]
    found = await ctx.store.mget(index, ids)
    new = [each for each, entry in zip(ids, found, strict=True) if entry is None]
    if not new:
        return [each for each in found if each]
    lines = b"".join(_key_lines(index, each, {"create": {}}, now) for each in new)
    items = await ctx.store.bulk(lines)
    failed = next((each for each in items if each["status"] >= 300 and each["status"] != 409), None)
    if failed is not None:
        raise Unavailable(f"the engine answered with status {failed['status']} for the key of an alert")
    return [each for each in await ctx.store.mget(index, ids) if each]


async def renew(ctx: Context, tenant: str, held: Sequence[Json], now: datetime) -> None:
    """Gives the keys an alert to come; one that another writer renewed just now is as good."""
    index = events_of(tenant)
    lines = b"".join(
        _key_lines(
            index, each["_id"],
            {"index": {"if_seq_no": each["_seq_no"], "if_primary_term": each["_primary_term"]}}, now,
        )
        for each in held
    )  # fmt: skip
    if lines:
        await ctx.store.bulk(lines)


def _key_id(key: str) -> str:
    return f"key-{hashlib.sha256(key.encode(errors='surrogatepass')).hexdigest()}"


def _key_lines(index: str, entry_id: str, operation: dict[str, dict[str, Any]], now: datetime) -> bytes:
    [(name, version)] = operation.items()
    action = orjson.dumps({name: {"_index": index, "_id": entry_id, **version}})
    entry = {"kind": "incident_key", "alert_id": secrets.token_hex(12), "created_at": iso(now)}
    return b"%b\n%b\n" % (action, orjson.dumps(entry))
