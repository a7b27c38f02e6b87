"""Endpoints of what hangs on an incident: notes, alerts, activities."""

from datetime import datetime
from typing import Any

from pydantic import TypeAdapter
from starlette.requests import Request
from starlette.responses import Response

from gateway import wire
from gateway.access.principals import Principal
from gateway.alerts import timeline
from gateway.dialects.im import requests
from gateway.dialects.im.names import NAME
from gateway.incidents.model.documents import check_object, identified
from gateway.incidents.reading import find as reading
from gateway.incidents.writing.events import EventKind
from gateway.state import State
from queries import cursors
from queries.errors import QueryError
from queries.periods import instant, iso

_ALERTS = TypeAdapter(list[requests.Alert])


async def notes(request: Request[State], caller: Principal) -> Response:
    """`GET incidents/{id}/notes`."""
    return await _listed(request, caller, "note")


async def alerts(request: Request[State], caller: Principal) -> Response:
    """`GET incidents/{id}/alerts`."""
    return await _listed(request, caller, "alert")


async def activities(request: Request[State], caller: Principal) -> Response:
    """`GET incidents/{id}/activities`; of a deleted incident, what is left to tell."""
    return await _listed(request, caller, "activity")


async def add_note(request: Request[State], caller: Principal) -> Response:
    """`POST incidents/{id}/notes`."""
    asked, note = wire.query(request, requests.Write), await wire.read(request, requests.Note)
    ctx, incident_id = request.state["gateway"].ctx, request.path_params["id"]
    made = await timeline.add_note(ctx, caller.acting(NAME), incident_id, note.body, refresh=asked.refresh)
    return wire.reply(made, 201)


async def add_alerts(request: Request[State], caller: Principal) -> Response:
    """`POST incidents/{id}/alerts`, one alert or a list of them."""
    asked, sent = wire.query(request, requests.Write), await wire.body(request)
    ctx, incident_id = request.state["gateway"].ctx, request.path_params["id"]
    now = request.state["gateway"].ctx.clock()
    if isinstance(sent, list):
        alerts = [_fields(each, now, f"[{i}]") for i, each in enumerate(_ALERTS.validate_python(sent, strict=True))]
    else:
        alerts = [_fields(requests.Alert.model_validate(sent, strict=True), now, "")]
    ids = [each["alert_id"] for each in alerts]
    if not alerts or len(set(ids)) < len(ids):
        raise QueryError("at least one alert is wanted, and each under an id of its own")
    items = await timeline.add_alerts(ctx, caller.acting(NAME), incident_id, alerts, refresh=asked.refresh)
    return wire.reply({"items": items}, 201)


def _fields(alert: requests.Alert, now: datetime, where: str) -> dict[str, Any]:
    fields: dict[str, Any] = {"alert_id": alert.alert_id} | alert.model_dump(exclude_unset=True, exclude_none=True)
    identified(alert.alert_id, f"{where}.alert_id".removeprefix("."))
    for name in ("started_at", "ended_at"):
        if name in fields:
            place = f"{where}.{name}".removeprefix(".")
            fields[name] = iso(instant(fields[name], now, round_up=False, where=place))
    for dialect, own in fields.get("ext", {}).items():
        check_object(own, f"{where}.ext.{dialect}".removeprefix("."))
    return {"started_at": iso(now), **fields}


async def _listed(request: Request[State], caller: Principal, kind: EventKind) -> Response:
    gateway, asked = request.state["gateway"], wire.query(request, requests.Window)
    incident_id: str = request.path_params["id"]
    search = cursors.fingerprint(caller.tenant, kind, incident_id)
    cursor = None if asked.after is None else cursors.read(asked.after, search, gateway.secret)
    found = await timeline.page(
        gateway.ctx,
        caller.tenant,
        incident_id,
        kind,
        size=asked.size,
        offset=0 if cursor else asked.from_,
        after=cursor.after if cursor else None,
    )
    if not found.total:
        await reading.get(gateway.ctx, caller.tenant, incident_id)
    token = None if found.after is None else cursors.token(cursors.Cursor(list(found.after), 0), search, gateway.secret)
    return wire.reply({"docs": found.rows, "total_docs": found.total, "next": token})
