"""What `_im` answers of views, as types."""

from typing import Annotated, Any, Literal

from pydantic import Field
from typing_extensions import TypedDict

from gateway.dialects.im.requests import SortKey
from gateway.dialects.im.schemas import Version

ViewId = Annotated[str, Field(examples=["v1"])]


class KeptView(TypedDict):
    """Filters, columns and an order, kept under a name."""

    id: ViewId
    name: Annotated[str, Field(examples=["mine, today"])]
    shared: bool
    owner: Annotated[str, Field(examples=["alice"])]
    default: bool
    filters: Annotated[dict[str, Any], Field(examples=[{"start_time": "now/d"}])]
    columns: Annotated[list[str], Field(examples=[["title", "severity"]])]
    sort: list[SortKey]
    version: Version


class Views(TypedDict):
    """The caller's, and those that others share."""

    views: list[KeptView]


class DeletedView(TypedDict):
    """A view that is no more."""

    id: ViewId
    result: Literal["deleted"]
