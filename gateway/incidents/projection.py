"""The events index as a projection of what incidents carry."""

import logging
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from gateway.incidents.model.accounts import REVISION, Effect, unpacked
from gateway.incidents.session import Session
from gateway.problems import GatewayError, Unavailable
from gateway.store.attempts import Attempts
from gateway.store.bulk import Item, Write
from gateway.store.hits import Stored
from queries.fields import LONG_TEXTS
from queries.texts import long_texts

_MOST_CARRIED_ON = 50

_log = logging.getLogger("gateway.projection")


async def project(session: Session, incidents: Iterable[Stored | None]) -> None:
    """Has the events index hold what these incidents carry. Raises GatewayError; nothing else was done then."""
    known, tenant = session.ctx.projected, session.tenant
    unknown = [each for each in incidents if each and not known.holds(tenant, each.id, each.version)]
    missing = await _missing(session, unknown)
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
    carried = {each.id: unpacked(each.source, each.id) for each in unknown}
    revising = [each for each in unknown if _is_done_first(carried[each.id])]
    await project(session, revising)
    others = [each for each in unknown if not _is_done_first(carried[each.id])]
    waits = {each.id: accounts for each in others if (accounts := waiting(session, each)) is not None}
    asked = [each for each in others if each.id not in waits]
    lacking = {effect.event_id for effect in await _missing(session, asked)}
    left = {each.id: [effect for effect in carried[each.id] if effect.event_id in lacking] for each in asked}
    for each in asked:
        if not left[each.id]:
            known.add(tenant, each.id, each.version)
    return waits | {each: some for each, some in left.items() if some}


def _is_done_first(effects: Sequence[Effect]) -> bool:
    return len(effects) > _MOST_CARRIED_ON or any(effect.seen for effect in effects)


async def project_incident(session: Session, incident_id: str) -> None:
    """Has the events index hold what the incident carries, if there is one. Raises GatewayError."""
    await project(session, [await session.incidents.get(incident_id)])


class Written(NamedTuple):
    """An incident that was just written, and its effects; of one that `waits`, those alone that stand alone."""

    id: str
    version: str
    effects: Sequence[Effect]
    waits: bool = False


async def publish(session: Session, written: Sequence[Written], *, refresh: str = "false") -> None:
    """Projects what was just written; where it fails, the incidents go on carrying it."""
    known, tenant = session.ctx.projected, session.tenant
    try:
        items = iter(await _do(session, [effect for each in written for effect in each.effects], refresh))
    except GatewayError as error:
        _log.warning("history is carried by %d incidents until it can be published: %s", len(written), error)
        for each in written:
            known.fail(tenant, each.id)
        return
    for each in written:
        done = [_done(next(items)) for _ in each.effects]
        if all(done):
            known.add(tenant, each.id, each.version, waits=each.waits)
        else:
            known.fail(tenant, each.id)


def waiting(session: Session, incident: Stored) -> list[Effect] | None:
    """The accounts that the incident carries, where they are all that it may still have to publish; else None."""
    if not session.ctx.projected.waits(session.tenant, incident.id, incident.version):
        return None
    return [effect for effect in unpacked(incident.source, incident.id) if not effect.stands_alone]


async def _missing(session: Session, incidents: Sequence[Stored]) -> list[Effect]:
    """What may not have been done: of what is to be made, what is not there."""
    effects = [(incident, effect) for incident in incidents for effect in unpacked(incident.source, incident.id)]
    made = [row for row in effects if row[1].seen is None]
    there = await session.events.get_many([effect.event_id for _, effect in made], source=False)
    gone = [row for row, event in zip(made, there, strict=True) if event is None]
    return await _of_those_left(session, gone) + [effect for _, effect in effects if effect.seen is not None]


async def _of_those_left(session: Session, rows: Sequence[tuple[Stored, Effect]]) -> list[Effect]:
    """The effects but for those of an incident that was deleted since it was read, which took all of it away.

    One that was changed since, and has the number that it had, may have carried them on.
    """
    ids = list(dict.fromkeys(incident.id for incident, _ in rows))
    now = dict(zip(ids, await session.incidents.get_many(ids, source=False), strict=True))
    changed = [each.id for each, _ in rows if (held := now[each.id]) and held.version != each.version]
    now |= dict(zip(changed, await session.incidents.get_many(changed), strict=True))
    return [effect for incident, effect in rows if _is_same(incident, now[incident.id])]


def _is_same(read: Stored, now: Stored | None) -> bool:
    """Whether an incident that was read is there still, and no other under its id."""
    if now is None or now.version == read.version:
        return now is not None
    number = read.source.get("numeric_id")
    return number is not None and number == now.source.get("numeric_id")


async def _do(session: Session, effects: Sequence[Effect], refresh: str = "false") -> list[Item]:
    """What became of each effect, in order; one that is not of the version seen is looked at again."""
    writes = [Write(each.event_id, _found_by(each.event), seen=each.seen) for each in effects]
    items = await session.events.write(writes, refresh=refresh)
    for i, (effect, item) in enumerate(zip(effects, items, strict=True)):
        if item.status == 400:
            _log.error("an event that the engine refuses is dropped: %s", item.error)
        if item.overtaken and effect.seen is not None and REVISION in (effect.event or {}):
            items[i] = await _redo(session, effect, item, refresh)
    return items


async def _redo(session: Session, effect: Effect, item: Item, refresh: str) -> Item:
    """Does a revision whose event was heard of meanwhile; one that another process has done is done."""
    async for _ in Attempts("an alert"):
        event, revised = await session.events.get(effect.event_id), effect.event or {}
        if event is None or event.source.get(REVISION, 0) >= revised[REVISION]:
            break
        heard = {"last_event_at": max(event.source.get("last_event_at", ""), revised.get("last_event_at", ""))}
        again = Write(effect.event_id, revised | (heard if heard["last_event_at"] else {}), event)
        [item] = await session.events.write([again], refresh=refresh)
        if not item.overtaken:
            break
    return item


def _found_by(event: dict[str, Any] | None) -> dict[str, Any] | None:
    """The event with what a long text of a note is found by, which no incident needs to carry."""
    if event is None or "body" not in event:
        return event
    return {name: value for name, value in event.items() if name != LONG_TEXTS} | long_texts(event, ("body",))


def _done(item: Item) -> bool:
    """Whether there is nothing left to do: by us, by another who was faster, or ever."""
    gone = item.status == 404 and not item.in_no_index
    return item.done or item.overtaken or gone or item.status == 400
