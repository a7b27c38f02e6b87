"""Canonical documents as v1's JSON."""

from collections.abc import Mapping, Sequence
from typing import Any

from gateway.dialects.incidents_v1 import words
from gateway.incidents.model.documents import Document
from gateway.incidents.reading.history import Event

Json = dict[str, Any]


def incident(document: Document, levels: Sequence[str]) -> Json:
    """An incident as v1 shows it; `levels` are the configured severities."""
    own: Document = document.get("ext", {}).get("v1", {})
    return {
        "id": document["numeric_id"],
        "type": words.shown("type", document),
        "incidentId": document.get("external_id"),
        "title": document["title"],
        "category": words.shown("category", document),
        "description": document.get("description"),
        "recommendation": own.get("recommendation"),
        "source": document.get("source"),
        "status": words.shown_status(document),
        "resolution": document.get("resolution"),
        "services": [_service(each) for each in document.get("services", [])],
        "metricNames": document.get("metric_names", []),
        "startTime": _time(document["started_at"]),
        "endTime": _time(document.get("resolved_at", own.get("end_time"))),
        "sourceSite": own.get("source_site"),
        "severity": words.shown_severity(document.get("severity"), own.get("severity"), levels),
        "priority": words.shown_priority(document.get("priority"), own.get("priority")),
        "metadata": own.get("metadata", {}),
        **_acknowledgement(document),
    }


def note(event: Event, incident_number: int) -> Json:
    """A note as v1 shows it."""
    return {
        "id": event["note_id"],
        "incidentId": incident_number,
        "body": event["body"],
        "createdAt": _time(event["created_at"]),
    }


def scan_report(entry: Mapping[str, Any]) -> Json:
    """A scan report as v1 shows it."""
    return {"source": entry["name"], "createdAt": _time(entry["created_at"]), "payload": entry["payload"]}


def _acknowledgement(document: Document) -> Json:
    user: Document = document.get("acknowledged_by", {})
    at = _time(document.get("acknowledged_at"))
    return {"ackTime": at, "ackUserId": user.get("id"), "ackUserEmail": user.get("email")}


def _service(held: Document) -> Json:
    known = {name: value for name, value in held.items() if name != "extra"}
    return {**held.get("extra", {}), **known}


def _time(held: str | None) -> str | None:
    return None if held is None else held.replace(".000Z", "Z")
