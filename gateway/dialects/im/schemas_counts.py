"""What `_im` answers of what there is to ask for, and of counts, as types."""

from typing import Annotated, Any, Literal, NotRequired

from pydantic import Field
from typing_extensions import TypedDict

from gateway.dialects.im.schemas import Time, Total

Missing = Annotated[int, Field(description="documents without one")]
Seconds = Annotated[float | None, Field(description="null of none", examples=[5400.0])]
Value = Annotated[str | float | bool, Field(examples=["srv-12"])]


class Caller(TypedDict):
    """Who calls, and what for."""

    user: Annotated[str, Field(examples=["alice"])]
    tenant: Annotated[str, Field(examples=["default"])]
    scopes: Annotated[list[str], Field(examples=[["read", "write"]])]
    auth: Annotated[Literal["none", "keys", "jwt"], Field(description="how the gateway knows who calls")]
    via: NotRequired[Annotated[str, Field(description="the key or token by which a user acts", examples=["console"])]]


class Status(TypedDict):
    """A status, and the state that follows from it."""

    name: Annotated[str, Field(examples=["resolved"])]
    state: Literal["open", "in_progress", "closed"]


class Workflow(TypedDict):
    """A workflow with its statuses, in their order."""

    id: Annotated[str, Field(examples=["default"])]
    statuses: list[Status]


class Limits(TypedDict):
    """What this gateway is set to take at most."""

    body_limit: Annotated[int, Field(description="bytes of a request's body", examples=[4194304])]
    bulk_limit: Annotated[int, Field(description="bytes of a bulk's body", examples=[268435456])]
    search_window: Annotated[int, Field(description="how far `from` and `size` reach", examples=[10000])]
    pits: Annotated[int, Field(description="points in time that are open at once", examples=[100])]
    pit_keep_alive: Annotated[str, Field(description="how long one lives, if nothing is said", examples=["5m"])]
    pit_max_keep_alive: Annotated[str, Field(description="the longest that may be asked for", examples=["1h"])]
    custom_fields: Annotated[int, Field(description="names of custom fields", examples=[500])]


class Vocabulary(TypedDict):
    """The words that incidents are described in, and the limits."""

    version: Annotated[str, Field(description="the gateway's", examples=["1.0.0"])]
    severities: Annotated[list[str], Field(description="most severe first", examples=[["critical", "high"]])]
    workflows: list[Workflow]
    limits: Limits


class FieldRow(TypedDict):
    """A field, and what can be done with it."""

    name: Annotated[str, Field(examples=["severity"])]
    kind: Annotated[
        Literal["text", "select", "number", "date", "boolean", "object"], Field(description="text: analysed")
    ]
    many: Annotated[bool, Field(description="whether a document may hold several values")]
    read_only: bool
    filterable: bool
    sortable: bool
    groupable: Annotated[bool, Field(description="whether its values can be counted")]
    custom: Annotated[bool, Field(description="whether it is the tenant's own")]


class FieldRows(TypedDict):
    """The typed fields, then the tenant's own."""

    fields: list[FieldRow]


class ValueCount(TypedDict):
    """A value, and how many documents have it."""

    value: Value
    count: Annotated[int, Field(examples=[3])]


class _Beside(TypedDict):
    others: Annotated[int, Field(description="documents of values that are not listed")]
    missing: Missing


class ListedValues(_Beside):
    """The values of a field, most frequent first."""

    field: Annotated[str, Field(examples=["host"])]
    values: list[ValueCount]


class CountedValues(_Beside):
    """The values of a field, most frequent first."""

    buckets: list[ValueCount]


class TimeBucket(TypedDict):
    """The documents of a span of time."""

    start: Time
    count: int
    split: NotRequired[Annotated[list[ValueCount], Field(description="of the values that are most frequent in all")]]


class CountedTimes(TypedDict):
    """Documents by time, empty spans too."""

    interval: Annotated[str, Field(examples=["day"])]
    time_zone: Annotated[str, Field(examples=["Europe/Paris"])]
    buckets: list[TimeBucket]
    missing: Missing


class CountedDifferent(TypedDict):
    """How many different values a field has."""

    value: int


class _Lengths(TypedDict):
    count: Annotated[int, Field(examples=[3])]
    mean: Seconds
    p50: Seconds
    p90: Seconds
    p95: Seconds


class LengthsOfValue(_Lengths):
    """How long it took, of the documents of one value."""

    value: Value


class CountedLengths(_Lengths):
    """How long it took, in seconds."""

    unit: Literal["s"]
    missing: Missing
    buckets: NotRequired[list[LengthsOfValue]]


class CountedWidgets(TypedDict):
    """What was counted, by the names of the widgets."""

    took: Annotated[int, Field(description="milliseconds")]
    total_docs: Total
    pit: NotRequired[str]
    widgets: Annotated[
        dict[str, CountedValues | CountedTimes | CountedLengths | CountedDifferent],
        Field(examples=[{"hosts": {"buckets": [{"value": "srv-12", "count": 3}], "others": 0, "missing": 1}}]),
    ]
    explain: NotRequired[Annotated[dict[str, Any], Field(description="what the engine was asked")]]
