"""Deleting an incident, and all that hangs on it.

That it is to be deleted is written down first, under the number that the account of it will have; it becomes that
account once the incident is gone. Whoever finds it left, of an incident that is gone, finishes it.
"""

import logging
from collections.abc import Sequence

from gateway.incidents.model.difference import INCIDENT
from gateway.incidents.reading.history import INCIDENT_ID, Event
from gateway.incidents.session import Context, Session
from gateway.incidents.writing.events import VIA_KEY, Happening, activity, activity_id
from gateway.incidents.writing.outcomes import Outcome
from gateway.problems import Conflict, GatewayError, NotFound
from gateway.store.attempts import Attempts
from gateway.store.bulk import Write
from gateway.store.errors import of_item
from gateway.store.hits import Stored
from queries.criteria import And, Ids, Is, Not, Where
from queries.errors import QueryError
from queries.kinds import KIND
from queries.searches import Search

DELETION = "deletion"

_log = logging.getLogger("gateway.delete")
DELETIONS = Where(KIND, Is((DELETION,)))


async def delete(
    session: Session, incident_id: str, seen_version: str | None = None, *, refresh: str = "false"
) -> Outcome:
    """Deletes an incident with all that hangs on it; only that it was deleted is kept. Raises NotFound, Conflict."""
    mark = session.next_mark(incident_id)
    if await done_before(session, incident_id, mark):
        return Outcome(incident_id, "deleted")
    async for _ in Attempts("the incident"):
        entries = await _found(session, incident_id)
        if seen_version is not None and seen_version != entries.version:
            raise Conflict(f'incident "{incident_id}" is at version {entries.version}')
        deletion = await _written_down(session, incident_id, mark)
        try:
            if await session.incidents.delete(incident_id, seen=entries, refresh=refresh):
                await finish(session, [deletion])
                break
        except Conflict:
            await session.events.delete(deletion.id)
            continue
        await session.events.delete(deletion.id)
    return Outcome(incident_id, "deleted", entries.version)


async def _found(session: Session, incident_id: str) -> Stored:
    """The incident. Raises NotFound; what was left of deleting it is finished then."""
    incident = await session.incidents.get(incident_id)
    if incident is None or incident.source["kind"] != INCIDENT:
        await finish_deletions(session, incident_id)
        raise NotFound(f'no incident "{incident_id}"')
    return incident


async def done_before(session: Session, incident_id: str, mark: str | None) -> bool:
    """Whether this very request has deleted it."""
    if not await session.done([mark]):
        return False
    if await session.incidents.get(incident_id) is None:
        await finish_deletions(session, incident_id)
    deletion = await session.events.get(str(mark))
    return deletion is not None and deletion.source["kind"] != DELETION


async def _written_down(session: Session, incident_id: str, mark: str | None) -> Stored:
    [number] = await session.numbers(1)
    account = activity(Happening(incident_id, "deleted"), number, session, session.now()) | {"kind": DELETION}
    event_id = mark or activity_id(number)
    version = await session.events.put(Write(event_id, account, mode="index"))
    term, seq_no = version.split("-")
    return Stored(event_id, int(seq_no), int(term), account)


async def finish_deletions(session: Session, incident_id: str) -> None:
    """Finishes deleting an incident that is gone, where a gateway ended before it could."""
    wanted = Search(And((DELETIONS, Where(INCIDENT_ID, Is((incident_id,))))), ({"sequence": {"order": "asc"}},), 10)
    for hit in (await session.events.search(wanted, fresh=True)).hits:
        await finish(session, [Stored(hit.id, hit.seq_no, hit.primary_term, hit.document)])


async def finish(session: Session, deletions: Sequence[Stored]) -> None:
    """Takes away what hangs on the incidents, and makes the deletions their accounts; what fails is left to do."""
    incidents = Where(INCIDENT_ID, Is(tuple(each.source["incident_id"] for each in deletions)))
    accounts = Not(Ids(tuple(each.id for each in deletions)))
    try:
        await session.events.delete_matching(And((incidents, Not(DELETIONS), accounts)))
        items = await session.events.write([Write(each.id, _account(each), each) for each in deletions])
        failed = next((item for item in items if not item.done and not item.overtaken), None)
        if failed is not None:
            raise of_item(failed.status, failed.error, "")
    except (GatewayError, QueryError) as error:
        _log.warning("the deletion of %d incidents is to be finished: %s", len(deletions), error)


def _account(deletion: Stored) -> Event:
    return {**deletion.source, "kind": "activity"}


async def replay(ctx: Context) -> None:
    """Finishes the deletions that gateways which ended left undone; of an incident that is still there, drops it."""
    for tenant, deletion in await ctx.store.left_of_kind(DELETION):
        actor, dialect, via = (deletion.source.get(name) for name in ("actor", "dialect", VIA_KEY))
        session = Session(ctx, tenant, str(actor), str(dialect), via=via)
        if await session.incidents.get(deletion.source["incident_id"]) is None:
            await finish(session, [deletion])
        else:
            await session.events.delete(deletion.id, seen=deletion)
