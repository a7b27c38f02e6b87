"""What `_im` takes where an aggregation result is written."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from gateway.dialects.im.requests import Title
from queries.fields import RESULT_FIELDS

Json = dict[str, Any]


def _named(schema: Json) -> None:
    """Adds what a result has besides: it takes no custom field."""
    schema["properties"] |= {name: {} for name in ("_meta", *RESULT_FIELDS) if name not in schema["properties"]}


class Result(BaseModel):
    """The fields of an aggregation result that are to be changed, and `_meta`; it may be sent back as it was read."""

    model_config = ConfigDict(extra="forbid", json_schema_extra=_named)

    title: Title | None = None
    incidents: Any = Field(None, description="as they were read")
    incidents_total: Any = Field(None, description="as it was read")


class NewResult(BaseModel):
    """A new aggregation result: its fields, and `_meta`."""

    model_config = ConfigDict(extra="forbid", json_schema_extra=_named)

    title: Title = Field(description="every document has one")
    incident_ids: list[str] = Field([], description="of what it is made from")
