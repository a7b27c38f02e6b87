"""Notes, alerts and activities: small documents beside an incident, each with its own id."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

import orjson

from gateway.incidents.model.activities import happened, rendered
from gateway.incidents.model.difference import FieldChange
from gateway.incidents.session import Actor, Context
from gateway.problems import Unavailable
from gateway.store import hits
from gateway.store.hits import Hit
from gateway.store.tenants import events_of
from queries.criteria import And, Criterion, Is, Where
from queries.fields import Column
from queries.periods import iso
from queries.searches import Search, body

Event = dict[str, Any]
EventKind = Literal["note", "alert", "activity"]

PAGE = 1000

_TRIES = 3
KIND = Column("kind", "keyword")
INCIDENT_ID = Column("incident_id", "keyword")
NEWEST_FIRST = ({"at": {"order": "desc"}}, {"sequence": {"order": "desc"}})


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that happened to an incident: an activity, with what changed and what else there is to say of it.

    `via` among the params says that it was not a person's doing; activities can be found by it. With a note, that is
    kept too, under the activity's number; a number that is known already is given.
    """

    incident_id: str
    type: str
    changes: Sequence[FieldChange] = ()
    params: Mapping[str, Any] | None = None
    note: str | None = None
    number: int | None = None


def of_changes(incident_id: str, changes: Sequence[FieldChange]) -> list[Happening]:
    """What a change of fields means; a comment among them is also a note."""
    return [Happening(incident_id, kind, told, None, _note(kind, told)) for kind, told in happened(changes)]


def _note(kind: str, changes: Sequence[FieldChange]) -> str | None:
    return next((str(each.after) for each in changes if kind == "note_added" and each.field == "comment"), None)


def of_kind(kind: EventKind, incident_id: str) -> Criterion:
    """An incident's events of one kind."""
    return And((Where(INCIDENT_ID, Is((incident_id,))), Where(KIND, Is((kind,)))))


async def pages(
    ctx: Context,
    tenant: str,
    wanted: Criterion,
    order: Sequence[dict[str, Any]] = NEWEST_FIRST,
    fields: tuple[str, ...] | None = None,
    *,
    at_once: bool = True,
) -> AsyncGenerator[Sequence[Hit], None]:
    """All the events, latest first unless another order is given; those of a moment ago too, if `at_once`.

    An event keeps its place in these orders whatever is written, and new ones stand at one end, so each is met once.
    """
    if at_once:
        await ctx.store.refresh(events_of(tenant))
    search = Search(wanted, order, PAGE, fields=fields)
    while True:
        found = hits.reply(await ctx.store.search(body(search, tenant), events_of(tenant))).hits.hits
        yield found
        if len(found) < PAGE:
            return
        search = replace(search, after=found[-1].sort)


async def record(ctx: Context, actor: Actor, happenings: Sequence[Happening], now: datetime) -> None:
    """Writes activities, and the notes among them. Raises Unavailable if one is not kept."""
    if not happenings:
        return
    numbers = await ctx.sequences.take(actor.tenant, len(happenings))
    documents = []
    for fresh, each in zip(numbers, happenings, strict=True):
        number = each.number or fresh
        documents.append((f"activity-{number}", _activity(each, number, actor, now)))
        if each.note is not None:
            documents.append((f"note-{number}", note(each.incident_id, number, each.note, actor.name, now)))
    await write(ctx, actor.tenant, documents)


async def write(ctx: Context, tenant: str, documents: Sequence[tuple[str, Event]], *, refresh: str = "false") -> None:
    """Puts the events, (id, document) each, in place; again if they are there already. Raises Unavailable."""
    waiting = list(documents)
    for _ in range(_TRIES):
        if not waiting:
            return
        lines = b"".join(line(tenant, event_id, event) for event_id, event in waiting)
        items = await ctx.store.bulk(lines, refresh=refresh)
        waiting = [each for each, item in zip(waiting, items, strict=True) if item["status"] >= 300]
    if waiting:
        raise Unavailable("the engine did not take an incident's history; the change itself was made")


def note(incident_id: str, number: int, text: str, author: str, now: datetime) -> Event:
    """A note's document."""
    at = iso(now)
    return {
        "kind": "note", "incident_id": incident_id, "note_id": number, "sequence": number,
        "body": text, "author": author, "created_at": at, "at": at,
    }  # fmt: skip


def _activity(happening: Happening, number: int, actor: Actor, now: datetime) -> Event:
    params = dict(happening.params or {})
    found = {
        "kind": "activity", "incident_id": happening.incident_id, "activity_id": str(number), "sequence": number,
        "type": happening.type, "at": iso(now), "actor": actor.name, "dialect": actor.dialect,
        "changes": rendered(happening.changes), "params": params,
    }  # fmt: skip
    return found | {"via": params["via"]} if "via" in params else found


def line(
    tenant: str,
    event_id: str,
    event: Event,
    operation: Literal["index", "create"] = "index",
    seen: Mapping[str, Any] | None = None,
) -> bytes:
    """The lines of a bulk request that put the event in place; of the one that was `seen`, if it is given."""
    where = {"_index": events_of(tenant), "_id": event_id}
    version = {"if_seq_no": seen["_seq_no"], "if_primary_term": seen["_primary_term"]} if seen else {}
    action = orjson.dumps({operation: where | version})
    return b"%b\n%b\n" % (action, orjson.dumps(event))
