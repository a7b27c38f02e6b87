"""What Log360 answers: incidents, and what hangs on them, in the vendor's labels or in the words that it takes."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any

from gateway.dialects.log360 import evidence
from gateway.dialects.log360.requests import NOBODY
from gateway.dialects.log360.times import server_time
from gateway.dialects.log360.translate import severity_word
from gateway.incidents.model.documents import Document
from gateway.incidents.reading.history import Event

_LABELS = {
    "critical": "Critical", "trouble": "Trouble", "attention": "Attention",
    "open": "Open", "in_progress": "In Progress", "closed": "Closed",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Form:
    """The `response_type`: labels and times of a zone for a person, or, without a zone, words and UTC for a program."""

    zone: tzinfo | None

    def word(self, word: str) -> str:
        """One of the vendor's words."""
        return word if self.zone is None else _LABELS[word]

    def time(self, stored: str | None) -> str | None:
        """A stored time."""
        return stored if stored is None or self.zone is None else server_time(stored, self.zone)


def listed(incidents: Sequence[Document], total: int, limit: int, form: Form) -> dict[str, Any]:
    """A page of the list."""
    meta = {"per_page": limit, "total_pages": math.ceil(total / limit), "total_items": total}
    return {"data": [row(each, form) for each in incidents], "meta": meta}


def row(incident: Document, form: Form) -> dict[str, Any]:
    """An incident as it is listed."""
    return {
        "severity": form.word(severity_word(incident.get("severity"))),
        "created_time": form.time(incident["created_at"]),
        "incident_id": incident["numeric_id"],
        "assign_to": incident.get("assignee", {}).get("numeric_id", NOBODY),
        "due_date": form.time(incident.get("due_at")),
        "incident_description": incident.get("description"),
        "incident_name": incident.get("title"),
        "created_by": incident["created_by"],
        "status": form.word(incident["state"]),
    }


def detail(
    name: str, notes: Sequence[Event], alerts: Sequence[Event], activities: Sequence[Event], form: Form
) -> dict[str, Any]:
    """All that hangs on an incident, newest first."""
    return {
        "actors": [{role: names} for role, names in evidence.actors(alerts).items()],
        "notes": [note(each, form) for each in notes],
        "evidence": [evidence_row(each, form) for each in alerts],
        "activity": [activity(each, name, form) for each in activities],
    }


def note(event: Event, form: Form) -> dict[str, Any]:
    """A note."""
    return {"note": event["body"], "added_by": event["author"], "time": form.time(event["created_at"])}


def evidence_row(alert: Event, form: Form) -> dict[str, Any]:
    """An alert as evidence: what it says in common words, then all that it says in Log360's own."""
    known = {
        "severity": alert.get("severity"),
        "message": alert.get("description"),
        "formatted_message": alert.get("description"),
        "source": alert.get("source"),
        "log_org_time": form.time(alert.get("started_at")),
        "incident_time": form.time(alert["created_at"]),
        "incident_uuid": evidence.uuid_of(alert),
    }
    return {name: value for name, value in known.items() if value is not None} | evidence.words(alert)


def activity(event: Event, name: str, form: Form) -> dict[str, Any]:
    """What happened, as a label and a sentence about the incident of that name."""
    label = _ACTIVITIES.get(event["type"], "Incident Updated")
    sentence = _SENTENCES.get(event["type"], _UPDATED)
    description = sentence.format(name=name, actor=event["actor"], assignee=_assignee(event["changes"]))
    return {"activity": label, "description": description, "time": form.time(event["at"])}


def _assignee(changes: Sequence[Mapping[str, Any]]) -> str:
    """Who an incident was assigned to, by the first that is known of name, email, id and number."""
    result: Mapping[str, Any] = next((each["to"] for each in changes if each["field"] == "assignee" and each["to"]), {})
    return str(next((result[key] for key in ("name", "email", "id", "numeric_id") if key in result), "somebody"))


_ACTIVITIES = {"created": "Incident Created", "note_added": "Incident Notes Added"}
_UPDATED = "{name} incident has been updated successfully by {actor}."
_SENTENCES = {
    "created": "{name} incident has been created successfully by {actor}.",
    "note_added": "Notes added to {name} by {actor}.",
    "alerts_added": "New evidence added to {name} by {actor}.",
    "assigned": "{name} assigned to {assignee} by {actor}.",
    "unassigned": "{name} unassigned by {actor}.",
    "acknowledged": "{name} acknowledged by {actor}.",
    "resolved": "{name} closed by {actor}.",
    "reopened": "{name} reopened by {actor}.",
}
