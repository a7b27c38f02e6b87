"""What `_im` takes where something is done to one incident."""

from typing import Annotated

from pydantic import Field, StringConstraints

from gateway.dialects.im.requests import Strict, Time

Comment = Annotated[str, StringConstraints(min_length=1, max_length=100_000)]
COMMENT = "kept as a note"
Id = Annotated[str, StringConstraints(min_length=1, max_length=128)]


class Assignment(Strict):
    """Who is to see to it."""

    assignee: Annotated[str, StringConstraints(min_length=1, max_length=1024)] | None = Field(
        description="a name; null: nobody"
    )
    comment: Comment | None = Field(None, description=COMMENT)


class Merge(Strict):
    """What is to become part of the incident."""

    sources: list[Id] = Field(min_length=1, max_length=100, fail_fast=True, description="ids of other incidents")
    comment: Comment | None = Field(None, description=COMMENT)


class Split(Strict):
    """What is to become an incident of its own."""

    alerts: list[Id] = Field(min_length=1, max_length=300, fail_fast=True, description="ids of alerts of the incident")
    comment: Comment | None = Field(None, description=COMMENT)


class Snooze(Strict):
    """Until when it is to be quiet."""

    until: Time = Field(description="date math, ISO 8601, or epoch milliseconds; in the future")
    cancel_on_incident_updates: bool = Field(False, description="news of its alerts end it")
    comment: Comment | None = Field(None, description=COMMENT)
