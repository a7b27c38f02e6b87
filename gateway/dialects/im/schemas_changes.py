"""What `_im` answers of what changes, and of changes of whatever filters ask for, as types."""

from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypedDict

from gateway.dialects.im.schemas import Documents, Id, Time, Total
from gateway.dialects.im.schemas_events import Activity

_CHANGE = (
    '{"id": "i1", "kind": "updated", "at": "2026-11-22T08:00:01.000Z", "user": "alice", "activities": '
    '[{"activity_id": "17", "incident_id": "i1", "type": "resolved", "at": "2026-11-22T08:00:01.000Z", "actor": '
    '"alice", "dialect": "im", "changes": [{"field": "status", "from": "new", "to": "resolved"}], "params": {}}]}'
)
_OUTCOME = '{"_id": "i1", "status": 200, "result": "deleted"}'
_SUMMARY = (
    '{"_status": {"complete": true, "total": 1, "deleted": 1, "done_before": 0, "no_longer_matching": 0, '
    '"conflicts": 0, "failed": 0, "error": null}}'
)

Events = Annotated[
    str,
    Field(
        description="server-sent events: the id is the cursor behind a change, the event its kind, the data the change",
        examples=[f"id: WzE3XQ\nevent: updated\ndata: {_CHANGE}\n\n"],
    ),
]
Outcomes = Annotated[
    str,
    Field(
        description="a line for each incident, and at the end the summary as `_status`",
        examples=[f"{_OUTCOME}\n{_SUMMARY}\n"],
    ),
]


class IncidentChange(TypedDict):
    """What one write did to one incident."""

    id: Id
    kind: Literal["created", "updated", "deleted"]
    at: Time
    user: Annotated[str, Field(examples=["alice"])]
    activities: list[Activity]


class NextChanges(TypedDict):
    """What changed behind the cursor, in the order of the writes; nothing where the wait was over first."""

    changes: list[IncidentChange]
    next: Annotated[str, Field(description="sent back as `after`, it leads on from here")]


class DryRun(TypedDict):
    """How many incidents the filters ask for, some of them, and the token by which just these are changed."""

    total: Total
    sample: Annotated[Documents, Field(description="ten of them at most")]
    token: str
    expires_at: Annotated[Time, Field(description="until when the token is good")]


class RunError(TypedDict):
    """Why something was not done, or not to its end."""

    type: Annotated[str, Field(examples=["version_conflict"])]
    reason: str
    where: str | None


class Undone(TypedDict):
    """An incident that could not be changed."""

    _id: Id
    status: Annotated[int, Field(examples=[409])]
    error: RunError


class Run(TypedDict):
    """What became of the incidents of a token."""

    complete: Annotated[bool, Field(description="whether all were looked at; if not, the same token goes on")]
    total: Annotated[int, Field(description="how many the dry run found")]
    done_before: Annotated[int, Field(description="those that an earlier run of the token has changed")]
    no_longer_matching: Annotated[int, Field(description="those that others have changed since, or that are gone")]
    conflicts: Annotated[int, Field(description="those that others change too fast")]
    failed: int
    error: Annotated[RunError | None, Field(description="what ended it before all were looked at", examples=[None])]
    items: Annotated[list[Undone], Field(description="the first hundred that failed", examples=[[]])]


class UpdateRun(Run):
    """What became of the incidents that were to be changed."""

    updated: int
    noop: int


class DeleteRun(Run):
    """What became of the incidents that were to be deleted."""

    deleted: int
