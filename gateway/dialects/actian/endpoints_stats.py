"""Endpoints of statistics. The engine counts; no incident is fetched."""

from datetime import datetime, timedelta

from starlette.requests import Request
from starlette.responses import Response

from gateway import wire
from gateway.dialects.actian import counting, reading, translate
from gateway.incidents.reading.count import aggregated
from gateway.incidents.session import Session
from gateway.state import State
from queries.periods import stepped


async def distribution(request: Request[State], session: Session) -> Response:
    """`GET incidents/distribution`."""
    filters = reading.filters(request)
    span = translate.period(filters)
    counting.check(span)
    counted = await aggregated(session, translate.wanted(filters), counting.by_day())
    return wire.reply({"incidents": counting.days(counted, span)})


async def summary(request: Request[State], session: Session) -> Response:
    """`GET incidents/summary`; a header says when there are more tags than are listed."""
    filters = reading.filters(request)
    span = translate.period(filters)
    current = counting.resolve_period(span, _now(session))
    wanted = counting.summary_of(span, current, counting.period_before(current))
    counted = await aggregated(session, translate.passing(filters), wanted)
    headers = {"X-Truncated": "true"} if counting.is_cut(counted) else None
    return wire.reply(counting.summary(counted), headers=headers)


def _now(session: Session) -> datetime:
    """The end of this moment's step, so that all within it is in, and requests of one step share an answer."""
    step = timedelta(seconds=session.ctx.settings.stats_step)
    return stepped(session.now(), step) + step
