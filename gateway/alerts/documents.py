"""Alerts: documents that each name the one incident they are in."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from gateway.incidents.model.rules import Rules
from gateway.incidents.model.statuses import STATUSES
from gateway.incidents.reading import history
from gateway.incidents.reading.history import Event
from gateway.incidents.session import Session
from gateway.store.hits import Stored
from gateway.work.turns import in_turns
from queries.criteria import And, Criterion, Is, Where
from queries.fields import Column
from queries.kinds import ALERTS
from queries.periods import iso
from queries.searches import Search

ALERT_ID = Column("alert_id", "keyword")

_AS_ATTACHED = ({"sequence": {"order": "asc"}}, {"alert_id": {"order": "asc"}})
_NAMES = ("alert_id", "incident_id")
_KEPT = ("kind", "sequence", "created_at", "at", "incident_id", "revision")


def event_id(alert_id: str) -> str:
    """The document id of an alert."""
    return f"alert-{alert_id}"


def incident_made_by(alert_id: str) -> str:
    """The document id of the incident that a new alert makes."""
    return f"i{uuid.uuid5(uuid.NAMESPACE_OID, alert_id)}"


async def of_incidents(session: Session, incident_ids: Sequence[str], *, fresh: bool = True) -> dict[str, list[Event]]:
    """Every alert of the incidents, in the order attached, by the incident's id. Raises QueryError for too many bytes.

    Those of a moment ago are among them, unless that is not asked for, as in a list.
    """
    alerts: dict[str, list[Event]] = {incident_id: [] for incident_id in incident_ids}
    if not incident_ids:
        return alerts
    for hit in await history.whole(history.pages(session, _in(incident_ids), _AS_ATTACHED, fresh=fresh)):
        alert = hit.document
        alerts[alert["incident_id"]].append(alert)
    return alerts


async def parts_of_incidents(session: Session, incident_ids: Sequence[str], *fields: str) -> dict[str, list[Event]]:
    """The same with some of their fields alone, however much else there is of them."""
    alerts: dict[str, list[Event]] = {incident_id: [] for incident_id in incident_ids}
    wanted = _in(incident_ids)
    async for page in history.pages(session, wanted, _AS_ATTACHED, (*_NAMES, *fields)):
        for alert in await in_turns(page, lambda hit: hit.document):
            alerts[alert["incident_id"]].append(alert)
    return alerts


async def ids_of_incidents(
    session: Session, incident_ids: Sequence[str], *, fresh: bool = True
) -> dict[str, list[str]]:
    """The same, of each alert its id alone, which takes the engine half as long: it reads no document for it."""
    ids: dict[str, list[str]] = {incident_id: [] for incident_id in incident_ids}
    if not incident_ids:
        return ids
    if fresh:
        await session.events.refresh()
    search = Search(_in(incident_ids), _AS_ATTACHED, 0, source=False, values=_NAMES)
    async for page in session.events.pages(search):
        for hit in page:
            alert_id, incident_id = map(hit.value, _NAMES)
            ids[incident_id].append(alert_id)
    return ids


def _in(incident_ids: Sequence[str]) -> Criterion:
    return And((Where(history.INCIDENT_ID, Is(tuple(incident_ids))), ALERTS))


async def parts_of_incident(session: Session, incident_id: str, *fields: str) -> list[Event]:
    """Every alert of the incident, in the order attached, with these fields."""
    return (await parts_of_incidents(session, [incident_id], *fields))[incident_id]


async def read(session: Session, alert_ids: Sequence[str]) -> list[Stored | None]:
    """The alerts as they are now, in the order asked for; None where there is none."""
    return await session.events.get_many([event_id(alert_id) for alert_id in alert_ids])


def derived(before: Event | None, alert: Mapping[str, Any], now: datetime, rules: Rules) -> Event:
    """The alert with what follows from its status, and from what that was: since when, active or not, flapping."""
    stamp = iso(now)
    made = (
        {"kind": "alert", "created_at": stamp, "at": stamp}
        if before is None
        else {name: before[name] for name in _KEPT if name in before}
    )
    after: Event = {**alert, **made, "updated_at": stamp}
    after["active"] = after.get("ended_at") is None and after.get("status") != "ok"
    was, status = (before or {}).get("status"), after.get("status")
    changes = rules.marks(before or {}).get("status_changes", ())
    if status in STATUSES:
        after["changed_at"] = stamp if status != was or before is None else before.get("changed_at", stamp)
        changes = [*changes, stamp] if was in STATUSES and status != was else changes
    _keep_changes(after, changes, rules)
    return {name: value for name, value in after.items() if value is not None}


def _keep_changes(alert: Event, changes: Sequence[str], rules: Rules) -> None:
    """Keeps the latest changes of status, and until when they are so many in so little time as to be flapping."""
    latest, marks = list(changes)[-rules.flapping_changes :], rules.marks(alert)
    kept = {name: value for name, value in marks.items() if name not in {"status_changes", "flapping_until"}}
    kept |= {"status_changes": latest} if latest else {}
    if len(latest) == rules.flapping_changes:
        kept["flapping_until"] = iso(datetime.fromisoformat(latest[0]) + rules.flapping_window)
    if kept != marks:
        alert["ext"] = alert.get("ext", {}) | {rules.alerting: kept}
