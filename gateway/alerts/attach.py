"""Alerts attached to an incident by hand; one that is there already keeps what is not named."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from gateway.alerts.documents import derived, read
from gateway.alerts.news import AlertEdit, News
from gateway.alerts.sync import sync_with_alerts
from gateway.incidents.model.difference import merged
from gateway.incidents.model.statuses import check_not_merged
from gateway.incidents.reading.history import Event, shown
from gateway.incidents.reading.identities import get
from gateway.incidents.session import Session
from gateway.problems import Conflict


async def attach(
    session: Session,
    incident_id: str,
    alerts: Sequence[Mapping[str, Any]],
    *,
    started_at: str | None = None,
    refresh: str = "false",
) -> list[Event]:
    """Attaches alerts, all of them or none; each as it is then. A new one that says no start has the one given.

    Raises NotFound without the incident, Conflict for one that was merged into another and for an alert of another one.
    """
    check_not_merged(session.rules.marks((await get(session, incident_id)).document))
    await _check_owned(session, incident_id, alerts)
    numbers = await session.numbers(len(alerts))
    new = [{"started_at": started_at, "sequence": number} for number in numbers]
    edits = [
        AlertEdit(sent["alert_id"], partial(_attached, session, {**fresh, **sent}, sent))
        for sent, fresh in zip(alerts, new, strict=True)
    ]
    attached = await sync_with_alerts(session, {incident_id: News(edits)}, refresh=refresh)
    return [shown("alert", attached[sent["alert_id"]]) for sent in alerts]


async def _check_owned(session: Session, incident_id: str, alerts: Sequence[Mapping[str, Any]]) -> None:
    held = await read(session, [sent["alert_id"] for sent in alerts])
    foreign = next((alert for alert in held if alert and alert.source["incident_id"] != incident_id), None)
    if foreign is not None:
        raise Conflict(f'alert "{foreign.source["alert_id"]}" belongs to another incident', kind="already_exists")


def _attached(session: Session, new: Mapping[str, Any], sent: Mapping[str, Any], before: Event | None) -> Event:
    now, rules = session.now(), session.rules
    return derived(None, new, now, rules) if before is None else derived(before, merged(before, sent), now, rules)
