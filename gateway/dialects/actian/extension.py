"""What Actian adds: fields of incidents and of alerts that it alone knows, and the header that may carry a key."""

from queries.extensions import Extension
from queries.fields import Field, catalogue, rows

KEY_HEADER = "X-TLM-Key"

EXTENSION = Extension(
    "actian",
    (
        *rows("whole", "ext.actian.project_id", "ext.actian.ticket_id"),
        *rows("keyword", "ext.actian.asset_id", "ext.actian.connection_id", "ext.actian.connection_type"),
        *rows("keyword", "ext.actian.alert_policy_id", "ext.actian.alert_policy_name", "ext.actian.source_name"),
        Field("ext.actian.metrics", "object", many=True, indexed=False, feeds=("metric_names", "metric_name")),
        *rows("keyword", "ext.actian.severity", read_only=True),
    ),
    (
        *rows("keyword", "ext.actian.asset_id", "ext.actian.source", "ext.actian.violation_name", "ext.actian.type"),
        *rows("keyword", "ext.actian.attribute", "ext.actian.job_id", "ext.actian.policy_name", "ext.actian.segment"),
        *rows("keyword", "ext.actian.priority", "ext.actian.source_name", "ext.actian.source_type"),
        *rows("keyword", "ext.actian.project_name"),
        *rows("keyword", "ext.actian.tags", "ext.actian.notification_channels", many=True),
        *rows("date", "ext.actian.metric_time", "ext.actian.create_time", "ext.actian.save_time"),
        *rows("boolean", "ext.actian.is_notification_enabled", "ext.actian.is_notified"),
        *rows("number", "ext.actian.metric_value"),
        Field("ext.actian.violation_data", "object", indexed=False),
        Field("ext.actian.description", "object", indexed=False),
    ),
)

COLUMNS = catalogue(EXTENSION.fields).columns
