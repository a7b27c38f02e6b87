"""What BigPanda takes in queries, and bodies of environments (the vendor's public reference).

Unknown query parameters are ignored, unknown body keys refused. Of the vendor's environments, the roles that may use
one and the group that it is in are not supported: here keys say who may do what.
"""

import re
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema
from pydantic.config import JsonDict

from gateway.dialects.bigpanda.times import LATEST, sent_seconds
from gateway.models import Closed

LONGEST_QUERY = 2000

_WHOLE = re.compile(r"\d{1,18}", re.ASCII)

Model = TypeVar("Model", bound=BaseModel)

SortBy = Literal["last_change", "status", "start", "alerts"]
Folder = Literal["active", "shared", "snoozed", "resolved", "unhandled", "maintenance"]


def _whole(value: Any) -> Any:
    if isinstance(value, str) and not _WHOLE.fullmatch(value):
        raise ValueError("a whole number is wanted here")
    return value


_TIME: JsonDict = {
    "anyOf": [
        {"type": "number", "minimum": 0, "exclusiveMaximum": (LATEST + 1) * 1000},
        {"type": "string", "format": "date-time"},
    ],
    "description": "seconds since the epoch; milliseconds and ISO 8601 are read too",
}
Moment = Annotated[int, Field(ge=0, le=LATEST), BeforeValidator(sent_seconds), WithJsonSchema(_TIME)]
"""In a body, whole seconds, from any form of a time that senders use."""

Whole = BeforeValidator(_whole)
Seconds = Annotated[int, Field(ge=0, le=LATEST, description="seconds since the epoch"), Whole]
PageNumber = Annotated[int, Field(ge=1, json_schema_extra={"maximum": 10_000}), Whole]
"""Pages reach to the ten thousandth item, however many there are on each."""
PageSize = Annotated[int, Field(ge=1, le=100), Whole]


class Path(BaseModel):
    """What stands in paths."""

    environment_id: str = Field(description="an environment's id; `all` is there from the start")
    incident_id: str = Field(description="the incident's id, of 24 hex digits")
    tag_id: str = Field(description="the tag's id: its name in lower case")
    change_id: str = Field(description="the change's id, of 24 hex digits")
    related_change_id: str = Field(description="the relation's id, of 24 hex digits")


class Detail(BaseModel):
    """Query of one incident."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    expand: Literal["alerts"] | None = Field(None, description="whole alerts instead of their ids")


class Search(Detail):
    """Query of the search."""

    query: str = Field("*", max_length=LONGEST_QUERY, description="BPQL")
    from_: Seconds | None = Field(None, alias="from", description="active then or later, in seconds since the epoch")
    to: Seconds | None = Field(None, description="active then or earlier, in seconds since the epoch; absent: now")
    sort_by: SortBy = Field("last_change", description="highest or latest first")
    folder: Folder | None = Field(None, description="in this folder; absent: in any or none")
    page: PageNumber = Field(1, description="the first page is 1")
    page_size: PageSize = Field(10, description="with expand, at most 10")


Name = Annotated[str, Field(pattern=r"\S", max_length=128, description="unique, whatever its case")]
Description = Annotated[str, Field(max_length=1000)]
Filter = Annotated[str, Field(max_length=LONGEST_QUERY, description="BPQL; which incidents are in it")]


class NewEnvironment(Closed):
    """A new environment."""

    model_config = ConfigDict(frozen=True, strict=True)

    name: Name
    description: Description = ""
    filter: Filter = "*"


class EnvironmentChange(Closed):
    """What is to be changed of an environment; what is not named stays as it is."""

    model_config = ConfigDict(frozen=True, strict=True)

    name: Name | None = None
    description: Description | None = None
    filter: Filter | None = None
