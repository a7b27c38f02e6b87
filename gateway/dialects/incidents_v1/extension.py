"""What v1 adds to the incident document: fields that it alone knows, and its own words where others have theirs."""

from queries.extensions import Extension
from queries.fields import Field, rows

EXTENSION = Extension(
    "v1",
    (
        Field("ext.v1.recommendation", "text"),
        *rows("keyword", "ext.v1.source_site"),
        Field("ext.v1.metadata", "object"),
        *rows("keyword", "ext.v1.severity", "ext.v1.priority", read_only=True),
        Field("ext.v1.status", "keyword", read_only=True, raw_of="status"),
        *rows("date", "ext.v1.end_time", read_only=True),
    ),
)
