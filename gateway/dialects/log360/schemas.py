"""What Log360 answers, as types: its OpenAPI document is drawn from them, and nothing is checked by them."""

from typing import Annotated, Any, Literal, NotRequired

from pydantic import ConfigDict, Field
from typing_extensions import TypedDict

SeverityWord = Literal["Critical", "Trouble", "Attention"] | Literal["critical", "trouble", "attention"]
StatusWord = Literal["Open", "In Progress", "Closed"] | Literal["open", "in_progress", "closed"]
"""As labels, or as the words that requests have."""

Time = Annotated[
    str, Field(description="in the server's zone, or ISO 8601 in UTC for a client", examples=["2025-03-31 16:12:10"])
]
Number = Annotated[int, Field(json_schema_extra={"format": "int64"}, examples=[3000000438284])]


class Row(TypedDict):
    """An incident as it is listed."""

    severity: SeverityWord
    created_time: Time
    incident_id: Number
    assign_to: Annotated[int, Field(description="-1: nobody", examples=[-1])]
    due_date: Time | None
    incident_description: str | None
    incident_name: str
    created_by: Annotated[str, Field(examples=["user001"])]
    status: StatusWord


class Meta(TypedDict):
    """How much there is of a list."""

    per_page: Annotated[int, Field(examples=[100])]
    total_pages: Annotated[int, Field(examples=[2])]
    total_items: Annotated[int, Field(examples=[152])]


class Listed(TypedDict):
    """A page of the list."""

    data: list[Row]
    meta: Meta


class Actor(TypedDict):
    """Those of one role: each host, or each user as `host\\user`."""

    entity: NotRequired[list[str]]
    suspect: NotRequired[list[str]]


class AddedNote(TypedDict):
    """A note."""

    note: str
    added_by: Annotated[str, Field(examples=["user001"])]
    time: Time


class Evidence(TypedDict):
    """An alert as evidence, with all that is known of it; of one that nobody knows, only who added it when."""

    __pydantic_config__ = ConfigDict(extra="allow")  # type: ignore[misc]

    incident_uuid: Annotated[Any, Field(examples=["dd34449f-47ae-433b-94b9-7bfddba1ab0c_objectidcustom_logs"])]
    incident_time: Annotated[Any, Field(examples=["2025-03-31 16:12:10"])]
    severity: NotRequired[Annotated[Any, Field(examples=["error"])]]
    message: NotRequired[Annotated[Any, Field(examples=["an account failed to log on"])]]
    formatted_message: NotRequired[Annotated[Any, Field(examples=["an account failed to log on"])]]
    source: NotRequired[Annotated[Any, Field(examples=["Microsoft-Windows-Security-Auditing"])]]
    log_org_time: NotRequired[Annotated[Any, Field(examples=["2025-03-31 16:12:10"])]]
    incident_added_by: NotRequired[Annotated[Any, Field(examples=["user001"])]]
    log_obtained_from: NotRequired[Annotated[Any, Field(examples=["REPORT"])]]
    hostname: NotRequired[Annotated[Any, Field(examples=["dev-agent"])]]
    username: NotRequired[Annotated[Any, Field(examples=["admin"])]]


class Activity(TypedDict):
    """What happened, as a label and a sentence."""

    activity: Literal["Incident Created", "Incident Updated", "Incident Notes Added"]
    description: str
    time: Time


class Parts(TypedDict):
    """All that hangs on an incident, newest first."""

    actors: list[Actor]
    notes: list[AddedNote]
    evidence: list[Evidence]
    activity: list[Activity]


class Shown(TypedDict):
    """What hangs on an incident; its own fields stand in the list."""

    data: Parts


class Message(TypedDict):
    """A sentence."""

    message: Annotated[str, Field(examples=["Incident has been updated successfully."])]


class Said(TypedDict):
    """What was done, as a sentence."""

    data: Message


class MadeMessage(Message):
    """A sentence, and the number of what was made."""

    incident_id: Number


class Made(TypedDict):
    """The number of the incident that was made."""

    data: MadeMessage
