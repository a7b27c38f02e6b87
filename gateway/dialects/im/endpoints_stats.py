"""The endpoint of a screen's statistics."""

from starlette.requests import Request
from starlette.responses import Response

from gateway import wire
from gateway.dialects.im import pages, widgets
from gateway.dialects.im.counting import aggregated, frame_of, search
from gateway.dialects.im.requests_stats import Widgets
from gateway.incidents.session import Session
from gateway.state import State


async def stats(request: Request[State], session: Session) -> Response:
    """`POST incidents_full_types/stats`: many counts of the same documents, by one search."""
    query = await pages.asked_in(request, Widgets)
    frame = await frame_of(session, query, widgets.fields(query))
    plans = widgets.planned(query, frame)
    wanted = search(query, frame, widgets.joined(plans))
    counted = await aggregated(session, query, frame, wanted, "widgets")
    head = {"took": counted.took, "total_docs": counted.total} | ({"pit": query.pit} if query.pit else {})
    answers = widgets.answers(plans, counted.aggregations, counted.total)
    explained = {"explain": pages.explanation(session, wanted, frame.pit)} if query.explain else {}
    return wire.reply(head | {"widgets": answers} | explained)
