"""Endpoints: one path for all but the detail, the id of an update and the ids of a deletion in the body."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypeVar

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from gateway import wire
from gateway.dialects.log360 import replies, requests, translate, writing
from gateway.dialects.log360.extension import zone
from gateway.dialects.log360.replies import Form
from gateway.incidents.reading import history, identities
from gateway.incidents.reading.history import EventKind
from gateway.incidents.reading.search import Page
from gateway.incidents.session import Session
from gateway.state import State
from queries.errors import QueryError
from queries.searches import Search

Model = TypeVar("Model", bound=BaseModel)


async def get_incident(request: Request[State], session: Session) -> Response:
    """`GET incident/{incident_id}`."""
    query = wire.known_query(request, requests.Detail)
    number = _number(request.path_params["incident_id"])
    incident = await identities.find(session, "numeric_id", number)
    kinds: tuple[EventKind, ...] = ("note", "alert", "activity")
    notes, alerts, activities = await asyncio.gather(*(history.all_of(session, incident.id, each) for each in kinds))
    name = incident.document.get("title", "")
    return _answer(replies.detail(name, notes, alerts, activities, _form(session, query)))


async def list_incidents(request: Request[State], session: Session) -> Response:
    """`GET incident`."""
    query = wire.known_query(request, requests.List)
    page = await _page(session, translate.search(query))
    result = [each.document for each in page.hits]
    return wire.reply(replies.listed(result, page.total or 0, query.limit, _form(session, query)))


async def create_incident(request: Request[State], session: Session) -> Response:
    """`POST incident`."""
    sent = await _body(request, requests.Create)
    number = await writing.create(session, sent, zone(session))
    return _answer({"incident_id": number, "message": "Incident has been created successfully."})


async def update_incident(request: Request[State], session: Session) -> Response:
    """`PUT incident`."""
    sent = await _body(request, requests.Update)
    await writing.update(session, sent, zone(session))
    return _answer({"message": "Incident has been updated successfully."})


async def delete_incidents(request: Request[State], session: Session) -> Response:
    """`DELETE incident`, its ids in the body, or in the query where bodies of this method get lost."""
    sent = await _ids(request)
    await writing.delete(session, sent.incident_ids)
    return _answer({"message": "Incident has been deleted successfully."})


def _answer(result: Mapping[str, Any]) -> Response:
    return wire.reply({"data": result})


def _form(session: Session, query: requests.Detail) -> Form:
    return Form(None if query.response_type == "client" else zone(session))


async def _body(request: Request[State], model: type[Model]) -> Model:
    return model.model_validate(await wire.read_document(request))


async def _ids(request: Request[State]) -> requests.Delete:
    sent, listed = await wire.body(request), request.query_params.getlist("incident_ids")
    if sent is None:
        return requests.Delete.model_validate({"incident_ids": [each for text in listed for each in text.split(",")]})
    if not isinstance(sent, dict):
        raise QueryError("a JSON object is wanted as the body")
    if listed:
        raise QueryError("the ids stand in the body or in the query, not in both", "incident_ids")
    return requests.Delete.model_validate(sent, strict=True)


def _number(text: str) -> int:
    """The incident id in a path. Raises QueryError."""
    if not text.isascii() or not text.isdecimal() or len(text) > len(str(requests.LARGEST)):
        raise QueryError(f'"{text[:64]}" is no incident id', "incident_id")
    return int(text)


async def _page(session: Session, search: Search) -> Page:
    """The page; one that the window does not reach is walked to."""
    window = session.ctx.settings.search_window
    if search.offset + search.size <= window:
        return await session.find(search)
    at, after = 0, None
    while at < search.offset:
        step = replace(search, offset=0, size=min(window, search.offset - at), after=after, total=False)
        after = await session.ctx.reader.passed(session.tenant, step)
        at += step.size
        if after is None:
            return await session.find(replace(search, offset=0, size=0))
    return await session.find(replace(search, offset=0, after=after))
