"""What an incident's alerts make of it: how severe it is, whether it is active, what it is found by.

Nothing here talks to a server or reads the clock. Only alerts with a status of the four count for status, severity and
state; evidence without one is counted and searched alone.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from gateway.alerts.tally import PAIRS, TALLY, Alert, Tally, held
from gateway.incidents.model.documents import Document
from gateway.incidents.model.rules import Rules
from gateway.incidents.model.statuses import STATUSES, canonical, projected, rank, worst
from queries.periods import iso

Activity = tuple[str, Mapping[str, Any]]

BY_ALERTS = {"via": "alerts"}


class Arrival(msgspec.Struct, frozen=True):
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
    before: Document, tally: Tally, arrivals: Sequence[Arrival], rules: Rules, now: datetime, *, departed: bool = False
) -> tuple[Document, list[Activity]]:
    """The incident with all that follows from its alerts, and what there is to tell beside the fields that changed.

    With `departed`, alerts have left it: if all that stay are ok, it is resolved as if the last had just become so.
    """
    marks, after = dict(rules.marks(before)), dict(before)
    for name in (TALLY, PAIRS):
        after.pop(name, None)
    after |= {"alert_count": tally.count, **held(tally)}
    _start(after, tally, rules)
    _grade(after, marks, tally, rules)
    _maintain(marks, tally)
    activities = _flap(marks, tally, now)
    reopened = _turn(after, tally, arrivals, rules, departed=departed)
    activities += _wake(marks, arrivals, now, reopened=reopened)
    news = any(arrival.new or arrival.changed for arrival in arrivals)
    if activities or news or reopened or departed or marks != rules.marks(before):
        marks["changed_at"] = iso(now)
    return _with_marks(after, marks, rules), activities


def _with_marks(after: Document, marks: Document, rules: Rules) -> Document:
    ext = {name: held for name, held in after.pop("ext", {}).items() if name != rules.alerting}
    ext |= {rules.alerting: marks} if marks else {}
    return after | ({"ext": ext} if ext else {})


def _start(after: Document, tally: Tally, rules: Rules) -> None:
    """An incident that alerts made began with the first of them."""
    if after.get("origin") == rules.alerting and tally.started_at:
        after["started_at"] = tally.started_at


def _grade(after: Document, marks: Document, tally: Tally, rules: Rules) -> None:
    """Status as the alerts are, severity as high as they ever were; a severity set by hand stays while it agrees."""
    if not tally.counted:
        marks.pop("status", None)
        return
    marks["status"] = worst(list(tally.statuses))
    reached = worst([marks["status"], marks.get("severity", "ok")])
    if marks.get("severity") == reached:
        return
    marks["severity"] = reached
    severity = canonical(reached)
    if projected(after.get("severity")) != reached and severity is None:
        after.pop("severity", None)
    elif projected(after.get("severity")) != reached and severity in rules.words.severities:
        after["severity"] = severity


def _maintain(marks: Document, tally: Tally) -> None:
    """Where alerts tell of maintenance plans: `partial` if one is in maintenance, `active` if all are."""
    if not tally.spoken:
        return
    marks.pop("maintenance", None)
    if tally.planned:
        marks["maintenance"] = "active" if tally.planned == tally.counted else "partial"


def _flap(marks: Document, tally: Tally, now: datetime) -> list[Activity]:
    """Until when the incident flaps, if it does; told when it enters or leaves the state."""
    was, until = marks.pop("flapping_until", None), tally.flapping_until or ""
    if until > iso(now):
        marks["flapping_until"] = until
        return [] if was else [("flapping", {"flapping": True, **BY_ALERTS})]
    return [("flapping", {"flapping": False, **BY_ALERTS})] if was else []


def _turn(after: Document, tally: Tally, arrivals: Sequence[Arrival], rules: Rules, *, departed: bool) -> bool:
    """Closes the incident when its last alert becomes ok, reopens it when one is active; whether it was reopened."""
    closed, words = after["state"] == "closed", rules.words
    if closed and any(arrival.active for arrival in arrivals):
        after["status"] = words.initial(after["workflow_id"])
        after["state"] = words.state(after["workflow_id"], after["status"])
        return True
    recovered = departed or any(arrival.recovered for arrival in arrivals)
    if not closed and recovered and set(tally.statuses) == {"ok"}:
        after["status"] = words.status_for(after["workflow_id"], "closed")
        after["state"] = "closed"
        after |= {"resolved_at": tally.ended_at} if tally.ended_at else {}
    return False


def _wake(marks: Document, arrivals: Sequence[Arrival], now: datetime, *, reopened: bool) -> list[Activity]:
    """Ends a snooze that is to end with news: an alert more, one more severe, the incident open again."""
    snooze = marks.get("snooze", {})
    news = reopened or any(arrival.new or arrival.raised for arrival in arrivals)
    if not news or not snooze.get("cancel_on_incident_updates") or snooze["end_time"] <= iso(now):
        return []
    del marks["snooze"]
    return [("unsnoozed", dict(BY_ALERTS))]
