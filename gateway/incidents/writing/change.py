"""Changing incidents and aggregation results: one or many, each with its own outcome.

A change is applied to what was read, and written on that version only, so that writers of different fields never lose
each other's work. The document carries its own history until that is
written too, so that the two are one write whatever ends in between.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any

import msgspec
from msgspec.structs import replace

from gateway.incidents.model import difference, sizes
from gateway.incidents.model.accounts import Effect
from gateway.incidents.model.difference import INCIDENT, FieldChange
from gateway.incidents.model.documents import Document, incident_fields
from gateway.incidents.model.rules import Rules
from gateway.incidents.projection import project, settle
from gateway.incidents.session import Session
from gateway.incidents.writing import events
from gateway.incidents.writing.commit import Version, commit, stamped
from gateway.incidents.writing.events import Happening
from gateway.incidents.writing.outcomes import Outcome, succeeded, written
from gateway.problems import Conflict, GatewayError, NotFound, Unavailable
from gateway.store.attempts import LIMIT, Attempts
from gateway.store.bulk import Item
from gateway.store.hits import Stored
from gateway.work.turns import in_turns
from queries.errors import QueryError

Edit = Callable[[Document, datetime], Document]


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


def field_edit(sent: Mapping[str, Any], rules: Rules) -> Edit:
    """The edit that sets what a caller sent, under the rules for incidents."""

    def edit(before: Document, now: datetime) -> Document:
        sizes.check_sent(sent, rules.limits)
        writable = difference.without_read_only(before, sent, rules.fields.fields)
        return difference.merged(before, incident_fields(writable, now, rules.fields))

    return edit


def own_edit(fields: Mapping[str, Any]) -> Edit:
    """The edit that sets what a dialect itself has checked, read-only fields of `_im` among it."""

    def edit(before: Document, _now: datetime) -> Document:
        return difference.merged(before, fields)

    return edit


async def change(session: Session, changes: Sequence[Change], *, refresh: str = "false") -> list[Outcome]:
    """Applies changes, those of one document in the order given; each outcome stands where its change stood."""
    outcomes: dict[int, Outcome] = {}
    marks = [each.mark or session.next_mark(each.id) for each in changes]
    call = _Call(session, changes, marks, refresh, session.now())
    by_id: dict[str, list[int]] = {}
    for i, each in enumerate(changes):
        by_id.setdefault(each.id, []).append(i)
    ids, most = list(by_id), await session.incidents.at_once(len(by_id))
    for start in range(0, len(ids), most):
        await _change(call, {each: by_id[each] for each in ids[start : start + most]}, outcomes)
    return [outcomes[i] for i in range(len(changes))]


async def _change(call: "_Call", pending: dict[str, list[int]], outcomes: dict[int, Outcome]) -> None:
    """Applies those changes of documents that may be held at once."""
    changes = call.changes
    async for turn in Attempts("the document"):
        try:
            call.now = call.session.now()
            pending = await _round(call, pending, outcomes)
        except GatewayError as error:
            if not outcomes:
                raise
            outcomes |= _all_failed(changes, pending, error)
            break
        if not pending:
            break
        if turn == LIMIT - 1:
            busy = Unavailable("the document is changing too fast; try again")
            outcomes |= _all_failed(changes, pending, busy)
            break


def _all_failed(
    changes: Sequence[Change], pending: Mapping[str, Sequence[int]], error: GatewayError
) -> dict[int, Outcome]:
    return {i: Outcome(changes[i].id, error=error) for some in pending.values() for i in some}


async def change_one(session: Session, change_: Change, *, refresh: str = "false") -> Outcome:
    """Applies one change. Raises what its outcome would tell."""
    return succeeded(*await change(session, [change_], refresh=refresh))


@dataclass(slots=True)
class _Call:
    session: Session
    changes: Sequence[Change]
    marks: Sequence[str | None]
    refresh: str
    now: datetime
    done: set[str] = field(default_factory=set)


@dataclass(slots=True)
class _Fold:
    """The changes of one document applied, in memory, to what was read of it."""

    id: str
    seen: Stored | None
    document: Document
    outcomes: dict[int, Outcome] = field(default_factory=dict)
    happenings: dict[int, list[Happening]] = field(default_factory=dict)
    touched: dict[int, Document] = field(default_factory=dict)
    overtaken: bool = False


async def _round(call: _Call, pending: Mapping[str, list[int]], outcomes: dict[int, Outcome]) -> dict[str, list[int]]:
    """Reads, applies and writes once; what remains is what another writer was faster with."""
    incidents = call.session.incidents
    documents = await incidents.get_many(list(pending))
    if call.session.once and call.session.once.again:
        await project(call.session, documents)
    left = await settle(call.session, documents)
    call.done.update(await call.session.done(call.marks[i] for some in pending.values() for i in some))
    pairs = zip(pending.items(), documents, strict=True)
    folds = await in_turns(pairs, lambda pair: _fold(call, *pair[0], pair[1]))
    folds = await _fitting(call, folds)
    changed = [fold for fold in folds if fold.happenings]
    versions = [_version(call, fold, left.get(fold.id, ())) for fold in changed]
    items = await commit(call.session, versions, call.now, refresh=call.refresh)
    for fold, item in zip(changed, items, strict=True):
        _settle(fold, item)
    for fold in folds:
        if not fold.overtaken:
            outcomes |= fold.outcomes
    return {fold.id: pending[fold.id] for fold in folds if fold.overtaken}


def _version(call: _Call, fold: _Fold, left: Sequence[Effect]) -> Version:
    """The version that the changes make; it carries on what is `left` of those before it."""
    happenings = [each for some in fold.happenings.values() for each in some]
    effects = [effect for i in fold.happenings for effect in call.changes[i].effects]
    for i, some in fold.happenings.items():
        effects += events.mark_effect(some, call.marks[i], fold.id)
    effects += left
    return Version(fold.id, fold.seen, fold.document, happenings, effects)


def _fold(
    call: _Call,
    document_id: str,
    positions: Sequence[int],
    seen: Stored | None,
    refused: Mapping[int, QueryError] = MappingProxyType({}),
) -> _Fold:
    if seen is None or seen.source["kind"] != call.changes[positions[0]].kind:
        missing = Outcome(document_id, error=NotFound(f'no document "{document_id}"'))
        return _Fold(document_id, None, {}, dict.fromkeys(positions, missing))
    fold = _Fold(document_id, seen, seen.source)
    for i in positions:
        try:
            if i in refused:
                raise refused[i]
            fold.outcomes[i] = _applied(call, fold, seen, i)
        except (QueryError, Conflict) as error:
            fold.outcomes[i] = Outcome(document_id, error=error.with_traceback(None))
    return fold


def _applied(call: _Call, fold: _Fold, seen: Stored, i: int) -> Outcome:
    change, before, rules = call.changes[i], fold.document, call.session.rules
    if call.marks[i] in call.done:
        return Outcome(fold.id, "updated", seen.version, before)
    if change.version is not None and (change.version != seen.version or fold.happenings):
        raise Conflict(f'"{fold.id}" is no longer at version {change.version}')
    after = difference.derived(before, change.edit(before, call.now), rules, call.now)
    sizes.check(before, after, rules.limits)
    differences = difference.difference(before, after, rules)
    if not differences and change.tell is None:
        return Outcome(fold.id, "noop", seen.version, before)
    happenings = events.marked(_happenings(change, differences, rules), call.marks[i])
    fold.happenings[i], fold.document = happenings, stamped(call.session, after, happenings, call.now)
    fold.touched[i] = {
        each.field: each.after for each in differences if each.after is not None and "." not in each.field
    }
    return Outcome(fold.id, "updated", seen.version, fold.document)


def _happenings(change: Change, differences: Sequence[FieldChange], rules: Rules) -> list[Happening]:
    if change.kind != INCIDENT:
        return []
    if change.tell:
        return change.tell(differences)
    happenings = events.of_changes(change.id, differences, rules)
    if change.number is not None:
        happenings[0] = replace(happenings[0], number=change.number)
    return happenings


async def _fitting(call: _Call, folds: list[_Fold]) -> list[_Fold]:
    """The folds without the changes whose custom fields cannot be stored; each of those alone is told why not."""
    tenants, tenant = call.session.ctx.store.tenants, call.session.tenant
    refused: dict[int, QueryError] = {}
    while True:
        touched = [(i, document) for fold in folds for i, document in fold.touched.items()]
        refusals = await tenants.admit(tenant, [document for _, document in touched])
        new = {i: refusal for (i, _), refusal in zip(touched, refusals, strict=True) if refusal is not None}
        if not new:
            return folds
        refused |= new
        for at, fold in enumerate(folds):
            if not new.keys().isdisjoint(fold.touched):
                folds[at] = _fold(call, fold.id, list(fold.outcomes), fold.seen, refused)


def _settle(fold: _Fold, item: Item) -> None:
    """Takes what became of the write into the outcomes."""
    fold.overtaken = item.overtaken
    if not item.overtaken:
        fold.outcomes |= {i: written(fold.outcomes[i], item, "updated") for i in fold.happenings}
    if item.done:
        same = {i: outcome for i, outcome in fold.outcomes.items() if outcome.result == "noop"}
        fold.outcomes |= {i: written(outcome, item, "noop") for i, outcome in same.items()}
