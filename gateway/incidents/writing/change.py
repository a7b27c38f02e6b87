"""Changing incidents and aggregation results: one or many, each with its own outcome.

A change is applied to what was read, and written on that version only, so that writers of different fields never lose
each other's work. History is written once the document is, and before anything is acknowledged.
"""

import asyncio
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any

import orjson

from gateway.incidents.model import difference as changes
from gateway.incidents.model.difference import FieldChange
from gateway.incidents.model.documents import Document, incident_fields
from gateway.incidents.session import Actor, Context
from gateway.incidents.writing import events
from gateway.incidents.writing.events import Happening
from gateway.incidents.writing.outcomes import Outcome, succeeded, version, written
from gateway.problems import Conflict, NotFound, Unavailable
from gateway.store import Json
from gateway.store.tenants import incidents_of
from queries.errors import QueryError
from queries.periods import iso

_ROUNDS = 12

Edit = Callable[[Document, datetime], Document]


@dataclass(frozen=True, slots=True)
class Change:
    """An edit of one document; with a version, of that version only.

    With `told`, it is always written, and its history is what that says of the differences.
    """

    id: str
    edit: Edit
    version: str | None = None
    kind: str = changes.INCIDENT
    told: Callable[[Sequence[FieldChange]], list[Happening]] | None = None


def field_edit(sent: Mapping[str, Any]) -> Edit:
    """The edit that sets what a caller sent, under the rules for incidents."""

    def edit(before: Document, now: datetime) -> Document:
        writable = changes.without_read_only(before, sent)
        return changes.merged(before, incident_fields(writable, now))

    return edit


def own_edit(fields: Mapping[str, Any]) -> Edit:
    """The edit that sets what a dialect itself has checked, read-only fields of `_im` among it."""

    def edit(before: Document, _now: datetime) -> Document:
        return changes.merged(before, fields)

    return edit


@dataclass(frozen=True, slots=True)
class _Call:
    ctx: Context
    actor: Actor
    changes: Sequence[Change]
    refresh: str


async def change(ctx: Context, actor: Actor, asked: Sequence[Change], *, refresh: str = "false") -> list[Outcome]:
    """Applies changes, those of one document in the order given; each outcome stands where its change stood."""
    call = _Call(ctx, actor, asked, refresh)
    outcomes: list[Outcome | None] = [None] * len(asked)
    pending: dict[str, list[int]] = {}
    for i, each in enumerate(asked):
        pending.setdefault(each.id, []).append(i)
    for attempt in range(_ROUNDS):
        pending = await _round(call, pending, outcomes)
        if not pending:
            break
        await asyncio.sleep(random.uniform(0, 0.005 * 2 ** min(attempt, 6)))
    busy = Unavailable("the document is changing too fast; try again")
    for positions in pending.values():
        for i in positions:
            outcomes[i] = Outcome(asked[i].id, error=busy)
    return [each for each in outcomes if each is not None]


async def change_one(ctx: Context, actor: Actor, asked: Change, *, refresh: str = "false") -> Outcome:
    """Applies one change. Raises what its outcome would tell."""
    return succeeded(*await change(ctx, actor, [asked], refresh=refresh))


@dataclass(slots=True)
class _Fold:
    """The changes of one document applied, in memory, to what was read of it."""

    id: str
    seen: Json
    document: Document
    outcomes: dict[int, Outcome] = field(default_factory=dict)
    told: dict[int, list[Happening]] = field(default_factory=dict)
    touched: dict[int, Document] = field(default_factory=dict)
    overtaken: bool = False


async def _round(call: _Call, pending: Mapping[str, list[int]], outcomes: list[Outcome | None]) -> dict[str, list[int]]:
    """Reads, applies and writes once; what remains is what another writer was faster with."""
    ctx, actor = call.ctx, call.actor
    now = ctx.clock()
    found = await ctx.store.mget(incidents_of(actor.tenant), list(pending))
    folds = [_fold(call, *each, seen, now) for each, seen in zip(pending.items(), found, strict=True)]
    folds = await _fitting(call, folds, now)
    changed = [fold for fold in folds if fold.told]
    lines = b"".join(_index_line(actor.tenant, fold) for fold in changed)
    items = await ctx.store.bulk(lines, refresh=call.refresh) if lines else []
    for fold, item in zip(changed, items, strict=True):
        _settle(fold, item)
    told = [each for fold in changed for happenings in fold.told.values() for each in happenings]
    await events.record(ctx, actor, told, now)
    for fold in folds:
        for i, outcome in fold.outcomes.items():
            outcomes[i] = outcome
    return {fold.id: pending[fold.id] for fold in folds if fold.overtaken}


def _fold(
    call: _Call,
    document_id: str,
    positions: Sequence[int],
    seen: Json | None,
    now: datetime,
    refused: Mapping[int, QueryError] = MappingProxyType({}),
) -> _Fold:
    if seen is None or seen["_source"]["kind"] != call.changes[positions[0]].kind:
        missing = Outcome(document_id, error=NotFound(f'no document "{document_id}"'))
        return _Fold(document_id, {}, {}, dict.fromkeys(positions, missing))
    fold = _Fold(document_id, seen, seen["_source"])
    for i in positions:
        try:
            if i in refused:
                raise refused[i]
            fold.outcomes[i] = _applied(call, fold, i, now)
        except (QueryError, Conflict) as error:
            fold.outcomes[i] = Outcome(document_id, error=error)
    return fold


def _applied(call: _Call, fold: _Fold, i: int, now: datetime) -> Outcome:
    asked, current, before = call.changes[i], version(fold.seen), fold.document
    if asked.version is not None and (asked.version != current or fold.told):
        raise Conflict(f'"{fold.id}" is no longer at version {asked.version}')
    after = changes.settled(before, asked.edit(before, now), call.ctx.words, now)
    differences = changes.difference(before, after)
    if not differences and asked.told is None:
        return Outcome(fold.id, "noop", current, before)
    told = _told(asked, differences)
    notes = sum(1 for each in told if each.note is not None)
    stamp: Document = {"updated_at": iso(now), "updated_by": call.actor.name}
    if notes:
        stamp["note_count"] = after.get("note_count", 0) + notes
    fold.told[i], fold.document = told, changes.stamped(after, stamp)
    fold.touched[i] = {
        each.field: each.after for each in differences if each.after is not None and "." not in each.field
    }
    return Outcome(fold.id, "updated", current, fold.document)


def _told(asked: Change, differences: Sequence[FieldChange]) -> list[Happening]:
    if asked.kind != changes.INCIDENT:
        return []
    return asked.told(differences) if asked.told else events.of_changes(asked.id, differences)


async def _fitting(call: _Call, folds: list[_Fold], now: datetime) -> list[_Fold]:
    """The folds without the changes whose custom fields cannot be stored; each of those alone is told why not."""
    refused: dict[int, QueryError] = {}
    while True:
        asked = [(i, document) for fold in folds for i, document in fold.touched.items()]
        refusals = await call.ctx.tenants.admit(call.actor.tenant, [document for _, document in asked])
        found = {i: refusal for (i, _), refusal in zip(asked, refusals, strict=True) if refusal is not None}
        if not found:
            return folds
        refused |= found
        for at, fold in enumerate(folds):
            if not found.keys().isdisjoint(fold.touched):
                folds[at] = _fold(call, fold.id, list(fold.outcomes), fold.seen, now, refused)


def _settle(fold: _Fold, item: Json) -> None:
    fold.overtaken = item["status"] == 409
    if fold.overtaken:
        fold.told = {}
        return
    fold.outcomes |= {i: written(fold.outcomes[i], item, "updated") for i in fold.told}
    if item["status"] >= 300:
        fold.told = {}
        return
    same = {i: each for i, each in fold.outcomes.items() if each.result == "noop"}
    fold.outcomes |= {i: written(each, item, "noop") for i, each in same.items()}


def _index_line(tenant: str, fold: _Fold) -> bytes:
    seen = {"if_seq_no": fold.seen["_seq_no"], "if_primary_term": fold.seen["_primary_term"]}
    action = orjson.dumps({"index": {"_index": incidents_of(tenant), "_id": fold.id, **seen}})
    return b"%b\n%b\n" % (action, orjson.dumps(fold.document))
