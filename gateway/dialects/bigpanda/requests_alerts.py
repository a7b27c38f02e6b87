"""What BigPanda takes of alerts: one event, or several of one integration."""

from typing import Annotated, Any, Literal

import orjson
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, RootModel

from gateway.dialects.bigpanda.requests import Moment
from gateway.dialects.bigpanda.requests_writes import AppKey, Id, Strict

MOST_EVENTS = 1000


def as_lower(value: Any) -> Any:
    """The text in lower case; what is none stays as it is."""
    return value.lower() if isinstance(value, str) else value


def as_text(value: Any) -> Any:
    """The value as text, which of what is none is JSON; null stays null."""
    return value if value is None or isinstance(value, str) else orjson.dumps(value).decode()


Said = Annotated[str, BeforeValidator(as_text)]
Key = Annotated[AppKey, BeforeValidator(as_text)]
Status = Literal["ok", "critical", "warning", "unknown", "acknowledged"]


class Alert(BaseModel):
    """An alert event. Every key that is not named here is a tag: a value becomes text, a list of at most 30 texts."""

    model_config = ConfigDict(extra="allow", frozen=True, strict=True)

    app_key: AppKey | None = Field(None, description="the integration; beside a list of alerts, it is of all of them")
    status: Annotated[Status, BeforeValidator(as_lower)]
    timestamp: Moment | None = Field(None, description="when it happened; absent: now")
    description: Said | None = Field(None, description="of more than 2,048 characters the first are kept")
    primary_property: Said | None = Field(
        None, description="the tag that says what it is about; absent, or no tag of the alert: host, ..."
    )
    secondary_property: Said | None = Field(
        None, description="the tag that says what of it; absent, or no tag of the alert: check or sensor"
    )
    incident_identifier: Key | None = Field(None, description="the key, instead of one made of the properties")
    maintenance_plans: Annotated[list[Id], Field(max_length=100, fail_fast=True)] | None = Field(
        None, description="ids; absent: as they were"
    )


class AlertBatch(Strict):
    """Several alerts of one integration."""

    app_key: AppKey
    alerts: list[Alert] = Field(min_length=1, max_length=MOST_EVENTS, fail_fast=True)


class AlertList(Strict):
    """The same, its alerts not looked at yet."""

    app_key: AppKey
    alerts: list[Any] = Field(min_length=1, max_length=MOST_EVENTS, fail_fast=True)


class LoneAlert(Alert):
    """An alert event by itself."""

    app_key: AppKey = Field(description="the integration")


class Alerts(RootModel[LoneAlert | AlertBatch]):
    """One alert, or several."""
