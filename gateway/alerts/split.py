"""The steps of a split: a new incident made, some alerts moved into it, both brought in line."""

import uuid
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import Any

from gateway.alerts import documents as alerts
from gateway.alerts import timeline
from gateway.alerts.sync import News, annotated, follow
from gateway.incidents.model.documents import Document, is_custom
from gateway.incidents.model.statuses import check_not_merged, own
from gateway.incidents.reading import find as reading
from gateway.incidents.session import Actor, Context
from gateway.incidents.writing import events
from gateway.incidents.writing.create import Draft, create
from gateway.incidents.writing.delete import delete
from gateway.incidents.writing.events import Event, Happening
from gateway.problems import Conflict, NotFound
from gateway.store import Json, hits
from gateway.store.tenants import events_of
from queries.errors import QueryError


async def plan(ctx: Context, tenant: str, request: Mapping[str, Any]) -> Json:
    """The new incident, and which alerts go there. Raises NotFound, QueryError, Conflict."""
    source_id, asked = request["source"], request["alerts"]
    source = hits.document(await reading.get(ctx, tenant, source_id))
    check_not_merged(source)
    held = {each["alert_id"]: each for each in (await alerts.of_incidents(ctx, tenant, [source_id]))[source_id]}
    unknown = next((i for i, each in enumerate(asked) if each not in held), None)
    if unknown is not None:
        raise QueryError(f'the incident has no alert "{asked[unknown]}"', f"alerts[{unknown}]")
    if not asked or len(set(asked)) < len(asked):
        raise QueryError("alerts of the incident are wanted here, each once", "alerts")
    if len(asked) == len(held):
        raise QueryError("at least one alert has to stay", "alerts")
    made, added, number, left, note = await ctx.sequences.take(tenant, 5)
    return {
        **request, "new_id": f"i{uuid.uuid4()}", "fields": _fields(source, [held[each] for each in asked]),
        "created": made, "added": added, "number": number, "left": left, "note": note,
    }  # fmt: skip


def steps(ctx: Context, actor: Actor, plan: Json) -> Sequence[Callable[[], Awaitable[None]]]:
    """Each can be done again; after all of them the split is whole."""
    comment = [partial(_comment, ctx, actor, plan)] if plan["comment"] is not None else []
    return [
        partial(_make, ctx, actor, plan),
        partial(_move, ctx, actor, plan),
        partial(_tell_new, ctx, actor, plan),
        partial(_tell_source, ctx, actor, plan),
        *comment,
    ]


async def undo(ctx: Context, actor: Actor, plan: Json) -> None:
    """The alerts back where they were, and the new incident gone; where the source is no more, it all stays."""
    try:
        await reading.get(ctx, actor.tenant, plan["source"])
        await alerts.move(ctx, actor.tenant, plan["alerts"], plan["new_id"], plan["source"])
        await follow(ctx, actor, {plan["source"]: News()})
    except NotFound:
        return
    await ctx.store.delete(events_of(actor.tenant), f"activity-{plan['left']}")
    with suppress(NotFound):
        await delete(ctx, actor, plan["new_id"])


def _fields(source: Document, moved: Sequence[Event]) -> Document:
    """The new incident's own: the title that its first alert gives, and the custom fields of where it comes from."""
    first = own(moved[0])
    named = {each["name"]: each.get("value") for each in moved[0].get("tags", ())}
    parts = [named.get(first.get(f"{which}_property", "")) for which in ("primary", "secondary")]
    title = ": ".join(str(each) for each in parts if each) or moved[0].get("description") or first.get("incident_key")
    starts = [each["started_at"] for each in moved if each.get("started_at")]
    fields = {
        "title": str(title or source["title"]),
        "description": moved[0].get("description"),
        "source": moved[0].get("source"),
        "started_at": min(starts, default=source["started_at"]),
        "workflow_id": source["workflow_id"],
    }
    kept = {name: value for name, value in source.items() if is_custom(name)}
    return kept | {name: value for name, value in fields.items() if value is not None}


async def _make(ctx: Context, actor: Actor, plan: Json) -> None:
    """The new incident; of one that is there already, its maker may not have come to tell."""
    [outcome] = await create(ctx, actor, [Draft({}, plan["new_id"], plan["fields"], activity=plan["created"])])
    if isinstance(outcome.error, Conflict):
        await events.record(ctx, actor, [Happening(plan["new_id"], "created", number=plan["created"])], ctx.clock())
    elif outcome.error is not None:
        raise outcome.error


async def _move(ctx: Context, actor: Actor, plan: Json) -> None:
    await alerts.move(ctx, actor.tenant, plan["alerts"], plan["source"], plan["new_id"])


async def _tell_new(ctx: Context, actor: Actor, plan: Json) -> None:
    params = {"alert_ids": plan["alerts"], "source_incident_id": plan["source"]} | annotated(plan["comment"])
    added = ("alerts_added", {"alert_ids": plan["alerts"]}, plan["added"])
    news = News(departed=True, told=[added, ("split_destination", params, plan["number"])])
    await follow(ctx, actor, {plan["new_id"]: news})


async def _tell_source(ctx: Context, actor: Actor, plan: Json) -> None:
    params = {"alert_ids": plan["alerts"], "new_incident_id": plan["new_id"]} | annotated(plan["comment"])
    news = News(departed=True, told=[("split_source", params, plan["left"])])
    with suppress(NotFound):  # deleted meanwhile: the split stands all the same
        await follow(ctx, actor, {plan["source"]: news})


async def _comment(ctx: Context, actor: Actor, plan: Json) -> None:
    with suppress(NotFound):
        await timeline.keep_note(ctx, actor, plan["source"], plan["comment"], plan["note"])
