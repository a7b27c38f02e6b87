"""What gateways that ended, or whose engine failed, left undone: history that incidents carry, deletions half done.

A change is in its incident before its activities are in the events index. Whoever tells of changes first has the latter
hold what the incidents of that time carry, as whoever reads one incident's history does.
"""

import asyncio
from collections.abc import Mapping
from datetime import timedelta

from gateway.incidents.feed.changes import between
from gateway.incidents.feed.position import Position
from gateway.incidents.model.accounts import CARRIED
from gateway.incidents.projection import project
from gateway.incidents.session import Session
from gateway.incidents.writing.delete import DELETIONS, finish
from gateway.store.checkpoints import BY_SEQ_NO
from gateway.store.hits import Stored
from queries.criteria import Between, Everything, Where
from queries.fields import TYPED_COLUMNS
from queries.periods import iso
from queries.searches import Search

_PAGE = 1000
_LATEST_ANSWER = timedelta(minutes=1)
_LEFT, _GIVEN_UP = 1.0, 60.0
_UPDATED_AT = TYPED_COLUMNS["updated_at"]


async def project_between(session: Session, low: int, high: int) -> None:
    """Has the events index hold what incidents written behind the one number, up to the other, carry."""
    while low < high:
        search = Search(between(low, high, Everything()), BY_SEQ_NO, _PAGE, fields=("numeric_id", CARRIED))
        hits = (await session.incidents.search(search)).hits
        await project(session, [Stored(hit.id, hit.seq_no, hit.primary_term, hit.document) for hit in hits])
        low = hits[-1].seq_no if len(hits) == _PAGE else high


async def before_unanswered(session: Session, at: Position) -> int:
    """The number of the incidents index behind which every write stands that may be answered from now on."""
    recent = Where(_UPDATED_AT, Between(gte=iso(session.now() - _LATEST_ANSWER)))
    hits = (await session.incidents.search(Search(recent, BY_SEQ_NO, 1, source=False), fresh=True)).hits
    return min(hits[0].seq_no - 1, at.incidents.number) if hits else at.incidents.number


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
