"""What `_im` takes where documents are counted."""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field, StringConstraints, model_validator

from gateway.dialects.im.requests import EXPLAIN, Filters, Strict
from gateway.models import at_most

MOST_WIDGETS = 64

FIELD = "a field whose values can be counted, typed or custom"


class FieldValues(Filters):
    """`fields/{name}/values`."""

    prefix: str = Field("", max_length=128, description="what the values begin with, whatever the case; texts only")
    size: int = Field(10, ge=1, le=1000, description="how many values are listed, most frequent first")


class ValuesWidget(Strict):
    """The most frequent values of a field."""

    field: str = Field(description=FIELD)
    size: int = Field(10, ge=1, le=1000, description="how many values are listed, most frequent first")


class SplitBy(Strict):
    """The most frequent values of a field, in each bucket."""

    field: str = Field(description=FIELD)
    size: int = Field(10, ge=1, le=50, description="how many of these values, most frequent first")


class HistogramWidget(Strict):
    """Documents by time."""

    field: Literal["started_at", "created_at", "resolved_at", "acknowledged_at"] = Field(description="the time")
    interval: str = Field(
        "day", description="minute, hour, day, week, month, quarter, year; or a length: 90s, 15m, 6h, 7d"
    )
    time_zone: str = Field("Z", description="whose calendar and clocks: an IANA name, an offset, or Z")
    split: SplitBy | None = Field(None, description="counts by value too")


class CardinalityWidget(Strict):
    """How many different values a field has."""

    field: str = Field(description=FIELD)


class DurationsWidget(Strict):
    """How long it took from `started_at` on."""

    of: Literal["acknowledge", "resolve"] = Field(description="until what")
    by: str | None = Field(None, description="a field, for whose values it is told too")
    size: int = Field(10, ge=1, le=50, description="how many of these values, most frequent first")


class Widget(Strict):
    """One of the four."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1, "maxProperties": 1})

    values: ValuesWidget | None = Field(None, description="the most frequent values")
    histogram: HistogramWidget | None = Field(None, description="documents by time")
    cardinality: CardinalityWidget | None = Field(None, description="how many different values")
    durations: DurationsWidget | None = Field(None, description="how long it took")

    @model_validator(mode="after")
    def _one(self) -> "Widget":
        if len(self.model_fields_set) != 1 or self.kind is None:
            raise ValueError("one of values, histogram, cardinality and durations is wanted here")
        return self

    @property
    def kind(self) -> ValuesWidget | HistogramWidget | CardinalityWidget | DurationsWidget | None:
        """What it is."""
        return self.values or self.histogram or self.cardinality or self.durations


class Widgets(Filters):
    """`incidents_full_types/stats`."""

    widgets: Annotated[
        dict[Annotated[str, StringConstraints(min_length=1, max_length=128)], Widget], at_most(MOST_WIDGETS)
    ] = Field(max_length=MOST_WIDGETS, description="what is counted, by names of the caller's choice")
    explain: bool = Field(False, description=EXPLAIN)


class Mitre(Filters):
    """`mitre`."""

    format: Literal["matrix", "navigator"] = Field(
        "matrix", description="navigator: a layer of the ATT&CK Navigator, 4.5"
    )
