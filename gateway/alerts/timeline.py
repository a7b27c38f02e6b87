"""What hangs on an incident, read and added to: notes, alerts, activities."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from gateway.alerts.documents import event_id, read, settled
from gateway.alerts.rollup import arrival
from gateway.alerts.sync import News, follow
from gateway.incidents.model.difference import FieldChange
from gateway.incidents.model.statuses import check_not_merged
from gateway.incidents.reading import find as reading
from gateway.incidents.session import Actor, Context
from gateway.incidents.writing import events
from gateway.incidents.writing.change import Change, change_one, own_edit
from gateway.incidents.writing.events import NEWEST_FIRST, Event, EventKind, Happening
from gateway.problems import Conflict, NotFound, Unavailable
from gateway.store import Json, hits
from gateway.store.hits import reply
from gateway.store.tenants import events_of
from queries.errors import QueryError
from queries.periods import iso
from queries.searches import WINDOW, Search, body

_HIDDEN = frozenset({"kind", "sequence", "via"})


@dataclass(frozen=True, slots=True)
class Events:
    """A page of an incident's events, newest first: the rows, where the next page starts, how many there are."""

    rows: list[Event]
    after: Sequence[Any] | None
    total: int


async def page(
    ctx: Context,
    tenant: str,
    incident_id: str,
    kind: EventKind,
    *,
    size: int,
    offset: int = 0,
    after: Sequence[Any] | None = None,
) -> Events:
    """An incident's events of one kind. What was written a moment ago is there.

    Raises QueryError `window_exceeded` for an offset past the engine's window; by cursor there is no end.
    """
    if after is None and offset + size > WINDOW:
        raise QueryError(f"from + size may reach {WINDOW:,}; go on by cursor", "from", "window_exceeded")
    await ctx.store.refresh(events_of(tenant))
    wanted = events.of_kind(kind, incident_id)
    search = Search(wanted, NEWEST_FIRST, size, offset=offset, after=after, total=True)
    found = reply(await ctx.store.search(body(search, tenant), events_of(tenant))).hits
    last = found.hits[-1].sort if found.hits and len(found.hits) == size else None
    rows = [_shown(kind, orjson.loads(bytes(each.source))) for each in found.hits]
    return Events(rows, last, found.total.value if found.total else 0)


async def add_note(ctx: Context, actor: Actor, incident_id: str, text: str, *, refresh: str) -> Event:
    """Adds a note, which is then the incident's comment. Raises NotFound."""
    [number] = await ctx.sequences.take(actor.tenant, 1)

    def told(differences: Sequence[FieldChange]) -> list[Happening]:
        return [Happening(incident_id, "note_added", differences, note=text, number=number)]

    change = Change(incident_id, own_edit({"comment": text}), told=told)
    outcome = await change_one(ctx, actor, change, refresh=refresh)
    at = datetime.fromisoformat(outcome.document["updated_at"])
    return _shown("note", events.note(incident_id, number, text, actor.name, at))


async def keep_note(ctx: Context, actor: Actor, incident_id: str, text: str, number: int) -> None:
    """Adds a note under a number that it alone has; doing so again changes nothing. Raises NotFound."""
    await events.record(ctx, actor, [Happening(incident_id, "note_added", note=text, number=number)], ctx.clock())
    total = (await page(ctx, actor.tenant, incident_id, "note", size=0)).total
    edit = own_edit({"comment": text, "note_count": total})
    await change_one(ctx, actor, Change(incident_id, edit, told=lambda _differences: []))


async def note(ctx: Context, tenant: str, number: int) -> Event:
    """The note of that number as it is now. Raises NotFound."""
    return _shown("note", (await _note(ctx, tenant, number))["_source"])


async def change_note(ctx: Context, actor: Actor, number: int, text: str) -> None:
    """Gives a note another text; the newest one's is the incident's comment. Raises NotFound, Conflict."""
    seen = await _note(ctx, actor.tenant, number)
    changed = seen["_source"] | {"body": text, "updated_at": iso(ctx.clock())}
    await ctx.store.put(events_of(actor.tenant), f"note-{number}", changed, seen=seen)
    await _follow_notes(ctx, actor, seen["_source"]["incident_id"])


async def delete_note(ctx: Context, actor: Actor, number: int) -> None:
    """Takes a note away; the newest one left is the incident's comment. Raises NotFound, Conflict."""
    seen = await _note(ctx, actor.tenant, number)
    await ctx.store.delete(events_of(actor.tenant), f"note-{number}", seen=seen)
    await _follow_notes(ctx, actor, seen["_source"]["incident_id"])


async def _note(ctx: Context, tenant: str, number: int) -> Json:
    found = await ctx.store.get(events_of(tenant), f"note-{number}")
    if found is None:
        raise NotFound(f'no note "{number}"')
    return found


async def _follow_notes(ctx: Context, actor: Actor, incident_id: str) -> None:
    """Brings the incident's comment and count of notes in line with its notes."""
    left = await page(ctx, actor.tenant, incident_id, "note", size=1)
    comment = left.rows[0]["body"] if left.rows else None

    def told(differences: Sequence[FieldChange]) -> list[Happening]:
        return [Happening(incident_id, "updated", differences)]

    edit = own_edit({"comment": comment, "note_count": left.total})
    await change_one(ctx, actor, Change(incident_id, edit, told=told))


async def add_alerts(
    ctx: Context, actor: Actor, incident_id: str, alerts: Sequence[Mapping[str, Any]], *, refresh: str
) -> list[Event]:
    """Attaches alerts, each replacing the incident's own of the same id; all of them or none.

    Raises NotFound without the incident, Conflict for one that was merged into another and for an alert of another
    one, QueryError for an alert that does not fit.
    """
    check_not_merged(hits.document(await reading.get(ctx, actor.tenant, incident_id)))
    now = ctx.clock()
    held = await _held(ctx, actor.tenant, incident_id, [each["alert_id"] for each in alerts])
    numbers = await ctx.sequences.take(actor.tenant, len(alerts))
    documents = [
        settled(held.get(each["alert_id"]), {**each, "incident_id": incident_id, "sequence": number}, now, ctx.rules)
        for number, each in zip(numbers, alerts, strict=True)
    ]
    await _write_alerts(ctx, actor.tenant, documents, held, refresh)
    arrivals = [arrival(held.get(each["alert_id"]), each) for each in documents]
    news = News(arrivals, added=[each["alert_id"] for each in alerts])
    await follow(ctx, actor, {incident_id: news}, refresh=refresh)
    return [_shown("alert", each) for each in documents]


async def _held(ctx: Context, tenant: str, incident_id: str, alert_ids: Sequence[str]) -> dict[str, Event]:
    """The alerts of these ids that are there already; all of them must be the incident's."""
    found = await read(ctx, tenant, alert_ids)
    held = {each["_source"]["alert_id"]: each["_source"] for each in found if each}
    foreign = next((each for each in held.values() if each["incident_id"] != incident_id), None)
    if foreign is not None:
        raise Conflict(f'alert "{foreign["alert_id"]}" belongs to another incident', kind="already_exists")
    return held


async def _write_alerts(
    ctx: Context, tenant: str, alerts: Sequence[Event], held: Mapping[str, Event], refresh: str
) -> None:
    """Puts the alerts in place; where one is refused, those held before are put back and the new ones taken away."""
    lines = b"".join(_alert_line(tenant, each, new=each["alert_id"] not in held) for each in alerts)
    items = await ctx.store.bulk(lines, refresh=refresh)
    failed = next((i for i, item in enumerate(items) if item["status"] >= 300), None)
    if failed is None:
        return
    await events.write(ctx, tenant, [(event_id(alert_id), each) for alert_id, each in held.items()])
    for item in items:
        if item["status"] == 201:
            await ctx.store.delete(events_of(tenant), item["_id"])
    raise _refusal(items[failed], f"[{failed}]" if len(alerts) > 1 else None)


def _alert_line(tenant: str, alert: Event, *, new: bool) -> bytes:
    return events.line(tenant, event_id(alert["alert_id"]), alert, operation="create" if new else "index")


def _refusal(item: Json, where: str | None) -> Exception:
    if item["status"] == 400:
        reason = item["error"].get("reason", "no reason given")
        return QueryError(f"the engine refused this alert: {reason[:300]}", where)
    if item["status"] == 409:
        return Conflict("an alert of that id was attached at the same moment; read it before you try again")
    return Unavailable(f"the engine answered with status {item['status']}")


def _shown(kind: EventKind, event: Event) -> Event:
    hidden = _HIDDEN if kind == "activity" else _HIDDEN | {"at"}
    return {name: value for name, value in event.items() if name not in hidden}
