"""Canonical documents as Actian's JSON. What an alert of another dialect knows stands where Actian looks for it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from gateway import wire
from gateway.dialects.actian import words
from gateway.dialects.actian.requests import Level
from gateway.incidents.reading import Hit
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


_NULL, _NOTHING = msgspec.Raw(b"null"), (b"null", b"[]")


class _Own(msgspec.Struct):
    """Actian's own fields of an incident that are listed, as their bytes."""

    project_id: msgspec.Raw = _NULL
    asset_id: msgspec.Raw = _NULL
    ticket_id: msgspec.Raw = _NULL
    alert_policy_id: msgspec.Raw = _NULL
    alert_policy_name: msgspec.Raw = _NULL


class _Ext(msgspec.Struct):
    actian: _Own = msgspec.field(default_factory=_Own)


class _Stored(msgspec.Struct):
    """What is read of an incident to list it: the words that are told otherwise, and all else as its bytes."""

    numeric_id: msgspec.Raw
    created_at: msgspec.Raw
    state: str
    severity: str | None = None
    impact: str | None = None
    title: msgspec.Raw = _NULL
    description: msgspec.Raw = _NULL
    last_seen_at: msgspec.Raw = _NULL
    tags: msgspec.Raw = msgspec.Raw(b"[]")
    ext: _Ext = msgspec.field(default_factory=_Ext)


class _Incident(msgspec.Struct):
    """An incident as it is listed (schemas.Incident)."""

    id: msgspec.Raw
    project_id: msgspec.Raw
    asset_id: msgspec.Raw
    last_upload_timestamp: msgspec.Raw
    created_time: msgspec.Raw
    severity: Level | None
    impact: Level | None
    status: str
    ticket_id: msgspec.Raw
    alert_policy_id: msgspec.Raw
    alert_policy_name: msgspec.Raw
    description: msgspec.Raw
    tags: msgspec.Raw


_stored, _encoder = msgspec.json.Decoder(_Stored), msgspec.json.Encoder()


def incident(hit: Hit) -> bytes:
    """An incident as it is listed. Its texts are never read: they are sent as they are stored."""
    held = _stored.decode(hit.source)
    own = held.ext.actian
    shown = _Incident(
        held.numeric_id,
        _value(own.project_id),
        _value(own.asset_id),
        held.last_seen_at,
        held.created_at,
        words.severity(held.severity),
        words.level(held.impact),
        words.status(held.state),
        _value(own.ticket_id),
        _value(own.alert_policy_id),
        _value(own.alert_policy_name, held.title),
        held.description,
        held.tags,
    )
    return _encoder.encode(shown)


def _value(own: msgspec.Raw, otherwise: msgspec.Raw = _NULL) -> msgspec.Raw:
    """The field of Actian's own, if it has a value."""
    return otherwise if own is _NULL or bytes(own) in _NOTHING else own


def detail(hit: Hit, history: Sequence[Json]) -> bytes:
    """An incident with its metrics and its history."""
    document = hit.document
    names = [{"metric_name": each} for each in document.get("metric_names", [])]
    metrics = [{name: each.get(name) for name in _METRIC} for each in _own(document).get("metrics", names)]
    return b"".join((incident(hit)[:-1], b",", wire.dumps({"metrics": metrics, "history": history})[1:]))


def alert_ref(event: Event) -> Json:
    """What finds the alert again: the time of its upload and its violation."""
    shown = alert(event)
    return {name: shown[name] for name in ("metric_time", "violation_name")}


def alert_row(hit: Hit) -> bytes:
    """An alert as it is listed."""
    return wire.dumps(alert(hit.document))


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
