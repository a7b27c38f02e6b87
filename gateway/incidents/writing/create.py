"""Making incidents: one or many, each with its own outcome; nothing that is there is ever overwritten."""

import hashlib
import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from msgspec.structs import replace

from gateway.incidents.model import difference, sizes
from gateway.incidents.model.accounts import unpacked
from gateway.incidents.model.documents import Document, identified, incident_fields
from gateway.incidents.session import Session
from gateway.incidents.writing import events
from gateway.incidents.writing.commit import Version, commit
from gateway.incidents.writing.events import Happening
from gateway.incidents.writing.outcomes import Outcome, written
from gateway.problems import Conflict
from gateway.store.bulk import Item
from gateway.work.turns import in_turns
from queries.errors import QueryError
from queries.periods import iso


# Of documents no cycle is made: the collector need not look here.
class Draft(msgspec.Struct, frozen=True, gc=False):
    """An incident to be made; without an id, under a new one. `own` is what a dialect itself has checked.

    With a version it is never made: what is not there has none. `activity` is the number of the one that tells of it,
    `mark` what it is known by where its request is carried out again, if not by its id. Of one of `many`, that it was
    made is told by the incident alone until somebody asks; in the events index it would cost as much as the incident.
    """

    fields: Mapping[str, Any]
    id: str | None = None
    own: Mapping[str, Any] = {}
    version: str | None = None
    activity: int | None = None
    mark: str | None = None
    many: bool = False


async def create(session: Session, drafts: Sequence[Draft], *, refresh: str = "false") -> list[Outcome]:
    """Makes incidents; each outcome stands where its draft stood. An id in use is a Conflict."""
    tenants = session.ctx.store.tenants
    await tenants.ensure(session.tenant)
    now = session.now()
    numbers = await session.numbers(len(drafts))
    if session.once:
        drafts = [replace(draft, mark=draft.mark or session.next_mark(draft.id or "")) for draft in drafts]
    made = await in_turns(zip(drafts, numbers, strict=True), lambda pair: _made(session, *pair, now))
    refusals = await tenants.admit(session.tenant, [outcome.document for outcome in made])
    outcomes = [
        Outcome(outcome.id, error=refusal) if refusal and not outcome.error else outcome
        for outcome, refusal in zip(made, refusals, strict=True)
    ]
    sent = [i for i, outcome in enumerate(outcomes) if outcome.error is None]
    versions = [_version(drafts[i], outcomes[i]) for i in sent]
    for i, item in zip(sent, await commit(session, versions, now, refresh=refresh), strict=True):
        outcomes[i] = _created(outcomes[i], item)
    return await _known(session, drafts, outcomes)


async def _known(session: Session, drafts: Sequence[Draft], outcomes: list[Outcome]) -> list[Outcome]:
    """The outcomes, but for those whose incident this very request has made before."""
    if not session.once or not session.once.again:
        return outcomes
    taken = [i for i, outcome in enumerate(outcomes) if isinstance(outcome.error, Conflict)]
    held = await session.incidents.get_many([str(outcomes[i].id) for i in taken])
    # What an incident still carries is looked at there, as nobody has asked for it yet.
    carried = {effect.event_id for each in held if each for effect in unpacked(each.source, each.id)}
    done = carried | await session.done(drafts[i].mark for i in taken)
    for i, incident in zip(taken, held, strict=True):
        if incident and drafts[i].mark in done:
            outcomes[i] = Outcome(incident.id, "created", incident.version, incident.source)
    return outcomes


def _version(draft: Draft, outcome: Outcome) -> Version:
    comment = outcome.document.get("comment")
    created = Happening(str(outcome.id), "created", note=comment, number=draft.activity)
    happenings = events.marked([created], draft.mark)
    beside = events.mark_effect(happenings, draft.mark, str(outcome.id))
    return Version(str(outcome.id), None, outcome.document, happenings, beside, waits=draft.many and comment is None)


def hex_id(tenant: str, document_id: str) -> str:
    """The 24 hex digits that name a document of a tenant."""
    return hashlib.sha256(f"{tenant}\0{document_id}".encode()).hexdigest()[:24]


def stamped(session: Session, document_id: str, number: int, now: datetime) -> Document:
    """What the gateway itself gives a new document."""
    at = iso(now)
    return {
        "numeric_id": number, "hex_id": hex_id(session.tenant, document_id), "created_at": at,
        "created_by": session.actor, "updated_at": at, "updated_by": session.actor,
    }  # fmt: skip


def new_incident_id(session: Session, mark: str | None = None) -> str:
    """An id for an incident that is to be made; under a mark always the same."""
    digits = session.once.digest(mark) if session.once and mark else session.new_id()
    return f"i{uuid.UUID(digits[:32], version=4)}"


def _made(session: Session, draft: Draft, number: int, now: datetime) -> Outcome:
    try:
        incident_id = new_incident_id(session, draft.mark) if draft.id is None else identified(draft.id, "_meta.id")
        named = draft if draft.id else replace(draft, id=incident_id)
        return Outcome(incident_id, document=drafted(session, named, number, now))
    except (QueryError, Conflict) as error:
        # Its traceback leads to the loop that makes all of them, and to itself: only the collector would find them.
        return Outcome(draft.id, error=error.with_traceback(None))


def drafted(session: Session, draft: Draft, number: int, now: datetime) -> Document:
    """The document of a draft that has an id. Raises QueryError, and Conflict for a version of what is not there."""
    made = difference.derived(None, begun(session, draft, number, now), session.rules, now)
    sizes.check({}, made, session.rules.limits)
    return made


def begun(session: Session, draft: Draft, number: int, now: datetime) -> Document:
    """The same before what follows from its fields is derived, and its size is looked at."""
    rules = session.rules
    if draft.version is not None:
        raise Conflict(f"nothing new is at version {draft.version}")
    sizes.check_sent(draft.fields, rules.limits)
    sent = difference.without_read_only({}, draft.fields, rules.fields.fields)
    document = difference.merged({}, incident_fields(sent, now, rules.fields))
    if draft.own:
        document = difference.merged(document, draft.own)
    document.setdefault("started_at", iso(now))
    document |= stamped(session, str(draft.id), number, now)
    document |= {"origin": session.dialect, "alert_count": 0, "note_count": int("comment" in document)}
    return document


def _created(outcome: Outcome, item: Item) -> Outcome:
    if item.overtaken:
        taken = Conflict(f'incident "{outcome.id}" is there already', kind="already_exists")
        return Outcome(outcome.id, error=taken)
    return written(outcome, item, "created")
