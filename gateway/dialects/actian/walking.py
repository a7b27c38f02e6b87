"""Everything that a criterion holds for, page after page: incidents of one moment, and what hangs on incidents."""

import asyncio
import logging
from dataclasses import replace

from gateway import work
from gateway.dialects.actian.arrays import Pages
from gateway.incidents.session import Session
from gateway.problems import GatewayError
from queries.searches import Search

PAGE = 1000

_log = logging.getLogger("gateway.actian")


async def incidents(session: Session, search: Search) -> Pages:
    """All that the search finds. One page shows one moment by itself; more are of one point in time."""
    page = await session.find_fitting(search)
    if page.after is None:
        yield page.hits
        return
    pit, _ = await session.ctx.pits.open(session.tenant, is_show_aggs=False, keep_alive=None)
    try:
        while True:
            work.renew()
            page = await session.find_fitting(search, await session.ctx.pits.use(session.tenant, pit.handle))
            yield page.hits
            if page.after is None:
                return
            search = replace(search, after=page.after)
    finally:
        # A caller that leaves cancels what is awaited here; the point in time is to be given back all the same.
        await asyncio.shield(asyncio.create_task(_give_back(session, pit.handle)))


async def _give_back(session: Session, handle: str) -> None:
    try:
        await session.ctx.pits.close(session.tenant, handle)
    except GatewayError as error:
        _log.info("a point in time was left to expire: %s", error)
