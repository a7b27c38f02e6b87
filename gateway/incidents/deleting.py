"""Deleting an incident, and all that hangs on it."""

from gateway.incidents import changes, events
from gateway.incidents.context import Actor, Context
from gateway.incidents.events import Happening
from gateway.incidents.outcomes import Outcome, version
from gateway.incidents.tenants import events_of, incidents_of
from gateway.problems import Conflict, NotFound


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
