"""Endpoints of points in time."""

from datetime import timedelta
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from gateway import wire
from gateway.dialects.im import requests, requests_pits
from gateway.dialects.im.pages import asked_in
from gateway.incidents.reading import Pit
from gateway.incidents.session import Session
from gateway.state import State
from queries.periods import iso


async def open_pit(request: Request[State], session: Session) -> Response:
    """`GET incidents/pit`; whose caller has left meanwhile is given back, as nobody knows of it."""
    pits, query = session.ctx.pits, wire.query(request, requests_pits.OpenPit)
    pit, active = await pits.open(session.tenant, is_show_aggs=query.is_show_aggs, keep_alive=query.keep_alive)
    if await request.is_disconnected():
        await pits.close(session.tenant, pit.handle)
        raise ClientDisconnect
    return wire.reply(_described(pit) | {"active_pits": active, "max_pits": pits.most})


async def delete_pit(request: Request[State], session: Session) -> Response:
    """`DELETE incidents/pit`, the id in the body or in the query."""
    query = await asked_in(request, requests_pits.DeletePit)
    await session.ctx.pits.close(session.tenant, query.id)
    return wire.reply({"id": query.id, "deleted": True})


async def list_pits(request: Request[State], session: Session) -> Response:
    """`GET incidents/pits`."""
    wire.query(request, requests.Strict)
    now, pits = session.now(), await session.ctx.pits.all(session.tenant)
    docs = [_described(pit) | {"age": f"{(now - pit.opened_at).total_seconds():.0f}s"} for pit in pits]
    return wire.reply({"docs": docs, "active_pits": len(pits), "max_pits": session.ctx.pits.most})


def _described(pit: Pit) -> dict[str, Any]:
    return {
        "id": pit.handle,
        "keep_alive": _length(pit.keep_alive),
        "expires_at": iso(pit.expires_at),
        "is_show_aggs": pit.is_show_aggs,
    }


def _length(keep_alive: timedelta) -> str:
    seconds = keep_alive // timedelta(seconds=1)
    whole = keep_alive == timedelta(seconds=seconds)
    return f"{seconds}s" if whole else f"{keep_alive // timedelta(milliseconds=1)}ms"
