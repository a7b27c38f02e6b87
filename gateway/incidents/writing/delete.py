"""Deleting an incident, and all that hangs on it."""

from gateway.incidents.model import difference as changes
from gateway.incidents.session import Actor, Context
from gateway.incidents.writing import events
from gateway.incidents.writing.events import Happening
from gateway.incidents.writing.outcomes import Outcome, version
from gateway.problems import Conflict, NotFound
from gateway.store.tenants import events_of, incidents_of


async def delete(
    ctx: Context, actor: Actor, incident_id: str, seen_version: str | None = None, *, refresh: str = "false"
) -> Outcome:
    """Deletes an incident with all that hangs on it; only that it was deleted is kept. Raises NotFound, Conflict."""
    index = incidents_of(actor.tenant)
    found = await ctx.store.get(index, incident_id)
    if found is None or found["_source"]["kind"] != changes.INCIDENT:
        raise NotFound(f'no incident "{incident_id}"')
    if seen_version is not None and seen_version != version(found):
        raise Conflict(f'incident "{incident_id}" is at version {version(found)}')
    if not await ctx.store.delete(index, incident_id, seen=found if seen_version else None, refresh=refresh):
        raise NotFound(f'no incident "{incident_id}"')
    await ctx.store.delete_matching(events_of(actor.tenant), {"term": {"incident_id": incident_id}})
    await events.record(ctx, actor, [Happening(incident_id, "deleted")], ctx.clock())
    return Outcome(incident_id, "deleted", version(found))
