"""Endpoints of an incident's tags. Which there are, and what values they can have, is for their definitions to say.

A tag of priority is the incident's priority in every dialect.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from msgspec.structs import replace
from starlette.requests import Request
from starlette.responses import Response

from gateway import wire
from gateway.dialects.bigpanda import endpoints_definitions as definitions
from gateway.dialects.bigpanda import requests_writes as bodies
from gateway.dialects.bigpanda.acting import changed, done, incident, open_incident
from gateway.dialects.bigpanda.names import INCIDENT
from gateway.dialects.bigpanda.requests_writes import PRIORITY
from gateway.dialects.bigpanda.times import seconds
from gateway.incidents.model.difference import FieldChange
from gateway.incidents.model.documents import Document
from gateway.incidents.reading import Hit
from gateway.incidents.reading.history import newest
from gateway.incidents.session import Session
from gateway.incidents.writing.change import Change, Edit, change_one
from gateway.incidents.writing.events import Happening
from gateway.problems import NotFound
from gateway.state import State
from queries.errors import QueryError

TAGS = f"{INCIDENT}/tags"
TAG = f"{TAGS}/{{tag_id}}"

Label = Mapping[str, Any]


async def list_tags(request: Request[State], session: Session) -> Response:
    """`GET E/{incident_id}/tags`."""
    labels = _held((await incident(request, session)).document)
    return wire.reply([{"tag_id": _id(each), "tag_value": each.get("value")} for each in labels])


async def get_tag(request: Request[State], session: Session) -> Response:
    """`GET E/{incident_id}/tags/{tag_id}`: its value, and who gave it when, if an activity tells."""
    hit = await incident(request, session)
    document = hit.document
    label = _chosen(document, request.path_params["tag_id"])
    tag_id = _id(label)
    shown = {"tag_id": tag_id, "incident_id": document["hex_id"], "tag_value": label.get("value")}
    account = await newest(session, hit.id, "tag_updated", {"tag_id": tag_id})
    name, timestamp = (account["actor"], seconds(account["at"])) if account else (None, None)
    return wire.reply({**shown, "name": name, "email": None, "timestamp": timestamp})


async def set_tags(request: Request[State], session: Session) -> Response:
    """`POST E/{incident_id}/tags`: all of them, or none."""
    sent = bodies.Tags.model_validate(await wire.body(request)).root
    known = await definitions.known(session)
    labels: dict[str, Label] = {}
    for i, each in enumerate(sent):
        tag_id = definitions.id_of(each.tag_id)
        if tag_id not in known:
            raise QueryError(f'no incident tag "{each.tag_id}" is defined', f"[{i}].tag_id")
        if tag_id in labels:
            raise QueryError(f'"{each.tag_id}" is given twice', f"[{i}].tag_id")
        labels[tag_id] = _label(known[tag_id], each.tag_value, f"[{i}].")
    return await _set(request, session, labels)


async def set_tag(request: Request[State], session: Session) -> Response:
    """`POST E/{incident_id}/tags/{tag_id}`."""
    sent = await wire.read(request, bodies.TagValue)
    known = await definitions.known(session)
    definition = definitions.chosen(known, request.path_params["tag_id"])
    return await _set(request, session, {definition["id"]: _label(definition, sent.tag_value)})


async def remove_tags(request: Request[State], session: Session) -> Response:
    """`DELETE E/{incident_id}/tags`: all of them."""
    hit = await open_incident(request, session)
    gone = set(map(_id, _held(hit.document)))
    return await _remove(session, hit, partial(_without, gone)) if gone else done()


async def remove_tag(request: Request[State], session: Session) -> Response:
    """`DELETE E/{incident_id}/tags/{tag_id}`."""
    hit, tag_id = await open_incident(request, session), request.path_params["tag_id"]

    def without(before: Document, now: datetime) -> Document:
        return _without({_id(_chosen(before, tag_id))}, before, now)

    return await _remove(session, hit, without)


def _held(document: Document) -> list[Label]:
    """The incident's tags; other dialects, and merges, may have given it several of one id."""
    labels: list[Label] = document.get("labels", [])
    return labels


def _id(label: Label) -> str:
    """The id of a tag; one that another dialect gave may have a name alone."""
    text: str = label.get("id", definitions.id_of(label.get("name", "")))
    return text


def _chosen(document: Document, tag_id: str) -> Label:
    same = [each for each in _held(document) if definitions.id_of(_id(each)) == definitions.id_of(tag_id)]
    result = next((each for each in same if _id(each) == tag_id), same[0] if same else None)
    if result is None:
        raise NotFound(f'the incident has no tag "{tag_id[:128]}"')
    return result


def _label(definition: definitions.Json, value: str | list[str], place: str = "") -> Label:
    """The tag as an incident holds it. Raises QueryError for one that is not active, or cannot have that value."""
    if not definition["active"]:
        raise QueryError(f'the incident tag "{definition["name"]}" is not active', f"{place}tag_id")
    held = definitions.value(definition, value, f"{place}tag_value")
    return {name: definition[name] for name in ("id", "name", "type")} | {"value": held}


async def _set(request: Request[State], session: Session, labels: Mapping[str, Label]) -> Response:
    """Gives the incident the tags; those that it has with these values already are no news."""
    hit = await open_incident(request, session)
    edit = partial(_with, labels)
    before = hit.document
    if edit(before, session.now()) != before:
        await change_one(session, Change(hit.id, edit, tell=partial(_told, hit.id)))
    return done()


async def _remove(session: Session, hit: Hit, edit: Edit) -> Response:
    await change_one(session, Change(hit.id, edit, tell=partial(_told, hit.id)))
    return done()


def _with(labels: Mapping[str, Label], before: Document, now: datetime) -> Document:
    """The incident with the tags, each in place of all of its id; those that it has already stay where they are."""
    held = _held(before)
    news = {at: each for at, each in labels.items() if [other for other in held if _id(other) == at] != [each]}
    after: Document = {"labels": [*(each for each in held if _id(each) not in news), *news.values()]}
    priorities = [each["value"] for each in labels.values() if each["type"] == PRIORITY]
    return changed(before, after | ({"priority": priorities[-1]} if priorities else {}), now)


def _without(gone: Collection[str], before: Document, now: datetime) -> Document:
    """The incident without these tags; its priority goes with the tag that it is by."""
    held = _held(before)
    after: Document = {"labels": [each for each in held if _id(each) not in gone]}
    priorities = [each.get("value") for each in held if _id(each) in gone and each.get("type") == PRIORITY]
    return changed(before, after | ({"priority": None} if before.get("priority") in priorities else {}), now)


def _told(incident_id: str, differences: Sequence[FieldChange]) -> list[Happening]:
    """An activity for each tag that has another value now, or is gone; the first one holds what changed."""
    labels = next((each for each in differences if each.field == "labels"), None)
    before = {_id(each): each for each in labels.before or []} if labels else {}
    after = {_id(each): each for each in labels.after or []} if labels else {}
    news = {at: each.get("value") for at, each in after.items() if each != before.get(at)}
    result = [Happening(incident_id, "tag_updated", (), {"tag_id": at, "tag_value": news[at]}) for at in news]
    result += [Happening(incident_id, "tag_removed", (), {"tag_id": at}) for at in before if at not in after]
    result = result or [Happening(incident_id, "updated")]
    return [replace(result[0], changes=differences), *result[1:]] if differences else []
