"""The events index as a projection of what incidents carry."""

import logging
from collections.abc import Iterable, Sequence

from gateway.incidents.model.accounts import REVISION, Effect, unpacked
from gateway.incidents.session import Session
from gateway.problems import GatewayError, Unavailable
from gateway.store.attempts import Attempts
from gateway.store.bulk import Item, Write
from gateway.store.hits import Stored

_MOST_CARRIED_ON = 50

_log = logging.getLogger("gateway.projection")


async def project(session: Session, incidents: Iterable[Stored | None]) -> None:
    """Has the events index hold what these incidents carry. Raises GatewayError; nothing else was done then."""
    known, tenant = session.ctx.projected, session.tenant
    unknown = [each for each in incidents if each and not known.holds(tenant, each.id, each.version)]
    missing = await _left(session, unknown)
    failed = next((item for item in await _do(session, missing) if not _done(item)), None)
    if failed is not None:
        raise Unavailable(f"the engine answered with status {failed.status} for an incident's history")
    for each in unknown:
        known.add(tenant, each.id, each.version)


async def settle(session: Session, incidents: Iterable[Stored | None]) -> dict[str, list[Effect]]:
    """What these incidents carry and the events index lacks, by their ids: the next version has to carry it on.

    What changes events that are there is done first, as it is of their versions, and what has become much. Raises
    GatewayError.
    """
    known, tenant = session.ctx.projected, session.tenant
    unknown = [each for each in incidents if each and not known.holds(tenant, each.id, each.version)]
    carried = {each.id: [*unpacked(each.source, each.id)] for each in unknown}
    revising = [
        each
        for each in unknown
        if len(carried[each.id]) > _MOST_CARRIED_ON or any(effect.seen for effect in carried[each.id])
    ]
    await project(session, revising)
    for each in revising:
        del carried[each.id]
    missing = await _missing(session, [effect for some in carried.values() for effect in some])
    lacking = {effect.event_id for effect in missing}
    return {each: left for each, some in carried.items() if (left := [e for e in some if e.event_id in lacking])}


async def project_incident(session: Session, incident_id: str) -> None:
    """Has the events index hold what the incident carries, if there is one. Raises GatewayError."""
    await project(session, [await session.incidents.get(incident_id)])


async def publish(
    session: Session, written: Sequence[tuple[str, str, Sequence[Effect]]], *, refresh: str = "false"
) -> None:
    """Projects what was just written (incident, version, effects); where it fails, the incidents go on carrying it."""
    try:
        items = iter(await _do(session, [effect for _, _, effects in written for effect in effects], refresh))
    except GatewayError as error:
        _log.warning("history is carried by %d incidents until it can be published: %s", len(written), error)
        for incident_id, _, _ in written:
            session.ctx.projected.fail(session.tenant, incident_id)
        return
    for incident_id, version, effects in written:
        done = [_done(next(items)) for _ in effects]
        if all(done):
            session.ctx.projected.add(session.tenant, incident_id, version)
        else:
            session.ctx.projected.fail(session.tenant, incident_id)


async def _missing(session: Session, effects: Sequence[Effect]) -> list[Effect]:
    """Those that may not have been done: of what is to be made, what is not there."""
    made = [effect for effect in effects if effect.seen is None]
    there = await session.events.get_many([effect.event_id for effect in made], source=False)
    gone = [effect for effect, event in zip(made, there, strict=True) if event is None]
    return gone + [effect for effect in effects if effect.seen is not None]


async def _left(session: Session, incidents: Sequence[Stored]) -> list[Effect]:
    """What these incidents carry that may not have been done; nothing of one that was deleted since it was read.

    Its deletion took away all that it had, which has to stay away.
    """
    carried = {each.id: unpacked(each.source, each.id) for each in incidents}
    missing = await _missing(session, [effect for some in carried.values() for effect in some])
    lacking = {effect.event_id for effect in missing if effect.seen is None}
    rows = [each for each in incidents if any(effect.event_id in lacking for effect in carried[each.id])]
    now = await session.incidents.get_many([each.id for each in rows])
    gone = {each.id for each, held in zip(rows, now, strict=True) if held is None or _number(held) != _number(each)}
    without = {effect.event_id for incident_id in gone for effect in carried[incident_id]}
    return [effect for effect in missing if effect.event_id not in without]


def _number(incident: Stored) -> int | None:
    """What no later incident of the same id has."""
    return incident.source.get("numeric_id")


async def _do(session: Session, effects: Sequence[Effect], refresh: str = "false") -> list[Item]:
    """What became of each effect, in order; one that is not of the version seen is looked at again."""
    writes = [Write(each.event_id, each.event, seen=each.seen) for each in effects]
    items = await session.events.write(writes, refresh=refresh)
    for i, (effect, item) in enumerate(zip(effects, items, strict=True)):
        if item.status == 400:
            _log.error("an event that the engine refuses is dropped: %s", item.error)
        if item.overtaken and effect.seen is not None and REVISION in (effect.event or {}):
            items[i] = await _redo(session, effect, item)
    return items


async def _redo(session: Session, effect: Effect, item: Item) -> Item:
    """Does a revision whose event was heard of meanwhile; one that another process has done is done."""
    async for _ in Attempts("an alert"):
        event, revised = await session.events.get(effect.event_id), effect.event or {}
        if event is None or event.source.get(REVISION, 0) >= revised[REVISION]:
            break
        heard = {"last_event_at": max(event.source.get("last_event_at", ""), revised.get("last_event_at", ""))}
        again = Write(effect.event_id, revised | (heard if heard["last_event_at"] else {}), event)
        [item] = await session.events.write([again])
        if not item.overtaken:
            break
    return item


def _done(item: Item) -> bool:
    """Whether there is nothing left to do: by us, by another who was faster, or ever."""
    gone = item.status == 404 and not item.in_no_index
    return item.done or item.overtaken or gone or item.status == 400
