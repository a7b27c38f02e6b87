"""What BigPanda answers: incidents and alerts, whichever dialect they came through."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from gateway.dialects.bigpanda.extension import own
from gateway.dialects.bigpanda.folders import folders, is_snoozed
from gateway.dialects.bigpanda.times import seconds, seconds_or_none
from gateway.incidents.model import statuses
from gateway.incidents.model.documents import Document
from gateway.incidents.reading.history import Event
from queries.periods import iso

Json = dict[str, Any]

SHOWN = (
    "hex_id", "state", "severity", "started_at", "resolved_at", "created_at", "updated_at", "assignee", "assigner",
    "labels", "alert_count", "ext.bigpanda",
)  # fmt: skip


def page(items: Sequence[Json], total: int, number: int) -> Json:
    """A page of a list."""
    return {"items": items, "total": total, "page": number}


def incident(document: Document, alerts: Sequence[Json], environments: Sequence[str], now: datetime) -> Json:
    """An incident as it is at that moment; one that was merged into another is in no environment or folder."""
    held = own(document)
    return {
        "id": document["hex_id"],
        "status": statuses.status(document, held),
        "active": document["state"] != "closed",
        "severity": statuses.severity(document, held),
        "flapping": held.get("flapping_until", "") > iso(now),
        "shared": held.get("shared", False),
        "snooze": _snooze(document, now),
        "maintenance": held.get("maintenance"),
        "correlation_matchers_log": held.get("correlation_matchers_log", []),
        "start": seconds(document["started_at"]),
        "changed_at": seconds(_changed_at(document)),
        "updated_at": seconds(document["updated_at"]),
        "end": seconds_or_none(document.get("resolved_at")),
        "alerts": alerts,
        "assignee": _person(document.get("assignee")),
        "assigner": _person(document.get("assigner")),
        "environments": [] if "merged_into" in held else environments,
        "folders": folders(document, now),
        "incident_tags": [_tag(each) for each in document.get("labels", [])],
    }


def alert_ref(alert_id: str) -> Json:
    """An alert by its id alone."""
    return {"alert_id": alert_id}


def alert(event: Event) -> Json:
    """An alert; what one of another dialect lacks is null, or the next best time."""
    held, started_at = own(event), event.get("started_at") or event["created_at"]
    return {
        "id": event["alert_id"],
        "alert_id": event["alert_id"],
        "status": event["status"] if event.get("status") in statuses.STATUSES else None,
        "start": seconds(started_at),
        "end": seconds_or_none(event.get("ended_at")),
        "changed_at": seconds(event.get("changed_at") or started_at),
        "updated_at": seconds(event["updated_at"]),
        "last_event_at": seconds(event.get("last_event_at") or event["updated_at"]),
        "active": event["active"],
        "primary_property": held.get("primary_property"),
        "secondary_property": held.get("secondary_property"),
        "source_system": event.get("source"),
        "incident_key": held.get("incident_key"),
        "maintenance_plans": held.get("maintenance_plans", []),
        "description": event.get("description"),
        "tags": [{"name": each["name"], "value": each["value"]} for each in event.get("tags", [])],
    }


def _snooze(document: Document, now: datetime) -> Json:
    """The snooze that has not ended yet."""
    held: Mapping[str, Any] = own(document).get("snooze", {}) if is_snoozed(document, now) else {}
    return {
        "snoozed": bool(held),
        "end_time": seconds_or_none(held.get("end_time")),
        "cancel_on_incident_updates": held.get("cancel_on_incident_updates", False),
    }


def _changed_at(document: Document) -> str:
    """The last change that others are told of; an incident of another dialect was made, and then perhaps resolved."""
    latest: str = max(own(document).get("changed_at", ""), document.get("resolved_at", ""), document["created_at"])
    return latest


def _person(held: Mapping[str, Any] | None) -> Json | None:
    if held is None:
        return None
    return {"name": held.get("name"), "user_id": user_id(held), "email": held.get("email")}


def user_id(person: Mapping[str, Any]) -> str | None:
    """What the person is called here: the id, else the number that another dialect knows."""
    number = person.get("numeric_id")
    person_id: str | None = person.get("id", None if number is None else str(number))
    return person_id


def _tag(label: Mapping[str, Any]) -> Json:
    return {name: label.get(name) for name in ("id", "name", "type", "value")}
