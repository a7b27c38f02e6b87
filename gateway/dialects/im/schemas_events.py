"""What `_im` answers of that which hangs on an incident, as types: notes, alerts, activities."""

from typing import Annotated, Any, Literal, NotRequired

from pydantic import Field
from typing_extensions import TypedDict

from gateway.dialects.im.schemas import Cursor, Id, Time, Total

Via = Annotated[str, Field(description="the key by which a user acted", examples=["console"])]


class KeptNote(TypedDict):
    """A note."""

    note_id: int
    incident_id: Id
    body: str
    author: Annotated[str, Field(examples=["alice"])]
    via: NotRequired[Via]
    created_at: Time
    updated_at: NotRequired[Time]


class AttachedTag(TypedDict):
    """A tag of an alert."""

    name: Annotated[str, Field(examples=["host"])]
    value: Annotated[str | list[str], Field(examples=["srv-1"])]


class AttachedAlert(TypedDict):
    """An alert (evidence)."""

    alert_id: Annotated[str, Field(examples=["5d09d221aebaec1c43ccd448"])]
    incident_id: Id
    active: bool
    created_at: Time
    updated_at: Time
    status: NotRequired[Annotated[str, Field(examples=["critical"])]]
    severity: NotRequired[Annotated[str, Field(examples=["high"])]]
    started_at: NotRequired[Time]
    ended_at: NotRequired[Time]
    changed_at: NotRequired[Time]
    last_event_at: NotRequired[Time]
    description: NotRequired[str]
    tags: NotRequired[list[AttachedTag]]
    source: NotRequired[Annotated[str, Field(examples=["nagios"])]]
    ext: NotRequired[Annotated[dict[str, Any], Field(description="what single dialects keep, by their names")]]


_Ends = TypedDict("_Ends", {"from": Any, "to": Any})


class FieldChange(_Ends):
    """A field's value before and after."""

    field: Annotated[str, Field(examples=["status"])]


class Activity(TypedDict):
    """What happened to an incident."""

    activity_id: Annotated[str, Field(examples=["17"])]
    incident_id: Id
    type: Annotated[str, Field(examples=["resolved"])]
    at: Time
    actor: Annotated[str, Field(examples=["alice"])]
    via: NotRequired[Via]
    dialect: Annotated[str, Field(examples=["im"])]
    changes: Annotated[list[FieldChange], Field(examples=[[{"field": "status", "from": "new", "to": "resolved"}]])]
    params: dict[str, Any]


class Events(TypedDict):
    """How a page of small documents ends."""

    total_docs: Total
    next: Cursor


class Notes(Events):
    """A page of notes, newest first."""

    docs: list[KeptNote]


class Alerts(Events):
    """A page of alerts, newest first."""

    docs: list[AttachedAlert]


class Activities(Events):
    """A page of activities, newest first."""

    docs: list[Activity]


class Attached(TypedDict):
    """The alerts, each as it is now."""

    items: list[AttachedAlert]


class DeletedNote(TypedDict):
    """A note that is no more."""

    note_id: int
    result: Literal["deleted"]


class NoteEntry(KeptNote):
    """A note, at its place."""

    kind: Literal["note"]
    at: Time
    id: Annotated[str, Field(examples=["17"])]


class AlertEntry(AttachedAlert):
    """An alert, at its place."""

    kind: Literal["alert"]
    at: Time
    id: Annotated[str, Field(examples=["5d09d221aebaec1c43ccd448"])]


class ActivityEntry(Activity):
    """An activity, at its place."""

    kind: Literal["activity"]
    id: Annotated[str, Field(examples=["17"])]


class Timeline(TypedDict):
    """A page of all of these in one order, newest first."""

    entries: list[NoteEntry | AlertEntry | ActivityEntry]
    next: Cursor
