"""Endpoints that find: pages of incidents and aggregation results, and their statistics."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache, partial
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from gateway import wire
from gateway.dialects.im import list_words, pages, repeated, requests, translate
from gateway.dialects.im.counting import Frame, frame_of
from gateway.dialects.im.readings import Reading
from gateway.incidents.reading.search import Counts, counted
from gateway.incidents.session import Session
from gateway.state import State
from queries.criteria import Criterion
from queries.errors import QueryError
from queries.fields import Column, Columns, column_of, require_ordered
from queries.searches import Search

_ANSWER = frozenset({"took", "total_docs", "other_docs", "explain"})
"""What stands beside the counts, so that no field of such a name can be counted."""


async def search(request: Request[State], session: Session) -> Response:
    """`GET` and `POST incidents_full_types`."""
    reading = await repeated.read(request, session, requests.Search)

    async def page() -> bytes:
        found = await pages.find(session, reading.words, reading=reading)
        return await pages.rendered(session, found, reading.words)

    return await repeated.answered(session, reading, page)


async def stats(request: Request[State], session: Session) -> Response:
    """`POST incidents_full_types/stats/{field}`."""
    reading = await repeated.read(request, session, requests.Stats)
    return await repeated.answered(session, reading, partial(_counts, session, reading, request.path_params["field"]))


async def _counts(session: Session, reading: Reading[requests.Stats], field: str) -> bytes:
    query = reading.words
    frame = await frame_of(session, reading, [field])
    wanted = reading.once("search", lambda: _counting(query, field, frame), frame.columns, frame.since)
    try:
        counts = await session.ctx.reader.count(session.tenant, wanted, frame.pit)
    except QueryError as error:
        placed = translate.placed(query, frame.columns, frame.now)
        raise await pages.at_its_place(session, placed, error) from None
    explained = {"explain": pages.explanation(session, wanted, frame.pit)} if query.explain else {}
    return wire.dumps(_answer(session, field, counts) | explained)


async def incidents(request: Request[State], session: Session) -> Response:
    """`GET incidents`, filtered by its query."""
    listed = cache(partial(translate.listed, request.query_params.multi_items()))
    key = "list", request.scope["path"], request.scope["query_string"], b""
    reading = repeated.recalled(session, key, lambda: listed()[0])
    filters = reading.once("filters", lambda: listed()[1])
    return await repeated.answered(session, reading, partial(_listed, session, reading, filters))


async def _listed(session: Session, reading: Reading[requests.Search], filters: Mapping[str, Sequence[str]]) -> bytes:
    columns = await session.columns(filters)
    reading.once("checked", lambda: list_words.check(filters, columns), columns)

    def also(now: datetime, known: Columns) -> dict[str, Criterion]:
        return {name: translate.equality(name, values, known, now) for name, values in filters.items()}

    page = await pages.find(session, reading.words, also=also, words=filters, reading=reading)
    unknown = [*list_words.unknown(filters, columns), *page.unknown]
    told = {"total_docs": page.page.total or 0, "next": page.token} | ({"unknown_fields": unknown} if unknown else {})
    return await pages.documents(page.page, b'{"docs":[', b"],%b" % wire.dumps(told)[1:])


def _counting(query: requests.Stats, field: str, frame: Frame) -> Search:
    column = _groupable(field, frame.columns)
    return counted(Search(translate.wanted(query, frame.columns, frame.now), (), 0), column, query.size)


def _groupable(field: str, columns: Columns) -> Column:
    column = column_of(field, columns)
    if column is None or column.kind in {"date", "object"} or field in _ANSWER:
        is_time = column is not None and column.kind == "date"
        reason = "is a time: a histogram counts by it" if is_time else "is no field to count by"
        raise QueryError(f'"{field[:80]}" {reason}', "field", "unknown_field")
    require_ordered(field, column, "field")
    return column


def _answer(session: Session, field: str, counts: Counts) -> dict[str, Any]:
    levels = dict.fromkeys(session.ctx.settings.severities, 0) if field == "severity" else {}
    answer: dict[str, Any] = {"took": counts.took, "total_docs": counts.total, field: {**levels, **counts.values}}
    if counts.others:
        answer["other_docs"] = counts.others
    return answer
