"""Pages by the numeric id of the row at their edge, either way, newest first; exact whatever is written meanwhile."""

import asyncio
import re
from dataclasses import dataclass
from typing import Any

from gateway.dialects.incidents_v1 import replies
from gateway.dialects.incidents_v1.requests import Direction
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


async def page(session: Session, wanted: Criterion, at: Place) -> dict[str, Any]:
    """The page, and whether there is one on either side of it."""
    order = ({_NUMBER.path: {"order": _AFTER[at.direction]}},)
    search = Search(wanted, order, at.size + 1, after=None if at.cursor is None else [at.cursor])
    hits, behind = await asyncio.gather(session.find(search), _any_behind(session, wanted, at))
    rows = [replies.incident(each.document, session.rules.words.severities) for each in hits.hits[: at.size]]
    more = len(hits.hits) > at.size
    if at.direction == "NEXT":
        return {"data": rows, "paging": paging(rows, has_next=more, has_previous=behind)}
    return {"data": rows[::-1], "paging": paging(rows[::-1], has_next=behind, has_previous=more)}


def paging(rows: list[dict[str, Any]], *, has_next: bool, has_previous: bool) -> dict[str, Any]:
    """What a client needs to go on; an empty page has nowhere to go on from."""
    if not rows:
        return {"cursor": None, "hasNext": False, "hasPrevious": False}
    cursor = {"firstId": rows[0]["id"], "lastId": rows[-1]["id"]}
    return {"cursor": cursor, "hasNext": has_next, "hasPrevious": has_previous}


async def _any_behind(session: Session, wanted: Criterion, at: Place) -> bool:
    """Whether there is a row on the side that the page's direction leads away from."""
    if at.cursor is None:
        return False
    behind = Between(gte=at.cursor) if at.direction == "NEXT" else Between(lte=at.cursor)
    order = ({_NUMBER.path: {"order": "asc"}},)
    search = Search(And((wanted, Where(_NUMBER, behind))), order, 1, source=False)
    return bool((await session.find(search)).hits)
