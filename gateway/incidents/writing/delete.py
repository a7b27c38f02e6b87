"""Deleting an incident, and all that hangs on it."""

from gateway.incidents.model.difference import INCIDENT
from gateway.incidents.reading.history import INCIDENT_ID
from gateway.incidents.session import Session
from gateway.incidents.writing import events
from gateway.incidents.writing.events import Happening
from gateway.incidents.writing.outcomes import Outcome
from gateway.problems import Conflict, NotFound
from queries.criteria import Is, Where


async def delete(
    session: Session, incident_id: str, seen_version: str | None = None, *, refresh: str = "false"
) -> Outcome:
    """Deletes an incident with all that hangs on it; only that it was deleted is kept. Raises NotFound, Conflict."""
    incidents = session.incidents
    found = await incidents.get(incident_id)
    if found is None or found.source["kind"] != INCIDENT:
        raise NotFound(f'no incident "{incident_id}"')
    if seen_version is not None and seen_version != found.version:
        raise Conflict(f'incident "{incident_id}" is at version {found.version}')
    if not await incidents.delete(incident_id, seen=found if seen_version else None, refresh=refresh):
        raise NotFound(f'no incident "{incident_id}"')
    await session.events.delete_matching(Where(INCIDENT_ID, Is((incident_id,))))
    await events.record(session, [Happening(incident_id, "deleted")], session.now())
    return Outcome(incident_id, "deleted", found.version)
