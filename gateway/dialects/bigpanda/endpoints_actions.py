"""Endpoints of what is done to one incident. A body is read first, and refused only for an incident that is there."""

from datetime import datetime
from functools import partial

from starlette.requests import Request
from starlette.responses import Response

from gateway import wire
from gateway.alerts import resolve as resolving
from gateway.alerts import snoozing
from gateway.alerts.snoozing import Snooze
from gateway.dialects.bigpanda import requests_writes as bodies
from gateway.dialects.bigpanda.acting import accepted, changed, done, open_incident
from gateway.dialects.bigpanda.names import INCIDENT
from gateway.dialects.bigpanda.replies import user_id
from gateway.dialects.bigpanda.times import moment
from gateway.incidents.model.documents import Document
from gateway.incidents.session import Session
from gateway.incidents.writing import notes
from gateway.incidents.writing.change import Change, Edit, change_one
from gateway.state import State
from queries.errors import QueryError
from queries.periods import iso

ASSIGNMENT, SNOOZE = f"{INCIDENT}/assignment", f"{INCIDENT}/snooze"
COMMENTS, RESOLVE = f"{INCIDENT}/comments", f"{INCIDENT}/resolve"


async def assign(request: Request[State], session: Session) -> Response:
    """`PUT E/{incident_id}/assignment`."""
    sent = await wire.read(request, bodies.Assignment)
    return await _changed(request, session, partial(_assigned, sent.assignee, session.actor))


async def unassign(request: Request[State], session: Session) -> Response:
    """`DELETE E/{incident_id}/assignment`."""
    return await _changed(request, session, _unassigned)


async def snooze(request: Request[State], session: Session) -> Response:
    """`PUT E/{incident_id}/snooze`, in place of a snooze that there is."""
    sent = await wire.read(request, bodies.Snooze)
    incident = await open_incident(request, session)
    wanted = Snooze(iso(moment(sent.end_time)), sent.cancel_on_incident_updates, sent.comment)
    await snoozing.snooze(session, incident.id, wanted, "end_time")
    return done()


async def unsnooze(request: Request[State], session: Session) -> Response:
    """`DELETE E/{incident_id}/snooze`."""
    incident = await open_incident(request, session)
    await snoozing.unsnooze(session, incident.id)
    return done()


async def add_comment(request: Request[State], session: Session) -> Response:
    """`POST E/{incident_id}/comments`."""
    sent = await wire.read(request, bodies.Comment)
    incident = await open_incident(request, session)
    await notes.add(session, incident.id, sent.comment, refresh="false")
    return done()


async def resolve(request: Request[State], session: Session) -> Response:
    """`POST E/{incident_id}/resolve`."""
    sent = await wire.read(request, bodies.Resolution)
    incident = await open_incident(request, session)
    await resolving.resolve(session, incident.id, sent.comments)
    return accepted()


async def _changed(request: Request[State], session: Session, edit: Edit) -> Response:
    incident = await open_incident(request, session)
    await change_one(session, Change(incident.id, edit))
    return done()


def _assigned(assignee: str, by: str, before: Document, now: datetime) -> Document:
    """The incident with another assignee; one who is shown under that id already stays as known."""
    if user_id(before.get("assignee", {})) == assignee:
        return before
    return changed(before, {"assignee": {"id": assignee}, "assigner": {"name": by}}, now)


def _unassigned(before: Document, now: datetime) -> Document:
    if "assignee" not in before:
        raise QueryError("nobody is assigned to the incident")
    return changed(before, {"assignee": None, "assigner": None}, now)
