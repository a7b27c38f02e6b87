"""What `_im` is sent of notes and alerts."""

from typing import Annotated, Any

from pydantic import Field, ValidationError, ValidatorFunctionWrapHandler, WrapValidator

from gateway.dialects.im.requests import MOST_VALUES, Strict

MOST_ALERTS = 1000
"""Alerts that one request attaches."""


class Note(Strict):
    """A new note."""

    body: str = Field(min_length=1, max_length=100_000)


def _text_or_texts(value: Any, read: ValidatorFunctionWrapHandler) -> Any:
    """Told as one problem at one place, where pydantic tells of each type that it tried."""
    try:
        return read(value)
    except ValidationError:
        raise ValueError(f"a text, or a list of at most {MOST_VALUES} texts, is wanted here") from None


class AlertTag(Strict):
    """A tag of an alert."""

    name: str = Field(min_length=1, max_length=128)
    value: Annotated[str | Annotated[list[str], Field(max_length=MOST_VALUES)], WrapValidator(_text_or_texts)]


class AlertExt(Strict):
    """What a dialect keeps on an alert."""

    v1: dict[str, Any] | None = None
    log360: dict[str, Any] | None = None
    bigpanda: dict[str, Any] | None = None
    actian: dict[str, Any] | None = None


class Alert(Strict):
    """An alert (evidence) of an incident."""

    alert_id: str | None = Field(None, description="absent: made")
    status: str | None = Field(None, max_length=64)
    severity: str | None = Field(None, max_length=64)
    started_at: Any = None
    ended_at: Any = None
    description: str | None = Field(None, max_length=8191)
    tags: list[AlertTag] = Field([], max_length=256)
    source: str | None = Field(None, max_length=1024)
    ext: AlertExt | None = None
