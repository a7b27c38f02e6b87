"""Endpoints of what is done to one incident; each answers the incident as it is then."""

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import Response

from gateway import wire
from gateway.alerts import saga, snoozing
from gateway.dialects.im import requests, requests_actions, requests_events
from gateway.dialects.im.documents import etag, locked, rendered
from gateway.dialects.im.names import PREFIX
from gateway.incidents.reading.identities import get
from gateway.incidents.session import Session
from gateway.incidents.writing import notes
from gateway.incidents.writing.change import Change, Edit, change_one
from gateway.incidents.writing.edits import acknowledged, assigned, unless_merged
from gateway.problems import NotFound
from gateway.state import State
from queries.errors import QueryError
from queries.periods import instant, iso

_PLACES = {"source_incidents": "sources"}


async def acknowledge(request: Request[State], session: Session) -> Response:
    """`POST incidents/{id}/acknowledge`; the first one stays."""
    await wire.read(request, requests.Strict)
    return await _changed(request, session, acknowledged(session.actor))


async def assign(request: Request[State], session: Session) -> Response:
    """`POST incidents/{id}/assign`."""
    sent = await wire.read(request, requests_actions.Assignment)
    return await _changed(request, session, assigned(sent.assignee, session.actor, sent.comment))


async def snooze(request: Request[State], session: Session) -> Response:
    """`POST incidents/{id}/snooze`, in place of a snooze that there is."""
    query, sent = wire.query(request, requests.Write), await wire.read(request, requests_actions.Snooze)
    until = iso(instant(sent.until, session.now(), round_up=True, where="until"))
    wanted = snoozing.Snooze(until, sent.cancel_on_incident_updates, sent.comment)
    incident_id: str = request.path_params["id"]
    await snoozing.snooze(session, incident_id, wanted, "until", await locked(request, session, incident_id))
    return await _shown(session, incident_id, query)


async def unsnooze(request: Request[State], session: Session) -> Response:
    """`POST incidents/{id}/unsnooze`."""
    query, _ = wire.query(request, requests.Write), await wire.read(request, requests.Strict)
    incident_id: str = request.path_params["id"]
    await snoozing.unsnooze(session, incident_id, await locked(request, session, incident_id))
    return await _shown(session, incident_id, query)


async def merge(request: Request[State], session: Session) -> Response:
    """`POST incidents/{id}/merge`; the incident of the path is the one that stays."""
    query, sent = wire.query(request, requests.Write), await wire.read(request, requests_actions.Merge)
    destination = await get(session, request.path_params["id"])
    await _require(session, sent.sources)
    try:
        await saga.merge(session, destination.id, sent.sources, sent.comment)
    except QueryError as error:
        raise _placed(error) from None
    return await _shown(session, destination.id, query)


async def split(request: Request[State], session: Session) -> Response:
    """`POST incidents/{id}/split`: the new incident, with these alerts."""
    query, sent = wire.query(request, requests.Write), await wire.read(request, requests_actions.Split)
    new_id = await saga.split(session, request.path_params["id"], sent.alerts, sent.comment)
    location = {"Location": f"{request.scope['root_path']}{PREFIX}/incidents/{new_id}"}
    return await _shown(session, new_id, query, 201, location)


async def change_note(request: Request[State], session: Session) -> Response:
    """`PUT incidents/{id}/notes/{note}`."""
    query, sent = wire.query(request, requests.Write), await wire.read(request, requests_events.Note)
    number = await _note(request, session)
    await notes.change(session, number, sent.body)
    await session.refresh(query.refresh)
    return wire.reply(await notes.read(session, number))


async def delete_note(request: Request[State], session: Session) -> Response:
    """`DELETE incidents/{id}/notes/{note}`; the newest one left is the incident's comment."""
    query, note = wire.query(request, requests.Write), request.path_params["note"]
    begun = await session.begun(f"delete note {note}")
    try:
        await notes.delete(session, await _note(request, session))
    except NotFound:
        if not begun:
            raise
    await session.refresh(query.refresh)
    return wire.reply({"note_id": int(note), "result": "deleted"})


async def _changed(request: Request[State], session: Session, edit: Edit) -> Response:
    query, incident_id = wire.query(request, requests.Write), request.path_params["id"]
    seen = await locked(request, session, incident_id)
    change = Change(incident_id, unless_merged(edit, session.rules), seen)
    outcome = await change_one(session, change, refresh=query.refresh)
    return wire.spliced(rendered(outcome), 200, etag(outcome.version))


async def _shown(
    session: Session, incident_id: str, query: requests.Write, status: int = 200, headers: dict[str, str] | None = None
) -> Response:
    """The incident as it is now; searches see it too, if the request waits for that."""
    await session.refresh(query.refresh)
    incident = await get(session, incident_id)
    return wire.spliced(incident.wire(), status, {**(headers or {}), **etag(incident.version)})


async def _require(session: Session, sources: Sequence[str]) -> None:
    """Raises NotFound, with its place, for an incident that is not there."""
    for i, source in enumerate(sources):
        try:
            await get(session, source)
        except NotFound as error:
            raise NotFound(error.reason, f"sources[{i}]") from None


def _placed(error: QueryError) -> QueryError:
    name, bracket, rest = (error.where or "").partition("[")
    return QueryError(error.reason, f"{_PLACES.get(name, name)}{bracket}{rest}" or None, error.kind)


async def _note(request: Request[State], session: Session) -> int:
    """The number of the path's note. Raises NotFound for one that the path's incident has not."""
    text: str = request.path_params["note"]
    missing = NotFound(f'no note "{text[:20]}"')
    if not text.isdecimal() or len(text) > 18:
        raise missing
    note = await notes.read(session, int(text))
    if note["incident_id"] != request.path_params["id"]:
        raise missing
    return int(text)
