"""Endpoints of relations: how certain it is that a change has made an incident, as somebody has said.

There is one of a change and an incident, and each time that it becomes another, the incident's activities tell it. A
relation stays with its incident: a merge moves none, and with the incident it is deleted.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from gateway import wire
from gateway.access.principals import Principal
from gateway.dialects.bigpanda import change_bodies, changes, records
from gateway.dialects.bigpanda.acting import check_open, named
from gateway.dialects.bigpanda.names import NAME
from gateway.dialects.dialect import Operation
from gateway.incidents.model.difference import FieldChange
from gateway.incidents.reading import identities
from gateway.incidents.session import Actor, Context
from gateway.incidents.writing import events
from gateway.incidents.writing.change import Change, change_one, own_edit
from gateway.incidents.writing.create import hex_id
from gateway.incidents.writing.events import INCIDENT_ID, KIND, Event, Happening
from gateway.problems import NotFound
from gateway.state import State
from gateway.store import hits
from gateway.store.tenants import events_of
from queries.criteria import And, Criterion, Is, Where
from queries.fields import Column
from queries.periods import iso

RELATIONS = "/rcc"
RELATION = f"{RELATIONS}/{{related_change_id}}"
BY_HAND = {"match_type": "Manual-API", "suggested_by_bigpanda": False}
"""How every relation here came about."""

Json = dict[str, Any]

_CHANGE_ID = Column("source", "keyword")


async def add_relation(request: Request[State], caller: Principal) -> Response:
    """`POST rcc`: the relation's id; what was said before of the two is replaced."""
    sent, ctx = await wire.read(request, change_bodies.Relation), request.state["gateway"].ctx
    change = await changes.known(ctx, caller.tenant, sent.change_id, "change_id")
    found = await named(ctx, caller.tenant, sent.incident_id)
    check_open(caller.tenant, found)
    said = sent.model_dump(include={"match_certainty", "comment"})
    relation = await _related(ctx, caller.acting(NAME), found.id, change, said)
    return wire.reply(relation["id"], 201)


async def change_relation(request: Request[State], caller: Principal) -> Response:
    """`PUT rcc/{related_change_id}`: another certainty or comment."""
    sent, ctx = await wire.read(request, change_bodies.RelationChange), request.state["gateway"].ctx
    held = await _held(request, caller)
    check_open(caller.tenant, await identities.find(ctx, caller.tenant, "hex_id", held["params"]["incident_id"]))
    change = await changes.known(ctx, caller.tenant, held["source"])
    said = sent.model_dump(exclude_none=True)
    return wire.reply(await _related(ctx, caller.acting(NAME), held["incident_id"], change, said))


async def get_relation(request: Request[State], caller: Principal) -> Response:
    """`GET rcc/{related_change_id}`."""
    return wire.reply((await _held(request, caller))["params"])


async def list_relations(request: Request[State], caller: Principal) -> Response:
    """`GET rcc`: those of an incident, each with its change, or those of a change, the latest first."""
    ctx, asked = request.state["gateway"].ctx, wire.known_query(request, change_bodies.Relations)
    if asked.incident_id is not None:
        found = await named(ctx, caller.tenant, asked.incident_id)
        rows = await _found(ctx, caller.tenant, Where(INCIDENT_ID, Is((found.id,))))
        return wire.reply(await _with_changes(ctx, caller.tenant, rows))
    change = await changes.known(ctx, caller.tenant, asked.change_id or "", "change_id")
    return wire.reply(await _found(ctx, caller.tenant, Where(_CHANGE_ID, Is((change["params"]["id"],)))))


async def _held(request: Request[State], caller: Principal) -> Event:
    relation_id = request.path_params["related_change_id"]
    found = await records.read(request.state["gateway"].ctx, caller.tenant, "rcc", relation_id)
    if found is None:
        raise NotFound(f'no relation "{relation_id[:128]}"')
    return found


async def _found(ctx: Context, tenant: str, of_one: Criterion) -> list[Json]:
    wanted = And((Where(KIND, Is(("rcc",))), of_one))
    return [hits.document(each)["params"] async for page in events.pages(ctx, tenant, wanted) for each in page]


async def _with_changes(ctx: Context, tenant: str, rows: list[Json]) -> list[Json]:
    found = await records.read_all(ctx, tenant, "change", [each["change_id"] for each in rows])
    return [{**row, "change": each and each["params"]} for row, each in zip(rows, found, strict=True)]


async def _related(ctx: Context, actor: Actor, incident_id: str, change: Event, said: Mapping[str, Any]) -> Json:
    """The relation as it is shown, kept and told. Raises NotFound for an incident that was deleted meanwhile.

    It is kept first, with the number that its activity is to have: whoever says the same again tells what a gateway
    that ended left untold.
    """
    change_id, hex_ = change["params"]["id"], hex_id(actor.tenant, incident_id)
    relation_id = records.relation_id(actor.tenant, change_id, hex_)
    [number] = await ctx.sequences.take(actor.tenant, 1)
    made = {"kind": "rcc", "incident_id": incident_id, "source": change_id, "sequence": number, "author": actor.name}
    shown = {"id": relation_id, "change_id": change_id, "incident_id": hex_}
    edit = partial(_kept, made, shown, said, iso(ctx.clock()))
    kept = await records.revise(ctx, actor.tenant, "rcc", relation_id, edit)
    if await ctx.store.get(events_of(actor.tenant), f"activity-{kept['sequence']}") is None:
        await _tell(ctx, actor, kept, change)
    found: Json = kept["params"]
    return found


def _kept(made: Event, shown: Json, said: Mapping[str, Any], now: str, before: Event | None) -> Event:
    """The relation as it is kept; one that is known so already stays as it is."""
    params = {**(shown if before is None else before["params"]), **said}
    if "match_certainty" not in params:
        raise NotFound("the relation was deleted with its incident")
    if before is not None and before["params"] == params:
        return before
    created_at = now if before is None else before["created_at"]
    return {**made, "created_at": created_at, "updated_at": now, "at": now, "params": params}


async def _tell(ctx: Context, actor: Actor, relation: Event, change: Event) -> None:
    """Tells the incident's activities. Where there is no incident any more, the relation goes too."""
    incident_id, params = relation["incident_id"], _told(relation["params"], change)

    def told(differences: Sequence[FieldChange]) -> list[Happening]:
        return [Happening(incident_id, "rcc_updated", differences, params, number=relation["sequence"])]

    try:
        await change_one(ctx, actor, Change(incident_id, own_edit({}), told=told))
    except NotFound:
        await ctx.store.delete(events_of(actor.tenant), f"rcc-{relation['params']['id']}")
        raise NotFound(f'no incident "{relation["params"]["incident_id"]}"') from None


def _told(relation: Json, change: Event) -> Json:
    shown = change["params"]
    named = {"identifier": shown["identifier"], "ticket_url": shown["ticket_url"], "change_id": shown["id"]}
    match = {name: relation[name] for name in ("change_id", "match_certainty")} | BY_HAND
    comment = {} if relation["comment"] is None else {"comment": relation["comment"]}
    return {"change": named, "match": {**match, **comment, "updated_at": change["updated_at"]}}


OPERATIONS = (
    Operation(
        "POST",
        RELATIONS,
        add_relation,
        "write",
        "Relate a change to an incident",
        change_bodies.Relation,
        success=201,
        example=(
            '{"change_id": "5f7f04f3b7b9b84f4d0b5b2c", "incident_id": "681102f731824249f48df555",'
            ' "match_certainty": "SUSPECT", "comment": "the same region"}'
        ),
    ),
    Operation("GET", RELATIONS, list_relations, "read", "List relations", query=change_bodies.Relations),
    Operation("GET", RELATION, get_relation, "read", "Get a relation"),
    Operation(
        "PUT",
        RELATION,
        change_relation,
        "write",
        "Change a relation",
        change_bodies.RelationChange,
        example='{"match_certainty": "MATCH"}',
    ),
)
