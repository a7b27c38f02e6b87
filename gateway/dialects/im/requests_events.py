"""What `_im` is sent of notes and alerts."""

from typing import Annotated, Any

from pydantic import AfterValidator, Field, RootModel, ValidationError, ValidatorFunctionWrapHandler, WrapValidator

from gateway.dialects.im.requests import ID, MOST_VALUES, Strict, Time
from gateway.models import short
from queries.texts import LONGEST

MOST_ALERTS = 1000
"""Alerts that one request attaches."""


class Note(Strict):
    """A new note."""

    body: str = Field(min_length=1, max_length=100_000, description="its text")


def _text_or_texts(value: Any, read: ValidatorFunctionWrapHandler) -> Any:
    """Told as one problem at one place, where pydantic tells of each type that it tried."""
    try:
        texts = read(value)
    except ValidationError:
        raise ValueError(f"a text, or a list of at most {MOST_VALUES} texts, is wanted here") from None
    for each in texts if isinstance(texts, list) else [texts]:
        short(each)
    return texts


class AlertTag(Strict):
    """A tag of an alert."""

    name: str = Field(min_length=1, max_length=128, description="what the values are of")
    value: Annotated[
        str | Annotated[list[str], Field(max_length=MOST_VALUES, fail_fast=True)], WrapValidator(_text_or_texts)
    ] = Field(description="one, or several")


class AlertExt(Strict):
    """What a dialect keeps on an alert."""

    v1: dict[str, Any] | None = Field(None, description="of `/v1`")
    log360: dict[str, Any] | None = Field(None, description="of Log360")
    bigpanda: dict[str, Any] | None = Field(None, description="of BigPanda")
    actian: dict[str, Any] | None = Field(None, description="of Actian")


class Alert(Strict):
    """An alert (evidence) of an incident."""

    alert_id: str | None = Field(None, json_schema_extra={"pattern": ID}, description="absent: made")
    status: str | None = Field(
        None, max_length=64, description="critical, warning, unknown and ok count; any other does not"
    )
    severity: str | None = Field(None, max_length=64, description="in the words of its source")
    started_at: Time = Field(None, description="date math, ISO 8601, or epoch milliseconds")
    ended_at: Time = Field(None, description="the same")
    description: Annotated[str, AfterValidator(short)] | None = Field(
        None, max_length=LONGEST, description="what it is about"
    )
    tags: list[AlertTag] = Field([], max_length=256, fail_fast=True, description="each under a name")
    source: str | None = Field(None, max_length=1024, description="the system that sent it")
    ext: AlertExt | None = Field(None, description="what single dialects keep, by their names")


class SentAlerts(
    RootModel[Annotated[list[Alert], Field(min_length=1, max_length=MOST_ALERTS, fail_fast=True)] | Alert]
):
    """Several of them, each under an id of its own, or one."""
