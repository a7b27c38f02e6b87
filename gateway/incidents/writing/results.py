"""Aggregation results: documents beside the incidents that they gather; membership is written on each incident."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gateway.incidents.model import difference as changes
from gateway.incidents.model.difference import RESULT
from gateway.incidents.model.documents import ID, Document, identified, result_fields
from gateway.incidents.reading.find import get
from gateway.incidents.session import Actor, Context
from gateway.incidents.writing.change import Change, Edit, change, change_one, field_edit
from gateway.incidents.writing.create import stamped
from gateway.incidents.writing.outcomes import Outcome
from gateway.problems import Conflict, NotFound
from gateway.store import hits
from gateway.store.tenants import incidents_of
from queries.criteria import And, Criterion, Is, Where
from queries.errors import QueryError
from queries.fields import RESULT_FIELDS, TYPED_COLUMNS, Column
from queries.periods import iso
from queries.searches import Search, body

SYNCED = ("status", "workflow_id", "severity", "comment", "reviewer")
"""What `sync=true` carries from a result to its incidents (seed, "Updating Aggregation Result")."""

KIND = Column("kind", "keyword")
_MEMBERS = TYPED_COLUMNS["aggregation_results"]
_SLICE = 1000
_BY_NUMBER = ({"numeric_id": {"order": "asc"}},)


@dataclass(frozen=True, slots=True)
class Synced:
    """What became of a result and of the incidents in it."""

    outcome: Outcome
    synced: int
    failed: list[dict[str, str]]


def result_id_of(aggregation_id: str, result_id: str) -> str:
    """The document id of a result; no incident's id can be one. Raises QueryError for ids that cannot be."""
    for name, value in (("incident_aggregation_id", aggregation_id), ("incident_aggregation_result_id", result_id)):
        if not ID.fullmatch(value):
            raise QueryError(f'"{value[:140]}" cannot be an id', name)
    return f"{aggregation_id}~{result_id}"


def members(document_id: str) -> Criterion:
    """The incidents in a result."""
    return And((Where(KIND, Is((changes.INCIDENT,))), Where(_MEMBERS, Is((document_id,)))))


async def create(
    ctx: Context, actor: Actor, aggregation_id: str, result_id: str, sent: Mapping[str, Any], *, refresh: str
) -> str:
    """Makes a result over `incident_ids`, its incidents first, so that it can be repeated until it is whole; its id.

    Raises QueryError for an incident that is not there (nothing is written then), Conflict if the result is there.
    """
    document_id = result_id_of(aggregation_id, result_id)
    incident_ids = _incident_ids(sent)
    fields = {name: value for name, value in sent.items() if name != "incident_ids"}
    await ctx.tenants.ensure(actor.tenant)
    document = _made(ctx, actor, fields, ctx.clock(), aggregation_id, result_id)
    if (await ctx.store.mget(incidents_of(actor.tenant), [document_id], source=False))[0]:
        raise Conflict(f'aggregation result "{result_id}" is there already', kind="already_exists")
    await _check_incidents(ctx, actor.tenant, incident_ids)
    for start in range(0, len(incident_ids), _SLICE):
        joins = [Change(each, _join(document_id)) for each in incident_ids[start : start + _SLICE]]
        for outcome in await change(ctx, actor, joins):
            if outcome.error is not None:
                raise outcome.error
    [number] = await ctx.sequences.take(actor.tenant, 1)
    document |= stamped(actor, document_id, number, ctx.clock()) | {"incidents_count": len(incident_ids)}
    settled = changes.settled(None, document, ctx.words, ctx.clock())
    await ctx.store.put(incidents_of(actor.tenant), document_id, settled, refresh=refresh)
    return document_id


async def update(
    ctx: Context,
    actor: Actor,
    document_id: str,
    sent: Mapping[str, Any],
    *,
    seen_version: str | None,
    sync: bool,
    refresh: str,
) -> Synced:
    """Changes a result and, with `sync`, every incident in it; what failed can be finished by the same call."""

    def edit(before: Document, now: datetime) -> Document:
        writable = changes.without_read_only(before, sent, RESULT_FIELDS)
        return changes.merged(before, result_fields(writable, now))

    outcome = await change_one(ctx, actor, Change(document_id, edit, seen_version, RESULT), refresh=refresh)
    carried = {name: sent[name] for name in SYNCED if name in sent}
    if not sync or not carried:
        return Synced(outcome, 0, [])
    synced = await _sync(ctx, actor, document_id, outcome, carried)
    if refresh != "false":
        await ctx.store.refresh(incidents_of(actor.tenant))
    return synced


async def _sync(ctx: Context, actor: Actor, document_id: str, outcome: Outcome, carried: Mapping[str, Any]) -> Synced:
    synced, failed = 0, []
    async for ids in _member_ids(ctx, actor.tenant, document_id):
        for each in await change(ctx, actor, [Change(i, field_edit(carried)) for i in ids]):
            if each.error is None:
                synced += 1
            else:
                failed.append({"id": str(each.id), "reason": str(each.error)})
    return Synced(outcome, synced, failed)


async def delete(ctx: Context, actor: Actor, document_id: str, seen_version: str | None, *, refresh: str) -> str:
    """Removes a result; its incidents stay and leave it. The version that was deleted. Raises NotFound, Conflict."""
    found = await get(ctx, actor.tenant, document_id, RESULT)
    if seen_version is not None and seen_version != hits.version(found):
        raise Conflict(f'aggregation result "{document_id}" is at version {hits.version(found)}')
    async for ids in _member_ids(ctx, actor.tenant, document_id):
        for outcome in await change(ctx, actor, [Change(each, _leave(document_id)) for each in ids]):
            if outcome.error is not None and not isinstance(outcome.error, NotFound):
                raise outcome.error
    await ctx.store.delete(incidents_of(actor.tenant), document_id, refresh=refresh)
    return hits.version(found)


def _incident_ids(sent: Mapping[str, Any]) -> list[str]:
    ids = sent.get("incident_ids", [])
    if not isinstance(ids, list) or not all(isinstance(each, str) for each in ids):
        raise QueryError("incident_ids is a list of ids", "incident_ids")
    return list(dict.fromkeys(identified(each, f"incident_ids[{i}]") for i, each in enumerate(ids)))


async def _check_incidents(ctx: Context, tenant: str, ids: Sequence[str]) -> None:
    for start in range(0, len(ids), _SLICE):
        part = ids[start : start + _SLICE]
        found = await ctx.store.mget(incidents_of(tenant), part, source=False)
        missing = next((i for i, each in enumerate(found) if each is None), None)
        if missing is not None:
            raise QueryError(f'no incident "{part[missing]}"', f"incident_ids[{start + missing}]")


def _made(
    ctx: Context, actor: Actor, sent: Mapping[str, Any], now: datetime, aggregation_id: str, result_id: str
) -> Document:
    ids = {"aggregation_id": aggregation_id, "result_id": result_id}
    document = changes.merged({}, result_fields(changes.without_read_only(ids, sent, RESULT_FIELDS), now))
    document.setdefault("started_at", iso(now))
    changes.settled(None, dict(document), ctx.words, now)
    return document | ids | {"kind": RESULT}


def _join(document_id: str) -> Edit:
    def edit(before: Document, _now: datetime) -> Document:
        held = before.get("aggregation_results", [])
        return before if document_id in held else before | {"aggregation_results": [*held, document_id]}

    return edit


def _leave(document_id: str) -> Edit:
    def edit(before: Document, _now: datetime) -> Document:
        left = [each for each in before.get("aggregation_results", []) if each != document_id]
        rest = {name: value for name, value in before.items() if name != "aggregation_results"}
        return rest | {"aggregation_results": left} if left else rest

    return edit


async def _member_ids(ctx: Context, tenant: str, document_id: str) -> AsyncIterator[list[str]]:
    """The ids of the incidents in a result, in slices, in the order of their making."""
    await ctx.store.refresh(incidents_of(tenant))
    after: Sequence[Any] | None = None
    while True:
        search = Search(members(document_id), _BY_NUMBER, _SLICE, after=after, source=False)
        rows = hits.reply(await ctx.store.search(body(search, tenant), incidents_of(tenant))).hits.hits
        if rows:
            yield [each.id for each in rows]
        if len(rows) < _SLICE:
            return
        after = rows[-1].sort
