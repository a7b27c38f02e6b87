"""The history of an incident, told from its activities: made, more alerts, closed, reopened."""

from collections.abc import Mapping, Sequence
from typing import Any

from gateway.dialects.actian import replies, walking
from gateway.dialects.actian.translate import ALERT_ID
from gateway.incidents.projection import project_incident
from gateway.incidents.reading import history as events
from gateway.incidents.reading.history import Event
from gateway.incidents.session import Session
from queries.criteria import And, Criterion, Is, Where
from queries.fields import Column
from queries.kinds import ALERTS

STATES = {"created": "NEW", "alerts_added": "ONGOING", "resolved": "RESOLVED", "reopened": "REOPENED"}

Entry = dict[str, Any]


async def history(session: Session, document_id: str) -> list[Entry]:
    """What happened to the incident, earliest first, each with the alerts that came with it."""
    await project_incident(session, document_id)
    of_states = Where(Column("type", "keyword"), Is(tuple(STATES)))
    wanted = And((events.of_kind("activity", document_id), of_states))
    activities = (await _all(session, wanted, ("type", "at", "params")))[::-1]
    ids = list(dict.fromkeys(alert_id for each in activities for alert_id in _alert_ids(each)))
    return entries(activities, await _alerts(session, ids))


def entries(activities: Sequence[Event], alerts: Mapping[str, Event]) -> list[Entry]:
    """Each activity as a change of state; an alert that is no more is not referred to."""
    return [
        {
            "timestamp": each["at"],
            "state": STATES[each["type"]],
            "alert_refs": [replies.alert_ref(alerts[alert_id]) for alert_id in _alert_ids(each) if alert_id in alerts],
        }
        for each in activities
    ]


def _alert_ids(activity: Event) -> list[str]:
    alert_ids: list[str] = activity.get("params", {}).get("alert_ids", [])
    return alert_ids


async def _alerts(session: Session, ids: Sequence[str]) -> dict[str, Event]:
    """The alerts by id, whichever incident they are of by now."""
    result: dict[str, Event] = {}
    for some in (ids[i : i + walking.PAGE] for i in range(0, len(ids), walking.PAGE)):
        wanted = And((ALERTS, Where(ALERT_ID, Is(tuple(some)))))
        result |= {each["alert_id"]: each for each in await _all(session, wanted, replies.REFERRED)}
    return result


async def _all(session: Session, wanted: Criterion, fields: tuple[str, ...]) -> list[Event]:
    pages = events.pages(session, wanted, fields=fields)
    return [each.document async for page in pages for each in page]
