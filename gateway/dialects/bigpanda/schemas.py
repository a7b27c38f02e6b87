"""What BigPanda answers, as types: its OpenAPI document is drawn from them, and nothing is checked by them."""

from typing import Annotated, Any, Literal, NotRequired

from pydantic import Field
from typing_extensions import TypedDict

from gateway.dialects.bigpanda.requests import Folder
from gateway.dialects.bigpanda.requests_writes import TagType

Hex = Annotated[str, Field(pattern="^[0-9a-f]{24}$", examples=["681102f731824249f48df555"])]
Seconds = Annotated[int, Field(description="seconds since the epoch", examples=[1746010871])]
AlertStatus = Literal["critical", "warning", "unknown", "ok"]
TagValue = Annotated[str | list[str], Field(examples=["P1"])]


class Person(TypedDict):
    """Somebody, by what is known of him."""

    name: str | None
    user_id: Annotated[str | None, Field(examples=["651d16e46db9ffbf9d5883d9"])]
    email: str | None


class SnoozeState(TypedDict):
    """The snooze that has not ended yet."""

    snoozed: bool
    end_time: Seconds | None
    cancel_on_incident_updates: bool


class IncidentTag(TypedDict):
    """A tag of an incident."""

    id: Annotated[str | None, Field(examples=["priority"])]
    name: Annotated[str | None, Field(examples=["Priority"])]
    type: Annotated[str | None, Field(examples=["Priority"])]
    value: TagValue | None


class AlertReference(TypedDict):
    """An alert by its id alone."""

    alert_id: Annotated[str, Field(examples=["5d09d221aebaec1c43ccd448"])]


class AlertTag(TypedDict):
    """A tag of an alert."""

    name: Annotated[str, Field(examples=["host"])]
    value: Annotated[str | list[str], Field(examples=["production-database-1"])]


class ShownAlert(AlertReference):
    """An alert; what one of another dialect lacks is null."""

    id: Annotated[str, Field(examples=["5d09d221aebaec1c43ccd448"])]
    status: AlertStatus | None
    start: Seconds
    end: Seconds | None
    changed_at: Seconds
    updated_at: Seconds
    last_event_at: Seconds
    active: bool
    primary_property: Annotated[Any, Field(examples=["host"])]
    secondary_property: Annotated[Any, Field(examples=["check"])]
    source_system: Annotated[str | None, Field(examples=["api.backend_monitoring"])]
    incident_key: Annotated[Any, Field(examples=["backend_monitoring__production-database-1__CPU load"])]
    maintenance_plans: Any
    description: str | None
    tags: list[AlertTag]


class Incident(TypedDict):
    """An incident."""

    id: Hex
    status: Annotated[AlertStatus, Field(description="the most severe of its alerts")]
    active: bool
    severity: Annotated[AlertStatus, Field(description="the highest status that it reached")]
    flapping: bool
    shared: bool
    snooze: SnoozeState
    maintenance: Annotated[str | None, Field(description="null, partial or active", examples=["partial"])]
    correlation_matchers_log: Annotated[list[Any], Field(examples=[[]])]
    start: Seconds
    changed_at: Seconds
    updated_at: Seconds
    end: Seconds | None
    alerts: Annotated[list[ShownAlert | AlertReference], Field(description="whole ones where that is asked for")]
    assignee: Person | None
    assigner: Person | None
    environments: Annotated[list[str], Field(examples=[["all"]])]
    folders: list[Folder]
    incident_tags: list[IncidentTag]


class Page(TypedDict):
    """A page of a list."""

    total: int
    page: int


class Incidents(Page):
    """A page of incidents."""

    items: list[Incident]


class Activity(TypedDict):
    """What happened to an incident; what a person did tells who it was."""

    id: Annotated[str, Field(examples=["17"])]
    type: Annotated[str, Field(examples=["incident_commented"])]
    timestamp: Seconds
    created_by: NotRequired[str]
    params: NotRequired[Annotated[dict[str, Any], Field(examples=[{"comment": "seen before"}])]]


class ActivityPage(Page):
    """A page of activities, newest first."""

    items: list[Activity]


class ShownEnvironment(TypedDict):
    """A named part of the incidents."""

    id: Annotated[str, Field(examples=["all"])]
    name: Annotated[str, Field(examples=["All"])]
    description: str
    filter: Annotated[str, Field(description="BPQL", examples=["host = prod-*"])]


class Nothing(TypedDict):
    """Nothing to tell."""


class Accepted(TypedDict):
    """It is done, though the vendor would only begin."""

    status: Literal[202]
    data: Nothing


class Done(TypedDict):
    """It is done."""

    status: Literal[200]
    data: Nothing


class SetTag(TypedDict):
    """A tag and its value."""

    tag_id: Annotated[str, Field(examples=["priority"])]
    tag_value: TagValue | None


class TagAccount(SetTag):
    """A tag, and who gave it when, where an activity tells."""

    incident_id: Hex
    name: str | None
    email: str | None
    timestamp: Seconds | None


class TagConfig(TypedDict):
    """The values that a tag can have."""

    ordered_list: NotRequired[Annotated[list[str], Field(examples=[["P1", "P2"]])]]
    incident_tag_values: NotRequired[list[str]]


class ShownDefinition(TypedDict):
    """What a tag is."""

    id: Annotated[str, Field(examples=["priority"])]
    name: Annotated[str, Field(examples=["Priority"])]
    description: str
    type: TagType
    active: bool
    config: TagConfig
    created_by: str
    created_at: Seconds
    updated_by: str
    updated_at: Seconds


class AlertIds(TypedDict):
    """An alert, and the incident that it is in."""

    alert_id: Hex
    incident_id: Hex


class TakenAlerts(TypedDict):
    """The alerts that were sent."""

    alerts: list[AlertIds]


class Taken(TypedDict):
    """The alerts, as they were taken in."""

    status: Literal[201]
    data: TakenAlerts
