"""What Actian answers, as types: its OpenAPI document is drawn from them, and nothing is checked by them."""

from typing import Annotated, Any, Literal, NotRequired

from pydantic import Field
from typing_extensions import TypedDict

from gateway.dialects.actian.requests import Level

Time = Annotated[str, Field(json_schema_extra={"format": "date-time"}, examples=["2025-07-22T08:00:00.000Z"])]
Tags = Annotated[list[str], Field(examples=[["prod", "finance"]])]


class Incident(TypedDict):
    """An incident as it is listed."""

    id: Annotated[int, Field(description="the number that the other dialects know it by too")]
    project_id: int | None
    asset_id: Annotated[str | None, Field(examples=["5x0e34yk1re4"])]
    last_upload_timestamp: Time | None
    created_time: Time
    severity: Level | None
    impact: Level | None
    status: Literal["OPEN", "CLOSED"]
    ticket_id: int | None
    alert_policy_id: Annotated[str | None, Field(examples=["4"])]
    alert_policy_name: Annotated[str | None, Field(description="the title, where no policy is named")]
    description: str | None
    tags: Tags


class Metric(TypedDict):
    """A metric that the incident is about."""

    metric_name: Annotated[Any, Field(examples=["row_count"])]
    metric_aggregation: NotRequired[Any]
    display_metric_name: NotRequired[Any]
    segment: NotRequired[Any]
    rule: NotRequired[Any]
    attribute: NotRequired[Any]


class AlertReference(TypedDict):
    """What finds an alert again: the time of its upload and its violation."""

    metric_time: str | None
    violation_name: Annotated[str | None, Field(examples=["FEATURE.s132j7ja1"])]


class Entry(TypedDict):
    """A change of state, with the alerts that came with it."""

    timestamp: Time
    state: Literal["NEW", "ONGOING", "RESOLVED", "REOPENED"]
    alert_refs: list[AlertReference]


class Detail(Incident):
    """An incident with its metrics and its history, earliest first."""

    metrics: list[Metric]
    history: list[Entry]


Levels = Annotated[
    dict[str, int],
    Field(description="by level; those without one, if there are any, under the empty key", examples=[{"HIGH": 6}]),
]


class Day(TypedDict):
    """The incidents that were made on a day, in UTC."""

    date: Annotated[str, Field(json_schema_extra={"format": "date"})]
    counts: Levels
    counts_by_impact: Levels


class Distribution(TypedDict):
    """Counts day by day."""

    incidents: list[Day]


ByTag = Annotated[dict[str, int], Field(examples=[{"prod": 12, "finance": 7}])]


class Summary(TypedDict):
    """Counts, and times to resolve in hours: of this period, and of the one of equal length before it."""

    total: int
    open: int
    closed: int
    mean_time_to_resolve: int
    previous_mean_time_to_resolve: int
    open_by_tag: ByTag
    closed_by_tag: ByTag


class Alert(TypedDict):
    """An alert of one upload and one violation."""

    type: Annotated[str | None, Field(examples=["SCHEMA_CHANGE"])]
    source: str | None
    attribute: str | None
    job_id: str | None
    create_time: str | None
    save_time: str | None
    violation_data: dict[str, Any]
    violation_name: str | None
    notification_channels: list[str]
    is_notification_enabled: bool | None
    metric_time: str | None
    is_notified: bool | None
    metric_value: float | None
    policy_name: str | None
    segment: str | None
    priority: Annotated[str | None, Field(examples=["HIGH"])]
    description: Annotated[dict[str, Any], Field(description="texts by level", examples=[{"HIGH": ["a new column"]}])]
    source_name: str | None
    source_type: str | None
    project_name: str | None
    tags: Tags
