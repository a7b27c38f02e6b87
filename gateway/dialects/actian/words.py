"""Actian's words beside the canonical ones. It has three for a severity and for an impact, and two for a status.

Each of the three is its own projection, so a word kept as it was sent would never show another one.
"""

from collections.abc import Mapping, Sequence

from gateway.dialects.actian.extension import COLUMNS
from gateway.dialects.actian.requests import Level
from queries.criteria import And, Criterion, Equals, Is, Not, Or, Present, Where

LEVELS: tuple[Level, ...] = ("LOW", "MEDIUM", "HIGH")

_SEVERITIES: Mapping[str, Level] = {"critical": "HIGH", "high": "HIGH", "medium": "MEDIUM"}
_LEAST: Level = "LOW"
_LEVELS: Mapping[str, Level] = {**_SEVERITIES, "low": "LOW", "info": "LOW"}
_SEVERITY, _IMPACT, _STATE = COLUMNS["severity"], COLUMNS["impact"], COLUMNS["state"]

CLOSED = Where(_STATE, Is(("closed",)))


def severity(held: str | None) -> Level | None:
    """What Actian calls a severity; whatever it has no word for is its lowest, and none is none."""
    return None if held is None else _SEVERITIES.get(held, _LEAST)


def level(held: str | None) -> Level | None:
    """What Actian calls an impact, or an alert's severity, free text elsewhere: none for a word that is no level."""
    return _LEVELS.get((held or "").lower())


def status(state: str) -> str:
    """What Actian calls a state."""
    return "CLOSED" if state == "closed" else "OPEN"


def severity_is(wanted: Sequence[Level]) -> Criterion:
    """The incidents that show one of these as their severity."""
    return Or(tuple(_severity_is(each) for each in wanted))


def impact_is(wanted: Sequence[Level]) -> Criterion:
    """The incidents that show one of these as their impact."""
    return Or(tuple(Where(_IMPACT, Equals(word)) for word, shown in _LEVELS.items() if shown in wanted))


NO_SEVERITY = Not(Where(_SEVERITY, Present()))
NO_IMPACT = Not(impact_is(LEVELS))


def _severity_is(wanted: Level) -> Criterion:
    if wanted == _LEAST:
        return And((Where(_SEVERITY, Present()), Not(Where(_SEVERITY, Is(tuple(_SEVERITIES))))))
    return Where(_SEVERITY, Is(tuple(word for word, shown in _SEVERITIES.items() if shown == wanted)))
