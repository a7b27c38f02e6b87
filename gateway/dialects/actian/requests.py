"""What Actian takes. Unknown query parameters are ignored, unknown body keys refused.

The vendor has no operation that writes: its incidents are made, and its own fields set, through other dialects.
"""

import re
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema, model_validator
from pydantic.config import JsonDict

from gateway.models import Closed
from queries.periods import DATE_TIME

Level = Literal["HIGH", "MEDIUM", "LOW"]

_MOST = 1000
_WHOLE = re.compile(r"-?\d{1,19}", re.ASCII)


def _parts(values: list[str]) -> list[str]:
    return [part.strip() for value in values for part in value.split(",")]


def _upper(value: object) -> object:
    return value.upper() if isinstance(value, str) else value


def _whole(value: object) -> object:
    if not isinstance(value, str) or not _WHOLE.fullmatch(value):
        raise ValueError("a whole number is wanted here")
    return int(value)


_DATE_TIME: JsonDict = {"type": "string", "format": "date-time", "pattern": DATE_TIME}
_TIME: JsonDict = {"anyOf": [_DATE_TIME, {"type": "string", "format": "date"}]}
Time = Annotated[str, WithJsonSchema(_TIME)]
Text = Annotated[str, Field(min_length=1, max_length=8191)]
_FEW: Any = Field(default=[], max_length=_MOST, fail_fast=True)
Texts = Annotated[list[Text], _FEW, BeforeValidator(_parts)]
Numbers = Annotated[list[Annotated[int, BeforeValidator(_whole)]], _FEW, BeforeValidator(_parts)]
Levels = Annotated[list[Annotated[Level, BeforeValidator(_upper)]], _FEW, BeforeValidator(_parts)]
Listed = Annotated[list[Text], _FEW]


class Path(BaseModel):
    """What stands in paths."""

    tenant: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$", description="the tenant")
    incidentId: int = Field(ge=-(10**18) + 1, le=10**18 - 1, description="the incident's number")


class Filters(BaseModel):
    """Which incidents are meant; a list is separated by commas, and any of its values will do."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    project_ids: Numbers = Field([], description="of any of these projects")
    connection_types: Texts = Field([], description="of assets with any of these types of connection")
    alert_policy_ids: Texts = Field([], description="by any of these alert policies")
    severities: Levels = Field([], description="any of these severities")
    impacts: Levels = Field([], description="any of these impacts")
    connection_ids: Texts = Field([], description="of assets with any of these connections")
    from_time: Time | None = Field(None, description="ISO 8601; made then or later")
    to_time: Time | None = Field(None, description="ISO 8601; made then or earlier, a bare date counting whole")
    text_to_search: str | None = Field(
        None, max_length=1000, description="part of the policy's or the source's name, whatever the case"
    )


class AlertFilters(Closed):
    """Which alerts are meant: any value of each list that is given; an empty one is as good as none."""

    model_config = ConfigDict(frozen=True, strict=True, json_schema_extra={"minProperties": 1})

    sources: Listed
    upload_dates: Listed
    violation_names: Listed

    @model_validator(mode="after")
    def _some(self) -> "AlertFilters":
        if not (self.sources or self.upload_dates or self.violation_names):
            raise ValueError("at least one of sources, upload_dates and violation_names is wanted")
        return self
