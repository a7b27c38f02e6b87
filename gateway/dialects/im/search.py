"""Endpoints that find: pages of incidents and aggregation results, and their statistics."""

from datetime import datetime, timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from gateway import wire
from gateway.auth import Principal
from gateway.dialects.im import pages, requests, translate
from gateway.incidents.places import Pit
from gateway.incidents.reading import Counts
from gateway.state import Gateway, State
from queries.criteria import Criterion
from queries.errors import QueryError
from queries.fields import Column, Columns, column_of, require_ordered
from queries.periods import span, stepped
from queries.searches import Search

_ANSWER = frozenset({"took", "total_docs", "other_docs", "explain"})
"""What stands beside the counts, so that no field of such a name can be counted."""


async def search(request: Request[State], caller: Principal) -> Response:
    """`GET` and `POST incidents_full_types`."""
    asked = await pages.asked_in(request, requests.Search)
    page, token = await pages.find(request.state["gateway"], caller.tenant, asked)
    return wire.spliced(pages.rendered(page, token, asked))


async def stats(request: Request[State], caller: Principal) -> Response:
    """`POST incidents_full_types/stats/{field}`."""
    gateway, asked = request.state["gateway"], await pages.asked_in(request, requests.Stats)
    field: str = request.path_params["field"]
    pit = await pages.used_pit(gateway, caller.tenant, asked)
    columns = await pages.columns_for(gateway, caller.tenant, asked, [field])
    column = _groupable(field, columns)
    now = _moment(gateway, pit, asked)
    wanted = Search(translate.wanted(asked, columns, now), (), 0)
    try:
        counts = await gateway.reader.count(caller.tenant, wanted, column, asked.size, pit)
    except QueryError as error:
        placed = translate.placed(asked, columns, now)
        raise await pages.at_its_place(gateway, caller.tenant, placed, error) from None
    return wire.reply(_answer(gateway, field, counts) | _explained(counts, asked))


async def incidents(request: Request[State], caller: Principal) -> Response:
    """`GET incidents`, filtered by its query."""
    gateway = request.state["gateway"]
    asked, filters = translate.listed(request.query_params.multi_items())
    columns = await gateway.ctx.tenants.columns(caller.tenant, filters)

    def also(now: datetime) -> dict[str, Criterion]:
        return {name: translate.equality(name, values, columns, now) for name, values in filters.items()}

    page, token = await pages.find(gateway, caller.tenant, asked, also=also, words=filters)
    tail = b'],"total_docs":%d,"next":%b}' % (page.total or 0, wire.dumps(token))
    return wire.spliced(b'{"docs":[' + pages.documents(page) + tail)


def _moment(gateway: Gateway, pit: Pit | None, asked: requests.Stats) -> datetime:
    """What `now` means: the point in time's opening, or the last step; a span that began since has the true one."""
    if pit is not None:
        return pit.opened_at
    now = gateway.ctx.clock()
    step = stepped(now, timedelta(seconds=gateway.settings.stats_step))
    try:
        span(asked.start_time, asked.end_time, step)
    except QueryError:
        return now
    return step


def _groupable(field: str, columns: Columns) -> Column:
    column = column_of(field, columns)
    if column is None or column.kind in {"date", "object"} or field in _ANSWER:
        raise QueryError(f'no field "{field}" to count by', "field", "unknown_field")
    require_ordered(field, column, "field")
    return column


def _explained(counts: Counts, asked: requests.Stats) -> dict[str, Any]:
    return {"explain": pages.explained(counts.ran, asked.pit)} if asked.explain else {}


def _answer(gateway: Gateway, field: str, counts: Counts) -> dict[str, Any]:
    levels = dict.fromkeys(gateway.settings.severities, 0) if field == "severity" else {}
    answer: dict[str, Any] = {"took": counts.took, "total_docs": counts.total, field: {**levels, **counts.values}}
    if counts.others:
        answer["other_docs"] = counts.others
    return answer
