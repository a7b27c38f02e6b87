"""The steps of a merge: sources closed and marked, their alerts moved, the destination brought in line."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from gateway.alerts import documents as alerts
from gateway.alerts import timeline
from gateway.alerts.rollup import Arrival
from gateway.alerts.sync import News, annotated, follow
from gateway.incidents.model import difference as changes
from gateway.incidents.model.difference import FieldChange
from gateway.incidents.model.documents import Document, is_custom
from gateway.incidents.model.statuses import STATUSES, check_not_merged, own
from gateway.incidents.session import Actor, Context
from gateway.incidents.writing.change import Change, change_one
from gateway.incidents.writing.events import Happening
from gateway.problems import NotFound
from gateway.store import Json
from gateway.store.tenants import events_of, incidents_of
from queries.errors import QueryError

MOST_ALERTS = 300

_LISTS = ("tags", "mitre", "metric_names", "labels")


async def plan(ctx: Context, tenant: str, request: Mapping[str, Any]) -> Json:
    """What is to be moved, and what is needed to go back. Raises NotFound, QueryError, Conflict."""
    destination, sources = request["destination"], request["sources"]
    documents = await _mergeable(ctx, tenant, destination, sources)
    held = await alerts.of_incidents(ctx, tenant, [destination, *sources])
    total = sum(len(each) for each in held.values())
    if total > MOST_ALERTS:
        raise QueryError(
            f"together they have {total} alerts, and an incident has {MOST_ALERTS} at most", "source_incidents"
        )
    numbers = await ctx.sequences.take(tenant, len(sources) + 3)
    active = [
        alert["alert_id"]
        for each in sources if documents[each]["state"] != "closed"
        for alert in held[each] if alert.get("status") in STATUSES and alert["status"] != "ok"
    ]  # fmt: skip
    return {
        **request, "active": active, "added": numbers[-3], "number": numbers[-2], "note": numbers[-1],
        "moved": [
            {"id": each, "number": number, "status": documents[each]["status"],
             "alerts": [alert["alert_id"] for alert in held[each]]}
            for each, number in zip(sources, numbers, strict=False)
        ],
    }  # fmt: skip


def steps(ctx: Context, actor: Actor, plan: Json) -> Sequence[Callable[[], Awaitable[None]]]:
    """Each can be done again; after all of them the merge is whole."""
    comment = [partial(_comment, ctx, actor, plan)] if plan["comment"] is not None else []
    return [
        partial(_reachable, ctx, actor, plan),
        *(partial(_mark, ctx, actor, plan, each) for each in plan["moved"]),
        *(partial(_move, ctx, actor, plan, each) for each in plan["moved"]),
        partial(_gather, ctx, actor, plan),
        *comment,
    ]


async def undo(ctx: Context, actor: Actor, plan: Json) -> None:
    """The sources as they were, with the alerts that were theirs."""
    for each in plan["moved"]:
        try:
            await _unmark(ctx, actor, plan, each)
            await alerts.move(ctx, actor.tenant, each["alerts"], plan["destination"], each["id"])
            await follow(ctx, actor, {each["id"]: News()})
        except NotFound:
            continue
        await ctx.store.delete(events_of(actor.tenant), f"activity-{each['number']}")


async def _mergeable(ctx: Context, tenant: str, destination: str, sources: Sequence[str]) -> dict[str, Document]:
    """The incidents by their ids. Raises NotFound, QueryError, Conflict for those that cannot be merged."""
    if not sources or destination in sources or len(set(sources)) < len(sources):
        raise QueryError("other incidents are wanted here, each once", "source_incidents")
    documents = await _documents(ctx, tenant, [destination, *sources])
    check_not_merged(documents[destination])
    gone = next((i for i, each in enumerate(sources) if "merged_into" in own(documents[each])), None)
    if gone is not None:
        raise QueryError("it was merged into another one already", f"source_incidents[{gone}]", "merged")
    return documents


async def _documents(ctx: Context, tenant: str, ids: Sequence[str]) -> dict[str, Document]:
    found = await ctx.store.mget(incidents_of(tenant), ids)
    missing = next((i for i, each in enumerate(found) if not each or each["_source"]["kind"] != changes.INCIDENT), None)
    if missing is not None:
        raise NotFound(f'no incident "{ids[missing]}"')
    return {each["_id"]: each["_source"] for each in found if each}


async def _reachable(ctx: Context, actor: Actor, plan: Json) -> None:
    """Raises NotFound for a destination that was deleted meanwhile, before anything is done to the sources."""
    await _documents(ctx, actor.tenant, [plan["destination"]])


async def _mark(ctx: Context, actor: Actor, plan: Json, source: Json) -> None:
    """The source is closed, and says where its alerts are. One that was deleted meanwhile has nothing to merge."""

    def edit(before: Document, _now: datetime) -> Document:
        mine = {"merged_into": plan["destination"], "snooze": None, "flapping_until": None, "status": None}
        closed = ctx.words.status_for(before["workflow_id"], "closed")
        status = before["status"] if before["state"] == "closed" else closed
        after = changes.merged(before, {"status": status, "ext": {"bigpanda": mine}})
        return after | {"alert_count": 0, "alert_pairs": []}

    def told(differences: Sequence[FieldChange]) -> list[Happening]:
        params = {"target_incident_id": plan["destination"], "source_incident_ids": plan["sources"]} | annotated(
            plan["comment"]
        )
        closing = [each for each in differences if each.field in {"status", "state", "resolved_at"}]
        rest = [each for each in differences if each not in closing]
        merged = Happening(source["id"], "merged_source", rest, params, number=source["number"])
        return [merged, Happening(source["id"], "resolved", closing, {"via": "merge"})] if closing else [merged]

    try:
        await change_one(ctx, actor, Change(source["id"], edit, told=told))
    except NotFound:
        return


async def _unmark(ctx: Context, actor: Actor, plan: Json, source: Json) -> None:
    def edit(before: Document, _now: datetime) -> Document:
        if own(before).get("merged_into") != plan["destination"]:
            return before
        return changes.merged(before, {"status": source["status"], "ext": {"bigpanda": {"merged_into": None}}})

    await change_one(ctx, actor, Change(source["id"], edit, told=lambda _differences: []))


async def _move(ctx: Context, actor: Actor, plan: Json, source: Json) -> None:
    """Every alert of the source, also one that was attached while it was being marked."""
    held = (await alerts.of_incidents(ctx, actor.tenant, [source["id"]]))[source["id"]]
    await alerts.move(ctx, actor.tenant, [each["alert_id"] for each in held], source["id"], plan["destination"])


async def _gather(ctx: Context, actor: Actor, plan: Json) -> None:
    """The destination, with what the sources have and it has not."""
    found = await ctx.store.mget(incidents_of(actor.tenant), plan["sources"])
    sources = [each["_source"] for each in found if each]
    moved = [alert_id for source in plan["moved"] for alert_id in source["alerts"]]
    arrivals = [Arrival(new=True, changed=True, raised=True, active=each in plan["active"]) for each in moved]
    params = {"source_incident_ids": plan["sources"]} | annotated(plan["comment"])
    told: list[tuple[str, Mapping[str, Any], int]] = [("merged_destination", params, plan["number"])]
    if moved:
        told.insert(0, ("alerts_added", {"alert_ids": moved}, plan["added"]))
    news = News(arrivals, fields=partial(gathered, sources), told=told)
    await follow(ctx, actor, {plan["destination"]: news})


def gathered(sources: Sequence[Document], destination: Document) -> Document:
    """What the destination gets: custom fields that it has not, the first source's first; lists joined; the start."""
    fields: Document = {}
    for source in sources:
        fields |= {
            name: value for name, value in source.items() if is_custom(name) and name not in destination | fields
        }
    for name in _LISTS:
        parts = [part for each in (destination, *sources) for part in each.get(name, ())]
        joined = [part for i, part in enumerate(parts) if _key(part) not in map(_key, parts[:i])]
        if joined != destination.get(name, []):
            fields[name] = joined
    return fields | {"started_at": min(each["started_at"] for each in (destination, *sources))}


def _key(part: Any) -> Any:
    """What makes two members of a list the same; of two values of one label, the first stays."""
    return part.get("id") or part.get("name") if isinstance(part, dict) else part


async def _comment(ctx: Context, actor: Actor, plan: Json) -> None:
    await timeline.keep_note(ctx, actor, plan["destination"], plan["comment"], plan["note"])
