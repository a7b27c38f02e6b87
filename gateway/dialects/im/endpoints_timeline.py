"""Endpoints of what hangs on an incident: notes, alerts, activities."""

from datetime import datetime
from typing import Any

from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import Response

from gateway import wire
from gateway.alerts.attach import attach
from gateway.dialects.im import requests, requests_events
from gateway.incidents.model.documents import alert_extensions, identified
from gateway.incidents.model.sizes import check_alert
from gateway.incidents.reading import history
from gateway.incidents.reading.history import EventKind, Events
from gateway.incidents.reading.identities import get
from gateway.incidents.session import Session
from gateway.incidents.writing.notes import add
from gateway.models import within
from gateway.problems import place
from gateway.state import State
from gateway.work.turns import in_turns
from queries import cursors
from queries.errors import QueryError
from queries.periods import instant, iso


async def notes(request: Request[State], session: Session) -> Response:
    """`GET incidents/{id}/notes`."""
    return await _listed(request, session, "note")


async def alerts(request: Request[State], session: Session) -> Response:
    """`GET incidents/{id}/alerts`."""
    return await _listed(request, session, "alert")


async def activities(request: Request[State], session: Session) -> Response:
    """`GET incidents/{id}/activities`; of a deleted incident, what is left to tell."""
    return await _listed(request, session, "activity")


async def timeline(request: Request[State], session: Session) -> Response:
    """`GET incidents/{id}/timeline`: all three, newest first; of a deleted incident, what is left to tell."""
    query, incident_id = wire.query(request, requests.Walk), request.path_params["id"]
    search = cursors.fingerprint(session.tenant, "timeline", incident_id)
    cursor = None if query.after is None else cursors.read(query.after, search, session.ctx.secrets)
    page = await history.timeline(session, incident_id, size=query.size, after=cursor.after if cursor else None)
    if not page.total:
        await get(session, incident_id)
    return wire.reply({"entries": page.rows, "next": _token(session, page, search)})


async def add_note(request: Request[State], session: Session) -> Response:
    """`POST incidents/{id}/notes`."""
    query, note = wire.query(request, requests.Write), await wire.read(request, requests_events.Note)
    incident_id = request.path_params["id"]
    made = await add(session, incident_id, note.body, refresh=query.refresh)
    return wire.reply(made, 201)


async def add_alerts(request: Request[State], session: Session) -> Response:
    """`POST incidents/{id}/alerts`, one alert or a list of them."""
    query, sent = wire.query(request, requests.Write), await wire.body(request)
    incident_id, now = request.path_params["id"], session.now()
    if isinstance(sent, list) and len(sent) > requests_events.MOST_ALERTS:
        raise QueryError(f"at most {requests_events.MOST_ALERTS:,} items are taken here")
    placed: list[tuple[tuple[int, ...], Any]]
    placed = [((i,), each) for i, each in enumerate(sent)] if isinstance(sent, list) else [((), sent)]
    alerts = await in_turns(placed, lambda each: _fields(session, now, *each))
    ids = [each["alert_id"] for each in alerts]
    if not alerts or len(set(ids)) < len(ids):
        raise QueryError("at least one alert is wanted, and each under an id of its own")
    items = await attach(session, incident_id, alerts, started_at=iso(now), refresh=query.refresh)
    return wire.reply({"items": items}, 201)


def _alert(session: Session, path: tuple[int, ...], sent: Any) -> requests_events.Alert:
    """An alert as it was sent, looked at once it is known to be small. Raises ValidationError, QueryError."""
    if isinstance(sent, dict):
        check_alert(sent, session.rules.limits, place(path))
    try:
        return requests_events.Alert.model_validate(sent, strict=True)
    except ValidationError as error:
        raise within(error, *path) from None


def _fields(session: Session, now: datetime, path: tuple[int, ...], sent: Any) -> dict[str, Any]:
    """An alert as it is kept. Raises ValidationError, QueryError."""
    where, alert = place(path) or "", _alert(session, path, sent)
    alert_id = session.new_id()[:24] if alert.alert_id is None else alert.alert_id
    fields: dict[str, Any] = {"alert_id": alert_id} | alert.model_dump(exclude_unset=True, exclude_none=True)
    identified(alert_id, f"{where}.alert_id".removeprefix("."))
    for name in ("started_at", "ended_at"):
        if name in fields:
            at = f"{where}.{name}".removeprefix(".")
            fields[name] = iso(instant(fields[name], now, round_up=False, where=at))
    if "ext" in fields:
        fields["ext"] = alert_extensions(fields["ext"], session.rules, now, f"{where}.ext".removeprefix("."))
    check_alert(fields, session.rules.limits, where or None)
    return fields


async def _listed(request: Request[State], session: Session, kind: EventKind) -> Response:
    query = wire.query(request, requests.Window)
    incident_id: str = request.path_params["id"]
    search = cursors.fingerprint(session.tenant, kind, incident_id)
    cursor = None if query.after is None else cursors.read(query.after, search, session.ctx.secrets)
    page = await history.page(
        session,
        incident_id,
        kind,
        size=query.size,
        offset=0 if cursor else query.from_,
        after=cursor.after if cursor else None,
    )
    if not page.total:
        await get(session, incident_id)
    return wire.reply({"docs": page.rows, "total_docs": page.total, "next": _token(session, page, search)})


def _token(session: Session, page: Events, search: bytes) -> str | None:
    if page.after is None:
        return None
    return cursors.token(cursors.Cursor(list(page.after), 0), search, session.ctx.secrets)
