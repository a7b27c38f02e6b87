"""Pages by the numeric id of the row at their edge, either way, newest first; exact whatever is written meanwhile."""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from gateway import wire
from gateway.dialects.incidents_v1 import replies
from gateway.dialects.incidents_v1.repeated import Plan
from gateway.dialects.incidents_v1.requests import Direction
from gateway.incidents.reading import Hit
from gateway.incidents.reading.search import Page
from gateway.incidents.session import Session
from queries.criteria import And, Between, Criterion, Where
from queries.errors import QueryError
from queries.fields import TYPED_COLUMNS
from queries.searches import Search

_NUMBER = TYPED_COLUMNS["numeric_id"]
_CURSOR = re.compile(r"\d{1,18}", re.ASCII)
_AFTER = {"NEXT": "desc", "PREVIOUS": "asc"}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page lies: after the row of the cursor in a direction, or first in it without one."""

    cursor: int | None
    direction: Direction
    size: int


def place(cursor: str | None, direction: Direction, size: int) -> Place:
    """The place that a request names. Raises QueryError for a cursor that is no row's id."""
    if cursor is not None and not _CURSOR.fullmatch(cursor):
        raise QueryError("a cursor is the firstId or the lastId of a page", "cursor")
    return Place(None if cursor is None else int(cursor), direction, size)


def planned(wanted: Criterion, at: Place) -> tuple[Search, ...]:
    """The searches of a page: for its rows, and for whether there is one before them, of a page that has a cursor."""
    order = ({_NUMBER.path: {"order": _AFTER[at.direction]}},)
    if at.cursor is None:
        return (Search(wanted, order, at.size + 1),)
    return Search(wanted, order, at.size + 1, after=[at.cursor]), _behind(wanted, at.cursor, at.direction)


def _behind(wanted: Criterion, cursor: int, direction: Direction) -> Search:
    """The search for a row on the side that the page's direction leads away from."""
    behind = Between(gte=cursor) if direction == "NEXT" else Between(lte=cursor)
    order = ({_NUMBER.path: {"order": "asc"}},)
    return Search(And((wanted, Where(_NUMBER, behind))), order, 1, source=False)


async def page(session: Session, plan: Plan[Place], searches: Sequence[Search]) -> bytes:
    """The page that the searches come to, and whether there is one on either side of it."""
    listed, *behind = await _found(session, searches)
    has_before = any(each.hits for each in behind)
    replied = b"".join((b"%d" % has_before, *(bytes(hit.source) for hit in listed.hits)))
    return plan.shown("page", replied, lambda: _rendered(session, plan.shape, listed.hits, has_before=has_before))


async def _found(session: Session, searches: Sequence[Search]) -> Sequence[Page]:
    """What each of them finds; a single one in this task, as another costs as much as sending it."""
    if len(searches) == 1:
        return [await session.find(searches[0])]
    return await asyncio.gather(*map(session.find, searches))


def _rendered(session: Session, at: Place, hits: Sequence[Hit], *, has_before: bool) -> bytes:
    rows = [replies.incident(each.document, session.rules.words.severities) for each in hits[: at.size]]
    has_more = len(hits) > at.size
    if at.direction == "NEXT":
        return wire.dumps({"data": rows, "paging": paging(rows, has_next=has_more, has_previous=has_before)})
    return wire.dumps({"data": rows[::-1], "paging": paging(rows[::-1], has_next=has_before, has_previous=has_more)})


def paging(rows: list[dict[str, Any]], *, has_next: bool, has_previous: bool) -> dict[str, Any]:
    """What a client needs to go on; an empty page has nowhere to go on from."""
    if not rows:
        return {"cursor": None, "hasNext": False, "hasPrevious": False}
    cursor = {"firstId": rows[0]["id"], "lastId": rows[-1]["id"]}
    return {"cursor": cursor, "hasNext": has_next, "hasPrevious": has_previous}
