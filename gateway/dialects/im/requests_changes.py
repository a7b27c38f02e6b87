"""What the change feed takes, and changes of whatever filters ask for."""

from typing import Any

from pydantic import Field, model_validator

from gateway.dialects.im.requests import AdditionalField, Filters, Query, Strict, Time


class Changes(Strict):
    """Query of `incidents/changes`."""

    after: str | None = Field(None, description="`next` of the answer before; absent: from now on")
    wait: float = Field(30, ge=0, le=60, description="seconds to wait for a change, where there is none")
    search_query: Query = Field(None, description="OpenSearch query DSL, as JSON text")
    additional_fields: list[AdditionalField] = Field([], max_length=64, fail_fast=True, description="JSON text")
    start_time: Time = Field(None, description="date math, ISO 8601, or epoch milliseconds")
    end_time: Time = Field(None, description="the same")

    @property
    def filters(self) -> Filters:
        """Which incidents are wanted."""
        words = ("search_query", "additional_fields", "start_time", "end_time")
        return Filters.model_validate({name: getattr(self, name) for name in words})


class ByFilter(Filters):
    """A dry run over incidents that filters ask for, or the run itself by the token that the former gave."""

    dry_run: bool = Field(False, description="counts, shows a sample, and gives the token; nothing is changed")
    token: str | None = Field(None, description="of the dry run; stands in place of the filters")

    @model_validator(mode="after")
    def _agree(self) -> "ByFilter":
        if self.dry_run == (self.token is not None):
            raise ValueError("either dry_run with filters, or the token that it gave")
        fields = Filters.model_fields.items()
        if self.token is not None and any(getattr(self, name) != field.default for name, field in fields):
            raise ValueError("the token has the filters; send it without others")
        return self


class UpdateByFilter(ByFilter):
    """`incidents/bulkUpdate/byFilter`."""

    change: dict[str, Any] = Field(min_length=1, description="the fields to set; null removes one")


class DeleteByFilter(ByFilter):
    """`incidents/bulkDelete/byFilter`."""


class Ids(Strict):
    """`incidents/bulkDelete` as JSON."""

    ids: list[str] = Field(min_length=1, max_length=100_000, fail_fast=True, description="of incidents")
