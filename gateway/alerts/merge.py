"""The steps of a merge: sources closed and marked, their alerts moved, the destination brought in line."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

import orjson

from gateway.alerts import documents as alerts
from gateway.alerts.move import move_all, take_back
from gateway.alerts.news import News, annotated
from gateway.alerts.rollup import Arrival
from gateway.alerts.sync import sync_with_alerts
from gateway.alerts.tally import PAIRS, TALLY
from gateway.incidents.model.difference import INCIDENT, FieldChange, merged
from gateway.incidents.model.documents import Document
from gateway.incidents.model.sizes import Limits, check, check_pairs
from gateway.incidents.model.statuses import STATUSES, check_not_merged
from gateway.incidents.reading.history import newest
from gateway.incidents.session import Session
from gateway.incidents.writing import notes
from gateway.incidents.writing.change import Change, change
from gateway.incidents.writing.events import Happening, activity_id
from gateway.problems import NotFound
from queries.custom import is_custom
from queries.errors import QueryError

Json = dict[str, Any]

MOST_ALERTS = 300

_LISTS = ("tags", "mitre", "metric_names", "labels")


async def plan(session: Session, request: Mapping[str, Any]) -> Json:
    """What is to be moved, and what is needed to go back. Raises NotFound, QueryError, Conflict."""
    destination, sources = request["destination"], request["sources"]
    documents = await _mergeable(session, destination, sources)
    _check_few(sum(each.get("alert_count", 0) for each in documents.values()))
    _check_sizes(documents[destination], [documents[each] for each in sources], session.rules.limits)
    held = await alerts.parts_of_incidents(session, [destination, *sources], "status")
    _check_few(sum(len(some) for some in held.values()))
    numbers = await session.numbers(len(sources) + 3)
    active = [
        alert["alert_id"]
        for source in sources if documents[source]["state"] != "closed"
        for alert in held[source] if alert.get("status") in STATUSES and alert["status"] != "ok"
    ]  # fmt: skip
    return {
        **request, "active": active, "added": numbers[-3], "number": numbers[-2], "note": numbers[-1],
        "moved": [
            {"id": source, "number": number, "status": documents[source]["status"],
             "alerts": [alert["alert_id"] for alert in held[source]]}
            for source, number in zip(sources, numbers, strict=False)
        ],
    }  # fmt: skip


def _check_few(total: int) -> None:
    if total > MOST_ALERTS:
        raise QueryError(
            f"together they have {total} alerts, and an incident has {MOST_ALERTS} at most", "source_incidents"
        )


def _check_sizes(destination: Document, sources: Sequence[Document], limits: Limits) -> None:
    """Raises QueryError for a destination that would hold more than a document may."""
    pairs = {pair for each in (destination, *sources) for pair in each.get(PAIRS, ())}
    try:
        check(destination, merged(destination, gathered(sources, destination)), limits)
        check_pairs(destination.get(PAIRS, ()), pairs, limits)
    except QueryError as error:
        raise QueryError(f"merged, they would be too large: {error.reason}", "source_incidents", error.kind) from None


async def done(session: Session, request: Mapping[str, Any]) -> Json | None:
    """The request, if it is done just as it asks."""
    told = {"target_incident_id": request["destination"], "source_incident_ids": request["sources"]}
    for source in request["sources"]:
        account = await newest(session, source, "merged_source", told)
        if account is None or account["params"].get("annotation") != request["comment"]:
            return None
    return dict(request) if request["sources"] else None


def steps(session: Session, plan: Json) -> Sequence[Callable[[], Awaitable[object]]]:
    """Each can be done again; after all of them the merge is whole."""
    comment = [partial(_comment, session, plan)] if plan["comment"] is not None else []
    return [
        partial(_reachable, session, plan),
        partial(_mark, session, plan),
        partial(_move, session, plan),
        partial(_gather, session, plan),
        *comment,
    ]


async def undo(session: Session, plan: Json) -> None:
    """The sources as they were, with the alerts that were theirs."""
    there = {each.id for each in await session.incidents.get_many([each["id"] for each in plan["moved"]]) if each}
    sources = [source for source in plan["moved"] if source["id"] in there]
    back = [(alert_id, source["id"]) for source in sources for alert_id in source["alerts"]]
    await take_back(session, plan["destination"], back)
    for outcome in await change(session, [_unmarking(session, plan, source) for source in sources]):
        if outcome.error is not None and not isinstance(outcome.error, NotFound):
            raise outcome.error
    for source in sources:
        await sync_with_alerts(session, {source["id"]: News(recount=True)})
        await session.events.delete(activity_id(source["number"]))


async def _mergeable(session: Session, destination: str, sources: Sequence[str]) -> dict[str, Document]:
    """The incidents by their ids. Raises NotFound, QueryError, Conflict for those that cannot be merged."""
    if not sources or destination in sources or len(set(sources)) < len(sources):
        raise QueryError("other incidents are wanted here, each once", "source_incidents")
    documents, marks = await _documents(session, [destination, *sources]), session.rules.marks
    check_not_merged(marks(documents[destination]))
    gone = next((i for i, source in enumerate(sources) if "merged_into" in marks(documents[source])), None)
    if gone is not None:
        raise QueryError("it was merged into another one already", f"source_incidents[{gone}]", "merged")
    return documents


async def _documents(session: Session, ids: Sequence[str]) -> dict[str, Document]:
    incidents = await session.incidents.get_many(ids)
    missing = next((i for i, each in enumerate(incidents) if not each or each.source["kind"] != INCIDENT), None)
    if missing is not None:
        raise NotFound(f'no incident "{ids[missing]}"')
    return {incident.id: incident.source for incident in incidents if incident}


async def _reachable(session: Session, plan: Json) -> None:
    """Raises NotFound for a destination that was deleted meanwhile, before anything is done to the sources."""
    await _documents(session, [plan["destination"]])


async def _mark(session: Session, plan: Json) -> None:
    """The sources are closed, and say where their alerts are. One that was deleted meanwhile has nothing to merge."""
    for outcome in await change(session, [_marking(session, plan, source) for source in plan["moved"]]):
        if outcome.error is not None and not isinstance(outcome.error, NotFound):
            raise outcome.error


def _marking(session: Session, plan: Json, source: Json) -> Change:
    rules = session.rules

    def edit(before: Document, _now: datetime) -> Document:
        marks = rules.marked(merged_into=plan["destination"], snooze=None, flapping_until=None, status=None)
        closed = rules.words.status_for(before["workflow_id"], "closed")
        status = before["status"] if before["state"] == "closed" else closed
        return merged(before, {"status": status, PAIRS: None, TALLY: None, **marks}) | {"alert_count": 0}

    def tell(differences: Sequence[FieldChange]) -> list[Happening]:
        params = {"target_incident_id": plan["destination"], "source_incident_ids": plan["sources"]}
        closing = [each for each in differences if each.field in {"status", "state", "resolved_at"}]
        rest = [each for each in differences if each not in closing]
        happening = Happening(
            source["id"], "merged_source", rest, params | annotated(plan["comment"]), number=source["number"]
        )
        return [happening, Happening(source["id"], "resolved", closing, {"via": "merge"})] if closing else [happening]

    return Change(source["id"], edit, tell=tell)


def _unmarking(session: Session, plan: Json, source: Json) -> Change:
    rules = session.rules

    def edit(before: Document, _now: datetime) -> Document:
        if rules.marks(before).get("merged_into") != plan["destination"]:
            return before
        return merged(before, {"status": source["status"], **rules.marked(merged_into=None)})

    return Change(source["id"], edit, tell=lambda _differences: [])


async def _move(session: Session, plan: Json) -> None:
    """Every alert of the sources, also one that was attached while they were being marked."""
    held = await alerts.ids_of_incidents(session, plan["sources"])
    moves = {source: [(alert_id, plan["destination"]) for alert_id in some] for source, some in held.items() if some}
    await move_all(session, moves)


async def _gather(session: Session, plan: Json) -> None:
    """The destination, with what the sources have and it has not."""
    sources = [source.source for source in await session.incidents.get_many(plan["sources"]) if source]
    moved = [alert_id for source in plan["moved"] for alert_id in source["alerts"]]
    arrivals = [Arrival(new=True, changed=True, raised=True, active=each in plan["active"]) for each in moved]
    params = {"source_incident_ids": plan["sources"]} | annotated(plan["comment"])
    activities: list[tuple[str, Mapping[str, Any], int]] = [("merged_destination", params, plan["number"])]
    if moved:
        activities.insert(0, ("alerts_added", {"alert_ids": moved}, plan["added"]))
    news = News(arrivals=arrivals, recount=True, fields=partial(gathered, sources), activities=activities)
    await sync_with_alerts(session, {plan["destination"]: news})


def gathered(sources: Sequence[Document], destination: Document) -> Document:
    """What the destination gets: custom fields that it has not, the first source's first; lists joined; the start."""
    fields: Document = {}
    for source in sources:
        fields |= {
            name: value for name, value in source.items() if is_custom(name) and name not in destination | fields
        }
    for name in _LISTS:
        parts = [part for each in (destination, *sources) for part in each.get(name, ())]
        joined = dict[bytes, Any]()
        for part in parts:
            joined.setdefault(_key(part), part)
        if list(joined.values()) != destination.get(name, []):
            fields[name] = list(joined.values())
    return fields | {"started_at": min(each["started_at"] for each in (destination, *sources))}


def _key(part: Any) -> bytes:
    """What makes two members of a list the same; of two values of one label, the first stays."""
    return orjson.dumps(part.get("id") or part.get("name") if isinstance(part, dict) else part)


async def _comment(session: Session, plan: Json) -> None:
    await notes.keep(session, plan["destination"], plan["comment"], plan["note"])
