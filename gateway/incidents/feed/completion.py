"""What gateways that ended, or whose engine failed, left undone: history that incidents carry, deletions half done.

A change is in its incident before its activities are in the events index. Whoever tells of changes first has the latter
hold what the incidents of that time carry, as whoever reads one incident's history does.
"""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from itertools import zip_longest

from gateway.incidents.feed.changes import between
from gateway.incidents.feed.position import Position
from gateway.incidents.model.accounts import CARRIED
from gateway.incidents.projection import project
from gateway.incidents.session import Session
from gateway.incidents.writing.delete import DELETIONS, finish
from gateway.store.checkpoints import BY_SEQ_NO, Numbers
from gateway.store.hits import Stored
from queries.criteria import Between, Everything, Where
from queries.fields import TYPED_COLUMNS
from queries.periods import iso
from queries.searches import Search

_PAGE = 1000
_LATEST_ANSWER = timedelta(minutes=1)
_LEFT, _GIVEN_UP = 1.0, 60.0
_UPDATED_AT = TYPED_COLUMNS["updated_at"]


async def project_between(session: Session, low: Numbers, high: Numbers) -> None:
    """Has the events index hold what incidents written behind the one number of their shard, up to the other, carry."""
    for shard, (start, end) in enumerate(zip_longest(low, high, fillvalue=-1)):
        await _project_of(session, _only(shard, high), start, end)


def _only(shard: int, numbers: Numbers) -> int | None:
    """The shard to look into; None where it is the only one."""
    return shard if len(numbers) > 1 else None


async def _project_of(session: Session, shard: int | None, low: int, high: int) -> None:
    while low < high:
        search = Search(between(low, high, Everything()), BY_SEQ_NO, _PAGE, fields=("numeric_id", CARRIED))
        hits = (await session.incidents.search(search, shard=shard)).hits
        await project(session, [Stored(hit.id, hit.seq_no, hit.primary_term, hit.document) for hit in hits])
        low = hits[-1].seq_no if len(hits) == _PAGE else high


async def before_unanswered(session: Session, at: Position) -> Numbers:
    """The numbers of the incidents index behind which every write stands that may be answered from now on."""
    numbers = at.incidents.numbers
    await session.incidents.refresh()
    return tuple([await _before_of(session, _only(shard, numbers), number) for shard, number in enumerate(numbers)])


async def _before_of(session: Session, shard: int | None, number: int) -> int:
    recent = Where(_UPDATED_AT, Between(gte=iso(session.now() - _LATEST_ANSWER)))
    hits = (await session.incidents.search(Search(recent, BY_SEQ_NO, 1, source=False), shard=shard)).hits
    return min(hits[0].seq_no - 1, number) if hits else number


async def finish_deletions(session: Session, waiting: Mapping[str, float]) -> dict[str, float]:
    """The deletions that are not done yet, and since when they are seen; those left by who began them are finished."""
    now, seen = asyncio.get_running_loop().time(), dict[str, float]()
    search = Search(DELETIONS, ({"sequence": {"order": "asc"}},), _PAGE)
    for hit in (await session.events.search(search)).hits:
        since = waiting.get(hit.id, now)
        if now - since < _LEFT:
            seen[hit.id] = since
        elif await session.incidents.get(hit.document["incident_id"]) is None:
            await finish(session, [Stored(hit.id, hit.seq_no, hit.primary_term, hit.document)])
        elif now - since < _GIVEN_UP:
            seen[hit.id] = since
    return seen
