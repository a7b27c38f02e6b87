"""Changes, and their relations to incidents, as they are kept: documents beside the activities, each by its id.

What is shown of one is its `params`; every other field is there to find it by.
"""

import re
from collections.abc import Callable, Sequence
from typing import Literal

from gateway.incidents.session import Context
from gateway.incidents.writing.create import hex_id
from gateway.incidents.writing.events import Event
from gateway.problems import Conflict, Unavailable
from gateway.store import hits
from gateway.store.tenants import events_of
from queries.searches import Search, body

Kind = Literal["change", "rcc"]

_ID = re.compile(r"[0-9a-f]{24}", re.ASCII)
_TRIES = 50


def change_id(tenant: str, app_key: str, identifier: str) -> str:
    """The id of the change that a system calls so."""
    return hex_id(tenant, f"change\0{app_key}\0{identifier}")


def relation_id(tenant: str, change_id: str, incident_id: str) -> str:
    """The id of what a change has to do with an incident, by the ids that both are shown with."""
    return hex_id(tenant, f"rcc\0{change_id}\0{incident_id}")


async def read(ctx: Context, tenant: str, kind: Kind, record_id: str) -> Event | None:
    """The record as it is now; None if there is none."""
    [found] = await read_all(ctx, tenant, kind, [record_id])
    return found


async def read_all(ctx: Context, tenant: str, kind: Kind, ids: Sequence[str]) -> list[Event | None]:
    """The records as they are now, in the order asked for; None where there is none."""
    possible = [each for each in ids if _ID.fullmatch(each)]
    found = await ctx.store.mget(events_of(tenant), [f"{kind}-{each}" for each in possible]) if possible else []
    held = {record_id: each["_source"] for record_id, each in zip(possible, found, strict=True) if each}
    return [held.get(each) for each in ids]


async def search(ctx: Context, tenant: str, wanted: Search) -> list[hits.Hit]:
    """The records that are found, those of a moment ago among them."""
    await ctx.store.refresh(events_of(tenant))
    return hits.reply(await ctx.store.search(body(wanted, tenant), events_of(tenant))).hits.hits


async def revise(ctx: Context, tenant: str, kind: Kind, record_id: str, edit: Callable[[Event | None], Event]) -> Event:
    """The record after `edit` was applied to it as it stood. Raises what that raises, and Unavailable."""
    await ctx.tenants.ensure(tenant)
    index, document_id = events_of(tenant), f"{kind}-{record_id}"
    for _ in range(_TRIES):
        seen = await ctx.store.get(index, document_id)
        before = seen["_source"] if seen else None
        after = edit(before)
        if after == before:
            return after
        try:
            await ctx.store.put(index, document_id, after, seen=seen)
        except Conflict:
            continue
        return after
    raise Unavailable("it is changing too fast; try again")
