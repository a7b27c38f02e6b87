"""What an incident's alerts make of it: how severe it is, whether it is active, what it is found by.

Nothing here talks to a server or reads the clock. Only alerts with a status of the four count for status, severity and
state; evidence without one is counted and searched alone (specs: canonical, settled 11).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gateway.incidents.model.difference import SEPARATOR
from gateway.incidents.model.documents import Document
from gateway.incidents.model.rules import Rules
from gateway.incidents.model.statuses import STATUSES, canonical, projected, rank, worst
from queries.periods import iso

Alert = Mapping[str, Any]
Activity = tuple[str, dict[str, Any]]

BY_ALERTS = {"via": "alerts"}


@dataclass(frozen=True, slots=True)
class Arrival:
    """What was said of one alert of an incident: new to it, of another status, of a more severe one, active, ok."""

    new: bool = False
    changed: bool = False
    raised: bool = False
    active: bool = False
    recovered: bool = False


def arrival(before: Alert | None, after: Alert) -> Arrival:
    """What the alert's new version means to its incident."""
    was, now = (before or {}).get("status"), after.get("status")
    if now not in STATUSES:
        return Arrival(new=before is None)
    raised = was not in STATUSES or rank(now) > rank(was)
    return Arrival(before is None, now != was, raised, now != "ok", now == "ok")


def rolled_up(
    before: Document,
    alerts: Sequence[Alert],
    arrivals: Sequence[Arrival],
    rules: Rules,
    now: datetime,
    *,
    departed: bool = False,
) -> tuple[Document, list[Activity]]:
    """The incident with all that follows from its alerts, and what there is to tell beside the fields that changed.

    With `departed`, alerts have left it: if all that stay are ok, it is resolved as if the last had just become so.
    """
    counted = [alert for alert in alerts if alert.get("status") in STATUSES]
    marks, after = dict(rules.marks(before)), dict(before)
    after |= {"alert_count": len(alerts), "alert_pairs": pairs(alerts, rules)}
    if not after["alert_pairs"]:
        del after["alert_pairs"]
    _start(after, alerts, rules)
    _grade(after, marks, counted, rules)
    _maintain(marks, [rules.marks(alert).get("maintenance_plans") for alert in counted])
    activities = _flap(marks, [rules.marks(alert).get("flapping_until", "") for alert in counted], now)
    reopened = _turn(after, counted, arrivals, rules, departed=departed)
    activities += _wake(marks, arrivals, now, reopened=reopened)
    news = any(arrival.new or arrival.changed for arrival in arrivals)
    if activities or news or reopened or departed or marks != rules.marks(before):
        marks["changed_at"] = iso(now)
    return _with_marks(after, marks, rules), activities


def pairs(alerts: Iterable[Alert], rules: Rules) -> list[str]:
    """What the incident is found by: `<name>\\x1f<value>` of each value of each alert once, names in lower case."""
    found: dict[str, None] = {}
    for alert in alerts:
        named = [(tag["name"].lower(), tag.get("value")) for tag in alert.get("tags", ())]
        marks = rules.marks(alert)
        named += [(name, marks.get(name)) for name in ("primary_property", "secondary_property", "incident_key")]
        named += [("description", alert.get("description")), ("source_system", alert.get("source"))]
        for name, values in named:
            for value in values if isinstance(values, list) else [values]:
                found |= {} if value is None else {f"{name}{SEPARATOR}{value}": None}
    return list(found)


def _with_marks(after: Document, marks: Document, rules: Rules) -> Document:
    ext = {name: held for name, held in after.get("ext", {}).items() if name != rules.alerting}
    ext |= {rules.alerting: marks} if marks else {}
    rest = {name: value for name, value in after.items() if name != "ext"}
    return rest | ({"ext": ext} if ext else {})


def _start(after: Document, alerts: Sequence[Alert], rules: Rules) -> None:
    """An incident that alerts made began with the first of them."""
    starts = [alert["started_at"] for alert in alerts if alert.get("started_at")]
    if after.get("origin") == rules.alerting and starts:
        after["started_at"] = min(starts)


def _grade(after: Document, marks: Document, counted: Sequence[Alert], rules: Rules) -> None:
    """Status as the alerts are, severity as high as they ever were; a severity set by hand stays while it agrees."""
    if not counted:
        marks.pop("status", None)
        return
    marks["status"] = worst([alert["status"] for alert in counted])
    reached = worst([marks["status"], marks.get("severity", "ok")])
    if marks.get("severity") == reached:
        return
    marks["severity"] = reached
    severity = canonical(reached)
    if projected(after.get("severity")) != reached and severity is None:
        after.pop("severity", None)
    elif projected(after.get("severity")) != reached and severity in rules.words.severities:
        after["severity"] = severity


def _maintain(marks: Document, plans: Sequence[Any]) -> None:
    """Where alerts tell of maintenance plans: `partial` if one is in maintenance, `active` if all are."""
    if all(plan is None for plan in plans):
        return
    marks.pop("maintenance", None)
    if any(plans):
        marks["maintenance"] = "active" if all(plans) else "partial"


def _flap(marks: Document, ends: Sequence[str], now: datetime) -> list[Activity]:
    """Until when the incident flaps, if it does; told when it enters or leaves the state."""
    was, until = marks.pop("flapping_until", None), max(ends, default="")
    if until > iso(now):
        marks["flapping_until"] = until
        return [] if was else [("flapping", {"flapping": True, **BY_ALERTS})]
    return [("flapping", {"flapping": False, **BY_ALERTS})] if was else []


def _turn(
    after: Document, counted: Sequence[Alert], arrivals: Sequence[Arrival], rules: Rules, *, departed: bool
) -> bool:
    """Closes the incident when its last alert becomes ok, reopens it when one is active; whether it was reopened."""
    closed, words = after["state"] == "closed", rules.words
    if closed and any(arrival.active for arrival in arrivals):
        after["status"] = words.initial(after["workflow_id"])
        after["state"] = words.state(after["workflow_id"], after["status"])
        return True
    recovered = departed or any(arrival.recovered for arrival in arrivals)
    if not closed and counted and recovered and all(alert["status"] == "ok" for alert in counted):
        after["status"] = words.status_for(after["workflow_id"], "closed")
        after["state"] = "closed"
        ends = [alert["ended_at"] for alert in counted if alert.get("ended_at")]
        after |= {"resolved_at": max(ends)} if ends else {}
    return False


def _wake(marks: Document, arrivals: Sequence[Arrival], now: datetime, *, reopened: bool) -> list[Activity]:
    """Ends a snooze that is to end with news: an alert more, one more severe, the incident open again."""
    snooze = marks.get("snooze", {})
    news = reopened or any(arrival.new or arrival.raised for arrival in arrivals)
    if not news or not snooze.get("cancel_on_incident_updates") or snooze["end_time"] <= iso(now):
        return []
    del marks["snooze"]
    return [("unsnoozed", dict(BY_ALERTS))]
