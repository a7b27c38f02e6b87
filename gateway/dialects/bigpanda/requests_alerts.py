"""What BigPanda takes of alerts: one event, or several of one integration."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, RootModel

from gateway.dialects.bigpanda.requests import Moment
from gateway.dialects.bigpanda.requests_writes import AppKey, Id, Strict

MOST_EVENTS = 1000


def _lower(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value


Status = Literal["ok", "critical", "warning", "unknown", "acknowledged"]


class Alert(BaseModel):
    """An alert event. Every key that is not named here is a tag: a text, a number, or a list of at most 30 of them."""

    model_config = ConfigDict(extra="allow", frozen=True, strict=True)

    app_key: AppKey | None = Field(None, description="the integration; beside a list of alerts, it is of all of them")
    status: Annotated[Status, BeforeValidator(_lower)]
    timestamp: Moment | None = Field(None, description="seconds since the epoch; absent: now")
    description: str | None = Field(None, description="of more than 2,048 characters the first are kept")
    primary_property: Id | None = Field(None, description="the tag that says what it is about; absent: host, ...")
    secondary_property: Id | None = Field(None, description="the tag that says what of it; absent: check or sensor")
    incident_identifier: AppKey | None = Field(None, description="the key, instead of one made of the properties")
    maintenance_plans: list[Id] | None = Field(None, max_length=100, description="ids; absent: as they were")


class AlertBatch(Strict):
    """Several alerts of one integration."""

    app_key: AppKey
    alerts: list[Alert] = Field(min_length=1, max_length=MOST_EVENTS)


class AlertList(Strict):
    """The same, its alerts not looked at yet."""

    app_key: AppKey
    alerts: list[Any] = Field(min_length=1, max_length=MOST_EVENTS)


class LoneAlert(Alert):
    """An alert event by itself."""

    app_key: AppKey = Field(description="the integration")


class Alerts(RootModel[LoneAlert | AlertBatch]):
    """One alert, or several."""
