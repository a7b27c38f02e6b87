"""Forgetting: incidents that were closed long ago, with all that hangs on them, and old accounts of those that stay."""

import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from gateway.incidents.reading.history import Order
from gateway.incidents.session import Session
from gateway.incidents.writing.delete_many import Doomed, delete_seen
from gateway.incidents.writing.events import activity_id
from gateway.store.bulk import Write
from gateway.store.documents import Documents
from gateway.store.hits import Hit, Stored
from queries.criteria import And, Between, Criterion, Is, Where
from queries.errors import QueryError
from queries.fields import TYPED_COLUMNS, Column
from queries.kinds import INCIDENTS, KIND
from queries.periods import instant, iso
from queries.searches import Search

WHO = ("prune", "gateway")
"""Whose deletions they are, in the accounts of them."""

_AT, _SEQUENCE = Column("at", "date"), Column("sequence", "whole")
_CLOSED = Where(TYPED_COLUMNS["state"], Is(("closed",)))
_ACTIVITY = Where(KIND, Is(("activity",)))
_BY_NUMBER = ({"numeric_id": {"order": "asc"}},)
_BY_SEQUENCE = ({"sequence": {"order": "asc"}},)
_AT_ONCE = 500
_AGE = re.compile(r"[1-9]\d{0,3}[dwMy]")


@dataclass(frozen=True, slots=True)
class Limits:
    """Before when what is closed, and what is told, is forgotten; None: never."""

    closed: datetime | None = None
    told: datetime | None = None


@dataclass(frozen=True, slots=True)
class Forgotten:
    """How many incidents and activities went, or would go; and how many stay as somebody wrote to them meanwhile."""

    incidents: int = 0
    activities: int = 0
    kept: int = 0


def before(age: str, now: datetime, where: str) -> datetime:
    """The moment so long ago: a number of days, weeks, months or years. Raises QueryError."""
    if not _AGE.fullmatch(age):
        raise QueryError(f'"{age[:80]}" is no age: a number and d, w, M or y, as 2y', where)
    return instant(f"now-{age}", now, round_up=False, where=where)


async def prune(session: Session, limits: Limits, *, dry_run: bool = False) -> Forgotten:
    """Deletes what is older than the limits; an incident only as it was found: closed, and not written to since."""
    incidents = activities = kept = 0
    if limits.closed is not None:
        changed_before = Where(TYPED_COLUMNS["updated_at"], Between(lt=iso(limits.closed)))
        async for page in _pages(session.incidents, And((INCIDENTS, _CLOSED, changed_before)), _BY_NUMBER):
            overtaken = 0 if dry_run else await _deleted(session, page)
            incidents, kept = incidents + len(page) - overtaken, kept + overtaken
    if limits.told is not None:
        async for page in _pages(session.events, await _told_before(session, limits.told), _BY_SEQUENCE):
            activities += len(page)
            if not dry_run:
                await session.events.write([Write(hit.id, None, (hit.seq_no, hit.primary_term)) for hit in page])
    return Forgotten(incidents, activities, kept)


async def _pages(documents: Documents, criterion: Criterion, order: Order) -> AsyncIterator[Sequence[Hit]]:
    await documents.refresh()
    async for page in documents.pages(Search(criterion, order, _AT_ONCE, fields=("kind",))):
        if page:
            yield page


async def _told_before(session: Session, limit: datetime) -> Criterion:
    """Old activities but the last of all, by whose number it is known which were given, should the registry be lost."""
    last = await session.events.highest("sequence")
    return And((_ACTIVITY, Where(_AT, Between(lt=iso(limit))), Where(_SEQUENCE, Between(lt=last))))


async def _deleted(session: Session, page: Sequence[Hit]) -> int:
    """Deletes the incidents of a page as they were found; how many were written to since."""
    numbers = await session.numbers(len(page))
    doomed = [
        Doomed(Stored(hit.id, hit.seq_no, hit.primary_term, hit.document), activity_id(number), number)
        for hit, number in zip(page, numbers, strict=True)
    ]
    return len(await delete_seen(session, doomed, {}))
