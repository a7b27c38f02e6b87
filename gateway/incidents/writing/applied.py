"""The changes of one document applied, in memory, to what was read of it: as many as one version of it can carry."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

import msgspec
import orjson
from msgspec.structs import replace

from gateway.incidents.model import difference, sizes
from gateway.incidents.model.accounts import Effect
from gateway.incidents.model.difference import INCIDENT, FieldChange
from gateway.incidents.model.documents import Document
from gateway.incidents.model.rules import Rules
from gateway.incidents.session import Session
from gateway.incidents.writing import events
from gateway.incidents.writing.commit import stamped
from gateway.incidents.writing.events import Happening
from gateway.incidents.writing.outcomes import Outcome
from gateway.problems import Conflict, NotFound
from gateway.store.hits import Stored
from gateway.work.turns import Turn
from queries.errors import QueryError

Edit = Callable[[Document, datetime], Document]

_TOLD = 2
"""Times the bytes of a document that one version may tell of, as it carries that with it; one change may have more."""


class Change(msgspec.Struct, frozen=True):
    """An edit of one document; with a version, of that version only.

    With `tell`, it is always written, and its history is what that says of the differences. `effects` are done with it.
    The first activity that tells of it has the `number`, where that is given.
    A `mark` is what it is known by where its request is carried out again, if not by the order of the changes.
    """

    id: str
    edit: Edit
    version: str | None = None
    kind: str = INCIDENT
    tell: Callable[[Sequence[FieldChange]], list[Happening]] | None = None
    effects: Sequence[Effect] = ()
    number: int | None = None
    mark: str | None = None


@dataclass(slots=True)
class Call:
    """What is being changed, under which marks, and which of these were `done` before."""

    session: Session
    changes: Sequence[Change]
    marks: Sequence[str | None]
    refresh: str
    now: datetime
    done: set[str] = field(default_factory=set)
    turn: Turn = field(default_factory=Turn)


@dataclass(slots=True)
class Fold:
    """The changes of one document applied, in memory, to what was read of it."""

    id: str
    seen: Stored | None
    document: Document
    outcomes: dict[int, Outcome] = field(default_factory=dict)
    happenings: dict[int, list[Happening]] = field(default_factory=dict)
    touched: dict[int, Document] = field(default_factory=dict)
    overtaken: bool = False


async def fold(
    call: Call,
    document_id: str,
    positions: Sequence[int],
    seen: Stored | None,
    refused: Mapping[int, QueryError] = MappingProxyType({}),
) -> Fold:
    """The changes at these positions, or the first of them where all would tell of too much for one version."""
    if seen is None or seen.source["kind"] != call.changes[positions[0]].kind:
        missing = Outcome(document_id, error=NotFound(f'no document "{document_id}"'))
        return Fold(document_id, None, {}, dict.fromkeys(positions, missing))
    folded, told = Fold(document_id, seen, seen.source), 0
    for i in positions:
        if told > _TOLD * call.session.rules.limits.document_bytes:
            break
        if call.turn.is_over():
            await call.turn.give()
        try:
            if i in refused:
                raise refused[i]
            folded.outcomes[i] = _applied(call, folded, seen, i)
        except (QueryError, Conflict) as error:
            folded.outcomes[i] = Outcome(document_id, error=error.with_traceback(None))
        told += _told(folded.happenings.get(i, ())) if len(positions) > 1 else 0
    return folded


def _told(happenings: Sequence[Happening]) -> int:
    """The bytes of the values that are told of."""
    return sum(len(orjson.dumps((each.before, each.after))) for some in happenings for each in some.changes)


def _applied(call: Call, folded: Fold, seen: Stored, i: int) -> Outcome:
    change, before, rules = call.changes[i], folded.document, call.session.rules
    if call.marks[i] in call.done:
        return Outcome(folded.id, "updated", seen.version, before)
    if change.version is not None and (change.version != seen.version or folded.happenings):
        raise Conflict(f'"{folded.id}" is no longer at version {change.version}')
    after = difference.derived(before, change.edit(before, call.now), rules, call.now)
    sizes.check(before, after, rules.limits)
    differences = difference.difference(before, after, rules)
    if not differences and change.tell is None:
        return Outcome(folded.id, "noop", seen.version, before)
    happenings = events.marked(_happenings(change, differences, rules), call.marks[i])
    folded.happenings[i], folded.document = happenings, stamped(call.session, after, happenings, call.now)
    folded.touched[i] = {
        each.field: each.after for each in differences if each.after is not None and "." not in each.field
    }
    return Outcome(folded.id, "updated", seen.version, folded.document)


def _happenings(change: Change, differences: Sequence[FieldChange], rules: Rules) -> list[Happening]:
    if change.kind != INCIDENT:
        return []
    if change.tell:
        return change.tell(differences)
    happenings = events.of_changes(change.id, differences, rules)
    if change.number is not None:
        happenings[0] = replace(happenings[0], number=change.number)
    return happenings
