"""Canonical documents as Actian's JSON. What an alert of another dialect knows stands where Actian looks for it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from gateway import wire
from gateway.dialects.actian import words
from gateway.incidents.model.documents import Document
from gateway.incidents.reading.history import Event
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


def alert_ref(event: Event) -> Json:
    """What finds the alert again: the time of its upload and its violation."""
    shown = alert(event)
    return {name: shown[name] for name in ("metric_time", "violation_name")}


def alert(event: Event) -> Json:
    """An alert, whichever dialect it came through."""
    own = _own(event)
    fields = _known(event, own) | own
    return {name: read(fields.get(name)) for name, read in _READ.items()}


def _known(event: Event, own: Json) -> Json:
    """What an alert says in common words, under the names that Actian has for it."""
    level = words.level(event.get("severity"))
    text, started_at = event.get("description"), event.get("started_at", event["created_at"])
    return {
        "source": event.get("source", own.get("asset_id")),
        "create_time": started_at,
        "save_time": event["created_at"],
        "violation_data": {},
        "violation_name": event["alert_id"],
        "metric_time": started_at,
        "priority": level,
        "description": {_text(own.get("priority")) or level or "": [text]} if text else {},
        "source_name": event.get("source"),
        "tags": [f"{tag['name']}:{each}" for tag in event.get("tags", []) for each in _texts(tag["value"])],
    }


def _own(document: Mapping[str, Any]) -> Json:
    """Actian's own fields that have a value."""
    result: Json = document.get("ext", {}).get("actian", {})
    return {name: value for name, value in result.items() if value not in (None, [])}


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


def _whatever(value: Any) -> Any:
    return value


_READ: Mapping[str, Callable[[Any], Any]] = {
    "type": _text,
    "source": _text,
    "attribute": _text,
    "job_id": _text,
    "create_time": _time,
    "save_time": _time,
    "violation_data": _whatever,
    "violation_name": _text,
    "notification_channels": _texts,
    "is_notification_enabled": _flag,
    "metric_time": _time,
    "is_notified": _flag,
    "metric_value": _number,
    "policy_name": _text,
    "segment": _text,
    "priority": _text,
    "description": _whatever,
    "source_name": _text,
    "source_type": _text,
    "project_name": _text,
    "tags": _texts,
}
