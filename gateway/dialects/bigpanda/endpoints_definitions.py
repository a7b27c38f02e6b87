"""Endpoints of tag definitions: what tags a tenant's incidents can be given. The registry keeps them as they are shown.

A definition's id is its name in lower case, so that a name is unique whatever its case.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from gateway import wire
from gateway.dialects.bigpanda import requests_writes as bodies
from gateway.dialects.bigpanda.requests_writes import CONFIGURED, PRIORITY
from gateway.dialects.bigpanda.times import seconds
from gateway.incidents.model.sizes import check_grown
from gateway.incidents.session import Session
from gateway.problems import Conflict, NotFound
from gateway.state import State
from queries.errors import QueryError
from queries.periods import iso

DEFINITIONS = "/incidents/tags/definitions"
DEFINITION = f"{DEFINITIONS}/{{tag_id}}"
MOST = 200

Json = dict[str, Any]
Known = Mapping[str, Json]


async def list_definitions(request: Request[State], session: Session) -> Response:
    """`GET incidents/tags/definitions`, oldest first."""
    query = wire.known_query(request, bodies.Definitions)
    definitions = await known(session)
    active = [each for each in definitions.values() if each["active"] or not query.active]
    return wire.reply([each for each in active if query.type in {None, each["type"]}])


async def get_definition(request: Request[State], session: Session) -> Response:
    """`GET incidents/tags/definitions/{tag_id}`."""
    definitions = await known(session)
    return wire.reply(chosen(definitions, request.path_params["tag_id"]))


async def add_definition(request: Request[State], session: Session) -> Response:
    """`POST incidents/tags/definitions`."""
    begun = await session.begun("the definition")
    return await _revised(request, session, partial(_added, begun))


async def change_definition(request: Request[State], session: Session) -> Response:
    """`PUT incidents/tags/definitions/{tag_id}`: another description, state or list of values."""
    return await _revised(request, session, partial(_changed, request.path_params["tag_id"]))


def id_of(name: str) -> str:
    """The id of the tag of that name."""
    return name.lower()


async def known(session: Session) -> Known:
    """Every definition of the tenant, oldest first, by its id."""
    return read(await session.registry.read(entry_id(session.tenant)))


def chosen(known: Known, tag_id: str) -> Json:
    """The definition of that id, whatever its case. Raises NotFound."""
    definition = known.get(id_of(tag_id))
    if definition is None:
        raise NotFound(f'no incident tag "{tag_id[:128]}" is defined')
    return definition


def value(definition: Json, sent: str | list[str], where: str) -> str | list[str]:
    """The value as a tag of that definition holds it: a list, but of text and priority. Raises QueryError."""
    kind, config = definition["type"], definition["config"]
    if isinstance(sent, list) and kind in {"Text", PRIORITY}:
        raise QueryError(f"a tag of type {kind} has one text as its value", where)
    if isinstance(sent, str) and kind not in {"Text", PRIORITY, "MultiValue"}:
        raise QueryError(f"a tag of type {kind} has a list as its value", where)
    texts = [sent] if isinstance(sent, str) else sent
    if kind == "ClosedListValuesSingle" and len(texts) > 1:
        raise QueryError(f"a tag of type {kind} has one value in its list", where)
    allowed = config.get(CONFIGURED.get(kind), texts)
    other = next((each for each in texts if each not in allowed), None)
    if other is not None:
        raise QueryError(f'"{other[:64]}" is none of {", ".join(allowed)}', where)
    return sent if kind in {"Text", PRIORITY} else texts


async def _revised(request: Request[State], session: Session, edit: Callable[[Known, Json], Json]) -> Response:
    """The definition that the edit makes of those known and of what was sent, once it is kept."""
    sent = await wire.read(request, bodies.Definition)
    stamp = {"updated_by": session.actor, "updated_at": seconds(iso(session.now()))}
    shown = {"id": id_of(sent.name), **sent.model_dump(exclude_none=True)} | stamp

    def revised(held: Json | None) -> Json:
        before = read(held)
        after = entry(session.tenant, {**before, shown["id"]: edit(before, shown)})
        check_grown(held, after, session.rules.limits.document_bytes, "the incident tags of a tenant", "config")
        return after

    kept = await session.registry.revise(entry_id(session.tenant), revised)
    return wire.reply(read(kept)[shown["id"]])


def _added(begun: bool, before: Known, shown: Json) -> Json:
    if begun and shown["id"] in before:
        return before[shown["id"]]
    if shown["id"] in before:
        raise Conflict(f'there is an incident tag "{shown["name"]}" already', "name", kind="already_exists")
    if len(before) >= MOST:
        raise QueryError(f"a tenant may have at most {MOST} incident tags")
    return shown | {"created_by": shown["updated_by"], "created_at": shown["updated_at"]}


def _changed(tag_id: str, before: Known, shown: Json) -> Json:
    held = chosen(before, tag_id)
    if shown["id"] != held["id"]:
        raise QueryError(f'a name makes the id, and may change in case alone; "{held["name"]}" stays', "name")
    if shown["type"] != held["type"]:
        raise QueryError(f'an incident tag stays of its type, which is "{held["type"]}"', "type")
    return shown | {name: held[name] for name in ("created_by", "created_at")}


def entry_id(tenant: str) -> str:
    """Where the registry keeps a tenant's definitions."""
    return f"tag_definitions:{tenant}"


def entry(tenant: str, definitions: Known) -> Json:
    """A tenant's definitions as the registry keeps them."""
    return {"kind": "tag_definitions", "tenant": tenant, "definitions": list(definitions.values())}


def read(held: Json | None) -> Known:
    """The definitions of a registry entry, oldest first, by their ids."""
    return {each["id"]: each for each in held["definitions"]} if held else {}
