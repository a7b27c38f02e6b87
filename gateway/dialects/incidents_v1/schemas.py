"""What v1 answers, as types: its OpenAPI document is drawn from them, and nothing is checked by them."""

from typing import Annotated, Any, Literal, NotRequired

from pydantic import ConfigDict, Field
from typing_extensions import TypedDict

from gateway.dialects.incidents_v1.requests import IncidentCategory, IncidentStatus, IncidentType

Time = Annotated[str, Field(json_schema_extra={"format": "date-time"}, examples=["2026-11-22T08:00:00Z"])]
Number = Annotated[int, Field(json_schema_extra={"format": "int64"})]
IncidentNumber = Annotated[str, Field(pattern=r"^\d+$", description="the incident's id, as text", examples=["1"])]
Done = Literal["OK"]
Counts = Annotated[dict[str, int], Field(examples=[{"OPEN": 12, "RESOLVED": 5}])]


class TouchedService(TypedDict):
    """A service that an incident touches, with what else was sent of it."""

    __pydantic_config__ = ConfigDict(extra="allow")  # type: ignore[misc]

    name: NotRequired[Annotated[str, Field(examples=["api"])]]
    namespace: NotRequired[Annotated[str | None, Field(examples=["prod"])]]


class Shown(TypedDict):
    """An incident; what one of another dialect has no word for is null."""

    id: Number
    type: IncidentType
    incidentId: Annotated[str | None, Field(examples=["disk-17"])]
    title: Annotated[str, Field(examples=["Disk is slow"])]
    category: IncidentCategory
    description: str | None
    recommendation: str | None
    source: Annotated[str | None, Field(examples=["nagios"])]
    status: IncidentStatus
    resolution: str | None
    services: list[TouchedService]
    metricNames: Annotated[list[str], Field(examples=[["disk.latency"]])]
    startTime: Time
    endTime: Time | None
    sourceSite: str | None
    severity: Annotated[str | None, Field(description="free text", examples=["Sev2"])]
    priority: Annotated[str | None, Field(description="free text", examples=["P2"])]
    metadata: Annotated[dict[str, Any], Field(examples=[{"host": "srv-1"}])]
    ackTime: Time | None
    ackUserId: str | None
    ackUserEmail: str | None


class Cursor(TypedDict):
    """The first and the last row of a page; either is a `cursor` to go on from."""

    firstId: Number
    lastId: Number


class Paging(TypedDict):
    """Where a page lies; an empty one has no cursor."""

    cursor: Cursor | None
    hasNext: bool
    hasPrevious: bool


class Page(TypedDict):
    """A page of incidents, newest first."""

    data: list[Shown]
    paging: Paging


class FacetValue(TypedDict):
    """A value, and how many have it."""

    value: Annotated[str, Field(examples=["OPEN"])]
    count: int


class Facet(TypedDict):
    """How many incidents there are of each value, under every filter but the facet's own."""

    name: Annotated[str, Field(examples=["status"])]
    values: list[FacetValue]


class FacetedPage(Page):
    """A page of incidents with the facets of all that match."""

    facets: list[Facet]


class Bucket(TypedDict):
    """Counts of a part of the time frame, in epoch seconds: from the first up to, and without, the second."""

    timestampFrom: Number
    timestampTo: Number
    counts: Annotated[dict[str, int], Field(description="by word", examples=[{"INCIDENT": 4, "ALERT": 1}])]


class Count(TypedDict):
    """How many there are."""

    count: int


class StatusCounts(TypedDict):
    """Opened and resolved in the time frame."""

    OPEN: int
    RESOLVED: int


class ServiceCount(TypedDict):
    """A service, and how many incidents touch it."""

    name: Annotated[str, Field(examples=["api"])]
    namespace: Annotated[str | None, Field(examples=["prod"])]
    count: int


class ShownNote(TypedDict):
    """A note."""

    id: Number
    incidentId: Number
    body: str
    createdAt: Time


class Report(TypedDict):
    """The latest scan report of a source."""

    source: Annotated[str, Field(examples=["trivy"])]
    createdAt: Time
    payload: Annotated[str, Field(examples=['{"score": 84}'])]


class Score(TypedDict):
    """The mean over the latest report of each source that holds a score."""

    score: Annotated[float, Field(examples=[84])]
    grade: Literal["A", "B", "C", "D", "E", "F", "N/A"]
