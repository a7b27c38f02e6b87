"""What `_im` answers, as types: its OpenAPI document is drawn from them, and nothing is checked by them."""

from typing import Annotated, Any, Literal, NotRequired

from pydantic import ConfigDict, Field
from typing_extensions import TypedDict

from gateway.dialects.im.shapes import described
from queries.fields import FIELDS, RESULT_FIELDS

Id = Annotated[str, Field(examples=["i9f1c2d34-5b6a-4c7d-8e9f-0a1b2c3d4e5f"])]
Version = Annotated[str, Field(description="opaque, and another one after every write", examples=["1-42"])]
LastVersion = Annotated[
    str,
    Field(description="absent where a request is carried out again that a killed gateway had done", examples=["1-42"]),
]
Time = Annotated[str, Field(json_schema_extra={"format": "date-time"})]
Cursor = Annotated[str | None, Field(description="sent back as `after`, where the next page starts; null at the end")]
Total = Annotated[int, Field(description="how many there are in all, exactly")]
Counts = Annotated[dict[str, int], Field(examples=[{"critical": 3, "high": 0}])]

_INCIDENT = {
    "_meta": {"id": "i1", "type": "incident", "version": "1-42"},
    "title": "Encoded PowerShell",
    "severity": "high",
    "status": "new",
    "state": "open",
    "workflow_id": "default",
    "mitre": ["T1059.001"],
    "started_at": "2026-11-22T08:00:00.000Z",
    "created_at": "2026-11-22T08:00:01.000Z",
    "updated_at": "2026-11-22T08:00:01.000Z",
    "created_by": "alice",
    "numeric_id": 17,
    "hex_id": "681102f731824249f48df555",
    "alert_count": 0,
    "note_count": 0,
    "test_field": 5,
}
_RESULT = {
    "_meta": {"id": "a1~r1", "type": "aggregation_result", "version": "1-43"},
    "title": "Two of a kind",
    "severity": "high",
    "status": "new",
    "state": "open",
    "workflow_id": "default",
    "aggregation_id": "a1",
    "result_id": "r1",
    "incidents_count": 2,
}


class Meta(TypedDict):
    """What a document says of itself."""

    __pydantic_config__ = ConfigDict(extra="ignore")  # type: ignore[misc]

    id: Id
    type: Literal["incident"]
    version: Version


class AggregationResultMeta(TypedDict):
    """What a document says of itself."""

    __pydantic_config__ = ConfigDict(extra="ignore")  # type: ignore[misc]

    id: Annotated[str, Field(examples=["a1~r1"])]
    type: Literal["aggregation_result"]
    version: Version


class DeletedMeta(TypedDict):
    """What is known of a document that is no more."""

    id: Id
    type: Literal["incident"]
    version: NotRequired[LastVersion]


class DeletedResultMeta(TypedDict):
    """What is known of a document that is no more."""

    id: Annotated[str, Field(examples=["a1~r1"])]
    type: Literal["aggregation_result"]
    version: NotRequired[LastVersion]


class Incident(TypedDict):
    """An incident: its typed fields, and custom fields of any name. Read with `fields`, it has only some of them."""

    __pydantic_config__ = described(FIELDS, _INCIDENT)  # type: ignore[misc]

    _meta: Meta
    ext: NotRequired[Annotated[dict[str, Any], Field(description="what single dialects keep, by their names")]]


class AggregationResult(TypedDict):
    """An aggregation result; alone, it comes with its incidents."""

    __pydantic_config__ = described(RESULT_FIELDS, _RESULT)  # type: ignore[misc]

    _meta: AggregationResultMeta
    incidents: NotRequired[list[Incident]]
    incidents_total: NotRequired[Total]


Exported = Annotated[
    str,
    Field(
        description="a document a line, or a row, and a status in the last line",
        examples=[
            '{"_meta": {"id": "i1", "type": "incident", "version": "1-42"}, "title": "Encoded PowerShell"}\n'
            '{"_status": {"complete": true}}\n'
        ],
    ),
]


Documents = list[Incident | AggregationResult]


class Page(TypedDict):
    """A page of incidents and aggregation results."""

    took: Annotated[int, Field(description="milliseconds")]
    timed_out: bool
    pit: str | None
    docs: Documents
    next: Cursor
    total_docs: NotRequired[Total]
    unknown_fields: NotRequired[Annotated[list[str], Field(description="filters and sorts that no document has")]]
    explain: NotRequired[Annotated[dict[str, Any], Field(description="what the engine was asked")]]


class List(TypedDict):
    """A page of incidents."""

    docs: Documents
    total_docs: Total
    next: Cursor
    unknown_fields: NotRequired[Annotated[list[str], Field(description="filters that no document has")]]


class FieldCounts(TypedDict):
    """How many documents there are of each value, under the name of the field; without one, under the empty key."""

    __pydantic_config__ = ConfigDict(  # type: ignore[misc]
        json_schema_extra={
            "additionalProperties": {"type": "object", "additionalProperties": {"type": "integer"}},
            "examples": [{"took": 3, "total_docs": 3, "severity": {"critical": 3, "high": 0}}],
        }
    )

    took: int
    total_docs: Total
    other_docs: NotRequired[Annotated[int, Field(description="those of values that are not listed")]]
    explain: NotRequired[dict[str, Any]]


class OpenedPit(TypedDict):
    """A point in time."""

    id: Annotated[str, Field(examples=["WNOqLAgeDbXZ1PfwiL1--Sn6BEaDS3JBm9p8Rg"])]
    keep_alive: Annotated[str, Field(examples=["300s"])]
    expires_at: Time
    is_show_aggs: bool


class NewPit(OpenedPit):
    """A point in time, and how many are open."""

    active_pits: int
    max_pits: int


class ListedPit(OpenedPit):
    """A point in time that is open."""

    age: Annotated[str, Field(examples=["12s"])]


class Pits(TypedDict):
    """The points in time that are open."""

    docs: list[ListedPit]
    active_pits: int
    max_pits: int


class DeletedPit(TypedDict):
    """A point in time that is no more."""

    id: str
    deleted: Literal[True]


class ResultPage(TypedDict):
    """A page of aggregation results."""

    docs: list[AggregationResult]
    total_docs: Total


class Failure(TypedDict):
    """An incident that could not be changed, and why."""

    id: Id
    reason: str


class ChangedResult(TypedDict):
    """What became of an aggregation result, and of its incidents where they are to be as it is."""

    _meta: AggregationResultMeta
    result: Literal["updated", "noop"]
    synced: int
    failed: list[Failure]


class DeletedResult(TypedDict):
    """An aggregation result that is no more."""

    _meta: DeletedResultMeta
    result: Literal["deleted"]


class Deleted(TypedDict):
    """An incident that is no more."""

    _meta: DeletedMeta
    result: Literal["deleted"]
