"""What alerts say of an incident: four words, most severe last, beside the canonical severity and state.

They are stored for incidents of every origin, so that all of them can be sorted and searched by them.
"""

from collections.abc import Mapping
from typing import Any

from gateway.incidents.model.documents import Document
from gateway.problems import Conflict

STATUSES = ("ok", "unknown", "warning", "critical")

_SEVERITIES = {"critical": "critical", "warning": "medium", "unknown": None, "ok": "info"}
_PROJECTED = {"critical": "critical", "high": "critical", "medium": "warning", "low": "warning"}


def rank(status: str) -> int:
    """The status as a number that sorts, most severe highest."""
    return STATUSES.index(status)


def worst(names: list[str]) -> str:
    """The most severe of some statuses."""
    return max(names, key=rank)


def canonical(status: str) -> str | None:
    """The canonical severity that a status is on the way in."""
    return _SEVERITIES[status]


def projected(severity: str | None) -> str:
    """What a canonical severity is called here; whatever there is no word for is unknown."""
    return _PROJECTED.get(severity or "", "unknown")


def status(incident: Document, marks: Mapping[str, Any]) -> str:
    """The incident's status: of a closed one ok, else what its alerts say, else its severity (dialects: BP16)."""
    if incident["state"] == "closed":
        return "ok"
    said: str | None = marks.get("status")
    return said or projected(incident.get("severity"))


def severity(incident: Document, marks: Mapping[str, Any]) -> str:
    """The highest status that the alerts reached, while it still stands for the canonical severity."""
    said, held = marks.get("severity"), incident.get("severity")
    return said if said is not None and canonical(said) == held else projected(held)


def check_not_merged(marks: Mapping[str, Any]) -> None:
    """Raises Conflict for an incident that was merged into another: what would be done to it is to be done there."""
    destination = marks.get("merged_into")
    if destination is not None:
        raise Conflict(f'it was merged into "{destination}"', kind="merged")
