"""Stories: steps that are requests, with places in braces for what a story knows and for what it is answered.

`{name}` is the value of that name, `{started+90m}` a time that long after another (d, h, m), and
`{started seconds}` a time in seconds since the epoch. `**` in an object stands for all members of another.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

Names = dict[str, Any]

_PLACE = re.compile(r"\{(\w+)((?:[+-]\d+[dhm])*)( seconds)?\}")
_OFFSET = re.compile(r"([+-]\d+)([dhm])")
_UNITS = {"d": "days", "h": "hours", "m": "minutes"}


@dataclass(frozen=True, slots=True)
class Step:
    """A request: who makes it, and what is sent.

    It is left out unless `when` names something that is known; `passing` is a status that is no failure. What `keep`
    names is taken from the answer, or, where the request carries a list, from the answer to the step's own part of it.
    """

    by: str
    send: str
    body: Any = None
    when: str | None = None
    passing: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    keep: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Story:
    """Steps in their order, what is known before the first of them, and how many incidents come of it."""

    steps: list[Step]
    names: Names
    incidents: int = 1

    def step(self, position: int) -> Step | None:
        """The step at that position, if there is one and it is not left out."""
        if position >= len(self.steps):
            return None
        step = self.steps[position]
        return step if step.when is None or self.names[step.when] is not None else None


def filled(template: Any, names: Mapping[str, Any]) -> Any:
    """The template with every place filled; members without a value are left out."""
    match template:
        case str():
            return _filled_text(template, names)
        case list():
            return [filled(each, names) for each in template]
        case dict():
            members = {name: filled(each, names) for name, each in template.items()}
            members |= members.pop("**", {})
            return {name: value for name, value in members.items() if value is not None}
    return template


def _filled_text(text: str, names: Mapping[str, Any]) -> Any:
    """The value itself where the text is one place and no more."""
    if place := _PLACE.fullmatch(text):
        return _sent(_value(place, names))
    return _PLACE.sub(lambda place: str(_sent(_value(place, names))), text)


def _value(place: re.Match[str], names: Mapping[str, Any]) -> Any:
    name, offsets, seconds = place.groups()
    value = names[name]
    if isinstance(value, datetime):
        value += sum((_length(*each) for each in _OFFSET.findall(offsets)), timedelta())
    return int(value.timestamp()) if seconds else value


def _length(count: str, unit: str) -> timedelta:
    return timedelta(**{_UNITS[unit]: int(count)})


def _sent(value: Any) -> Any:
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if isinstance(value, datetime) else value
