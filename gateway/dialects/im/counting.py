"""What counts are made of: which documents, at which moment, and by which column."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from gateway.dialects.im import pages, requests, translate
from gateway.dialects.im.readings import Reading
from gateway.incidents.reading import Pit
from gateway.incidents.reading.search import Aggregated
from gateway.incidents.session import Session
from queries.errors import QueryError
from queries.fields import Column, Columns, column_of, require_ordered
from queries.periods import span, stepped
from queries.searches import Search
from queries.stats import Aggregations, Top

_MANY = "with the filters these ask too much of one search: fewer of them, or simpler filters"

Filters = TypeVar("Filters", bound=requests.Filters)


@dataclass(frozen=True, slots=True)
class Frame:
    """Where documents are counted: the point in time, if there is one, the columns, and what `now` means.

    `since` is that moment for words that are relative to it.
    """

    pit: Pit | None
    columns: Columns
    now: datetime
    since: datetime | None


async def frame_of(session: Session, reading: Reading[Filters], fields: Collection[str]) -> Frame:
    """The frame of a request that names those fields beside its filters. Raises QueryError, NotFound, PitExpired."""
    pit = await pages.used_pit(session, reading.words)
    now = _moment(session, pit, reading)
    since = reading.since(now)
    names = reading.once("fields", lambda: pages.names(reading.words, now, fields), since)
    return Frame(pit, await session.columns(names), now, since)


def _moment(session: Session, pit: Pit | None, reading: Reading[Filters]) -> datetime:
    """What `now` means: the point in time's opening, or the last step; a span that began since has the true one."""
    if pit is not None:
        return pit.opened_at
    now = session.now()
    step = stepped(now, timedelta(seconds=session.ctx.settings.stats_step))
    return step if reading.once("step", lambda: _has_begun(reading.words, step), reading.since(step)) else now


def _has_begun(query: requests.Filters, now: datetime) -> bool:
    try:
        span(query.start_time, query.end_time, now)
    except QueryError:
        return False
    return True


def search(query: requests.Filters, frame: Frame, aggregations: Aggregations) -> Search:
    """The search that counts the documents which the filters ask for. Raises QueryError at the place."""
    criterion = translate.wanted(query, frame.columns, frame.now)
    return Search(criterion, (), 0, total=True, aggregations=dict(aggregations))


async def aggregated(
    session: Session, query: requests.Filters, frame: Frame, wanted: Search, where: str | None = None
) -> Aggregated:
    """What the engine counted. Raises QueryError at the place of the filter that is refused, or of the counts."""
    try:
        return await session.ctx.reader.aggregate(session.tenant, wanted, frame.pit)
    except QueryError as error:
        placed = translate.placed(query, frame.columns, frame.now)
        refusal = await pages.at_its_place(session, placed, error)
        if where is not None and refusal.where is None and refusal.kind == "refused":
            raise QueryError(_MANY, where, refusal.kind) from None
        raise QueryError(refusal.reason, refusal.where or where, refusal.kind) from None


def countable(field: str, columns: Columns, where: str) -> Column:
    """The column of a field whose values can be counted. Raises QueryError for one that has none."""
    column = column_of(field, columns)
    if column is None:
        raise QueryError(f'no field "{field[:80]}" to count by', where, "unknown_field")
    require_ordered(field, column, where)
    return column


def shown(top: Top) -> dict[str, Any]:
    """Values and counts as they are answered, most frequent first."""
    return {"buckets": buckets(top.values), "others": top.others, "missing": top.missing}


def buckets(values: Collection[tuple[Any, int]]) -> list[dict[str, Any]]:
    """Each value with its count."""
    return [{"value": value, "count": count} for value, count in values]
