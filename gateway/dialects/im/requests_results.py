"""What `_im` takes of aggregation results."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from gateway.dialects.im.requests import SIZE, From, Strict, Title, with_meta
from queries.fields import RESULT_FIELDS

Json = dict[str, Any]


def _named(schema: Json) -> None:
    """Adds `_meta` and the fields: a result takes no custom ones."""
    with_meta(schema, "aggregation_result")
    schema["properties"] |= {name: {} for name in RESULT_FIELDS if name not in schema["properties"]}


def _written(schema: Json) -> None:
    """The same without what only the gateway writes."""
    _named(schema)
    for name in (name for name, field in RESULT_FIELDS.items() if field.read_only):
        del schema["properties"][name]


class Result(BaseModel):
    """The fields of an aggregation result that are to be changed, and `_meta`; it may be sent back as it was read."""

    model_config = ConfigDict(extra="forbid", json_schema_extra=_named)

    title: Title | None = None
    incidents: Any = Field(None, description="as they were read")
    incidents_total: Any = Field(None, description="as it was read")


class NewResult(BaseModel):
    """A new aggregation result: its fields, and `_meta`."""

    model_config = ConfigDict(extra="forbid", json_schema_extra=_written)

    title: Title = Field(description="every document has one")
    incident_ids: list[str] = Field([], description="of what it is made from")


class Results(Strict):
    """Query of `aggregations/results`."""

    incident_aggregation_id: str | None = Field(None, description="those of this aggregation")
    incident_aggregation_result_id: str | None = Field(None, description="this result, with its incidents")
    from_: From = 0
    size: int = Field(25, ge=0, le=1000, description=SIZE)
