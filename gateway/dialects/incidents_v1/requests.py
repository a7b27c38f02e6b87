"""What incidents v1 takes, as its reference lists it; of a service, other keys than the known two are kept.

Unknown query parameters are ignored, as the vendor's server does; unknown body keys are refused.
"""

import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.alias_generators import to_camel
from pydantic.config import JsonDict

from gateway.models import Closed, short
from queries.periods import DATE_TIME

IncidentType = Literal["INCIDENT", "ANOMALY", "ALERT"]
IncidentStatus = Literal["OPEN", "RESOLVED"]
IncidentCategory = Literal["PERFORMANCE", "RELIABILITY", "SECURITY", "CONFIGURATION"]
Direction = Literal["NEXT", "PREVIOUS"]

MOST_BUCKETS = 1000
MOST_ITEMS = 1000
"""Services, or names of metrics, of one incident."""
LONGEST_WORD = 8191
"""Characters of a text that a filter finds by its value."""

_WHOLE = re.compile(r"-?\d{1,19}", re.ASCII)


def _whole(value: object) -> object:
    if not isinstance(value, str) or not _WHOLE.fullmatch(value):
        raise ValueError("a whole number is wanted here")
    return int(value)


def _parts(values: list[str]) -> list[str]:
    return [part for value in values for part in value.split(",")]


Whole = BeforeValidator(_whole)
EpochSeconds = Annotated[int, Field(ge=-62135596800, le=253402300799), Whole]
SinceEpoch = Annotated[int, Field(ge=0, le=253402300799), Whole]
_INT64: JsonDict = {"format": "int64"}
PageSize = Annotated[int, Field(ge=1, le=100), Whole]
Buckets = Annotated[int, Field(ge=1, le=MOST_BUCKETS), Whole]
_FEW: Any = Field(default=[], max_length=100, fail_fast=True)
Texts = Annotated[list[str], _FEW, Field(json_schema_extra={"explode": True})]
Types = Annotated[list[IncidentType], _FEW, BeforeValidator(_parts)]
Statuses = Annotated[list[IncidentStatus], _FEW, BeforeValidator(_parts)]
Categories = Annotated[list[IncidentCategory], _FEW, BeforeValidator(_parts)]
Word = Annotated[str, Field(max_length=LONGEST_WORD), AfterValidator(short)]
STARTED = "started then or later, in epoch seconds"
STARTED_BEFORE = "started then or earlier, in epoch seconds"
FROM = "the first second of the time frame, since the epoch; absent: that of the earliest"
TO = "the second after the time frame, since the epoch; absent: the next one"
CURSOR = "`firstId` or `lastId` of a page"
DIRECTION = "to the older ones after the cursor, or to the newer ones before it"
PAGE_SIZE = "how many there are on a page"
_DATE_TIME: JsonDict = {"type": "string", "format": "date-time", "pattern": DATE_TIME}
_MOMENT: JsonDict = {
    "anyOf": [
        _DATE_TIME,
        {"type": "number", "minimum": -62135596800, "maximum": 253402300799},
        {"type": "null"},
    ]
}
"""From the year 1 to 9999, and zones as far as there are any."""
Moment = Annotated[Any, Field(json_schema_extra=_MOMENT, description="ISO 8601, or epoch seconds")]


class Query(BaseModel):
    """Query parameters; those it does not know are ignored."""

    model_config = ConfigDict(extra="ignore", frozen=True, alias_generator=to_camel)


class Body(Closed):
    """A body; keys it does not know are refused."""

    model_config = ConfigDict(frozen=True, alias_generator=to_camel)


class Path(Query):
    """What stands in paths."""

    id: int = Field(ge=-(2**63), lt=2**63, json_schema_extra=_INT64, description="the incident's id")
    note_id: int = Field(ge=0, lt=2**63, json_schema_extra=_INT64, description="the note's id")
    incident_id: int = Field(ge=0, lt=2**63, json_schema_extra=_INT64, description="the incident's id, a number")
    type: IncidentType = Field(description="which incidents")


class Filters(Query):
    """Which incidents a list or a facet is of."""

    start_timestamp: EpochSeconds | None = Field(None, description=STARTED)
    end_timestamp: EpochSeconds | None = Field(None, description=STARTED_BEFORE)
    type: Types = Field([], description="any of these types")
    status: Statuses = Field([], description="any of these statuses")
    resolution: str | None = Field(None, description="this resolution")
    category: Categories = Field([], description="any of these categories")
    service: Texts = Field([], description="a service of any of these names")
    namespace: Texts = Field([], description="a service in any of these namespaces")
    metric: Texts = Field([], description="any of these metrics")
    source: Texts = Field([], description="any of these sources")
    acknowledged: bool | None = Field(None, description="whether somebody has acknowledged it")


class Listed(Filters):
    """`GET incidents`."""

    cursor: str | None = Field(None, json_schema_extra={"pattern": r"^\d{1,18}$"}, description=CURSOR)
    direction: Direction = Field("NEXT", description=DIRECTION)
    page_size: PageSize = Field(20, description=PAGE_SIZE)


class Faceted(Filters):
    """`GET incidents/facets`."""

    start_timestamp: SinceEpoch | None = Field(None, description=STARTED)
    end_timestamp: SinceEpoch | None = Field(None, description=STARTED_BEFORE)
    cursor: str | None = Field(None, json_schema_extra={"pattern": r"^\d{1,18}$"}, description=CURSOR)
    direction: Direction = Field("NEXT", description=DIRECTION)
    limit: PageSize = Field(20, description=PAGE_SIZE)


class Window(Query):
    """A time frame: from the first second up to, and without, the second one."""

    timestamp_from: SinceEpoch | None = Field(None, description=FROM)
    timestamp_to: SinceEpoch | None = Field(None, description=TO)


class SeverityBuckets(Window):
    """`GET incidents/stats/severities`."""

    buckets: Buckets = Field(1, description="how many parts of equal width the time frame is cut into")


class TypeBuckets(SeverityBuckets):
    """`GET incidents/stats/types`."""

    type: IncidentType | None = Field(None, description="this type alone")
    status: IncidentStatus | None = Field(None, description="the resolved ones by their end; absent: the open ones")
    resolution: str | None = Field(None, description="this resolution alone")


class Current(Query):
    """`GET incidents/stats/current` and its split by priority."""

    status: IncidentStatus = Field(description="the status that they have now")
    type: IncidentType | None = Field(None, description="this type alone")


class StartWindow(Query):
    """`GET incidents/stats/{type}/services`."""

    start_timestamp_from: SinceEpoch | None = Field(None, description=FROM)
    start_timestamp_to: SinceEpoch | None = Field(None, description=TO)


class Service(BaseModel):
    """A service that an incident touches."""

    model_config = ConfigDict(extra="allow", frozen=True)

    name: Word
    namespace: Word | None = None


class Incident(Body):
    """`POST incidents`."""

    type: IncidentType
    incident_id: str = Field(min_length=1, max_length=16)
    title: str = Field(min_length=1, max_length=255)
    category: IncidentCategory
    description: str = Field(max_length=2000)
    recommendation: str = Field(max_length=2000)
    source: str = Field(max_length=255)
    status: IncidentStatus
    resolution: str = Field(max_length=20)
    services: list[Service] = Field(min_length=1, max_length=MOST_ITEMS, fail_fast=True)
    metric_names: list[Word] = Field(max_length=MOST_ITEMS, fail_fast=True)
    start_time: Moment = None
    end_time: Moment = None
    source_site: str = Field(max_length=50)
    severity: str = Field(max_length=10)
    priority: str = Field(max_length=10)
    metadata: dict[str, Any]


class Patch(Body):
    """`PATCH incidents/{id}`; every field is wanted."""

    title: str = Field(min_length=1, max_length=255)
    description: str = Field(max_length=2000)
    recommendation: str = Field(max_length=2000)
    status: IncidentStatus
    resolution: str = Field(max_length=20)
    severity: str = Field(max_length=10)
    priority: str = Field(max_length=10)


class Note(Body):
    """A note's text."""

    body: str = Field(min_length=1, max_length=100_000)


class ScanSource(Query):
    """`GET scan-reports`."""

    source: str = Field(min_length=1, max_length=255, description="the tool that the report is from")


class ScanReport(Body):
    """`POST scan-reports`."""

    source: str = Field(min_length=1, max_length=255)
    created_at: str = Field(json_schema_extra=_DATE_TIME)
    payload: str


class OfType(Query):
    """A type that stands in the path."""

    type: IncidentType
