"""What `_im` answers that counts: widgets, a field's values, the ATT&CK matrix; and the words that there are."""

from typing import Annotated, Any, Literal, NotRequired

from pydantic import Field
from typing_extensions import TypedDict

from gateway.dialects.im.schemas import Time, Total

Missing = Annotated[int, Field(description="how many have none")]
Others = Annotated[int, Field(description="of values that are not listed")]


class ValueCount(TypedDict):
    """A value, and how many have it."""

    value: Annotated[str | int | float | bool | None, Field(examples=["high"])]
    count: int


class ListedValues(TypedDict):
    """The values of a field, most frequent first."""

    field: Annotated[str, Field(examples=["severity"])]
    values: list[ValueCount]
    others: Others
    missing: Missing


class Values(TypedDict):
    """The most frequent values."""

    buckets: list[ValueCount]
    others: Others
    missing: Missing


class Span(TypedDict):
    """A part of the time, and how many started in it."""

    start: Time
    count: int
    split: NotRequired[list[ValueCount]]


class OverTime(TypedDict):
    """Counts over time."""

    interval: Annotated[str, Field(examples=["1h"])]
    time_zone: Annotated[str, Field(examples=["UTC"])]
    buckets: list[Span]
    missing: Missing


class Cardinality(TypedDict):
    """How many different values there are."""

    value: int


class Lengths(TypedDict):
    """Lengths of time in seconds: their mean and percentiles, null of none."""

    count: int
    mean: float | None
    p50: float | None
    p90: float | None
    p95: float | None


class LengthsOfValue(Lengths):
    """Those of one value."""

    value: Annotated[str | int | float | bool | None, Field(examples=["high"])]


class Durations(Lengths):
    """Lengths of time, and those of each value where that was asked for."""

    unit: Literal["s"]
    missing: Missing
    buckets: NotRequired[list[LengthsOfValue]]


WidgetAnswer = Values | OverTime | Durations | Cardinality


class WidgetAnswers(TypedDict):
    """The answer to each widget, by its name."""

    took: int
    total_docs: Total
    pit: NotRequired[str]
    widgets: Annotated[
        dict[str, WidgetAnswer], Field(examples=[{"by severity": {"buckets": [], "others": 0, "missing": 0}}])
    ]
    explain: NotRequired[dict[str, Any]]


class CountedEntry(TypedDict):
    """A tactic, a technique or a sub-technique, and how many documents name it."""

    id: Annotated[str, Field(examples=["T1059"])]
    name: Annotated[str, Field(examples=["Command and Scripting Interpreter"])]
    url: Annotated[str, Field(examples=["https://attack.mitre.org/techniques/T1059"])]
    count: int


class CountedTechnique(CountedEntry):
    """A technique with its sub-techniques."""

    subtechniques: list[CountedEntry]


class CountedTactic(CountedEntry):
    """A tactic with its techniques."""

    techniques: list[CountedTechnique]


class UnknownCount(TypedDict):
    """An id that the catalogue does not have."""

    id: str
    count: int


class CountedMatrix(TypedDict):
    """The whole ATT&CK matrix."""

    attack_version: Annotated[str, Field(examples=["v17.1"])]
    total_docs: Total
    tactics: list[CountedTactic]
    unknown: list[UnknownCount]
    others: Others


class Layer(TypedDict):
    """A layer of the ATT&CK Navigator."""

    name: str
    versions: Annotated[dict[str, str], Field(examples=[{"attack": "17", "navigator": "5.1.0", "layer": "4.5"}])]
    domain: Annotated[str, Field(examples=["enterprise-attack"])]
    description: str
    sorting: int
    techniques: Annotated[list[dict[str, Any]], Field(examples=[[{"techniqueID": "T1059", "score": 3}]])]
    gradient: dict[str, Any]


class Caller(TypedDict):
    """Who calls."""

    user: Annotated[str, Field(examples=["alice"])]
    tenant: Annotated[str, Field(examples=["acme"])]
    scopes: Annotated[list[str], Field(examples=[["read", "write"]])]
    auth: Literal["none", "keys"]


class StatusWord(TypedDict):
    """A status, and the state that it is."""

    name: Annotated[str, Field(examples=["new"])]
    state: Literal["open", "in_progress", "closed"]


class WorkflowWords(TypedDict):
    """A workflow with its statuses, the first of which is where incidents begin."""

    id: Annotated[str, Field(examples=["default"])]
    statuses: list[StatusWord]


class Vocabulary(TypedDict):
    """The words that there are, and the limits."""

    version: Annotated[str, Field(examples=["0.1.0"])]
    severities: Annotated[list[str], Field(examples=[["critical", "high", "medium", "low", "info"]])]
    workflows: list[WorkflowWords]
    limits: Annotated[dict[str, int | str], Field(examples=[{"pits": 100, "pit_keep_alive": "5m"}])]


class DescribedField(TypedDict):
    """A field, and what can be done by it."""

    name: Annotated[str, Field(examples=["severity"])]
    kind: Literal["select", "text", "number", "date", "boolean", "object"]
    many: bool
    custom: bool
    read_only: bool
    filterable: bool
    sortable: bool
    groupable: bool


class Fields(TypedDict):
    """The fields, the typed ones first."""

    fields: list[DescribedField]
