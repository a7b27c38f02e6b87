"""What `_im` answers of many changes at once, as types."""

from typing import Annotated, Literal, NotRequired

from pydantic import Field
from typing_extensions import TypedDict

from gateway.dialects.im.schemas import Id, Incident, Time, Version


class ItemError(TypedDict):
    """Why an item was not done, and where it stands in what was sent."""

    type: Annotated[str, Field(examples=["not_found"])]
    reason: str
    where: Annotated[str, Field(examples=["line 3"])]


class ItemOutcome(TypedDict):
    """What became of one item."""

    _id: Id | None
    status: Annotated[int, Field(examples=[200])]
    result: NotRequired[Literal["created", "updated", "noop", "deleted"]]
    version: NotRequired[Version]
    error: NotRequired[ItemError]


class Bulk(TypedDict):
    """What a bulk took, in milliseconds, and whether any item failed."""

    took: int
    errors: bool


class Update(TypedDict):
    """An item."""

    update: ItemOutcome


class Create(TypedDict):
    """An item."""

    create: ItemOutcome


class BulkUpdate(Bulk):
    """An item for each change, in the order sent."""

    items: list[Update]


class BulkCreate(Bulk):
    """An item for each incident, in the order sent."""

    items: list[Create]


class Delete(TypedDict):
    """An item."""

    delete: ItemOutcome


class BulkDelete(Bulk):
    """An item for each incident, in the order sent."""

    items: list[Delete]


class DryRun(TypedDict):
    """What a selection is of: how many, some of them, and the token by which just these are changed."""

    total: int
    sample: list[Incident]
    token: Annotated[str, Field(examples=["WNOqLAgeDbXZ1PfwiL1"])]
    expires_at: Time


class FailedMember(TypedDict):
    """An incident that was not changed, and why."""

    _id: Id
    status: Annotated[int, Field(examples=[409])]
    error: "PlacedError"


class PlacedError(TypedDict):
    """Why, and where."""

    type: Annotated[str, Field(examples=["version_conflict"])]
    reason: str
    where: str | None


class Ended(TypedDict):
    """How a change of a selection ended: of how many what became, and the first that failed."""

    complete: bool
    total: int
    updated: NotRequired[int]
    noop: NotRequired[int]
    deleted: NotRequired[int]
    done_before: int
    no_longer_matching: int
    conflicts: int
    failed: int
    error: PlacedError | None
    items: list[FailedMember]
