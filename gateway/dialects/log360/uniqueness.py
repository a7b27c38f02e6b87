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

from gateway.incidents.session import Session
from gateway.incidents.writing.outcomes import Outcome, succeeded
from gateway.problems import Conflict, NotFound
from queries.errors import QueryError
from queries.periods import iso

IN_FLIGHT = timedelta(seconds=60)

Entry = dict[str, Any]


def name_key(name: str) -> str:
    """What two names have in common that differ in case alone."""
    return hashlib.sha256(unicodedata.normalize("NFC", name.casefold()).encode()).hexdigest()


async def giving(
    session: Session,
    name: str,
    incident_id: str,
    write: Callable[[], Awaitable[Outcome]],
    undo: Callable[[], Awaitable[object]],
) -> Outcome:
    """The outcome of the write that gives the incident its name. Raises what it raises, Conflict for another's name."""
    await take(session, name, incident_id, given=False)
    try:
        outcome = succeeded(await write())
    except (QueryError, NotFound, Conflict):
        await release(session, name_key(name), incident_id)
        raise
    try:
        await take(session, name, incident_id, given=True)
    except Conflict:
        await undo()
        raise
    return outcome


async def take(session: Session, name: str, incident_id: str, *, given: bool) -> None:
    """Makes the name the incident's: before it is `given` to it, and again once it is.

    Raises Conflict if it is another incident's, or is about to be.
    """
    key = name_key(name)
    entry = {"kind": "name", "tenant": session.tenant, "key": key, "incident_id": incident_id, "given": given}
    other = await _other(session, key, incident_id)

    def taken(held: Entry | None) -> Entry:
        if held and held["incident_id"] != incident_id and held != other:
            raise Conflict(f'there is an incident "{name}" already', "name", kind="already_exists")
        return {**entry, "created_at": iso(session.now())}

    await session.registry.revise(_entry_id(session, key), taken)


async def _other(session: Session, key: str, incident_id: str) -> Entry | None:
    """The entry of another incident that keeps the name from nobody any more, if there is one."""
    held = await session.registry.read(_entry_id(session, key))
    if held is None or held["incident_id"] == incident_id or await _counts(session, held):
        return None
    return held


async def release(session: Session, key: str, incident_id: str) -> None:
    """Frees the name, if it is the incident's entry and the incident does not bear it."""
    seen = await session.registry.get(_entry_id(session, key))
    if seen is None or seen.source["incident_id"] != incident_id or await _bears(session, seen.source):
        return
    try:
        await session.registry.delete(seen.id, seen=seen)
    except Conflict:
        return  # somebody else has taken it already


async def _counts(session: Session, entry: Entry) -> bool:
    """Whether an entry keeps its name from others: its incident may be about to bear it, or does."""
    if not entry["given"] and datetime.fromisoformat(entry["created_at"]) + IN_FLIGHT > session.now():
        return True
    return await _bears(session, entry)


async def _bears(session: Session, entry: Entry) -> bool:
    incident = await session.incidents.get(entry["incident_id"])
    return incident is not None and bears(incident.source, entry["key"])


def bears(document: Mapping[str, Any], key: str) -> bool:
    """Whether the incident was given the name through Log360, and has it still."""
    held = document.get("ext", {}).get("log360", {}).get("name_key")
    return bool(held == key and name_key(document.get("title", "")) == key)


def _entry_id(session: Session, key: str) -> str:
    return f"name:{session.tenant}:{key}"
