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
from gateway.incidents.model.statuses import STATUSES, canonical, own, projected, rank, worst
from gateway.incidents.model.vocabulary import Vocabulary
from queries.periods import iso

Alert = Mapping[str, Any]
Told = tuple[str, dict[str, Any]]

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
    words: Vocabulary,
    now: datetime,
    *,
    departed: bool = False,
) -> tuple[Document, list[Told]]:
    """The incident with all that follows from its alerts, and what there is to tell beside the fields that changed.

    With `departed`, alerts have left it: if all that stay are ok, it is resolved as if the last had just become so.
    """
    counted = [each for each in alerts if each.get("status") in STATUSES]
    held, after = dict(own(before)), dict(before)
    after |= {"alert_count": len(alerts), "alert_pairs": pairs(alerts)}
    if not after["alert_pairs"]:
        del after["alert_pairs"]
    _start(after, alerts)
    _grade(after, held, counted, words)
    _maintain(held, counted)
    told = _flap(held, counted, now)
    reopened = _turn(after, counted, arrivals, words, departed=departed)
    told += _wake(held, arrivals, now, reopened=reopened)
    news = any(each.new or each.changed for each in arrivals)
    if told or news or reopened or departed or held != own(before):
        held["changed_at"] = iso(now)
    return _with_own(after, held), told


def pairs(alerts: Iterable[Alert]) -> list[str]:
    """What the incident is found by: `<name>\\x1f<value>` of each value of each alert once, names in lower case."""
    found: dict[str, None] = {}
    for each in alerts:
        named = [(tag["name"].lower(), tag.get("value")) for tag in each.get("tags", ())]
        extra = each.get("ext", {}).get("bigpanda", {})
        named += [(name, extra.get(name)) for name in ("primary_property", "secondary_property", "incident_key")]
        named += [("description", each.get("description")), ("source_system", each.get("source"))]
        for name, values in named:
            for value in values if isinstance(values, list) else [values]:
                found |= {} if value is None else {f"{name}{SEPARATOR}{value}": None}
    return list(found)


def _with_own(after: Document, held: Document) -> Document:
    ext = {name: each for name, each in after.get("ext", {}).items() if name != "bigpanda"}
    ext |= {"bigpanda": held} if held else {}
    rest = {name: value for name, value in after.items() if name != "ext"}
    return rest | ({"ext": ext} if ext else {})


def _start(after: Document, alerts: Sequence[Alert]) -> None:
    """An incident that alerts made began with the first of them."""
    starts = [each["started_at"] for each in alerts if each.get("started_at")]
    if after.get("origin") == "bigpanda" and starts:
        after["started_at"] = min(starts)


def _grade(after: Document, held: Document, counted: Sequence[Alert], words: Vocabulary) -> None:
    """Status as the alerts are, severity as high as they ever were; a severity set by hand stays while it agrees."""
    if not counted:
        held.pop("status", None)
        return
    held["status"] = worst([each["status"] for each in counted])
    reached = worst([held["status"], held.get("severity", "ok")])
    if held.get("severity") == reached:
        return
    held["severity"] = reached
    severity = canonical(reached)
    if projected(after.get("severity")) != reached and severity is None:
        after.pop("severity", None)
    elif projected(after.get("severity")) != reached and severity in words.severities:
        after["severity"] = severity


def _maintain(held: Document, counted: Sequence[Alert]) -> None:
    """Where alerts tell of maintenance plans: `partial` if one is in maintenance, `active` if all are."""
    plans = [each.get("ext", {}).get("bigpanda", {}).get("maintenance_plans") for each in counted]
    if all(each is None for each in plans):
        return
    held.pop("maintenance", None)
    if any(plans):
        held["maintenance"] = "active" if all(plans) else "partial"


def _flap(held: Document, counted: Sequence[Alert], now: datetime) -> list[Told]:
    """Until when the incident flaps, if it does; told when it enters or leaves the state."""
    was = held.pop("flapping_until", None)
    until = max((each.get("ext", {}).get("bigpanda", {}).get("flapping_until", "") for each in counted), default="")
    if until > iso(now):
        held["flapping_until"] = until
        return [] if was else [("flapping", {"flapping": True, **BY_ALERTS})]
    return [("flapping", {"flapping": False, **BY_ALERTS})] if was else []


def _turn(
    after: Document, counted: Sequence[Alert], arrivals: Sequence[Arrival], words: Vocabulary, *, departed: bool
) -> bool:
    """Closes the incident when its last alert becomes ok, reopens it when one is active; whether it was reopened."""
    closed = after["state"] == "closed"
    if closed and any(each.active for each in arrivals):
        after["status"] = words.initial(after["workflow_id"])
        after["state"] = words.state(after["workflow_id"], after["status"])
        return True
    recovered = departed or any(each.recovered for each in arrivals)
    if not closed and counted and recovered and all(each["status"] == "ok" for each in counted):
        after["status"] = words.status_for(after["workflow_id"], "closed")
        after["state"] = "closed"
        ends = [each["ended_at"] for each in counted if each.get("ended_at")]
        after |= {"resolved_at": max(ends)} if ends else {}
    return False


def _wake(held: Document, arrivals: Sequence[Arrival], now: datetime, *, reopened: bool) -> list[Told]:
    """Ends a snooze that is to end with news: an alert more, one more severe, the incident open again."""
    snooze = held.get("snooze", {})
    news = reopened or any(each.new or each.raised for each in arrivals)
    if not news or not snooze.get("cancel_on_incident_updates") or snooze["end_time"] <= iso(now):
        return []
    del held["snooze"]
    return [("unsnoozed", dict(BY_ALERTS))]
