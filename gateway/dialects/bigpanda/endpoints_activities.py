"""Endpoint of an incident's activities, newest first; what happened a moment ago is there."""

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import Response

from gateway import wire
from gateway.dialects.bigpanda import activity_types
from gateway.dialects.bigpanda import requests_writes as bodies
from gateway.dialects.bigpanda.activity_types import COMMENTED, SHARED, TYPE, Account
from gateway.incidents.projection import project_incident
from gateway.incidents.reading import identities
from gateway.incidents.reading.history import NEWEST_FIRST, Event, of_kind
from gateway.incidents.session import Session
from gateway.incidents.writing.events import note_id
from gateway.state import State
from queries.criteria import And, Criterion, Is, Where
from queries.errors import QueryError
from queries.searches import WINDOW, Search

ACTIVITIES = "/incidents/{incident_id}/activities"

_OLDEST_FIRST = ({"at": {"order": "asc"}}, {"sequence": {"order": "asc"}})


async def list_activities(request: Request[State], session: Session) -> Response:
    """`GET incidents/{incident_id}/activities`; of a merged incident too."""
    query = wire.known_query(request, bodies.Activities)
    wanted = activity_types.chosen(query.types)
    if query.page * query.per_page > WINDOW:
        raise QueryError(f"page times per_page may be at most {WINDOW:,}", "page")
    incident = await identities.find(session, "hex_id", request.path_params["incident_id"])
    await project_incident(session, incident.id)
    await session.events.refresh()
    offset = (query.page - 1) * query.per_page
    search = Search(_of(incident.id, wanted), NEWEST_FIRST, query.per_page, offset=offset, total=True)
    rows, total = await _page(session, search)
    items = [activity_types.shown(each) for each in await _told(session, incident.id, rows)]
    return wire.reply({"items": items, "page": query.page, "total": total})


def _of(incident_id: str, wanted: Criterion) -> Criterion:
    return And((of_kind("activity", incident_id), wanted))


async def _page(session: Session, search: Search) -> tuple[list[Event], int]:
    page = await session.events.search(search)
    return [hit.document for hit in page.hits], page.total


async def _told(session: Session, incident_id: str, rows: Sequence[Event]) -> list[Account]:
    """The activities with what their parameters need."""
    silent = [each["activity_id"] for each in rows if each["type"] == COMMENTED and not activity_types.said(each)]
    comments = await _notes(session, silent)
    shares = [each["activity_id"] for each in rows if each["type"] == SHARED]
    first = await _first_share(session, incident_id) if shares else None
    ids = [each["activity_id"] for each in rows]
    return [Account(each, session.tenant, comments.get(at), at == first) for at, each in zip(ids, rows, strict=True)]


async def _notes(session: Session, numbers: Sequence[str]) -> dict[str, str]:
    """The texts of the notes that there still are, by their number."""
    kept = await session.events.get_many([note_id(number) for number in numbers])
    return {number: note.source["body"] for number, note in zip(numbers, kept, strict=True) if note}


async def _first_share(session: Session, incident_id: str) -> str:
    """The id of the activity that shared the incident first."""
    search = Search(_of(incident_id, Where(TYPE, Is((SHARED,)))), _OLDEST_FIRST, 1)
    [first], _ = await _page(session, search)
    activity_id: str = first["activity_id"]
    return activity_id
