"""Alerts moved from incident to incident: out of the one that owns them, which is written with it."""

from collections.abc import Sequence
from contextlib import suppress
from functools import partial

from gateway.alerts.news import AlertEdit, News
from gateway.alerts.rollup import Arrival
from gateway.alerts.sync import sync_with_alerts
from gateway.incidents.reading.history import Event
from gateway.incidents.session import Session
from gateway.problems import NotFound


async def move(session: Session, source_id: str, alerts: Sequence[tuple[str, str]]) -> None:
    """Puts those alerts that are in the incident into others (alert, incident); what is gone is passed over."""
    edits = [moved(alert_id, source_id, destination) for alert_id, destination in alerts]
    with suppress(NotFound):
        await sync_with_alerts(session, {source_id: News(edits, departed=True)})


def moved(alert_id: str, source_id: str, destination: str) -> AlertEdit:
    """The move of one alert, if it is in that incident; it means nothing else to it."""
    return AlertEdit(alert_id, partial(_moved, source_id, destination), lambda _before, _after: Arrival())


def _moved(source_id: str, destination: str, alert: Event | None) -> Event:
    if alert is None:
        raise NotFound("an alert was deleted just now")
    return {**alert, "incident_id": destination} if alert["incident_id"] == source_id else alert
