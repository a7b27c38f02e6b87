"""Making incidents: one or many, each with its own outcome; nothing that is there is ever overwritten."""

import hashlib
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson

from gateway.incidents.model import difference as changes
from gateway.incidents.model.documents import Document, identified, incident_fields
from gateway.incidents.session import Actor, Context
from gateway.incidents.writing import events
from gateway.incidents.writing.events import Happening
from gateway.incidents.writing.outcomes import Outcome, written
from gateway.problems import Conflict
from gateway.store import Json
from gateway.store.tenants import incidents_of
from queries.errors import QueryError
from queries.periods import iso

_DEFAULTS: Document = {"type": "INCIDENT", "category": "RELIABILITY"}


@dataclass(frozen=True, slots=True)
class Draft:
    """An incident to be made; without an id, under a new one. `own` is what a dialect itself has checked.

    With a version it is never made: what is not there has none. `activity` is the number of the one that tells of it.
    """

    fields: Mapping[str, Any]
    id: str | None = None
    own: Mapping[str, Any] = field(default_factory=dict)
    version: str | None = None
    activity: int | None = None


async def create(ctx: Context, actor: Actor, drafts: Sequence[Draft], *, refresh: str = "false") -> list[Outcome]:
    """Makes incidents; each outcome stands where its draft stood. An id in use is a Conflict."""
    await ctx.tenants.ensure(actor.tenant)
    now = ctx.clock()
    numbers = await ctx.sequences.take(actor.tenant, len(drafts))
    made = [_made(ctx, actor, draft, number, now) for draft, number in zip(drafts, numbers, strict=True)]
    refusals = await ctx.tenants.admit(actor.tenant, [each.document for each in made])
    outcomes = [
        Outcome(each.id, error=refusal) if refusal and not each.error else each
        for each, refusal in zip(made, refusals, strict=True)
    ]
    sent = [i for i, each in enumerate(outcomes) if each.error is None]
    lines = [_create_line(actor.tenant, outcomes[i]) for i in sent]
    items = await ctx.store.bulk(b"".join(lines), refresh=refresh) if lines else []
    for i, item in zip(sent, items, strict=True):
        outcomes[i] = _created(outcomes[i], item)
    told = [
        Happening(str(each.id), "created", note=each.document.get("comment"), number=draft.activity)
        for draft, each in zip(drafts, outcomes, strict=True)
        if each.result
    ]
    await events.record(ctx, actor, told, now)
    return outcomes


def hex_id(tenant: str, document_id: str) -> str:
    """The 24 hex digits that name a document of a tenant (specs: canonical, rule 6)."""
    return hashlib.sha256(f"{tenant}\0{document_id}".encode()).hexdigest()[:24]


def stamped(actor: Actor, document_id: str, number: int, now: datetime) -> Document:
    """What the gateway itself gives a new document."""
    at = iso(now)
    return {
        "numeric_id": number, "hex_id": hex_id(actor.tenant, document_id), "created_at": at, "created_by": actor.name,
        "updated_at": at, "updated_by": actor.name,
    }  # fmt: skip


def _made(ctx: Context, actor: Actor, draft: Draft, number: int, now: datetime) -> Outcome:
    try:
        if draft.version is not None:
            raise Conflict(f"nothing new is at version {draft.version}")
        incident_id = f"i{uuid.uuid4()}" if draft.id is None else identified(draft.id, "_meta.id")
        sent = changes.without_read_only({}, draft.fields)
        document = changes.merged(changes.merged({}, incident_fields(sent, now)), draft.own)
        document = {**_DEFAULTS, "started_at": iso(now)} | document
        document |= stamped(actor, incident_id, number, now)
        document |= {"origin": actor.dialect, "alert_count": 0, "note_count": int("comment" in document)}
        return Outcome(incident_id, document=changes.settled(None, document, ctx.words, now))
    except (QueryError, Conflict) as error:
        return Outcome(draft.id, error=error)


def _create_line(tenant: str, outcome: Outcome) -> bytes:
    action = orjson.dumps({"create": {"_index": incidents_of(tenant), "_id": outcome.id}})
    return b"%b\n%b\n" % (action, orjson.dumps(outcome.document))


def _created(outcome: Outcome, item: Json) -> Outcome:
    if item["status"] == 409:
        taken = Conflict(f'incident "{outcome.id}" is there already', kind="already_exists")
        return Outcome(outcome.id, error=taken)
    return written(outcome, item, "created")
