"""Unique names: a registry entry for each name, which counts only while its incident bears the name.

The entry is written before its incident is made or renamed, and again once that is done. So of any number of writers
one gets the name; an incident that is deleted or renamed through any dialect holds it no longer; and what was left
behind by a writer that died between the two is free a minute later. One that was only slow finds its entry taken over,
and takes back what it did.
"""

import hashlib
import unicodedata
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from gateway.incidents.session import Context
from gateway.incidents.writing.outcomes import Outcome, succeeded
from gateway.problems import Conflict, NotFound, Unavailable
from gateway.store.registry import REGISTRY, Entry
from gateway.store.tenants import incidents_of
from queries.errors import QueryError
from queries.periods import iso

IN_FLIGHT = timedelta(seconds=60)

_TRIES = 50


def name_key(name: str) -> str:
    """What two names have in common that differ in case alone."""
    return hashlib.sha256(unicodedata.normalize("NFC", name.casefold()).encode()).hexdigest()


async def giving(
    ctx: Context,
    tenant: str,
    name: str,
    incident_id: str,
    write: Callable[[], Awaitable[Outcome]],
    undo: Callable[[], Awaitable[object]],
) -> Outcome:
    """The outcome of the write that gives the incident its name. Raises what it raises, Conflict for another's name."""
    await take(ctx, tenant, name, incident_id, given=False)
    try:
        outcome = succeeded(await write())
    except (QueryError, NotFound, Conflict):
        await release(ctx, tenant, name_key(name), incident_id)
        raise
    try:
        await take(ctx, tenant, name, incident_id, given=True)
    except Conflict:
        await undo()
        raise
    return outcome


async def take(ctx: Context, tenant: str, name: str, incident_id: str, *, given: bool) -> None:
    """Makes the name the incident's: before it is `given` to it, and again once it is.

    Raises Conflict if it is another incident's, or is about to be.
    """
    entry_id = _entry_id(tenant, name_key(name))
    for _ in range(_TRIES):
        seen = await ctx.store.get(REGISTRY, entry_id)
        if seen and seen["_source"]["incident_id"] != incident_id and await _counts(ctx, seen["_source"]):
            raise Conflict(f'there is an incident "{name}" already', "name", kind="already_exists")
        at = iso(ctx.clock())
        entry = {"kind": "name", "tenant": tenant, "key": name_key(name), "incident_id": incident_id, "given": given}
        try:
            await ctx.store.put(REGISTRY, entry_id, entry | {"created_at": at}, seen=seen)
        except Conflict:
            continue
        return
    raise Unavailable(f'the name "{name}" is changing hands too fast; try again')


async def release(ctx: Context, tenant: str, key: str, incident_id: str) -> None:
    """Frees the name, if it is the incident's entry and the incident does not bear it."""
    seen = await ctx.store.get(REGISTRY, _entry_id(tenant, key))
    if seen is None or seen["_source"]["incident_id"] != incident_id or await _bears(ctx, seen["_source"]):
        return
    try:
        await ctx.store.delete(REGISTRY, _entry_id(tenant, key), seen=seen)
    except Conflict:
        return  # somebody else has taken it already


async def _counts(ctx: Context, entry: Entry) -> bool:
    """Whether an entry keeps its name from others: its incident may be about to bear it, or does."""
    if not entry["given"] and datetime.fromisoformat(entry["created_at"]) + IN_FLIGHT > ctx.clock():
        return True
    return await _bears(ctx, entry)


async def _bears(ctx: Context, entry: Entry) -> bool:
    found = await ctx.store.get(incidents_of(entry["tenant"]), entry["incident_id"])
    return found is not None and bears(found["_source"], entry["key"])


def bears(document: Mapping[str, Any], key: str) -> bool:
    """Whether the incident was given the name through Log360, and has it still."""
    held = document.get("ext", {}).get("log360", {}).get("name_key")
    return bool(held == key and name_key(document.get("title", "")) == key)


def _entry_id(tenant: str, key: str) -> str:
    return f"name:{tenant}:{key}"
