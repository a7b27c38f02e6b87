"""What Log360 takes, in the vendor's words, whatever their case.

An unknown name in a body is refused, one in a query is ignored; null is the same as nothing. A list has at most 100
items, as the vendor says of its list of ids.
"""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from gateway.models import Closed, short

NOBODY = -1
MOST = 100
LARGEST = 2**53 - 1


def _lower(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value


Severity = Annotated[Literal["critical", "trouble", "attention"], BeforeValidator(_lower)]
Status = Annotated[Literal["open", "in_progress", "closed"], BeforeValidator(_lower)]
Source = Annotated[Literal["search", "report", "alert", ""], BeforeValidator(_lower)]
ResponseType = Annotated[Literal["client", "server"], BeforeValidator(_lower)]
IncidentId = Annotated[int, Field(ge=0, le=LARGEST)]
Note = Annotated[str, Field(min_length=1, max_length=100_000)]
Name = Annotated[str, Field(pattern=r"\S", max_length=8191), AfterValidator(short)]
Uuid = Annotated[str, Field(min_length=1, max_length=256)]


class Path(BaseModel):
    """What stands in paths."""

    incident_id: IncidentId = Field(description="the incident's number")


class Create(Closed):
    """A new incident."""

    model_config = ConfigDict(frozen=True, strict=True)

    name: Name = Field(description="unique, whatever its case")
    description: str | None = None
    severity: Severity | None = None
    status: Status | None = None
    assignee: int | None = Field(None, ge=NOBODY, le=LARGEST, description="-1: nobody")
    due_date: str | None = Field(None, description="ISO 8601 date-time; without an offset, in the server's zone")
    notes: Annotated[list[Note], Field(max_length=MOST, fail_fast=True)] | None = None
    evidence: Annotated[list[Uuid], Field(max_length=MOST, fail_fast=True)] | None = None
    source: Source | None = Field(None, description="where the evidence is from")

    @model_validator(mode="after")
    def _agree(self) -> "Create":
        if self.evidence and not self.source:
            raise ValueError("evidence needs its source: search, report or alert")
        return self


class Update(Create):
    """What is to be changed, and more notes and evidence; what is not named stays as it is."""

    incident_id: IncidentId


class Delete(Closed):
    """The incidents to delete."""

    model_config = ConfigDict(frozen=True)

    incident_ids: list[IncidentId] = Field(min_length=1, max_length=MOST, fail_fast=True, description="their numbers")


class Detail(BaseModel):
    """Query of one incident."""

    response_type: ResponseType = Field("server", description="labels and the server's zone, or words and UTC")


class List(Detail):
    """Query of the list."""

    severity: Severity | None = Field(None, description="this severity")
    status: Status | None = Field(None, description="this status")
    created_by: str | None = Field(None, description="who made it")
    assignee: int | None = Field(None, ge=NOBODY, le=LARGEST, description="-1: nobody")
    from_: int = Field(0, alias="from", ge=0, description="how many are passed over")
    limit: int = Field(MOST, ge=1, le=MOST, description="how many there are on a page")
