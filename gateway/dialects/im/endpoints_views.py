"""Endpoints of views: filters, columns and an order, kept under a name."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from gateway import wire
from gateway.dialects.im import pages, requests, translate
from gateway.dialects.im.documents import Meta, etag, lock
from gateway.dialects.im.names import PREFIX
from gateway.dialects.im.requests_views import View
from gateway.incidents import views
from gateway.incidents.session import Session
from gateway.problems import NotFound
from gateway.state import State
from queries.errors import QueryError
from queries.sorts import sort_clauses

_LARGEST = 16 * 2**10
"""Bytes of what a view keeps."""


async def list_views(request: Request[State], session: Session) -> Response:
    """`GET views`: the caller's, and those that others share."""
    wire.query(request, requests.Strict)
    return wire.reply({"views": [_shown(each) for each in await views.listed(session)]})


async def create_view(request: Request[State], session: Session) -> Response:
    """`POST views`."""
    wire.query(request, requests.Strict)
    sent = await wire.read(request, View)
    given = next((name for name in ("id", "owner", "version") if getattr(sent, name) is not None), None)
    if given is not None:
        raise QueryError("a new view gets this from the gateway", given, "read_only")
    made = await views.create(session, await _draft(session, sent))
    headers = {"Location": f"{request.scope['root_path']}{PREFIX}/views/{made.id}", **etag(made.version)}
    return wire.reply(_shown(made), 201, headers)


async def get_view(request: Request[State], session: Session) -> Response:
    """`GET views/{view}`."""
    wire.query(request, requests.Strict)
    return _answer(await views.read(session, request.path_params["view"]))


async def update_view(request: Request[State], session: Session) -> Response:
    """`PUT views/{view}`: the whole view."""
    wire.query(request, requests.Strict)
    sent, view_id = await wire.read(request, View), request.path_params["view"]
    held = await views.read(session, view_id)
    for name, value in (("id", view_id), ("owner", held.owner)):
        if getattr(sent, name) not in {None, value}:
            raise QueryError(f'"{name}" is written by the gateway alone', name, "read_only")
    seen = lock(request, Meta(version=sent.version), held.version)
    return _answer(await views.change(session, view_id, await _draft(session, sent), seen))


async def delete_view(request: Request[State], session: Session) -> Response:
    """`DELETE views/{view}`."""
    wire.query(request, requests.Strict)
    view_id: str = request.path_params["view"]
    await views.delete(session, view_id, await _seen(request, session, view_id))
    return wire.reply({"id": view_id, "result": "deleted"})


async def _seen(request: Request[State], session: Session, view_id: str) -> str | None:
    """The version that is to be deleted, of several that are named the one held; of a view that is gone, the first."""
    if "if-match" not in request.headers:
        return None
    try:
        return lock(request, held=(await views.read(session, view_id)).version)
    except NotFound:
        return lock(request)


async def _draft(session: Session, sent: View) -> views.Draft:
    """What is to be kept. Raises QueryError for filters that no search would take, and for too much."""
    filters = requests.Filters.model_validate(sent.filters.model_dump(exclude_unset=True))
    try:
        columns = await pages.columns_for(session, filters, [each.field for each in sent.sort])
        translate.wanted(filters, columns, session.now())
    except QueryError as error:
        raise QueryError(error.reason, f"filters.{error.where or ''}".rstrip("."), error.kind) from None
    sort_clauses(translate.order(sent.sort), columns)
    contents: dict[str, Any] = {
        "filters": sent.filters.model_dump(exclude_unset=True),
        "columns": sent.columns,
        "sort": [each.model_dump() for each in sent.sort],
    }
    if len(wire.dumps(contents)) > _LARGEST:
        raise QueryError(f"a view keeps at most {_LARGEST:,} bytes", "filters")
    return views.Draft(sent.name, sent.shared, sent.default, contents)


def _answer(view: views.View) -> Response:
    return wire.reply(_shown(view), 200, etag(view.version))


def _shown(view: views.View) -> dict[str, Any]:
    draft = view.draft
    said = {"id": view.id, "name": draft.name, "shared": draft.shared, "owner": view.owner, "default": draft.default}
    return {**said, **draft.contents, "version": view.version}
