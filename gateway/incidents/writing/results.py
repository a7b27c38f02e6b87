"""Aggregation results: documents beside the incidents that they gather; membership is written on each incident."""

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gateway.incidents.model import difference, sizes
from gateway.incidents.model.difference import INCIDENT, RESULT
from gateway.incidents.model.documents import ID, Document, identified, result_fields
from gateway.incidents.reading.identities import get
from gateway.incidents.session import Session
from gateway.incidents.writing.change import Change, Edit, change, change_one, field_edit
from gateway.incidents.writing.create import stamped
from gateway.incidents.writing.outcomes import Outcome
from gateway.problems import Conflict, NotFound
from gateway.store.bulk import Write
from queries.criteria import And, Criterion, Is, Where
from queries.errors import QueryError
from queries.fields import RESULT_FIELDS, TYPED_COLUMNS
from queries.kinds import KIND
from queries.periods import iso
from queries.searches import Search

SYNCED = ("status", "workflow_id", "severity", "comment", "reviewer")
"""What `sync=true` carries from a result to its incidents (seed, "Updating Aggregation Result")."""

_MEMBERS = TYPED_COLUMNS["aggregation_results"]
_BY_NUMBER = ({"numeric_id": {"order": "asc"}},)


@dataclass(frozen=True, slots=True)
class Synced:
    """How many incidents of a result follow it now, and why others do not."""

    count: int
    failed: list[dict[str, str]]


def result_id_of(aggregation_id: str, result_id: str) -> str:
    """The document id of a result; no incident's id can be one. Raises QueryError for ids that cannot be."""
    for name, value in (("incident_aggregation_id", aggregation_id), ("incident_aggregation_result_id", result_id)):
        if not ID.fullmatch(value):
            raise QueryError(f'"{value[:140]}" cannot be an id', name)
    return f"{aggregation_id}~{result_id}"


def members(document_id: str) -> Criterion:
    """The incidents in a result."""
    return And((Where(KIND, Is((INCIDENT,))), Where(_MEMBERS, Is((document_id,)))))


async def create(
    session: Session, aggregation_id: str, result_id: str, sent: Mapping[str, Any], *, refresh: str
) -> str:
    """Makes a result over `incident_ids`, its incidents first, so that it can be repeated until it is whole; its id.

    Raises QueryError for an incident that is not there (nothing is written then), Conflict if the result is there.
    """
    document_id = result_id_of(aggregation_id, result_id)
    incident_ids = _incident_ids(sent)
    fields = {name: value for name, value in sent.items() if name != "incident_ids"}
    await session.ensure()
    document = _made(session, fields, aggregation_id, result_id)
    begun = await session.begun(f"create {document_id}")
    if (await session.incidents.get_many([document_id], source=False))[0]:
        if begun:
            return document_id
        raise Conflict(f'aggregation result "{result_id}" is there already', kind="already_exists")
    await _check_incidents(session, incident_ids)
    await _join_all(session, document_id, incident_ids)
    [number] = await session.numbers(1)
    document |= stamped(session, document_id, number, session.now()) | {"incidents_count": len(incident_ids)}
    derived = difference.derived(None, document, session.rules, session.now())
    await session.incidents.put(Write(document_id, derived))
    await session.refresh(refresh)
    return document_id


async def update(
    session: Session, document_id: str, sent: Mapping[str, Any], seen_version: str | None = None, *, refresh: str
) -> Outcome:
    """Changes a result. Raises NotFound, Conflict, QueryError."""

    def edit(before: Document, now: datetime) -> Document:
        sizes.check_sent(sent, session.rules.limits)
        writable = difference.without_read_only(before, sent, RESULT_FIELDS)
        return difference.merged(before, result_fields(writable, now))

    return await change_one(session, Change(document_id, edit, seen_version, RESULT), refresh=refresh)


async def sync(session: Session, document_id: str, sent: Mapping[str, Any], *, refresh: str) -> Synced:
    """Sets on every incident in the result those of the fields that are carried to them; what failed can be redone."""
    carried = {name: sent[name] for name in SYNCED if name in sent}
    count, failed = 0, list[dict[str, str]]()
    if not carried:
        return Synced(count, failed)
    edit = field_edit(carried, session.rules)
    async for ids in _member_ids(session, document_id):
        for outcome in await change(session, [Change(each, edit) for each in ids]):
            if outcome.error is None:
                count += 1
            else:
                failed.append({"id": str(outcome.id), "reason": str(outcome.error)})
    await session.refresh(refresh)
    return Synced(count, failed)


async def delete(session: Session, document_id: str, seen_version: str | None, *, refresh: str) -> str | None:
    """Removes a result; its incidents stay and leave it. The version that was deleted, if it is known.

    Raises NotFound, Conflict.
    """
    begun = await session.begun(f"delete {document_id}")
    try:
        result = await get(session, document_id, RESULT)
    except NotFound:
        if begun:
            return None
        raise
    if seen_version is not None and seen_version != result.version:
        raise Conflict(f'aggregation result "{document_id}" is at version {result.version}')
    async for ids in _member_ids(session, document_id):
        for outcome in await change(session, [Change(each, _leave(document_id)) for each in ids]):
            if outcome.error is not None and not isinstance(outcome.error, NotFound):
                raise outcome.error
    await session.incidents.delete(document_id)
    await session.refresh(refresh)
    return result.version


def _incident_ids(sent: Mapping[str, Any]) -> list[str]:
    ids = sent.get("incident_ids", [])
    if not isinstance(ids, list) or not all(isinstance(each, str) for each in ids):
        raise QueryError("incident_ids is a list of ids", "incident_ids")
    return list(dict.fromkeys(identified(each, f"incident_ids[{i}]") for i, each in enumerate(ids)))


async def _check_incidents(session: Session, ids: Sequence[str]) -> None:
    for part in _slices(session, ids):
        documents = await session.incidents.get_many(part, source=False)
        missing = next((each for each, incident in zip(part, documents, strict=True) if incident is None), None)
        if missing is not None:
            raise QueryError(f'no incident "{missing}"', f"incident_ids[{ids.index(missing)}]")


async def _join_all(session: Session, document_id: str, incident_ids: Sequence[str]) -> None:
    for ids in _slices(session, incident_ids):
        for outcome in await change(session, [Change(each, _join(document_id)) for each in ids]):
            if outcome.error is not None:
                raise outcome.error


def _slices(session: Session, ids: Sequence[str]) -> Iterator[Sequence[str]]:
    """The ids, as many at a time as are sent to the engine at once."""
    size = session.ctx.settings.bulk_slice
    return (ids[start : start + size] for start in range(0, len(ids), size))


def _made(session: Session, sent: Mapping[str, Any], aggregation_id: str, result_id: str) -> Document:
    sizes.check_sent(sent, session.rules.limits)
    ids, now = {"aggregation_id": aggregation_id, "result_id": result_id}, session.now()
    fields = result_fields(difference.without_read_only(ids, sent, RESULT_FIELDS), now)
    document = difference.merged({}, fields)
    document.setdefault("started_at", iso(now))
    sizes.check({}, difference.derived(None, dict(document), session.rules, now), session.rules.limits)
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


async def _member_ids(session: Session, document_id: str) -> AsyncIterator[list[str]]:
    """The ids of the incidents in a result, in slices, in the order of their making."""
    await session.incidents.refresh()
    size = session.ctx.settings.bulk_slice
    async for rows in session.incidents.pages(Search(members(document_id), _BY_NUMBER, size, source=False)):
        if rows:
            yield [row.id for row in rows]
