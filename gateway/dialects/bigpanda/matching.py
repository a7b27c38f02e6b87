"""BPQL as a criterion: what it says of comments is looked up, as these are documents of their own."""

import asyncio
from collections.abc import Iterable
from typing import Any, cast

from gateway.dialects.bigpanda import translate as conditions
from gateway.dialects.bigpanda.bpql import Misplaced, parse, refusal
from gateway.dialects.bigpanda.translate import Commented
from gateway.dialects.bigpanda.tree import Leaf, Node, values_of
from gateway.incidents.reading.history import INCIDENT_ID
from gateway.incidents.session import Session
from queries import costs
from queries.budgets import Budget
from queries.criteria import And, Criterion, Ids, Is, Where
from queries.kinds import KIND
from queries.searches import Search

MOST_INCIDENTS = 10_000
"""Incidents that one condition on comments may mean."""

_NOTES = Where(KIND, Is(("note",)))
_OF_INCIDENTS: dict[str, Any] = {"incidents": {"terms": {"field": INCIDENT_ID.path, "size": MOST_INCIDENTS + 1}}}


async def criterion(session: Session, text: str, where: str = "query") -> Criterion:
    """What the query asks for. Raises QueryError, with the column and the text around it."""
    try:
        root = parse(text)
        await _try_patterns(session, root)
        comments = conditions.comments(root)
        _require_affordable(comments.values(), where)
        ids = await asyncio.gather(*(_ids(session, *each) for each in comments.items()), return_exceptions=True)
        # Those that are refused are told in their order, once none is under way any more.
        refused = next((each for each in ids if isinstance(each, BaseException)), None)
        if refused is not None:
            raise refused
        return conditions.criterion(root, dict(zip(comments, cast(list[Ids], ids), strict=True)))
    except Misplaced as error:
        raise refusal(text, where, error) from None


def is_looked_up(text: str) -> bool:
    """Whether the engine is asked something for the query before it can be said what it asks for."""
    root = parse(text)
    return bool(conditions.comments(root) or conditions.hard_patterns(root))


def _require_affordable(asked: Iterable[Commented], where: str) -> None:
    """Raises QueryError for conditions on comments that ask too much together, each of which is a search."""
    budget = Budget()
    for each in asked:
        costs.spend(each.some, budget, where)


async def _try_patterns(session: Session, root: Node) -> None:
    """Has the engine read the patterns that it might find too complex; there is nothing it has to search for them.

    Raises Misplaced for the first one that it refuses.
    """
    patterns = conditions.hard_patterns(root)
    takes, tenant = session.ctx.reader.takes, session.tenant
    if not patterns or not await takes(tenant, And(tuple(pattern for _, pattern in patterns))):
        return
    for value, pattern in patterns:
        if await takes(tenant, pattern):
            raise Misplaced(value.at, "this pattern is too complex")


async def _ids(session: Session, leaf: Leaf, commented: Commented) -> Ids:
    """The incidents whose comments are meant. Raises Misplaced if there are too many to name in a search."""
    result = await _incidents(session, commented.some)
    if len(result) > MOST_INCIDENTS:
        raise Misplaced(
            values_of(leaf)[0].at, f"comments of more than {MOST_INCIDENTS:,} incidents fit; say more of them"
        )
    if commented.others is not None and result:
        of_these = Where(INCIDENT_ID, Is(tuple(result)))
        others = set(await _incidents(session, And((commented.others, of_these))))
        result = [each for each in result if each not in others]
    return Ids(tuple(result))


async def _incidents(session: Session, notes: Criterion) -> list[str]:
    """The incidents of the notes, up to one more than may be meant; what was written a moment ago may be missing."""
    search = Search(And((_NOTES, notes)), (), 0, aggregations=_OF_INCIDENTS)
    counted = (await session.events.search(search)).aggregations
    return [bucket["key"] for bucket in counted["incidents"]["buckets"]] if counted else []
