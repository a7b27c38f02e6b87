"""What `_im` takes: bodies and query parameters as docs/dialects/im.md names them; nothing else is accepted."""

from typing import Annotated, Any, Literal, get_args

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    RootModel,
    field_validator,
    model_validator,
)

from gateway.models import Closed

MOST_FILTERED = 4096
"""Values of all lists of `additional_fields`."""
MOST_VALUES = 100
"""Values of one tag of an alert."""

Refresh = Literal["true", "false", "wait_for"]

ID = "^[A-Za-z0-9._:-]{1,128}$"
FROM = "how many are passed over"
SIZE = "how many there are on a page"
AFTER = "`next` of the page before, instead of `from`"
SORT = "absent: what started last comes first"
EXPORT_SORT = "absent: rows of CSV by what started last, documents in any order, which is much faster"
FIELDS = "the fields to read; absent: all"
KEEP_ALIVE = "how long the point in time lives on from here, such as `5m`"
EXPLAIN = "shows what the engine is asked"
WINDOW = 10_000
"""How far `from` and `size` may reach together, where there is no point in time."""

Json = dict[str, Any]

_TIME: Json = {"anyOf": [{"type": "string"}, {"type": "number"}, {"type": "null"}]}
_QUERY: Json = {"anyOf": [{"type": "object"}, {"type": "string"}, {"type": "null"}]}
_NAME = r"^(_meta|[A-Za-z][A-Za-z0-9_-]{0,127})$"
Time = Annotated[Any, Field(json_schema_extra=_TIME)]
"""Date math, ISO 8601, or epoch milliseconds."""
Query = Annotated[Any, Field(json_schema_extra=_QUERY)]
KeepAlive = Annotated[str, Field(json_schema_extra={"pattern": r"^([1-9][0-9]{0,8}(ms|s|m|h|d))?$"})]
From = Annotated[int, Field(alias="from", ge=0, le=WINDOW, description=FROM)]


class Strict(Closed):
    """A body or a query whose unknown names are refused."""

    model_config = ConfigDict(frozen=True, populate_by_name=True)


class Path(BaseModel):
    """What stands in paths."""

    id: str = Field(pattern=ID, description="the incident's id")
    aggregation_id: str = Field(pattern=ID, description="the aggregation's id")
    result_id: str = Field(pattern=ID, description="the result's id within its aggregation")
    field: str = Field(description="the field to count by, typed or custom")
    name: str = Field(description="the field, typed or custom")
    note: int = Field(description="the note's number")
    view: str = Field(description="the view's id")


class AdditionalField(Strict):
    """A filter on one field, typed or custom; what `value` may be is for its type to say, where it is used."""

    name: str = Field(description="a field, typed or custom; dotted within an object")
    type: Literal["number", "text", "select", "multiselect"] = Field(description="how the value is compared")
    value: Any = Field(
        description="number: a number, numeric text, or an object of gte, gt, lte, lt; text: a value, or a pattern of"
        " `*` and `?`, case-insensitive; select: exactly this; multiselect: a list, any of it"
    )


class SortKey(Strict):
    """One key of an order."""

    field: str = Field(description="any but an object")
    order: Literal["asc", "desc"] = Field("desc", description="what lacks the field comes last in both")


class Selection(Strict):
    """What documents are wanted."""

    search_query: Query = Field(None, description="OpenSearch query DSL, as JSON text or object")
    additional_fields: list[AdditionalField] = Field(
        [], max_length=64, fail_fast=True, description="filters, all of which must hold"
    )
    start_time: Time = Field(None, description="started then or later: date math, ISO 8601, or epoch milliseconds")
    end_time: Time = Field(None, description="started then or earlier")
    is_show_aggs: bool = Field(True, description="aggregation results too, or incidents only")

    @field_validator("start_time", "end_time")
    @classmethod
    def _is_single(cls, time: Any) -> Any:
        if isinstance(time, dict | list):
            raise ValueError("ISO 8601, epoch milliseconds or date math is wanted here")
        return time


class Filters(Selection):
    """What documents are wanted, and as of when; the same for pages, statistics and export."""

    pit: str | None = Field(None, description="a point in time; absent: the index as it is now")
    keep_alive: KeepAlive | None = Field(None, description=KEEP_ALIVE)

    @field_validator("additional_fields")
    @classmethod
    def _few(cls, fields: list[AdditionalField]) -> list[AdditionalField]:
        if sum(len(each.value) for each in fields if isinstance(each.value, list)) > MOST_FILTERED:
            raise ValueError(f"at most {MOST_FILTERED:,} values are taken in all lists together")
        return fields


class Search(Filters):
    """`incidents_full_types`."""

    from_: int = Field(0, alias="from", ge=0, description=FROM)
    size: int = Field(25, ge=0, le=10_000, description="at most 1,000; 10,000 with `fields`")
    with_total_docs: bool = Field(False, description="counts all that there are, exactly")
    sort: list[SortKey] = Field([], max_length=8, fail_fast=True, description=SORT)
    fields: Annotated[list[str], Field(max_length=512, fail_fast=True)] | None = Field(None, description=FIELDS)
    after: str | None = Field(None, description="`next` of the page before, instead of `from`")
    explain: bool = Field(False, description=EXPLAIN)

    @model_validator(mode="after")
    def _agree(self) -> "Search":
        if self.after is not None and self.from_:
            raise ValueError("from and after cannot both be given")
        if self.fields is None and self.size > 1000:
            raise ValueError("size may be at most 1,000, or 10,000 with fields")
        return self


class Stats(Filters):
    """`incidents_full_types/stats/{field}`."""

    size: int = Field(100, ge=1, le=1000, description="how many values are listed, most frequent first")
    explain: bool = Field(False, description=EXPLAIN)


class Export(Filters):
    """`incidents/export`."""

    format: Literal["ndjson", "csv"] = Field("ndjson", description="one document a line, or one row")
    sort: list[SortKey] = Field([], max_length=8, fail_fast=True, description=EXPORT_SORT)
    fields: Annotated[list[str], Field(max_length=512, fail_fast=True)] | None = Field(None, description=FIELDS)
    after: str | None = Field(None, description="`next` of a status line, to go on from there")
    bom: bool = Field(False, description="a byte order mark before CSV, by which some spreadsheets know UTF-8")
    checkpoints: bool = Field(False, description="a status line after each page, so that a cut stream can be resumed")


class Write(Strict):
    """Query of a write."""

    refresh: Refresh = Field(
        "false",
        json_schema_extra={"enum": [*get_args(Refresh), ""]},
        description="waits until searches find it, or makes them find it at once",
    )

    @field_validator("refresh", mode="before")
    @classmethod
    def _bare(cls, value: Any) -> Any:
        return "true" if value == "" else value


class SyncedWrite(Write):
    """Query of an aggregation result's update."""

    sync: bool = Field(False, description="gives the result's incidents what was changed, too")


class Window(Strict):
    """Query of a list of small documents."""

    from_: From = 0
    size: int = Field(25, ge=0, le=1000, description=SIZE)
    after: str | None = Field(None, description=AFTER)

    @model_validator(mode="after")
    def _agree(self) -> "Window":
        if self.after is not None and self.from_:
            raise ValueError("from and after cannot both be given")
        return self


class Walk(Strict):
    """Query of a list that is gone through by cursor alone."""

    size: int = Field(25, ge=1, le=1000, description=SIZE)
    after: str | None = Field(None, description="`next` of the page before")


class Listed(BaseModel):
    """Query of `incidents`; any other name filters the field of that name, repeated for any of several values."""

    model_config = ConfigDict(extra="allow", frozen=True)

    start_time: str | None = Field(None, description="started then or later: date math, ISO 8601, milliseconds")
    end_time: str | None = Field(None, description="started then or earlier")
    from_: int = Field(0, alias="from", ge=0, description=FROM)
    size: int = Field(100, ge=0, le=1000, description=SIZE)
    after: str | None = Field(None, description=AFTER)
    pit: str | None = Field(None, description="a point in time; absent: the index as it is now")
    sort: str | None = Field(None, description="field:asc,field:desc")
    keep_alive: KeepAlive | None = Field(None, description=KEEP_ALIVE)


Title = Annotated[str, Field(pattern=r"\S")]


def with_meta(schema: Json, kind: str) -> None:
    """Adds what a document that is sent may say of itself."""
    told = {"id": {"type": "string"}, "type": {"const": kind}, "version": {"type": "string"}}
    schema["properties"]["_meta"] = {"type": "object", "properties": told, "additionalProperties": False}


def _document(schema: Json) -> None:
    with_meta(schema, "incident")
    schema["propertyNames"] = {"pattern": _NAME}


class Document(BaseModel):
    """An incident: `_meta`, typed fields, and any custom field."""

    model_config = ConfigDict(extra="allow", json_schema_extra=_document)

    title: Title | None = None


class NewDocument(Document):
    """A new incident."""

    title: Title = Field(description="every document has one")


class Documents(RootModel[list[Document] | Document]):
    """Several of them, or one."""
