"""Alerts moved from incident to incident: out of the one that owns them, which is written with it."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import partial

from gateway.alerts.documents import read
from gateway.alerts.news import AlertEdit, News
from gateway.alerts.rollup import Arrival
from gateway.alerts.sync import sync_with_alerts
from gateway.incidents.reading.history import Event
from gateway.incidents.session import Session
from gateway.problems import NotFound
from gateway.store.bulk import Write


async def move_all(session: Session, moves: Mapping[str, Sequence[tuple[str, str]]]) -> None:
    """Puts the alerts of several incidents (by id) into others, all at once as far as everything is there still."""
    news = {source_id: _departing(source_id, alerts) for source_id, alerts in moves.items()}
    try:
        await sync_with_alerts(session, news)
    except NotFound:
        for source_id, alerts in moves.items():
            await move(session, source_id, alerts)


async def move(session: Session, source_id: str, alerts: Sequence[tuple[str, str]]) -> None:
    """Puts those alerts that are in the incident into others (alert, incident); what is gone is passed over."""
    with suppress(NotFound):
        await sync_with_alerts(session, {source_id: _departing(source_id, alerts)})


def _departing(source_id: str, alerts: Sequence[tuple[str, str]]) -> News:
    return News([moved(alert_id, source_id, destination) for alert_id, destination in alerts], departed=True)


async def take_back(session: Session, source_id: str, alerts: Sequence[tuple[str, str]]) -> None:
    """The same, also out of an incident that is not there any more: nobody else can be writing what it left."""
    await move(session, source_id, alerts)
    stored = await read(session, [alert_id for alert_id, _ in alerts])
    left = [
        Write(alert.id, {**alert.source, "incident_id": destination}, alert)
        for alert, (_, destination) in zip(stored, alerts, strict=True)
        if alert and alert.source["incident_id"] == source_id
    ]
    await session.events.write(left)


def moved(alert_id: str, source_id: str, destination: str) -> AlertEdit:
    """The move of one alert, if it is in that incident; it means nothing else to it."""
    return AlertEdit(alert_id, partial(_moved, source_id, destination), lambda _before, _after: Arrival())


def _moved(source_id: str, destination: str, alert: Event | None) -> Event:
    if alert is None:
        raise NotFound("an alert was deleted just now")
    return {**alert, "incident_id": destination} if alert["incident_id"] == source_id else alert
