"""What BigPanda takes of changes and of their relations to incidents, in bodies and in queries."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from gateway.dialects.bigpanda.requests import Moment, Seconds, Whole
from gateway.dialects.bigpanda.requests_alerts import as_text
from gateway.dialects.bigpanda.requests_writes import Id, Strict, Text
from gateway.models import at_most

DEEPEST = 20
MOST_NAMES = 200
STATUSES = ("Planned", "In Progress", "Done", "Canceled")

_IN_LOWER_CASE = {each.lower(): each for each in STATUSES}


def _as_printed(value: Any) -> Any:
    return _IN_LOWER_CASE.get(value.lower(), value) if isinstance(value, str) else value


def _without_null(tags: Any) -> Any:
    return {name: value for name, value in tags.items() if value is not None} if isinstance(tags, dict) else tags


def _upper(value: Any) -> Any:
    return value.upper() if isinstance(value, str) else value


def _shallow(metadata: dict[str, Any]) -> dict[str, Any]:
    level: list[Any] = [metadata]
    for _ in range(DEEPEST):
        parts = [part for each in level for part in (each.values() if isinstance(each, dict) else each)]
        level = [each for each in parts if isinstance(each, dict | list)]
    if level:
        raise ValueError(f"nested deeper than {DEEPEST}")
    return metadata


def _no_history(value: bool) -> bool:
    if value:
        raise ValueError("what was said before is not kept here; an incident's activities tell it")
    return value


Status = Annotated[Literal["Planned", "In Progress", "Done", "Canceled"], BeforeValidator(_as_printed)]
Certainty = Annotated[Literal["MATCH", "SUSPECT", "NONE"], BeforeValidator(_upper)]
Tags = Annotated[
    dict[
        Annotated[str, Field(min_length=1, max_length=128)],
        Annotated[str, Field(max_length=512), BeforeValidator(as_text)],
    ],
    BeforeValidator(_without_null),
    at_most(MOST_NAMES),
]


class Change(Strict):
    """A change; sent again, it is all that is known of it from then on."""

    identifier: str = Field(pattern=r"\S", max_length=512, description="what its own system calls it")
    status: Status
    summary: str = Field(pattern=r"\S", max_length=5000)
    start: Moment
    end: Moment | None = None
    ticket_url: Annotated[str, Field(min_length=1, max_length=2048)] | None = None
    tags: Tags = Field({}, max_length=MOST_NAMES)
    metadata: Annotated[dict[str, Any], at_most(MOST_NAMES), AfterValidator(_shallow)] = Field(
        {}, max_length=MOST_NAMES
    )

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> "Change":
        if self.end is not None and self.end < self.start:
            raise ValueError("a change ends no earlier than it starts")
        return self


class Relation(Strict):
    """What a change has to do with an incident; sent again, it takes the place of what was said before."""

    change_id: Id
    incident_id: Id
    match_certainty: Certainty
    comment: Text | None = None


class RelationChange(Strict):
    """What is to be changed of a relation; what is not named stays as it is."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1})

    match_certainty: Certainty | None = None
    comment: Text | None = None

    @model_validator(mode="after")
    def _changes_something(self) -> "RelationChange":
        if self.match_certainty is None and self.comment is None:
            raise ValueError("match_certainty or comment is wanted here")
        return self


class Changes(BaseModel):
    """Query of the changes."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    start_time_frame: Seconds | None = Field(None, description="started then or later; absent: 4 hours before the end")
    end_time_frame: Seconds | None = Field(None, description="started then or earlier; absent: now")
    search: str = Field("", max_length=256, description="part of identifier, summary or status; may stand in quotes")
    sort: Literal["start_time_frame", "end_time_frame"] = Field("start_time_frame", description="the latest first")
    limit: Annotated[int, Field(ge=1, le=1000), Whole] = Field(100, description="how many there are on a page")
    cursor: str | None = Field(None, max_length=1000, description="of the header Link of the page before")
    incident_id: Id | None = Field(None, description="shows what each has to do with this incident")
    include: Literal["change"] = Field("change", description="whole changes, as always")


class Relations(BaseModel):
    """Query of relations: of an incident, or of a change."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    incident_id: Id | None = Field(None, description="those of this incident, each with its change")
    change_id: Id | None = Field(None, description="those of this change")
    include: Literal["change"] = Field("change", description="of an incident, each with its change")
    include_history: Annotated[bool, AfterValidator(_no_history)] = Field(False, description="false alone")

    @model_validator(mode="after")
    def _of_one(self) -> "Relations":
        if (self.incident_id is None) == (self.change_id is None):
            raise ValueError("one of incident_id and change_id is wanted")
        return self
