"""What `_im` takes where a view is kept."""

from typing import Annotated

from pydantic import Field, StringConstraints

from gateway.dialects.im.requests import Selection, SortKey, Strict

Name = Annotated[str, StringConstraints(min_length=1, max_length=128, pattern=r"\S")]
Column = Annotated[str, StringConstraints(min_length=1, max_length=1024)]


class NewView(Strict):
    """A new view."""

    name: Name = Field(description="what it is shown as")
    shared: bool = Field(False, description="others of the tenant see it too")
    default: bool = Field(False, description="the one that its owner begins with")
    filters: Selection = Field(default_factory=lambda: Selection.model_validate({}), description="those of a search")
    columns: list[Column] = Field([], max_length=64, fail_fast=True, description="fields, in their order")
    sort: list[SortKey] = Field([], max_length=8, fail_fast=True, description="the order of rows")


class View(NewView):
    """A view; `id`, `owner` and `version` may be sent back as they were read, and the version locks the write."""

    id: str | None = Field(None, description="as it was read")
    owner: str | None = Field(None, description="as it was read")
    version: str | None = Field(None, description="the version that the write is of")
