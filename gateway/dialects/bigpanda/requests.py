"""What BigPanda takes in queries, and bodies of environments (the vendor's public reference).

Unknown query parameters are ignored, unknown body keys refused. Of the vendor's environments, the roles that may use
one and the group that it is in are not supported: here keys say who may do what.
"""

import re
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from gateway.dialects.bigpanda.times import LATEST
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


Whole = Annotated[int, BeforeValidator(_whole)]
Seconds = Annotated[Whole, Field(le=LATEST, description="seconds since the epoch")]


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
    folder: Folder | None = None
    page: Annotated[Whole, Field(ge=1)] = 1
    page_size: Annotated[Whole, Field(ge=1, le=100)] = Field(10, description="with expand, at most 10")


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
