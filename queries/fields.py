"""The typed fields of an incident and of an aggregation result, one row each, as the index template has them.

Fields that only one API knows stand under `ext.<name>`; whoever serves it brings them, and `catalogue` joins them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from queries.errors import QueryError

Kind = Literal["text", "keyword", "whole", "number", "date", "boolean", "object", "key"]
"""What a column holds; `key` is a key within an object, whose values the engine keeps as text, whatever their type."""


@dataclass(frozen=True, slots=True)
class Field:
    """One typed field of the wire document: its column's kind, whether it is a list, and who may write it.

    One that is not indexed is kept and shown, and nothing can be searched by it. A `long` one may hold texts of any
    length, which are found by a hidden column of their own. `raw_of` names the field that this one holds a caller's own
    word for; `feeds` a list field, and the key of this one's objects whose texts belong in it.
    """

    name: str
    kind: Kind
    many: bool = False
    read_only: bool = False
    sort_path: str | None = None
    indexed: bool = True
    raw_of: str | None = None
    feeds: tuple[str, str] | None = None
    long: bool = False

    @property
    def path(self) -> str:
        """The column that holds whole values; analysed text keeps them in its `keyword` sub-field."""
        return f"{self.name}.keyword" if self.kind == "text" else self.name


def rows(kind: Kind, *names: str, many: bool = False, read_only: bool = False) -> list[Field]:
    """A field of the kind for each name."""
    return [Field(name, kind, many, read_only) for name in names]


_PEOPLE = [
    field
    for who in ("assignee", "assigner")
    for field in (
        *rows("keyword", f"{who}.name", f"{who}.id", f"{who}.email"),
        Field(f"{who}.numeric_id", "whole"),
    )
]

LONG_TEXTS = "long_texts"
"""The hidden object that holds once more, for patterns, the texts that are too long for columns of whole values."""

LONG_FIELDS = ("description", "comment")
"""The fields of an incident and of a result that may be as long as a document."""

FIELDS: Mapping[str, Field] = {
    field.name: field
    for field in (
        Field("title", "text"),
        *(Field(name, "text", long=True) for name in LONG_FIELDS),
        *rows("keyword", "status", "workflow_id", "priority", "impact", "resolution", "category", "type"),
        Field("severity", "keyword", sort_path="severity_rank"),
        *rows("keyword", "reviewer", "source", "external_id"),
        *rows("keyword", "tags", "mitre", "metric_names", many=True),
        *rows("date", "started_at", "acknowledged_at", "resolved_at", "due_at", "last_seen_at"),
        *rows("keyword", "acknowledged_by.id", "acknowledged_by.email"),
        *_PEOPLE,
        *rows("keyword", "services.name", "services.namespace", many=True),
        *rows("object", "services.extra", many=True),
        *rows("keyword", "labels.id", "labels.name", "labels.type", "labels.value", many=True),
        *rows("date", "created_at", "updated_at", read_only=True),
        *rows("keyword", "created_by", "updated_by", "hex_id", "state", "origin", read_only=True),
        *rows("whole", "numeric_id", "alert_count", "note_count", read_only=True),
        *rows("keyword", "aggregation_results", many=True, read_only=True),
    )
}

RESULT_FIELDS: Mapping[str, Field] = {
    field.name: field
    for field in (
        Field("title", "text"),
        *(Field(name, "text", long=True) for name in LONG_FIELDS),
        *rows("keyword", "status", "workflow_id", "severity", "reviewer"),
        *rows("date", "started_at"),
        *rows("keyword", "comparison_fields", "function_fields", many=True),
        Field("aggregation_info", "object"),
        *rows("keyword", "aggregation_id", "result_id", "created_by", "updated_by", "state", read_only=True),
        *rows("date", "created_at", "updated_at", "resolved_at", read_only=True),
        *rows("whole", "numeric_id", "incidents_count", read_only=True),
        *rows("keyword", "hex_id", read_only=True),
    )
}

OBJECTS = frozenset({"assignee", "assigner", "acknowledged_by", "services", "labels", "ext"})
"""Typed names whose value is an object, or a list of them, with fields of its own."""

HIDDEN = (
    "kind",
    "severity_rank",
    "status_rank",
    "ms_to_acknowledge",
    "ms_to_resolve",
    "service_pairs",
    "label_pairs",
    "alert_pairs",
    "alert_tally",
    "carried",
    LONG_TEXTS,
    "document_bytes",
)
"""Stored behind the wire document, in this order and always last: for filters and sorting, and what is carried."""

SIZE = "document_bytes"
"""The hidden field of a document that is large: how many bytes it has."""

RESERVED = frozenset({*HIDDEN, "tenant", *RESULT_FIELDS} - FIELDS.keys())
"""Names that no custom field of an incident may take."""


@dataclass(frozen=True, slots=True)
class Column:
    """Where a field's whole values are stored, and as what; of a key, `root` is the object that it is within.

    What is too long for that column is in `long_path`, if there may be any.
    """

    path: str
    kind: Kind
    sort_path: str | None = None
    long_path: str | None = None
    root: str | None = None

    @property
    def held_path(self) -> str:
        """Where it shows that a document has a value: any text is analysed too, however long."""
        return self.path.removesuffix(".keyword") if self.kind == "text" else self.path


Columns = Mapping[str, Column]


def columns_of(fields: Mapping[str, Field]) -> Columns:
    """Where each of the fields can be searched; those that are only kept and shown have no column."""
    return {
        name: Column(field.path, field.kind, field.sort_path or field.path, _long_path(field))
        for name, field in fields.items()
        if field.indexed
    }


def _long_path(field: Field) -> str | None:
    return f"{LONG_TEXTS}.{field.name}" if field.long else None


TYPED_COLUMNS: Columns = columns_of({**RESULT_FIELDS, **FIELDS})

DURATIONS: Columns = {
    "acknowledge": Column("ms_to_acknowledge", "whole"),
    "resolve": Column("ms_to_resolve", "whole"),
}
"""Hidden columns: the milliseconds from when it started to when it was acknowledged, or resolved."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Every typed field of an incident, its columns, and the names of the objects that hold such fields.

    `words` are the fields that hold one text each.
    """

    fields: Mapping[str, Field]
    columns: Columns
    containers: frozenset[str]
    words: frozenset[str]

    def raw_of(self, name: str) -> frozenset[str]:
        """The fields that hold callers' own words for the field of that name."""
        return frozenset(field.name for field in self.fields.values() if field.raw_of == name)


def catalogue(extra: Iterable[Field] = ()) -> Catalogue:
    """The fields that every API knows, and these."""
    fields = {**FIELDS, **{field.name: field for field in extra}}
    containers = {name.rsplit(".", depth)[0] for name in fields for depth in range(1, name.count(".") + 1)}
    words = frozenset(field.name for field in fields.values() if field.kind in {"text", "keyword"} and not field.many)
    return Catalogue(fields, {**TYPED_COLUMNS, **columns_of(fields)}, frozenset(containers | {"ext"}), words)


_LONGEST = 1024
"""Characters of a name that can be a key's: its path is part of each of its values, and longer ones are not stored."""
_PARENTS = 8
"""Names at the beginning of a key's that can be an object's."""


def column_of(name: str, columns: Columns) -> Column | None:
    """The column of a field, a key within an object included; None where no document can have it."""
    if name in columns:
        return columns[name]
    if len(name) > _LONGEST:
        return None
    parts = name.split(".", _PARENTS)
    parents = (".".join(parts[:count]) for count in range(1, len(parts)))
    roots = (each for each in parents if each in columns and columns[each].kind == "object")
    root = next(roots, None)
    return Column(name, "key", root=root) if root else None


def require_ordered(name: str, column: Column, where: str) -> None:
    """Refuses an object and its keys where values are compared by size or counted, which of texts would not be true."""
    if column.kind in {"object", "key"}:
        kept = "the engine keeps values within an object as text: they have no true range, order or counts"
        raise QueryError(f'"{name[:80]}" is {_WITHIN[column.kind]}; {kept}. Send it as a field of its own', where)


_WITHIN: Mapping[Kind, str] = {"object": "an object", "key": "within an object"}
