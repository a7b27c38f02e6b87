"""What `_im` takes of points in time."""

from pydantic import Field

from gateway.dialects.im.requests import KEEP_ALIVE, KeepAlive, Strict


class OpenPit(Strict):
    """Query of `GET incidents/pit`."""

    is_show_aggs: bool = Field(True, description="aggregation results too, or incidents only")
    keep_alive: KeepAlive | None = Field(None, description=KEEP_ALIVE)


class DeletePit(Strict):
    """Body or query of `DELETE incidents/pit`."""

    id: str = Field(description="of the point in time")
