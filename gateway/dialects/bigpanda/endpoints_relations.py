"""Endpoints of relations: how certain it is that a change has made an incident, as somebody has said.

There is one of a change and an incident, and each time that it becomes another, the incident's activities tell it. A
relation stays with its incident: a merge moves none, and with the incident it is deleted.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

from gateway import wire
from gateway.dialects.bigpanda import endpoints_changes as changes
from gateway.dialects.bigpanda import records
from gateway.dialects.bigpanda import requests_changes as change_bodies
from gateway.dialects.bigpanda.acting import check_open, named
from gateway.incidents.model.difference import FieldChange
from gateway.incidents.reading import history, identities
from gateway.incidents.reading.history import INCIDENT_ID, Event
from gateway.incidents.session import Session
from gateway.incidents.writing.change import Change, change_one, own_edit
from gateway.incidents.writing.create import hex_id
from gateway.incidents.writing.events import Happening, activity_id
from gateway.problems import NotFound
from gateway.state import State
from queries.criteria import And, Criterion, Is, Where
from queries.fields import Column
from queries.kinds import KIND
from queries.periods import iso

RELATIONS = "/rcc"
RELATION = f"{RELATIONS}/{{related_change_id}}"
BY_HAND = {"match_type": "Manual-API", "suggested_by_bigpanda": False}
"""How every relation here came about."""

Json = dict[str, Any]

_CHANGE_ID = Column("source", "keyword")
_AT_ONCE = 100


async def add_relation(request: Request[State], session: Session) -> Response:
    """`POST rcc`: the relation's id; what was said before of the two is replaced."""
    sent = await wire.read(request, change_bodies.Relation)
    change = await changes.known(session, sent.change_id, "change_id")
    incident = await named(session, sent.incident_id)
    check_open(session.tenant, incident)
    said = sent.model_dump(include={"match_certainty", "comment"})
    relation = await _related(session, incident.id, change, said)
    return wire.reply(relation["id"], 201)


async def change_relation(request: Request[State], session: Session) -> Response:
    """`PUT rcc/{related_change_id}`: another certainty or comment."""
    sent = await wire.read(request, change_bodies.RelationChange)
    held = await _held(request, session)
    check_open(session.tenant, await identities.find(session, "hex_id", held["params"]["incident_id"]))
    change = await changes.known(session, held["source"])
    said = sent.model_dump(exclude_none=True)
    return wire.reply(await _related(session, held["incident_id"], change, said))


async def get_relation(request: Request[State], session: Session) -> Response:
    """`GET rcc/{related_change_id}`."""
    return wire.reply((await _held(request, session))["params"])


async def list_relations(request: Request[State], session: Session) -> Response:
    """`GET rcc`: those of an incident, each with its change, or those of a change, the latest first."""
    query = wire.known_query(request, change_bodies.Relations)
    if query.incident_id is not None:
        incident = await named(session, query.incident_id)
        rows = await _found(session, Where(INCIDENT_ID, Is((incident.id,))))
        return _listed(await _with_changes(session, rows))
    change = await changes.known(session, query.change_id or "", "change_id")
    return _listed(await _found(session, Where(_CHANGE_ID, Is((change["params"]["id"],)))))


def _listed(rows: list[Json]) -> Response:
    return wire.reply({"relatedChanges": rows, "totalRelatedCount": len(rows)})


async def _held(request: Request[State], session: Session) -> Event:
    relation_id = request.path_params["related_change_id"]
    record = await records.read(session, "rcc", relation_id)
    if record is None:
        raise NotFound(f'no relation "{relation_id[:128]}"')
    return record


async def _found(session: Session, of_one: Criterion) -> list[Json]:
    wanted = And((Where(KIND, Is(("rcc",))), of_one))
    return [each.document["params"] for each in await history.whole(history.pages(session, wanted))]


async def _with_changes(session: Session, rows: list[Json]) -> list[Json]:
    ids, entries, size = [each["change_id"] for each in rows], list[Event | None](), 0
    for start in range(0, len(ids), _AT_ONCE):
        entries += await records.read_all(session, "change", ids[start : start + _AT_ONCE])
        size += len(orjson.dumps(entries[start:]))
        history.require_room(size)
    return [{**row, "change": each and each["params"]} for row, each in zip(rows, entries, strict=True)]


async def _related(session: Session, incident_id: str, change: Event, said: Mapping[str, Any]) -> Json:
    """The relation as it is shown, kept and told. Raises NotFound for an incident that was deleted meanwhile.

    It is kept first, with the number that its activity is to have: whoever says the same again tells what a gateway
    that ended left untold.
    """
    change_id, hex_ = change["params"]["id"], hex_id(session.tenant, incident_id)
    relation_id = records.relation_id(session.tenant, change_id, hex_)
    [number] = await session.numbers(1)
    made = {"kind": "rcc", "incident_id": incident_id, "source": change_id, "sequence": number, "author": session.actor}
    shown = {"id": relation_id, "change_id": change_id, "incident_id": hex_}
    edit = partial(_kept, made, shown, said, iso(session.now()))
    kept = await records.revise(session, "rcc", relation_id, edit)
    if await session.events.get(activity_id(kept["sequence"])) is None:
        await _tell(session, kept, change)
    result: Json = kept["params"]
    return result


def _kept(made: Event, shown: Json, said: Mapping[str, Any], now: str, before: Event | None) -> Event:
    """The relation as it is kept; one that is known so already stays as it is."""
    params = {**(shown if before is None else before["params"]), **said}
    if "match_certainty" not in params:
        raise NotFound("the relation was deleted with its incident")
    if before is not None and before["params"] == params:
        return before
    created_at = now if before is None else before["created_at"]
    return {**made, "created_at": created_at, "updated_at": now, "at": now, "params": params}


async def _tell(session: Session, relation: Event, change: Event) -> None:
    """Tells the incident's activities. Where there is no incident any more, the relation goes too."""
    incident_id, params = relation["incident_id"], _told(relation["params"], change)

    def told(differences: Sequence[FieldChange]) -> list[Happening]:
        return [Happening(incident_id, "rcc_updated", differences, params, number=relation["sequence"])]

    try:
        await change_one(session, Change(incident_id, own_edit({}), tell=told))
    except NotFound:
        await session.events.delete(records.document_id("rcc", relation["params"]["id"]))
        raise NotFound(f'no incident "{relation["params"]["incident_id"]}"') from None


def _told(relation: Json, change: Event) -> Json:
    shown = change["params"]
    named = {"identifier": shown["identifier"], "ticket_url": shown["ticket_url"], "change_id": shown["id"]}
    match = {name: relation[name] for name in ("change_id", "match_certainty")} | BY_HAND
    comment = {} if relation["comment"] is None else {"comment": relation["comment"]}
    return {"change": named, "match": {**match, **comment, "updated_at": change["updated_at"]}}
