"""Endpoints of statistics. The engine counts; no incident is fetched."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from starlette.requests import Request
from starlette.responses import Response

from gateway import wire
from gateway.dialects.actian import counting, reading, translate
from gateway.dialects.actian.requests import Filters
from gateway.incidents.session import Session
from gateway.state import State
from queries.periods import Span, stepped
from queries.searches import Search


@dataclass(frozen=True, slots=True)
class _Days:
    """What is counted day by day, and the range whose days are listed."""

    counts: Search
    span: Span


async def distribution(request: Request[State], session: Session) -> Response:
    """`GET incidents/distribution`."""
    wanted = reading.planned(request, session, _by_day)
    counted = await session.ctx.reader.aggregate(session.tenant, wanted.counts)
    return wire.reply({"incidents": counting.days(counted.aggregations, wanted.span)})


async def summary(request: Request[State], session: Session) -> Response:
    """`GET incidents/summary`; a header says when there are more tags than are listed."""
    wanted = reading.planned(request, session, _in_all, _now(session))
    counted = (await session.ctx.reader.aggregate(session.tenant, wanted)).aggregations
    headers = {"X-Truncated": "true"} if counting.is_cut(counted) else None
    return wire.reply(counting.summary(counted), headers=headers)


def _by_day(filters: Filters) -> _Days:
    span = translate.period(filters)
    counting.check(span)
    return _Days(Search(translate.wanted(filters), (), 0, aggregations=counting.by_day()), span)


def _in_all(filters: Filters, now: datetime) -> Search:
    span = translate.period(filters)
    current = counting.resolve_period(span, now)
    counts = counting.summary_of(span, current, counting.period_before(current))
    return Search(translate.passing(filters), (), 0, aggregations=counts)


def _now(session: Session) -> datetime:
    """The end of this moment's step, so that all within it is in, and requests of one step share an answer."""
    step = timedelta(seconds=session.ctx.settings.stats_step)
    return stepped(session.now(), step) + step
