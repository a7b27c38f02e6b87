"""The typed fields of an incident and of an aggregation result, one row each, as the index template has them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from queries.errors import QueryError

Kind = Literal["text", "keyword", "whole", "number", "date", "boolean", "object", "key"]
"""What a column holds; `key` is a key within an object, whose values the engine keeps as text, whatever their type."""


@dataclass(frozen=True, slots=True)
class Field:
    """One typed field of the wire document: its column's kind, whether it is a list, and who may write it."""

    name: str
    kind: Kind
    many: bool = False
    read_only: bool = False
    sort_path: str | None = None

    @property
    def path(self) -> str:
        """The column that holds whole values; analysed text keeps them in its `keyword` sub-field."""
        return f"{self.name}.keyword" if self.kind == "text" else self.name


def _rows(kind: Kind, *names: str, many: bool = False, read_only: bool = False) -> list[Field]:
    return [Field(name, kind, many, read_only) for name in names]


_PEOPLE = [
    field
    for who in ("assignee", "assigner")
    for field in (
        *_rows("keyword", f"{who}.name", f"{who}.id", f"{who}.email"),
        Field(f"{who}.numeric_id", "whole"),
    )
]

_EXT = [
    Field("ext.v1.recommendation", "text"),
    *_rows("keyword", "ext.v1.source_site"),
    Field("ext.v1.metadata", "object"),
    *_rows("keyword", "ext.v1.severity", "ext.v1.priority", "ext.v1.status", read_only=True),
    *_rows("date", "ext.v1.end_time", read_only=True),
    *_rows("keyword", "ext.log360.actors.entity", "ext.log360.actors.suspect", many=True, read_only=True),
    *_rows("keyword", "ext.log360.severity", "ext.log360.status", "ext.log360.name_key", read_only=True),
    Field("ext.bigpanda.shared", "boolean"),
    *_rows("keyword", "ext.bigpanda.maintenance"),
    *_rows("keyword", "ext.bigpanda.status", "ext.bigpanda.severity", "ext.bigpanda.merged_into", read_only=True),
    *_rows("keyword", "ext.bigpanda.incident_key", read_only=True),
    *_rows("boolean", "ext.bigpanda.snooze.cancel_on_incident_updates", read_only=True),
    *_rows("date", "ext.bigpanda.changed_at", "ext.bigpanda.snooze.end_time", read_only=True),
    *_rows("date", "ext.bigpanda.flapping_until", read_only=True),
    *_rows("object", "ext.bigpanda.correlation_matchers_log", many=True, read_only=True),
    *_rows("whole", "ext.actian.project_id", "ext.actian.ticket_id"),
    *_rows("keyword", "ext.actian.asset_id", "ext.actian.connection_id", "ext.actian.connection_type"),
    *_rows("keyword", "ext.actian.alert_policy_id", "ext.actian.alert_policy_name", "ext.actian.source_name"),
    *_rows("object", "ext.actian.metrics", many=True),
    *_rows("keyword", "ext.actian.severity", read_only=True),
]

FIELDS: Mapping[str, Field] = {
    field.name: field
    for field in (
        *_rows("text", "title", "description", "comment"),
        *_rows("keyword", "status", "workflow_id", "priority", "impact", "resolution", "category", "type"),
        Field("severity", "keyword", sort_path="severity_rank"),
        *_rows("keyword", "reviewer", "source", "external_id"),
        *_rows("keyword", "tags", "mitre", "metric_names", many=True),
        *_rows("date", "started_at", "acknowledged_at", "resolved_at", "due_at", "last_seen_at"),
        *_rows("keyword", "acknowledged_by.id", "acknowledged_by.email"),
        *_PEOPLE,
        *_rows("keyword", "services.name", "services.namespace", many=True),
        *_rows("object", "services.extra", many=True),
        *_rows("keyword", "labels.id", "labels.name", "labels.type", "labels.value", many=True),
        *_rows("date", "created_at", "updated_at", read_only=True),
        *_rows("keyword", "created_by", "updated_by", "hex_id", "state", "origin", read_only=True),
        *_rows("whole", "numeric_id", "alert_count", "note_count", read_only=True),
        *_rows("keyword", "aggregation_results", many=True, read_only=True),
        *_EXT,
    )
}

RESULT_FIELDS: Mapping[str, Field] = {
    field.name: field
    for field in (
        *_rows("text", "title", "description", "comment"),
        *_rows("keyword", "status", "workflow_id", "severity", "reviewer"),
        *_rows("date", "started_at"),
        *_rows("keyword", "comparison_fields", "function_fields", many=True),
        Field("aggregation_info", "object"),
        *_rows("keyword", "aggregation_id", "result_id", "created_by", "updated_by", "state", read_only=True),
        *_rows("date", "created_at", "updated_at", "resolved_at", read_only=True),
        *_rows("whole", "numeric_id", "incidents_count", read_only=True),
        *_rows("keyword", "hex_id", read_only=True),
    )
}

OBJECTS = frozenset({"assignee", "assigner", "acknowledged_by", "services", "labels", "ext"})
"""Typed names whose value is an object, or a list of them, with fields of its own."""

HIDDEN = ("kind", "severity_rank", "status_rank", "service_pairs", "label_pairs", "alert_pairs")
"""Stored behind the wire document, in this order and always last, for filters and sorting alone."""

RESERVED = frozenset({*HIDDEN, "tenant", *RESULT_FIELDS} - FIELDS.keys())
"""Names that no custom field of an incident may take."""


@dataclass(frozen=True, slots=True)
class Column:
    """Where a field's whole values are stored, and as what."""

    path: str
    kind: Kind
    sort_path: str | None = None


Columns = Mapping[str, Column]

UNINDEXED = frozenset({"ext.actian.metrics", "ext.bigpanda.correlation_matchers_log"})
"""Fields that are kept and shown, and that nothing can be searched by."""

TYPED_COLUMNS: Columns = {
    name: Column(field.path, field.kind, field.sort_path or field.path)
    for name, field in {**RESULT_FIELDS, **FIELDS}.items()
    if name not in UNINDEXED
}

_LONGEST = 1024
"""Characters of a name that can be a key's: its path is part of each of its values, and longer ones are not stored."""


def column_of(name: str, columns: Columns) -> Column | None:
    """The column of a field, a key within an object included; None where no document can have it."""
    if name in columns:
        return columns[name]
    if len(name) > _LONGEST:
        return None
    parents = (columns.get(name[:end]) for end, symbol in enumerate(name) if symbol == ".")
    return Column(name, "key") if any(each and each.kind == "object" for each in parents) else None


def require_ordered(name: str, column: Column, where: str) -> None:
    """Refuses an object and its keys where values are compared by size or counted, which of texts would not be true."""
    if column.kind in {"object", "key"}:
        kept = "the engine keeps values within an object as text: they have no true range, order or counts"
        raise QueryError(f'"{name[:80]}" is {_WITHIN[column.kind]}; {kept}. Send it as a field of its own', where)


_WITHIN: Mapping[Kind, str] = {"object": "an object", "key": "within an object"}
