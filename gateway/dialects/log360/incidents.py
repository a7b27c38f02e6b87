"""Endpoints: one path for all but the detail, the id of an update and the ids of a deletion in the body."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypeVar

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from gateway import wire
from gateway.access.principals import Principal
from gateway.alerts import timeline
from gateway.dialects.log360 import replies, requests, translate, writing
from gateway.dialects.log360.names import NAME
from gateway.dialects.log360.replies import Form
from gateway.incidents.reading import identities
from gateway.incidents.reading.find import Page, Reader
from gateway.incidents.session import Context
from gateway.incidents.writing.events import Event, EventKind
from gateway.state import Gateway, State
from gateway.store import hits
from queries.errors import QueryError
from queries.searches import WINDOW, Search

Model = TypeVar("Model", bound=BaseModel)

_SLICE = 1000


async def get_incident(request: Request[State], caller: Principal) -> Response:
    """`GET incident/{incident_id}`."""
    gateway, asked = request.state["gateway"], wire.known_query(request, requests.Detail)
    number = _number(request.path_params["incident_id"])
    found = await identities.find(gateway.ctx, caller.tenant, "numeric_id", number)
    kinds: tuple[EventKind, ...] = ("note", "alert", "activity")
    notes, alerts, activities = await asyncio.gather(
        *(_all(gateway.ctx, caller.tenant, found.id, each) for each in kinds)
    )
    name = hits.document(found).get("title", "")
    return _answer(replies.detail(name, notes, alerts, activities, _form(gateway, asked)))


async def list_incidents(request: Request[State], caller: Principal) -> Response:
    """`GET incident`."""
    gateway, asked = request.state["gateway"], wire.known_query(request, requests.List)
    page = await _page(gateway.reader, caller.tenant, translate.search(asked))
    found = [hits.document(each) for each in page.hits]
    return wire.reply(replies.listed(found, page.total or 0, asked.limit, _form(gateway, asked)))


async def create_incident(request: Request[State], caller: Principal) -> Response:
    """`POST incident`."""
    gateway, sent = request.state["gateway"], await _body(request, requests.Create)
    number = await writing.create(gateway.ctx, caller.acting(NAME), sent, gateway.settings.log360_zone)
    return _answer({"incident_id": number, "message": "Incident has been created successfully."})


async def update_incident(request: Request[State], caller: Principal) -> Response:
    """`PUT incident`."""
    gateway, sent = request.state["gateway"], await _body(request, requests.Update)
    await writing.update(gateway.ctx, caller.acting(NAME), sent, gateway.settings.log360_zone)
    return _answer({"message": "Incident has been updated successfully."})


async def delete_incidents(request: Request[State], caller: Principal) -> Response:
    """`DELETE incident`, its ids in the body, or in the query where bodies of this method get lost."""
    gateway, sent = request.state["gateway"], await _ids(request)
    await writing.delete(gateway.ctx, gateway.reader, caller.acting(NAME), sent.incident_ids)
    return _answer({"message": "Incident has been deleted successfully."})


def _answer(found: Mapping[str, Any]) -> Response:
    return wire.reply({"data": found})


def _form(gateway: Gateway, asked: requests.Detail) -> Form:
    return Form(None if asked.response_type == "client" else gateway.settings.log360_zone)


async def _body(request: Request[State], model: type[Model]) -> Model:
    return model.model_validate(await wire.read_object(request))


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


async def _all(ctx: Context, tenant: str, incident_id: str, kind: EventKind) -> list[Event]:
    """Every event of the kind, newest first."""
    page = await timeline.page(ctx, tenant, incident_id, kind, size=_SLICE)
    rows = page.rows
    while page.after is not None:
        page = await timeline.page(ctx, tenant, incident_id, kind, size=_SLICE, after=page.after)
        rows += page.rows
    return rows


async def _page(reader: Reader, tenant: str, search: Search) -> Page:
    """The page; one that the engine's window does not reach is walked to."""
    if search.offset + search.size <= WINDOW:
        return await reader.find(tenant, search)
    at, after = 0, None
    while at < search.offset:
        step = replace(search, offset=0, size=min(WINDOW, search.offset - at), after=after, source=False, total=False)
        after = (await reader.find(tenant, step)).after
        at += step.size
        if after is None:
            return await reader.find(tenant, replace(search, offset=0, size=0))
    return await reader.find(tenant, replace(search, offset=0, after=after))
