"""Endpoint that takes alerts in. Whatever key of an alert is not one of the vendor's own is a tag of it."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import Response

from gateway import wire
from gateway.alerts.events import AlertEvent
from gateway.alerts.intake import ingest
from gateway.dialects.bigpanda.requests_alerts import Alert, AlertList, as_text
from gateway.dialects.bigpanda.times import moment
from gateway.incidents.model.difference import SEPARATOR
from gateway.incidents.model.sizes import Limits, check_alert
from gateway.incidents.session import Session
from gateway.incidents.writing.create import hex_id
from gateway.models import within
from gateway.state import State
from gateway.work.turns import in_turns
from queries.errors import QueryError

MOST_TAGS = 200
MOST_VALUES = 30
LONGEST_VALUE = 512
LONGEST_DESCRIPTION = 2048

Texts = Mapping[str, str | list[str]]

_PRIMARY = ("host", "service", "application", "device")
_SECONDARY = ("check", "sensor")
_LONGEST_NAME = 128


async def add_alerts(request: Request[State], session: Session) -> Response:
    """`POST /data/v2/alerts`: one alert, or several; all of them, or none."""
    sent = await wire.read_object(request)
    made = await ingest(session, await in_turns(read(sent, session.now()), partial(_fitting, session.rules.limits)))
    rows = [{"alert_id": each.alert_id, "incident_id": hex_id(session.tenant, each.incident_id)} for each in made]
    return wire.reply({"status": 201, "data": {"alerts": rows}}, 201)


def read(sent: Mapping[str, Any], now: datetime) -> Iterator[tuple[str, AlertEvent]]:
    """The events that a body holds, with their places. Raises ValidationError and QueryError, each with its place."""
    if "alerts" not in sent:
        one = Alert.model_validate(sent)
        if one.app_key is None:
            raise QueryError("an app key is wanted in every alert", "app_key")
        yield "", _event(one, one.app_key, now, "")
        return
    batch = AlertList.model_validate(sent)
    for i, each in enumerate(batch.alerts):
        place, alert = f"alerts[{i}]", _alert(each, i)
        yield place, _event(alert, alert.app_key or batch.app_key, now, f"{place}.")


def _alert(item: Any, position: int) -> Alert:
    """One alert of those sent; a thousand at once would make others wait. Raises ValidationError."""
    try:
        return Alert.model_validate(item)
    except ValidationError as error:
        raise within(error, "alerts", position) from None


def _fitting(limits: Limits, placed: tuple[str, AlertEvent]) -> AlertEvent:
    """The event. Raises QueryError at its place if it is too large."""
    place, event = placed
    check_alert({"tags": event.tags, "description": event.description}, limits, place or None)
    return event


def _event(alert: Alert, app_key: str, now: datetime, place: str) -> AlertEvent:
    texts = _texts(alert.model_extra or {}, place)
    primary = _property(texts, alert.primary_property, _PRIMARY, f"{place}primary_property")
    if primary is None:
        wanted = ", ".join(_PRIMARY)
        raise QueryError(f"a primary property is wanted in every alert: one of {wanted}", f"{place}primary_property")
    secondary = _property(texts, alert.secondary_property, _SECONDARY, f"{place}secondary_property")
    named = [each for name in (primary, secondary) if name is not None for each in _listed(texts[name])]
    key = alert.incident_identifier or joined([app_key, *named])
    description = (alert.description or "")[:LONGEST_DESCRIPTION] or None
    return AlertEvent(
        key=key,
        status=alert.status,
        at=now if alert.timestamp is None else moment(alert.timestamp),
        title=": ".join(named) if secondary else (description or "").strip() or key,
        source=f"api.{app_key}",
        description=description,
        tags=[{"name": name, "value": _cut(each)} for name, each in texts.items()],
        primary_property=primary,
        secondary_property=secondary,
        maintenance_plans=alert.maintenance_plans,
    )


def joined(parts: Sequence[str]) -> str:
    """The parts as one key, which no other parts make: where a part could be mistaken, it is written with escapes."""
    return "__".join(_escaped(each) if "__" in f"_{each}_" or "\\" in each else each for each in parts)


def _escaped(part: str) -> str:
    return part.replace("\\", "\\\\").replace("_", "\\_")


def _texts(tags: Mapping[str, Any], place: str) -> Texts:
    """The value of each tag; null is none. Raises QueryError for a name or a value that a tag cannot have."""
    whole = place.removesuffix(".") or None
    if len(tags) > MOST_TAGS:
        raise QueryError(f"an alert has at most {MOST_TAGS} tags", whole)
    wrong = next((each for each in tags if not 1 <= len(each) <= _LONGEST_NAME or SEPARATOR in each), None)
    if wrong is not None:
        wanted = f"1 to {_LONGEST_NAME} characters, none of them U+001F"
        raise QueryError(f'"{wrong[:140]}" cannot be a tag: {wanted}', whole)
    return {name: _value(value, f"{place}{name}") for name, value in tags.items() if value is not None}


def _value(value: Any, where: str) -> str | list[str]:
    if not isinstance(value, list):
        return str(as_text(value))
    if len(value) > MOST_VALUES:
        raise QueryError(f"a tag has at most {MOST_VALUES} values", where)
    return [as_text(each) for each in value if each is not None]


def _listed(value: str | list[str]) -> list[str]:
    return value if isinstance(value, list) else [value]


def _property(texts: Texts, said: str | None, usual: Sequence[str], where: str) -> str | None:
    """The name of the first tag of those that says something, whatever its case: what is said, then what is usual.

    Raises QueryError where that has no one value.
    """
    wanted = [each for each in (said, *usual) if each is not None]
    name = next((name for each in wanted for name in _called(each, texts) if any(_listed(texts[name]))), None)
    if name is None:
        return None
    values = _listed(texts[name])
    if len(values) != 1 or len(values[0]) > LONGEST_VALUE:
        raise QueryError(f'"{name}" has one value, of 1 to {LONGEST_VALUE} characters, to be a property', where)
    return name


def _called(name: str, texts: Texts) -> list[str]:
    """The tags of that name, the one of just that case first."""
    return sorted((each for each in texts if each.lower() == name.lower()), key=lambda each: each != name)


def _cut(value: str | list[str]) -> str | list[str]:
    return [each[:LONGEST_VALUE] for each in value] if isinstance(value, list) else value[:LONGEST_VALUE]
