"""Endpoints of statistics. The engine counts; no incident is fetched."""

from datetime import datetime, timedelta

from starlette.requests import Request
from starlette.responses import Response

from gateway import wire
from gateway.access.principals import Principal
from gateway.dialects.actian import counting, reading, translate
from gateway.incidents.reading.count import aggregated
from gateway.state import Gateway, State
from queries.periods import stepped


async def distribution(request: Request[State], caller: Principal) -> Response:
    """`GET incidents/distribution`."""
    ctx, asked = request.state["gateway"].ctx, reading.filters(request)
    span = translate.period(asked)
    counting.check(span)
    counted = await aggregated(ctx, caller.tenant, translate.wanted(asked), counting.by_day())
    return wire.reply({"incidents": counting.days(counted, span)})


async def summary(request: Request[State], caller: Principal) -> Response:
    """`GET incidents/summary`; a header says when there are more tags than are listed."""
    gateway, asked = request.state["gateway"], reading.filters(request)
    span = translate.period(asked)
    current = counting.resolve_period(span, _now(gateway))
    wanted = counting.summary_of(span, current, counting.period_before(current))
    counted = await aggregated(gateway.ctx, caller.tenant, translate.passing(asked), wanted)
    headers = {"X-Truncated": "true"} if counting.is_cut(counted) else None
    return wire.reply(counting.summary(counted), headers=headers)


def _now(gateway: Gateway) -> datetime:
    """The end of this moment's step, so that all within it is in, and requests of one step share an answer."""
    step = timedelta(seconds=gateway.settings.stats_step)
    return stepped(gateway.ctx.clock(), step) + step
