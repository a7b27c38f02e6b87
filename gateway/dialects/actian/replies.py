"""Canonical documents as Actian's JSON. What an alert of another dialect knows stands where Actian looks for it."""

from collections.abc import Mapping, Sequence
from typing import Any

from gateway import wire
from gateway.dialects.actian import words
from gateway.incidents.documents import Document
from gateway.incidents.events import Event
from queries.errors import QueryError
from queries.periods import EPOCH, instant, iso

Json = dict[str, Any]

SHOWN = (
    "numeric_id", "title", "description", "severity", "impact", "state", "tags", "created_at", "last_seen_at",
    "ext.actian",
)  # fmt: skip
REFERRED = (
    "alert_id", "started_at", "created_at", "ext.actian.metric_time", "ext.actian.violation_name",
)  # fmt: skip

_METRIC = ("metric_name", "metric_aggregation", "display_metric_name", "segment", "rule", "attribute")


def incident(document: Document) -> Json:
    """An incident as it is listed."""
    own = _own(document)
    return {
        "id": document["numeric_id"],
        "project_id": own.get("project_id"),
        "asset_id": own.get("asset_id"),
        "last_upload_timestamp": document.get("last_seen_at"),
        "created_time": document["created_at"],
        "severity": words.severity(document.get("severity")),
        "impact": words.level(document.get("impact")),
        "status": words.status(document["state"]),
        "ticket_id": own.get("ticket_id"),
        "alert_policy_id": own.get("alert_policy_id"),
        "alert_policy_name": own.get("alert_policy_name", document.get("title")),
        "description": document.get("description"),
        "tags": document.get("tags", []),
    }


def detail(document: Document, history: Sequence[Json]) -> Json:
    """An incident with its metrics and its history."""
    names = [{"metric_name": each} for each in document.get("metric_names", [])]
    metrics = [{name: each.get(name) for name in _METRIC} for each in _own(document).get("metrics", names)]
    return incident(document) | {"metrics": metrics, "history": list(history)}


def alert_ref(alert: Event) -> Json:
    """What finds the alert again: the time of its upload and its violation."""
    return {"metric_time": _metric_time(alert), "violation_name": _violation_name(alert)}


def alert(event: Event) -> Json:
    """An alert, whichever dialect it came through."""
    own = _own(event)
    priority = _text(own.get("priority")) or words.level(event.get("severity"))
    return {
        "type": _text(own.get("type")),
        "source": _text(own.get("source", event.get("source", own.get("asset_id")))),
        "attribute": _text(own.get("attribute")),
        "job_id": _text(own.get("job_id")),
        "create_time": _time(own.get("create_time", event.get("started_at", event["created_at"]))),
        "save_time": _time(own.get("save_time", event["created_at"])),
        "violation_data": own.get("violation_data", {}),
        "violation_name": _violation_name(event),
        "notification_channels": _texts(own.get("notification_channels")),
        "is_notification_enabled": _flag(own.get("is_notification_enabled")),
        "metric_time": _metric_time(event),
        "is_notified": _flag(own.get("is_notified")),
        "metric_value": _number(own.get("metric_value")),
        "policy_name": _text(own.get("policy_name")),
        "segment": _text(own.get("segment")),
        "priority": priority,
        "description": own.get("description", _described(event, priority)),
        "source_name": _text(own.get("source_name", event.get("source"))),
        "source_type": _text(own.get("source_type")),
        "project_name": _text(own.get("project_name")),
        "tags": _texts(own["tags"]) if "tags" in own else _tags(event.get("tags", [])),
    }


def _own(document: Mapping[str, Any]) -> Json:
    """Actian's own fields that have a value."""
    found: Json = document.get("ext", {}).get("actian", {})
    return {name: value for name, value in found.items() if value not in (None, [])}


def _metric_time(alert: Event) -> str | None:
    return _time(_own(alert).get("metric_time", alert.get("started_at", alert["created_at"])))


def _violation_name(alert: Event) -> str | None:
    return _text(_own(alert).get("violation_name", alert["alert_id"]))


def _described(event: Event, priority: str | None) -> Json:
    return {priority or "": [event["description"]]} if event.get("description") else {}


def _tags(tags: Sequence[Mapping[str, Any]]) -> list[str]:
    return [f"{each['name']}:{value}" for each in tags for value in _texts(each["value"])]


# The engine takes a text, a number or a list for one column alike; here each comes out as the vendor types it.


def _texts(value: Any) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [each if isinstance(each, str) else wire.dumps(each).decode() for each in values if each is not None]


def _text(value: Any) -> str | None:
    return next(iter(_texts(value)), None)


def _time(value: Any) -> str | None:
    first = value[0] if isinstance(value, list) and value else value
    try:
        return iso(instant(first, EPOCH, round_up=False, where="metric_time"))
    except QueryError:
        return _text(first)


def _flag(value: Any) -> bool | None:
    said = _text(value)
    return None if said is None else said == "true"


def _number(value: Any) -> float | None:
    said = _text(value)
    return None if said is None else float(said)
