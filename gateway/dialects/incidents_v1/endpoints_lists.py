"""Endpoints that list incidents, with facets or without."""

import asyncio

from starlette.requests import Request
from starlette.responses import Response

from gateway import wire
from gateway.dialects.incidents_v1 import facets, pages, repeated, requests
from gateway.dialects.incidents_v1.pages import Place
from gateway.dialects.incidents_v1.reading import query
from gateway.dialects.incidents_v1.repeated import Plan
from gateway.dialects.incidents_v1.translate import wanted
from gateway.incidents.session import Session
from gateway.state import State
from queries.kinds import INCIDENTS
from queries.searches import Search


async def list_incidents(request: Request[State], session: Session) -> Response:
    """`GET incidents`."""
    return await repeated.answered(request, session, _listing, _listed)


async def list_with_facets(request: Request[State], session: Session) -> Response:
    """`GET incidents/facets`."""
    return await repeated.answered(request, session, _faceting, _faceted)


async def _listing(request: Request[State], _session: Session) -> Plan[Place]:
    asked = query(request, requests.Listed)
    at = pages.place(asked.cursor, asked.direction, asked.page_size)
    return Plan(at, pages.planned(wanted(asked), at))


async def _listed(session: Session, plan: Plan[Place]) -> bytes:
    return await pages.page(session, plan, plan.searches)


async def _faceting(request: Request[State], _session: Session) -> Plan[Place]:
    asked = query(request, requests.Faceted)
    at = pages.place(asked.cursor, asked.direction, asked.limit)
    counts = Search(INCIDENTS, (), 0, aggregations=facets.aggregations(asked))
    return Plan(at, (counts, *pages.planned(wanted(asked), at)))


async def _faceted(session: Session, plan: Plan[Place]) -> bytes:
    """The page with its facets; of what the engine answers first, the bytes are made while it is at the other."""
    counts, *listing = plan.searches
    page, rows = await asyncio.gather(pages.page(session, plan, listing), _counted(session, plan, counts))
    return b"".join((page[:-1], b',"facets":', rows, b"}"))


async def _counted(session: Session, plan: Plan[Place], counts: Search) -> bytes:
    counted = await session.ctx.reader.aggregate(session.tenant, counts)
    return plan.shown("facets", counted.raw, lambda: wire.dumps(facets.rows(counted.aggregations)))
