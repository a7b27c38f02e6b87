"""Endpoint of an incident's activities, newest first; what happened a moment ago is there."""

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from gateway import wire
from gateway.access.principals import Principal
from gateway.dialects.bigpanda import activity_types, bodies
from gateway.dialects.bigpanda.activity_types import COMMENTED, SHARED, TYPE, Told
from gateway.dialects.dialect import Operation
from gateway.incidents.reading import identities
from gateway.incidents.session import Context
from gateway.incidents.writing import events
from gateway.incidents.writing.events import NEWEST_FIRST, Event, of_kind
from gateway.state import State
from gateway.store import hits
from gateway.store.tenants import events_of
from queries.criteria import And, Criterion, Is, Where
from queries.errors import QueryError
from queries.searches import WINDOW, Search, body

ACTIVITIES = "/incidents/{incident_id}/activities"

_OLDEST_FIRST = ({"at": {"order": "asc"}}, {"sequence": {"order": "asc"}})


async def list_activities(request: Request[State], caller: Principal) -> Response:
    """`GET incidents/{incident_id}/activities`; of a merged incident too."""
    ctx, asked = request.state["gateway"].ctx, wire.known_query(request, bodies.Activities)
    wanted = activity_types.chosen(asked.types)
    if asked.page * asked.per_page > WINDOW:
        raise QueryError(f"page times per_page may be at most {WINDOW:,}", "page")
    found = await identities.find(ctx, caller.tenant, "hex_id", request.path_params["incident_id"])
    await ctx.store.refresh(events_of(caller.tenant))
    offset = (asked.page - 1) * asked.per_page
    search = Search(_of(found.id, wanted), NEWEST_FIRST, asked.per_page, offset=offset, total=True)
    rows, total = await _page(ctx, caller.tenant, search)
    items = [activity_types.shown(each) for each in await _told(ctx, caller.tenant, found.id, rows)]
    return wire.reply({"items": items, "page": asked.page, "total": total})


async def newest(ctx: Context, tenant: str, incident_id: str, kind: str, params: Mapping[str, Any]) -> Event | None:
    """The incident's latest activity of the type that has these parameters, if there is one."""
    async for page in events.pages(ctx, tenant, _of(incident_id, Where(TYPE, Is((kind,))))):
        for each in map(hits.document, page):
            if params.items() <= each["params"].items():
                return each
    return None


def _of(incident_id: str, wanted: Criterion) -> Criterion:
    return And((of_kind("activity", incident_id), wanted))


async def _page(ctx: Context, tenant: str, search: Search) -> tuple[list[Event], int]:
    found = hits.reply(await ctx.store.search(body(search, tenant), events_of(tenant))).hits
    return [hits.document(each) for each in found.hits], found.total.value if found.total else 0


async def _told(ctx: Context, tenant: str, incident_id: str, rows: Sequence[Event]) -> list[Told]:
    """The activities with what their parameters need."""
    silent = [each["activity_id"] for each in rows if each["type"] == COMMENTED and not activity_types.said(each)]
    comments = await _notes(ctx, tenant, silent)
    shares = [each["activity_id"] for each in rows if each["type"] == SHARED]
    first = await _first_share(ctx, tenant, incident_id) if shares else None
    ids = [each["activity_id"] for each in rows]
    return [Told(each, tenant, comments.get(at), at == first) for at, each in zip(ids, rows, strict=True)]


async def _notes(ctx: Context, tenant: str, numbers: Sequence[str]) -> dict[str, str]:
    """The texts of the notes that there still are, by their number."""
    if not numbers:
        return {}
    found = await ctx.store.mget(events_of(tenant), [f"note-{each}" for each in numbers])
    return {number: each["_source"]["body"] for number, each in zip(numbers, found, strict=True) if each}


async def _first_share(ctx: Context, tenant: str, incident_id: str) -> str:
    """The id of the activity that shared the incident first."""
    search = Search(_of(incident_id, Where(TYPE, Is((SHARED,)))), _OLDEST_FIRST, 1)
    [first], _ = await _page(ctx, tenant, search)
    found: str = first["activity_id"]
    return found


OPERATIONS = (
    Operation("GET", ACTIVITIES, list_activities, "read", "List an incident's activities", query=bodies.Activities),
)
