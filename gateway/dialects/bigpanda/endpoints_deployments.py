"""Endpoints of deployments, as older senders tell them: a change that starts, and that ends.

Which deployment it is, only the component and its version say at both ends. Where it is deployed to one host after
another, each tells its own: while the change is in progress it is gone on with.
"""

from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from gateway import wire
from gateway.dialects.bigpanda import endpoints_changes as changes
from gateway.dialects.bigpanda import records
from gateway.dialects.bigpanda.endpoints_alerts import joined
from gateway.dialects.bigpanda.requests_changes import Change
from gateway.dialects.bigpanda.requests_deployments import MOST_HOSTS, Deployment, DeploymentEnd, DeploymentStart
from gateway.dialects.bigpanda.times import whole_seconds
from gateway.incidents.reading.history import Event
from gateway.incidents.session import Session
from gateway.state import State
from queries.periods import iso

START, END = "/events/deployments/start", "/events/deployments/end"

Json = dict[str, Any]

_APP_KEY = "deployments"


async def start_deployment(request: Request[State], session: Session) -> Response:
    """`POST /data/events/deployments/start`: a change that is in progress."""
    sent = await wire.read(request, DeploymentStart)
    return await _kept(request, session, sent, _started)


async def end_deployment(request: Request[State], session: Session) -> Response:
    """`POST /data/events/deployments/end`: the change is done, however it went."""
    sent = await wire.read(request, DeploymentEnd)
    return await _kept(request, session, sent, _ended)


async def _kept(
    request: Request[State], session: Session, sent: Deployment, as_change: Callable[[Any, int, Json | None], Json]
) -> Response:
    app_key = changes.app_key(request, sent.app_key or _APP_KEY)
    change_id = records.change_id(session.tenant, app_key, joined([sent.component, sent.version]))
    now = session.now()
    [number] = await session.numbers(1)

    def edit(before: Event | None) -> Event:
        held = before["params"] if before else None
        at = whole_seconds(now) if sent.timestamp is None else sent.timestamp
        change = Change.model_validate(as_change(sent, at, held))
        return changes.kept(change, changes.shown(change, app_key, change_id), number, iso(now), before)

    await records.revise(session, "change", change_id, edit)
    return wire.reply({"status": 200, "data": {"change_id": change_id}})


def _started(sent: DeploymentStart, at: int, before: Json | None) -> Json:
    held = before if before and before["status"] == "In Progress" else None
    fields = {"status": "In Progress", "start": min(at, held["start"]) if held else at}
    return _change(sent, fields, held)


def _ended(sent: DeploymentEnd, at: int, before: Json | None) -> Json:
    start = before["start"] if before else at
    outcome = {"status": sent.status, "errorMessage": sent.error_message}
    return _change(sent, {"status": "Done", "start": start, "end": max(at, start)}, before, outcome)


def _change(sent: Deployment, fields: Json, held: Json | None, outcome: Json | None = None) -> Json:
    """The fields of the change: what it had, and what is said now."""
    known = held or {"tags": {}, "metadata": {}, "summary": f"{sent.component} {sent.version}"}
    said = {name: getattr(sent, name) for name in sent.TAGS}
    metadata = {**known["metadata"], **(sent.model_extra or {}), **(outcome or {})}
    hosts = list(dict.fromkeys([*known["metadata"].get("hosts", ()), *sent.hosts]))[-MOST_HOSTS:]
    return {
        "identifier": joined([sent.component, sent.version]),
        "summary": sent.description or known["summary"],
        "tags": {**known["tags"], **{name: value for name, value in said.items() if value}},
        "metadata": {name: value for name, value in metadata.items() if value is not None} | {"hosts": hosts},
        **fields,
    }
