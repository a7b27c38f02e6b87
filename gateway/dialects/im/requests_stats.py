"""What `_im` takes where documents are counted."""

from pydantic import Field

from gateway.dialects.im.requests import Filters


class FieldValues(Filters):
    """`fields/{name}/values`."""

    prefix: str = Field("", max_length=128, description="what the values begin with, whatever the case; texts only")
    size: int = Field(10, ge=1, le=1000, description="how many values are listed, most frequent first")
