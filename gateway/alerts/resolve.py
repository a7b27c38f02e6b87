"""Resolving by hand: an incident with all of its alerts, or some alerts wherever they are."""

from collections import defaultdict
from collections.abc import Sequence
from functools import partial

from gateway.alerts import documents as alerts
from gateway.alerts.news import AlertEdit, News, annotated
from gateway.alerts.sync import sync_with_alerts
from gateway.incidents.model.statuses import STATUSES, check_not_merged
from gateway.incidents.reading.history import Event, newest
from gateway.incidents.reading.identities import get
from gateway.incidents.session import Session
from gateway.problems import Conflict, NotFound
from queries.periods import iso


async def resolve(session: Session, incident_id: str, comment: str | None) -> None:
    """Closes the incident, and all its alerts are ok; once, if asked again.

    Raises NotFound, Conflict if it was closed in another way.
    """
    incident = (await get(session, incident_id)).document
    check_not_merged(session.rules.marks(incident))
    if incident["state"] == "closed":
        if await _is_as_asked(session, incident_id, comment):
            return
        raise Conflict("it is resolved already", kind="already_resolved")
    held = await alerts.parts_of_incident(session, incident_id, "status")
    edits = [_recovery(session, alert["alert_id"]) for alert in held if alert.get("status") in STATUSES]
    news = News(edits, resolution=annotated(comment), comment=comment)
    await sync_with_alerts(session, {incident_id: news})


async def _is_as_asked(session: Session, incident_id: str, comment: str | None) -> bool:
    """Whether a resolution like this one was the last thing that closed the incident, and left no alert as it was."""
    held = await alerts.parts_of_incident(session, incident_id, "status")
    if any(each.get("status") in STATUSES and each["status"] != "ok" for each in held):
        return False
    account = await newest(session, incident_id, "resolved", {})
    return account is not None and "via" not in account and account["params"].get("annotation") == comment


async def resolve_alerts(session: Session, alert_ids: Sequence[str], comment: str | None) -> None:
    """Makes the alerts ok, and closes the incidents whose alerts then all are. Raises NotFound for an unknown one."""
    held = await alerts.read(session, alert_ids)
    unknown = next((i for i, alert in enumerate(held) if alert is None), None)
    if unknown is not None:
        raise NotFound(f'no alert "{alert_ids[unknown]}"', f"ids[{unknown}]")
    by_incident = defaultdict(list)
    for alert in held:
        if alert:
            by_incident[alert.source["incident_id"]].append(alert.source)
    await sync_with_alerts(session, {each: _news(session, some, comment) for each, some in by_incident.items()})


def _news(session: Session, resolved: Sequence[Event], comment: str | None) -> News:
    """Alerts that were ok already are not told of, but still close an incident that was left open."""
    edits = [_recovery(session, alert["alert_id"]) for alert in resolved]
    ids = [alert["alert_id"] for alert in resolved if alert.get("status") != "ok"]
    if not ids:
        return News(edits)
    params = {"resolution_type": "manual-api", "ids_to_resolve": ids, **annotated(comment)}
    return News(edits, activities=[("alerts_resolved", params, None)], comment=comment)


def _recovery(session: Session, alert_id: str) -> AlertEdit:
    return AlertEdit(alert_id, partial(_recovered, session))


def _recovered(session: Session, alert: Event | None) -> Event:
    """The alert, ok from now on; one that is so already stays as it is. Raises NotFound for one that was deleted."""
    if alert is None:
        raise NotFound("an alert was deleted just now")
    if alert.get("status") == "ok":
        return alert
    now = session.now()
    return alerts.derived(alert, alert | {"status": "ok", "ended_at": iso(now)}, now, session.rules)
