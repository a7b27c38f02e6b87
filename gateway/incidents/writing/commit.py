"""Versions of incidents, each written with its history: the document carries what is done beside it until it is."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from gateway.incidents.model import difference
from gateway.incidents.model.accounts import CARRIED, Effect, packed
from gateway.incidents.model.difference import FieldChange
from gateway.incidents.model.documents import Document
from gateway.incidents.projection import Written, publish
from gateway.incidents.session import Session
from gateway.incidents.writing import events
from gateway.incidents.writing.events import Happening
from gateway.store.bulk import Item, Write
from gateway.store.hits import Stored
from gateway.work.turns import Turn
from queries.periods import iso


class Version(msgspec.Struct):
    """A document as it is to be, in place of the one that was seen or of none; what happened, what is done beside."""

    id: str
    seen: Stored | None
    document: Document
    happenings: Sequence[Happening] = ()
    effects: list[Effect] = []
    waits: bool = False


async def commit(session: Session, versions: Sequence[Version], now: datetime, *, refresh: str = "false") -> list[Item]:
    """What became of each version, in order; of those that were written, the history is kept.

    What the documents that were seen carry has to be done by then, or to be among the effects. Of a version that
    `waits` the accounts are not published: they are by who reads its history, or carried on by who writes next.
    """
    if not versions:
        return []
    count = sum(len(version.happenings) for version in versions)
    numbers = iter(await session.numbers(count) if count else [])
    turn = Turn()
    for version in versions:
        if turn.is_over():
            await turn.give()
        # What an earlier version left to be done goes before what this one does, as it is told in that order.
        version.effects = [*version.effects, *events.effects(session, version.happenings, numbers, now)]
        version.document[CARRIED] = packed(version.effects)
        if version.waits:
            version.effects = [each for each in version.effects if each.stands_alone]
    writes = [Write(version.id, version.document, version.seen) for version in versions]
    items = await session.incidents.write(writes, refresh=refresh)
    done = [
        Written(version.id, item.version, version.effects, version.waits)
        for version, item in zip(versions, items, strict=True)
        if item.done
    ]
    await publish(session, done, refresh=refresh)
    return items


def differences(session: Session, before: Document, after: Document) -> list[FieldChange]:
    """What an account of the change has to say."""
    return difference.difference(before, after, session.rules)


def stamped(session: Session, after: Document, happenings: Sequence[Happening], now: datetime) -> Document:
    """The changed document with when it was changed, by whom, and how many notes it has then."""
    stamp: Document = {"updated_at": iso(now), "updated_by": session.actor}
    notes = sum(1 for happening in happenings if happening.note is not None)
    if notes:
        stamp["note_count"] = after.get("note_count", 0) + notes
    return difference.stamped(after, stamp)
