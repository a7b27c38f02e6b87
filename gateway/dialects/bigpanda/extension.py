"""What BigPanda adds to the incident document; alerting keeps its marks here, whichever dialect the alerts came by."""

from collections.abc import Mapping
from typing import Any

from queries.extensions import Extension
from queries.fields import Field, catalogue, rows

EXTENSION = Extension(
    "bigpanda",
    (
        Field("ext.bigpanda.shared", "boolean"),
        *rows("keyword", "ext.bigpanda.maintenance"),
        *rows("keyword", "ext.bigpanda.status", "ext.bigpanda.severity", "ext.bigpanda.merged_into", read_only=True),
        *rows("keyword", "ext.bigpanda.incident_key", read_only=True),
        *rows("boolean", "ext.bigpanda.snooze.cancel_on_incident_updates", read_only=True),
        *rows("date", "ext.bigpanda.changed_at", "ext.bigpanda.snooze.end_time", read_only=True),
        *rows("date", "ext.bigpanda.flapping_until", read_only=True),
        Field("ext.bigpanda.correlation_matchers_log", "object", many=True, read_only=True, indexed=False),
    ),
    keeps_alerting=True,
)

COLUMNS = catalogue(EXTENSION.fields).columns


def own(document: Mapping[str, Any]) -> dict[str, Any]:
    """What an incident or an alert holds for BigPanda alone."""
    held: dict[str, Any] = document.get("ext", {}).get("bigpanda", {})
    return held
