"""What `_im` answers of views, as types."""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field
from typing_extensions import TypedDict

from gateway.dialects.im.requests import Selection, SortKey

Id = Annotated[str, Field(examples=["5d09d221aebaec1c43ccd448"])]

_VIEW = {
    "id": "5d09d221aebaec1c43ccd448",
    "name": "Open and severe",
    "shared": True,
    "owner": "alice",
    "default": False,
    "filters": {
        "start_time": "now-7d",
        "additional_fields": [{"name": "severity", "type": "multiselect", "value": ["critical", "high"]}],
    },
    "columns": ["title", "severity", "assignee.name"],
    "sort": [{"field": "severity", "order": "desc"}],
    "version": "1",
}


class KeptView(TypedDict):
    """A view, as who asks sees it."""

    __pydantic_config__ = ConfigDict(json_schema_extra={"examples": [_VIEW]})  # type: ignore[misc]

    id: Id
    name: str
    shared: bool
    owner: str
    default: bool
    filters: Annotated[Selection, Field(description="as they were sent")]
    columns: list[str]
    sort: list[SortKey]
    version: Annotated[str, Field(description="opaque, and another one after every change")]


class KeptViews(TypedDict):
    """The views that somebody sees, by name."""

    views: list[KeptView]


class DeletedView(TypedDict):
    """A view that is no more."""

    id: Id
    result: Literal["deleted"]
