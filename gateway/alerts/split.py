"""The steps of a split: a new incident made, some alerts moved into it, both brought in line."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import Any

from gateway.alerts import documents as alerts
from gateway.alerts.move import moved, take_back
from gateway.alerts.news import News, annotated
from gateway.alerts.sync import sync_with_alerts
from gateway.incidents.model.documents import Document
from gateway.incidents.model.rules import Rules
from gateway.incidents.model.statuses import check_not_merged
from gateway.incidents.projection import project_incident
from gateway.incidents.reading.history import Event, newest
from gateway.incidents.reading.identities import get
from gateway.incidents.session import Session
from gateway.incidents.writing import notes
from gateway.incidents.writing.create import Draft, create, new_incident_id
from gateway.incidents.writing.delete import delete
from gateway.incidents.writing.events import activity_id
from gateway.problems import Conflict, NotFound
from queries.custom import is_custom
from queries.errors import QueryError

Json = dict[str, Any]


async def plan(session: Session, request: Mapping[str, Any]) -> Json:
    """The new incident, and which alerts go there. Raises NotFound, QueryError, Conflict."""
    source_id, wanted = request["source"], request["alerts"]
    source = (await get(session, source_id)).document
    check_not_merged(session.rules.marks(source))
    held = set((await alerts.ids_of_incidents(session, [source_id]))[source_id])
    unknown = next((i for i, alert_id in enumerate(wanted) if alert_id not in held), None)
    if unknown is not None:
        raise QueryError(f'the incident has no alert "{wanted[unknown]}"', f"alerts[{unknown}]")
    if not wanted or len(set(wanted)) < len(wanted):
        raise QueryError("alerts of the incident are wanted here, each once", "alerts")
    if len(wanted) == len(held):
        raise QueryError("at least one alert has to stay", "alerts")
    moving = [alert.source for alert in await alerts.read(session, wanted) if alert]
    created, added, number, left, note = await session.numbers(5)
    return {
        **request, "new_id": new_incident_id(session),
        "fields": _fields(source, moving, session.rules),
        "created": created, "added": added, "number": number, "left": left, "note": note,
    }  # fmt: skip


async def done(session: Session, request: Mapping[str, Any]) -> Json | None:
    """The request and its new incident, if it is done just as it asks."""
    account = await newest(session, request["source"], "split_source", {"alert_ids": request["alerts"]})
    if account is None or account["params"].get("annotation") != request["comment"]:
        return None
    return {**request, "new_id": account["params"]["new_incident_id"]}


def steps(session: Session, plan: Json) -> Sequence[Callable[[], Awaitable[object]]]:
    """Each can be done again; after all of them the split is whole."""
    comment = [partial(_comment, session, plan)] if plan["comment"] is not None else []
    return [
        partial(_make, session, plan),
        partial(_leave, session, plan),
        partial(_arrive, session, plan),
        *comment,
    ]


async def undo(session: Session, plan: Json) -> None:
    """The alerts back where they were, and the new incident gone; where the source is no more, it all stays."""
    try:
        await get(session, plan["source"])
        await take_back(session, plan["new_id"], [(alert_id, plan["source"]) for alert_id in plan["alerts"]])
        await sync_with_alerts(session, {plan["source"]: News(recount=True)})
    except NotFound:
        return
    await session.events.delete(activity_id(plan["left"]))
    with suppress(NotFound):
        await delete(session, plan["new_id"])


def _fields(source: Document, moved: Sequence[Event], rules: Rules) -> Document:
    """The new incident's own: the title that its first alert gives, and the custom fields of where it comes from."""
    first = moved[0]
    starts = [alert["started_at"] for alert in moved if alert.get("started_at")]
    fields = {
        "title": _title(first, rules) or source["title"],
        "description": first.get("description"),
        "source": first.get("source"),
        "started_at": min(starts, default=source["started_at"]),
        "workflow_id": source["workflow_id"],
    }
    kept = {name: value for name, value in source.items() if is_custom(name)}
    return kept | {name: value for name, value in fields.items() if value is not None}


def _title(alert: Event, rules: Rules) -> str:
    """What the alert would call an incident that it makes; nothing if it has no words for it."""
    marks = rules.marks(alert)
    named = {tag["name"]: tag.get("value") for tag in alert.get("tags", ())}
    parts = [named.get(marks.get(f"{which}_property", "")) for which in ("primary", "secondary")]
    title = ": ".join(str(part) for part in parts if part) or alert.get("description") or marks.get("incident_key")
    return str(title or "")


async def _make(session: Session, plan: Json) -> None:
    """The new incident; one that is there already carries the account of its making."""
    [outcome] = await create(session, [Draft({}, plan["new_id"], plan["fields"], activity=plan["created"])])
    if isinstance(outcome.error, Conflict):
        await project_incident(session, plan["new_id"])
    elif outcome.error is not None:
        raise outcome.error


async def _leave(session: Session, plan: Json) -> None:
    """The alerts leave the source, which tells it; of one that is deleted meanwhile nothing is left to split."""
    params = {"alert_ids": plan["alerts"], "new_incident_id": plan["new_id"]} | annotated(plan["comment"])
    edits = [moved(alert_id, plan["source"], plan["new_id"]) for alert_id in plan["alerts"]]
    news = News(edits, departed=True, activities=[("split_source", params, plan["left"])])
    await sync_with_alerts(session, {plan["source"]: news})


async def _arrive(session: Session, plan: Json) -> None:
    params = {"alert_ids": plan["alerts"], "source_incident_id": plan["source"]} | annotated(plan["comment"])
    added = ("alerts_added", {"alert_ids": plan["alerts"]}, plan["added"])
    activities = [added, ("split_destination", params, plan["number"])]
    await sync_with_alerts(session, {plan["new_id"]: News(departed=True, recount=True, activities=activities)})


async def _comment(session: Session, plan: Json) -> None:
    with suppress(NotFound):
        await notes.keep(session, plan["source"], plan["comment"], plan["note"])
