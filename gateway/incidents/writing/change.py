"""Changing incidents and aggregation results: one or many, each with its own outcome.

A change is applied to what was read, and written on that version only, so that writers of different fields never lose
each other's work. The document carries its own history until that is
written too, so that the two are one write whatever ends in between.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from gateway.incidents.model import difference, sizes
from gateway.incidents.model.accounts import Effect
from gateway.incidents.model.documents import Document, incident_fields
from gateway.incidents.model.rules import Rules
from gateway.incidents.projection import project, settle
from gateway.incidents.session import Session
from gateway.incidents.writing import events
from gateway.incidents.writing.applied import Call, Change, Edit, Fold, fold
from gateway.incidents.writing.commit import Version, commit
from gateway.incidents.writing.outcomes import Outcome, succeeded, written
from gateway.problems import GatewayError, Unavailable
from gateway.store.attempts import LIMIT, Attempts
from gateway.store.bulk import Item
from queries.errors import QueryError

__all__ = ["Change", "Edit", "change", "change_one", "field_edit", "own_edit"]

Pending = Mapping[str, Sequence[int]]
"""The positions of the changes that are not done yet, by the id of their document."""


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
    call = Call(session, changes, marks, refresh, session.now())
    by_id: dict[str, list[int]] = {}
    for i, each in enumerate(changes):
        by_id.setdefault(each.id, []).append(i)
    ids, most = list(by_id), await session.incidents.at_once(len(by_id))
    for start in range(0, len(ids), most):
        await _change(call, {each: by_id[each] for each in ids[start : start + most]}, outcomes)
    return [outcomes[i] for i in range(len(changes))]


async def _change(call: Call, pending: Pending, outcomes: dict[int, Outcome]) -> None:
    """Applies those changes of documents that may be held at once; what one version cannot is in the next."""
    while pending:
        pending = await _attempted(call, pending, outcomes)


async def _attempted(call: Call, pending: Pending, outcomes: dict[int, Outcome]) -> Pending:
    """What is left once something was done, or failed, of which the outcomes tell."""
    async for turn in Attempts("the document"):
        before = len(outcomes)
        try:
            call.now = call.session.now()
            pending = await _round(call, pending, outcomes)
        except GatewayError as error:
            if not outcomes:
                raise
            outcomes |= _all_failed(call.changes, pending, error)
            return {}
        if len(outcomes) > before:
            break
        if turn == LIMIT - 1:
            busy = Unavailable("the document is changing too fast; try again")
            outcomes |= _all_failed(call.changes, pending, busy)
            return {}
    return pending


def _all_failed(changes: Sequence[Change], pending: Pending, error: GatewayError) -> dict[int, Outcome]:
    return {i: Outcome(changes[i].id, error=error) for some in pending.values() for i in some}


async def change_one(session: Session, change_: Change, *, refresh: str = "false") -> Outcome:
    """Applies one change. Raises what its outcome would tell."""
    return succeeded(*await change(session, [change_], refresh=refresh))


async def _round(call: Call, pending: Pending, outcomes: dict[int, Outcome]) -> Pending:
    """Reads, applies and writes once; what remains another writer was faster with, or is for the next version."""
    incidents = call.session.incidents
    documents = await incidents.get_many(list(pending))
    if call.session.once and call.session.once.again:
        await project(call.session, documents)
    left = await settle(call.session, documents)
    call.done.update(await call.session.done(call.marks[i] for some in pending.values() for i in some))
    pairs = zip(pending.items(), documents, strict=True)
    folds = await _fitting(call, [await fold(call, *each, seen) for each, seen in pairs])
    changed = [each for each in folds if each.happenings]
    versions = [_version(call, each, left.get(each.id, ())) for each in changed]
    items = await commit(call.session, versions, call.now, refresh=call.refresh)
    for each, item in zip(changed, items, strict=True):
        _settle(each, item)
    for each in folds:
        if not each.overtaken:
            outcomes |= each.outcomes
    return {each: rest for each, some in pending.items() if (rest := [i for i in some if i not in outcomes])}


def _version(call: Call, folded: Fold, left: Sequence[Effect]) -> Version:
    """The version that the changes make; it carries on what is `left` of those before it."""
    happenings = [each for some in folded.happenings.values() for each in some]
    effects = [effect for i in folded.happenings for effect in call.changes[i].effects]
    for i, some in folded.happenings.items():
        effects += events.mark_effect(some, call.marks[i], folded.id)
    effects += left
    return Version(folded.id, folded.seen, folded.document, happenings, effects)


async def _fitting(call: Call, folds: list[Fold]) -> list[Fold]:
    """The folds without the changes whose custom fields cannot be stored; each of those alone is told why not."""
    tenants, tenant = call.session.ctx.store.tenants, call.session.tenant
    refused: dict[int, QueryError] = {}
    while True:
        touched = [(i, document) for each in folds for i, document in each.touched.items()]
        refusals = await tenants.admit(tenant, [document for _, document in touched])
        new = {i: refusal for (i, _), refusal in zip(touched, refusals, strict=True) if refusal is not None}
        if not new:
            return folds
        refused |= new
        for at, each in enumerate(folds):
            if not new.keys().isdisjoint(each.touched):
                folds[at] = await fold(call, each.id, list(each.outcomes), each.seen, refused)


def _settle(folded: Fold, item: Item) -> None:
    """Takes what became of the write into the outcomes."""
    folded.overtaken = item.overtaken
    if not item.overtaken:
        folded.outcomes |= {i: written(folded.outcomes[i], item, "updated") for i in folded.happenings}
    if item.done:
        same = {i: outcome for i, outcome in folded.outcomes.items() if outcome.result == "noop"}
        folded.outcomes |= {i: written(outcome, item, "noop") for i, outcome in same.items()}
