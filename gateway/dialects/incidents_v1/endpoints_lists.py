"""Endpoints that list incidents, with facets or without."""

import asyncio

from starlette.requests import Request
from starlette.responses import Response

from gateway import wire
from gateway.dialects.incidents_v1 import facets, pages, requests
from gateway.dialects.incidents_v1.reading import query
from gateway.dialects.incidents_v1.translate import wanted
from gateway.incidents.reading.count import aggregated
from gateway.incidents.session import Session
from gateway.state import State
from queries.kinds import INCIDENTS


async def list_incidents(request: Request[State], session: Session) -> Response:
    """`GET incidents`."""
    asked = query(request, requests.Listed)
    at = pages.place(asked.cursor, asked.direction, asked.page_size)
    return wire.reply(await pages.page(session, wanted(asked), at))


async def list_with_facets(request: Request[State], session: Session) -> Response:
    """`GET incidents/facets`."""
    asked = query(request, requests.Faceted)
    at = pages.place(asked.cursor, asked.direction, asked.limit)
    page, counted = await asyncio.gather(
        pages.page(session, wanted(asked), at),
        aggregated(session, INCIDENTS, facets.aggregations(asked)),
    )
    return wire.reply({**page, "facets": facets.rows(counted)})
