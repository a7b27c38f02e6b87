"""Endpoints of what is done to one incident. A body is read before the incident is looked for."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from gateway import wire
from gateway.alerts import resolve as resolving
from gateway.dialects.bigpanda import requests_writes as bodies
from gateway.dialects.bigpanda.acting import accepted, changed, done, open_incident
from gateway.dialects.bigpanda.folders import is_snoozed
from gateway.dialects.bigpanda.names import INCIDENT
from gateway.dialects.bigpanda.replies import user_id
from gateway.dialects.bigpanda.times import moment
from gateway.incidents.model.difference import FieldChange, merged
from gateway.incidents.model.documents import Document
from gateway.incidents.session import Session
from gateway.incidents.writing import notes
from gateway.incidents.writing.change import Change, Edit, change_one
from gateway.incidents.writing.events import Happening
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
    held = {"end_time": iso(moment(sent.end_time)), "cancel_on_incident_updates": sent.cancel_on_incident_updates}
    incident = await open_incident(request, session)
    edit, tell = partial(_snoozed, held, sent.comment), partial(_told_snoozed, incident.id, held, sent.comment)
    await change_one(session, Change(incident.id, edit, tell=tell))
    return done()


async def unsnooze(request: Request[State], session: Session) -> Response:
    """`DELETE E/{incident_id}/snooze`."""
    incident = await open_incident(request, session)

    def told(differences: Sequence[FieldChange]) -> list[Happening]:
        return [Happening(incident.id, "unsnoozed", differences)]

    await change_one(session, Change(incident.id, _unsnoozed, tell=told))
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


def _snoozed(held: Mapping[str, Any], comment: str | None, before: Document, now: datetime) -> Document:
    if held["end_time"] <= iso(now):
        raise QueryError("a snooze ends in the future", "end_time")
    if before["state"] == "closed":
        raise QueryError("the incident is resolved, and quiet without a snooze")
    fields: Document = {"ext": {"bigpanda": {"snooze": held}}}
    return merged(before, fields if comment is None else fields | {"comment": comment})


def _unsnoozed(before: Document, now: datetime) -> Document:
    if not is_snoozed(before, now):
        raise QueryError("the incident is not snoozed")
    return merged(before, {"ext": {"bigpanda": {"snooze": None}}})


def _told_snoozed(
    incident_id: str, held: Mapping[str, Any], comment: str | None, differences: Sequence[FieldChange]
) -> list[Happening]:
    if comment is None:
        return [Happening(incident_id, "snoozed", differences, held)]
    said = [each for each in differences if each.field == "comment"]
    changed = [each for each in differences if each.field != "comment"]
    return [
        Happening(incident_id, "snoozed", changed, {**held, "annotation": comment}),
        Happening(incident_id, "note_added", said, note=comment),
    ]
