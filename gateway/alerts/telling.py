"""The accounts of what happened to an incident with its alerts: what they made of it, and what was done."""

from collections.abc import Mapping, Sequence
from typing import Any

from gateway.alerts.news import News
from gateway.alerts.rollup import BY_ALERTS, Activity
from gateway.incidents.model import activities
from gateway.incidents.model.difference import FieldChange
from gateway.incidents.model.rules import Rules
from gateway.incidents.writing.events import Happening


def happenings(
    rules: Rules,
    incident_id: str,
    differences: Sequence[FieldChange],
    by_alerts: Sequence[Activity],
    news: News,
    added: Sequence[str],
) -> list[Happening]:
    """Everything there is to tell."""
    happenings = [Happening(incident_id, kind, (), params) for kind, params in by_alerts]
    happenings += [Happening(incident_id, kind, (), params, number=number) for kind, params, number in news.activities]
    changes = dict(activities.happened(differences, rules))
    if added:
        happenings.append(
            Happening(incident_id, "alerts_added", changes.pop("updated", ()), {"alert_ids": list(added)})
        )
    for kind, some in changes.items():
        happenings.append(Happening(incident_id, kind, some, _params(kind, news), _note(kind, news)))
    if news.comment is not None and all(happening.note is None for happening in happenings):
        happenings.append(Happening(incident_id, "note_added", (), None, news.comment))
    return happenings


def _params(kind: str, news: News) -> Mapping[str, Any] | None:
    if kind == "resolved" and news.resolution is not None:
        return news.resolution
    return BY_ALERTS if kind in {"resolved", "reopened"} else None


def _note(kind: str, news: News) -> str | None:
    return news.comment if kind == "note_added" else None
