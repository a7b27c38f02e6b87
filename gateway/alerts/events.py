"""Events of alerts, and what each makes of its alert, of an incident that has none yet, and of one that was seen."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from msgspec.structs import replace

from gateway.alerts.documents import derived
from gateway.alerts.rollup import Arrival, arrival
from gateway.incidents.model.documents import Document
from gateway.incidents.model.rules import Rules
from gateway.incidents.model.sizes import fits
from gateway.incidents.reading.history import Event
from gateway.incidents.session import Session
from gateway.incidents.writing.create import Draft
from queries.periods import iso

ACKNOWLEDGED = "acknowledged"
"""A status of events alone: somebody has seen the alert, which stays as it is."""

CALM = frozenset({"ok", ACKNOWLEDGED})
"""What is no news of trouble, and opens no incident again."""


@dataclass(frozen=True, slots=True)
class AlertEvent:
    """What a monitoring system says of one thing; the key says which. `title` is that of an incident that it makes."""

    key: str
    status: str
    at: datetime
    title: str
    source: str
    description: str | None
    tags: list[dict[str, Any]]
    primary_property: str | None
    secondary_property: str | None
    maintenance_plans: list[str] | None = None


def alert_after(session: Session, event: AlertEvent, new: Mapping[str, Any], before: Event | None) -> Event:
    """The alert after the event, made of `new` if there was none.

    An event that is older than what is known of the alert changes no more than when it began.
    """
    at, rules, now = iso(event.at), session.rules, session.now()
    if before is None:
        made = {**new, "started_at": at}
        return derived(None, made | _said(event, {}, rules), now, rules)
    earliest = {"started_at": min(at, before.get("started_at", at))}
    if at < before.get("last_event_at", ""):
        return derived(before, before | earliest, now, rules)
    return derived(before, before | earliest | _said(event, before, rules), now, rules)


def _said(event: AlertEvent, before: Event, rules: Rules) -> Event:
    """The alert's fields as the event has them; what it does not speak of stays, while there is room for it."""
    at = iso(event.at)
    tags = {tag["name"]: tag for tag in event.tags}
    if held := before.get("tags"):
        both = {tag["name"]: tag for tag in [*held, *event.tags]}
        tags = both if fits(both, rules.limits) else tags
    named = {
        "primary_property": event.primary_property, "secondary_property": event.secondary_property,
        "incident_key": event.key, "maintenance_plans": event.maintenance_plans,
    }  # fmt: skip
    marks = rules.marks(before) | {name: value for name, value in named.items() if value is not None}
    ended_at = at if event.status == "ok" else None
    was = {"status": before.get("status", "unknown"), "ended_at": before.get("ended_at")}
    status = was if event.status == ACKNOWLEDGED else {"status": event.status, "ended_at": ended_at}
    return {
        **status, "last_event_at": at,
        "description": event.description or before.get("description"), "tags": list(tags.values()),
        "source": event.source, "ext": before.get("ext", {}) | {rules.alerting: marks},
    }  # fmt: skip


def draft_of(event: AlertEvent, incident_id: str, rules: Rules) -> Draft:
    """The incident that a new alert makes."""
    # There is one pattern: events of one key belong together for as long as its incident may reopen.
    pattern = {
        "correlation_id": str(uuid.uuid5(uuid.NAMESPACE_OID, event.key)),
        "time_window": int(rules.reopen_window.total_seconds()),
        "tags": [tag for tag in event.tags if tag["name"] in {event.primary_property, event.secondary_property}],
        "source_system": event.source,
    }
    marks = rules.marked(incident_key=event.key, correlation_matchers_log=[[pattern]])
    fields = {"title": event.title, "description": event.description, "source": event.source}
    given = {name: value for name, value in fields.items() if value is not None}
    return Draft({}, incident_id, given | {"started_at": iso(event.at)} | marks)


def only_seen(before: Event | None, after: Event) -> Arrival:
    """That an alert was seen neither opens nor closes its incident."""
    meaning = arrival(before, after)
    return meaning if before is None else replace(meaning, active=False, recovered=False)


def acknowledged(event: AlertEvent, actor: str, incident: Document) -> Document:
    """The first acknowledgement, of an incident that has none."""
    if "acknowledged_at" in incident:
        return {}
    return {"acknowledged_at": iso(event.at), "acknowledged_by": {"id": actor}}
