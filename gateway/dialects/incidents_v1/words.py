"""v1's own words beside the canonical ones: what each means, and which of them an incident shows."""

from collections.abc import Mapping, Sequence
from typing import Any, get_args

from gateway.dialects.incidents_v1.requests import IncidentCategory, IncidentStatus, IncidentType
from gateway.incidents.model.documents import Document
from queries.criteria import Criterion, Is, Not, Where
from queries.fields import TYPED_COLUMNS

NONE, OTHER = "NONE", "OTHER"
"""The keys under which what has no severity or priority is counted, and what is rarer than those that are listed."""

FALLBACKS = {"type": "INCIDENT", "category": "RELIABILITY"}
"""What is shown of an incident whose type or category, written elsewhere, is no word of v1."""

ENUMERATIONS: Mapping[str, tuple[str, ...]] = {
    "type": get_args(IncidentType),
    "status": get_args(IncidentStatus),
    "category": get_args(IncidentCategory),
}

_LEVELS = {
    word: level
    for level, words in {
        "critical": ("critical", "crit", "sev1", "p1"),
        "high": ("high", "major", "sev2", "p2"),
        "medium": ("medium", "moderate", "warning", "warn", "sev3", "p3"),
        "low": ("low", "minor", "sev4", "p4"),
    }.items()
    for word in words
}


def severity(word: str, levels: Sequence[str]) -> str | None:
    """The level that a free word means: the lowest if it names none, and none at all if it is blank."""
    said = word.strip().casefold()
    if not said:
        return None
    known = {level.casefold(): level for level in levels}
    return known.get(said) or known.get(_LEVELS.get(said, ""), levels[-1])


def priority(word: str) -> str | None:
    """The priority that a free word is; a blank one is none."""
    return word if word.strip() else None


def shown_severity(level: str | None, word: str | None, levels: Sequence[str]) -> str | None:
    """The word that was sent, as long as it means the level of today; else the level, as v1 writes it."""
    if word is not None and severity(word, levels) == level:
        return word
    return None if level is None else level.upper()


def shown_priority(held: str | None, word: str | None) -> str | None:
    """The word that was sent, as long as it is the priority of today."""
    return word if word is not None and priority(word) == held else held


def shown(field: str, document: Mapping[str, Any]) -> str:
    """The incident's type or category in v1's words."""
    held: str = document.get(field, "")
    return held if held in ENUMERATIONS[field] else FALLBACKS[field]


def shown_status(document: Document) -> str:
    """The incident's state in v1's words."""
    return "RESOLVED" if document["state"] == "closed" else "OPEN"


def criterion(field: str, word: str) -> Criterion:
    """The incidents that show this word as their type, status or category."""
    if field == "status":
        closed = Where(TYPED_COLUMNS["state"], Is(("closed",)))
        return closed if word == "RESOLVED" else Not(closed)
    if word != FALLBACKS[field]:
        return Where(TYPED_COLUMNS[field], Is((word,)))
    others = tuple(each for each in ENUMERATIONS[field] if each != word)
    return Not(Where(TYPED_COLUMNS[field], Is(others)))
