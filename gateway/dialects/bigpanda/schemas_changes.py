"""What BigPanda answers of changes and of their relations to incidents, as types."""

from typing import Annotated, Any, Literal, NotRequired

from pydantic import Field
from typing_extensions import TypedDict

from gateway.dialects.bigpanda.requests_changes import Certainty, Status
from gateway.dialects.bigpanda.schemas import Hex, Seconds


class ShownRelation(TypedDict):
    """What a change has to do with an incident."""

    id: Hex
    change_id: Hex
    incident_id: Hex
    match_certainty: Certainty
    comment: str | None


class ShownChange(TypedDict):
    """A change, as its own system told it last."""

    id: Hex
    source_system: Annotated[str, Field(examples=["api.itsm"])]
    identifier: Annotated[str, Field(examples=["CHG-166146"])]
    status: Status
    summary: str
    start: Seconds
    end: Seconds | None
    ticket_url: str | None
    tags: Annotated[dict[str, str], Field(examples=[{"host": "db-1"}])]
    metadata: dict[str, Any]
    rcc_metadata: NotRequired[ShownRelation | None]


class RelatedChange(ShownRelation):
    """A relation, and its change where it is one of an incident's."""

    change: NotRequired[ShownChange | None]


class ChangePage(TypedDict):
    """A page of changes."""

    results: list[ShownChange]


class RelatedChanges(TypedDict):
    """The relations of an incident, or of a change."""

    relatedChanges: list[RelatedChange]
    totalRelatedCount: Annotated[int, Field(description="how many there are")]


class KeptDeployment(TypedDict):
    """The change that a deployment is."""

    change_id: Hex


class KeptDeploymentReply(TypedDict):
    """What became of a deployment."""

    status: Literal[200]
    data: KeptDeployment
