"""Incidents of a snapshot that a filter holds for, changed where it still does, once each however often it is tried.

Each has a number of its own, under which the account of its change is kept: where that is there, the change is done.
"""

from collections.abc import AsyncGenerator, Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import orjson

from gateway.incidents.model import difference
from gateway.incidents.model.accounts import CARRIED
from gateway.incidents.projection import project
from gateway.incidents.session import Session
from gateway.incidents.writing.change import Change, Edit, change
from gateway.incidents.writing.delete_many import Doomed, accounted, delete_seen
from gateway.incidents.writing.events import activity_id
from gateway.incidents.writing.outcomes import Outcome
from gateway.problems import Conflict, NotFound
from gateway.store.hits import Stored
from queries.criteria import And, Criterion, Ids
from queries.kinds import INCIDENTS
from queries.searches import Search

BY_NUMBER = ({"numeric_id": {"order": "asc"}},)
MOST = 1000
"""Incidents that are changed at once."""

_ATTEMPTS = 5
_FIELDS = ("numeric_id", CARRIED)


@dataclass(frozen=True, slots=True)
class Member:
    """An incident of the snapshot: its id, its own number, which no later one of that id has, and its account's."""

    id: str
    numeric_id: int
    number: int


@dataclass(slots=True)
class Result:
    """What became of some members: outcomes, and those that no longer fit or that an earlier attempt has changed.

    `again` are those that this very request has changed, where it is carried out again.
    """

    outcomes: dict[str, Outcome] = field(default_factory=dict)
    unfit: set[str] = field(default_factory=set)
    before: set[str] = field(default_factory=set)
    again: set[str] = field(default_factory=set)


Apply = Callable[[Session, Sequence[tuple[Member, Stored]]], Awaitable[Mapping[str, Outcome]]]
"""Changes members as they were seen; those without an outcome another writer was faster with."""


async def require_possible(session: Session, sent: Mapping[str, Any], edit: Edit) -> None:
    """Raises QueryError for a change that no incident can take, whatever it holds beside."""
    fields = edit({}, session.now())
    difference.require_possible(sent, fields, session.rules)
    refusal = await session.ctx.store.tenants.refusal(session.tenant, fields)
    if refusal is not None:
        raise refusal


async def members(session: Session, handle: str, wanted: Criterion, first: int) -> AsyncGenerator[list[Member], None]:
    """The members of the snapshot, in slices; always in the same order, by which they have their numbers."""
    size = min(MOST, session.ctx.settings.bulk_slice)
    search = Search(And((INCIDENTS, wanted)), BY_NUMBER, size, source=False)
    while True:
        pit = await session.ctx.pits.use(session.tenant, handle)
        page = await session.find(search, pit)
        rows = [(hit.id, (hit.sort or [0])[0]) for hit in page.hits]
        yield [Member(*row, first + at) for at, row in enumerate(rows)]
        if page.after is None:
            return
        first += len(rows)
        search = replace(search, after=page.after)


async def applied(session: Session, some: Sequence[Member], wanted: Criterion, apply: Apply) -> Result:
    """What became of the members, once it was applied to those that still fit. Raises GatewayError."""
    result, pending = Result(), {each.id: each for each in some}
    for attempt in range(_ATTEMPTS):
        seen = await _fitting(session, pending, wanted)
        result.before |= await _changed_before(session, list(pending.values()), list(seen.values()))
        if attempt == 0:
            result.again = result.before - await _changed_by_others(session, some, result.before)
        result.unfit |= pending.keys() - seen.keys() - result.before
        rest = [(pending[each], stored) for each, stored in seen.items() if each not in result.before]
        outcomes = await apply(session, rest) if rest else {}
        gone = {each for each, outcome in outcomes.items() if isinstance(outcome.error, NotFound)}
        result.unfit |= gone
        result.outcomes |= {each: outcome for each, outcome in outcomes.items() if each not in gone}
        pending = {member.id: member for member, _ in rest if member.id not in outcomes}
        if not pending:
            return result
    fast = {each: Outcome(each, error=Conflict(f'"{each}" is changing too fast')) for each in pending}
    result.outcomes |= fast
    return result


def updating(edit: Edit) -> Apply:
    """Applies an edit, on the version that was seen."""

    async def apply(session: Session, rows: Sequence[tuple[Member, Stored]]) -> Mapping[str, Outcome]:
        changes = [Change(each.id, edit, seen.version, number=each.number) for each, seen in rows]
        outcomes = await change(session, changes)
        return {str(each.id): each for each in outcomes if not _is_overtaken(each)}

    return apply


async def deleting(session: Session, rows: Sequence[tuple[Member, Stored]]) -> Mapping[str, Outcome]:
    """Deletes, the version that was seen."""
    outcomes: dict[str, Outcome] = {}
    doomed = [Doomed(seen, activity_id(member.number), member.number) for member, seen in rows]
    await delete_seen(session, doomed, outcomes)
    return outcomes


async def _fitting(session: Session, some: Mapping[str, Member], wanted: Criterion) -> dict[str, Stored]:
    """The members that the filter holds for now, with what they carry."""
    criterion = And((INCIDENTS, Ids(tuple(some)), wanted))
    hits = (await session.incidents.search(Search(criterion, BY_NUMBER, len(some), fields=_FIELDS), fresh=True)).hits
    stored = [Stored(hit.id, hit.seq_no, hit.primary_term, hit.document) for hit in hits]
    return {each.id: each for each in stored if each.source["numeric_id"] == some[each.id].numeric_id}


async def _changed_before(session: Session, some: Sequence[Member], seen: Sequence[Stored]) -> set[str]:
    """The members whose change has its account."""
    await project(session, seen)
    accounts = await session.events.get_many([activity_id(each.number) for each in some])
    return await accounted(session, {each.id: entry for each, entry in zip(some, accounts, strict=True) if entry})


async def _changed_by_others(session: Session, some: Sequence[Member], before: Collection[str]) -> set[str]:
    """Those of the members that were changed before this request first came to them."""
    positions = orjson.dumps([at for at, member in enumerate(some) if member.id in before]).decode()
    noted = orjson.loads(await session.noted(f"members from {some[0].number}", positions))
    return {some[at].id for at in noted}


def _is_overtaken(outcome: Outcome) -> bool:
    return isinstance(outcome.error, Conflict) and outcome.error.kind == Conflict.kind
