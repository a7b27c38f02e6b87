"""The events index as a projection of what incidents carry."""

import logging
from collections.abc import Iterable, Sequence

from gateway.incidents.model.accounts import Effect, unpacked
from gateway.incidents.session import Session
from gateway.problems import GatewayError, Unavailable
from gateway.store.bulk import Item, Write
from gateway.store.hits import Stored

_log = logging.getLogger("gateway.projection")


async def project(session: Session, incidents: Iterable[Stored | None]) -> None:
    """Has the events index hold what these incidents carry. Raises GatewayError; nothing else was done then."""
    known, tenant = session.ctx.projected, session.tenant
    unknown = [each for each in incidents if each and not known.holds(tenant, each.id, each.version)]
    carried = {each.id: unpacked(each.source, each.id) for each in unknown}
    missing = await _missing(session, [effect for effects in carried.values() for effect in effects])
    failed = next((item for item in await _write(session, missing) if not _done(item)), None)
    if failed is not None:
        raise Unavailable(f"the engine answered with status {failed.status} for an incident's history")
    for each in unknown:
        known.add(tenant, each.id, each.version)


async def project_incident(session: Session, incident_id: str) -> None:
    """Has the events index hold what the incident carries, if there is one. Raises GatewayError."""
    await project(session, [await session.incidents.get(incident_id)])


async def publish(session: Session, written: Sequence[tuple[str, str, Sequence[Effect]]]) -> None:
    """Projects what was just written (incident, version, effects); where it fails, the incidents go on carrying it."""
    try:
        items = iter(await _write(session, [effect for _, _, effects in written for effect in effects]))
    except GatewayError as error:
        _log.warning("history is carried by %d incidents until it is read: %s", len(written), error)
        return
    for incident_id, version, effects in written:
        done = [_done(next(items)) for _ in effects]
        if all(done):
            session.ctx.projected.add(session.tenant, incident_id, version)


async def _missing(session: Session, effects: Sequence[Effect]) -> list[Effect]:
    """Those that may not have been done: of what is to be made, what is not there."""
    made = [effect for effect in effects if effect.seen is None]
    there = await session.events.get_many([effect.event_id for effect in made], source=False)
    gone = [effect for effect, event in zip(made, there, strict=True) if event is None]
    return gone + [effect for effect in effects if effect.seen is not None]


async def _write(session: Session, effects: Sequence[Effect]) -> list[Item]:
    return await session.events.write([Write(each.event_id, each.event, seen=each.seen) for each in effects])


def _done(item: Item) -> bool:
    """Whether the effect is there, by us or by another who was faster."""
    return item.done or item.overtaken or (item.status == 404 and not item.in_no_index)
