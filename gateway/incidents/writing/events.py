"""Notes, alerts and activities: small documents beside an incident, each with its own id."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from msgspec.structs import replace

from gateway.incidents.model.accounts import Effect
from gateway.incidents.model.activities import happened, rendered
from gateway.incidents.model.difference import FieldChange
from gateway.incidents.model.rules import Rules
from gateway.incidents.session import Session
from gateway.once import marks
from queries.periods import iso

Event = dict[str, Any]

VIA_KEY = "via_key"
"""Which key an actor who is not itself one acted by."""


# Of documents no cycle is made: the collector need not look here.
class Happening(msgspec.Struct, frozen=True, gc=False):
    """Something that happened to an incident: an activity, with what changed and what else there is to say of it.

    `via` among the params says that it was not a person's doing; activities can be found by it. With a note, that is
    kept too, under the activity's number; a number that is known already is given. A `mark` is the activity's id.
    """

    incident_id: str
    type: str
    changes: Sequence[FieldChange] = ()
    params: Mapping[str, Any] | None = None
    note: str | None = None
    number: int | None = None
    mark: str | None = None


def of_changes(incident_id: str, changes: Sequence[FieldChange], rules: Rules) -> list[Happening]:
    """What a change of fields means; a comment among them is also a note."""
    return [Happening(incident_id, kind, some, None, _note(kind, some)) for kind, some in happened(changes, rules)]


def _note(kind: str, changes: Sequence[FieldChange]) -> str | None:
    return next((str(each.after) for each in changes if kind == "note_added" and each.field == "comment"), None)


def effects(session: Session, happenings: Iterable[Happening], numbers: Iterator[int], now: datetime) -> list[Effect]:
    """The activities, and the notes among them, as what a change of their incident does beside it.

    Each takes a number, unless it has one already.
    """
    made: list[Effect] = []
    for each in happenings:
        number = each.number or next(numbers)
        made.append(Effect(each.mark or activity_id(number), activity(each, number, session, now)))
        if each.note is not None:
            kept = note(each.incident_id, number, each.note, session, now)
            made.append(Effect(note_id(number), kept))
    return made


def marked(happenings: Sequence[Happening], mark: str | None) -> list[Happening]:
    """The happenings of one change, the first of them under its mark, unless it has a number of its own."""
    if mark is None or not happenings or happenings[0].number is not None:
        return list(happenings)
    return [replace(happenings[0], mark=mark), *happenings[1:]]


def mark_effect(happenings: Sequence[Happening], mark: str | None, incident_id: str) -> list[Effect]:
    """The mark of a change as an event of its own, where none of the happenings bears it."""
    if mark is None or any(each.mark == mark for each in happenings):
        return []
    number = next((each.number for each in happenings), None)
    told = {} if number is None else {"sequence": number}
    return [Effect(mark, {"kind": marks.KIND, "incident_id": incident_id, **told})]


def activity_id(number: int | str) -> str:
    """The document id of an activity."""
    return f"activity-{number}"


def note_id(number: int | str) -> str:
    """The document id of a note."""
    return f"note-{number}"


def note(incident_id: str, number: int, text: str, session: Session, now: datetime) -> Event:
    """A note's document."""
    at = iso(now)
    return {
        "kind": "note", "incident_id": incident_id, "note_id": number, "sequence": number,
        "body": text, "author": session.actor, "created_at": at, "at": at, **_by_key(session),
    }  # fmt: skip


def activity(happening: Happening, number: int, session: Session, now: datetime) -> Event:
    """An activity's document."""
    params = dict(happening.params or {})
    result = {
        "kind": "activity", "incident_id": happening.incident_id, "activity_id": str(number), "sequence": number,
        "type": happening.type, "at": iso(now), "actor": session.actor, "dialect": session.dialect,
        "changes": rendered(happening.changes), "params": params, **_by_key(session),
    }  # fmt: skip
    return result | {"via": params["via"]} if "via" in params else result


def _by_key(session: Session) -> Event:
    return {} if session.via is None else {VIA_KEY: session.via}
