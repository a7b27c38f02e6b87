"""Incidents kept quiet until a time, or until there is news of their alerts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gateway.incidents.model.difference import FieldChange, merged
from gateway.incidents.model.documents import Document
from gateway.incidents.model.rules import Rules
from gateway.incidents.session import Session
from gateway.incidents.writing.change import Change, Edit, change_one
from gateway.incidents.writing.edits import unless_merged
from gateway.incidents.writing.events import Happening
from gateway.incidents.writing.outcomes import Outcome
from queries.errors import QueryError
from queries.periods import iso


@dataclass(frozen=True, slots=True)
class Snooze:
    """Until when, as it is stored; whether news of alerts end it; and why."""

    end_time: str
    cancel_on_incident_updates: bool = False
    comment: str | None = None

    @property
    def held(self) -> dict[str, Any]:
        """What the incident keeps of it."""
        return {"end_time": self.end_time, "cancel_on_incident_updates": self.cancel_on_incident_updates}


async def snooze(
    session: Session, incident_id: str, wanted: Snooze, where: str, seen_version: str | None = None
) -> Outcome:
    """Snoozes an incident, in place of a snooze that there is. Raises NotFound, Conflict.

    QueryError, at the place `where`, for an end that is not in the future; and for an incident that is closed.
    """
    edit = unless_merged(_snoozed(session.rules, wanted, where), session.rules)
    return await change_one(session, Change(incident_id, edit, seen_version, tell=_told(incident_id, wanted)))


async def unsnooze(session: Session, incident_id: str, seen_version: str | None = None) -> Outcome:
    """Ends a snooze. Raises NotFound, Conflict, and QueryError where there is none."""

    def told(differences: Sequence[FieldChange]) -> list[Happening]:
        return [Happening(incident_id, "unsnoozed", differences)]

    edit = unless_merged(_unsnoozed(session.rules), session.rules)
    return await change_one(session, Change(incident_id, edit, seen_version, tell=told))


def is_snoozed(incident: Document, rules: Rules, now: datetime) -> bool:
    """Whether its snooze has not ended yet."""
    end_time: str = rules.marks(incident).get("snooze", {}).get("end_time", "")
    return end_time > iso(now)


def _snoozed(rules: Rules, wanted: Snooze, where: str) -> Edit:
    def edit(before: Document, now: datetime) -> Document:
        if wanted.end_time <= iso(now):
            raise QueryError("a snooze ends in the future", where)
        if before["state"] == "closed":
            raise QueryError("the incident is resolved, and quiet without a snooze")
        said = {} if wanted.comment is None else {"comment": wanted.comment}
        return merged(before, {**rules.marked(snooze=wanted.held), **said})

    return edit


def _unsnoozed(rules: Rules) -> Edit:
    def edit(before: Document, now: datetime) -> Document:
        if not is_snoozed(before, rules, now):
            raise QueryError("the incident is not snoozed")
        return merged(before, rules.marked(snooze=None))

    return edit


def _told(incident_id: str, wanted: Snooze) -> Callable[[Sequence[FieldChange]], list[Happening]]:
    def told(differences: Sequence[FieldChange]) -> list[Happening]:
        if wanted.comment is None:
            return [Happening(incident_id, "snoozed", differences, wanted.held)]
        said = [each for each in differences if each.field == "comment"]
        changed = [each for each in differences if each.field != "comment"]
        return [
            Happening(incident_id, "snoozed", changed, {**wanted.held, "annotation": wanted.comment}),
            Happening(incident_id, "note_added", said, note=wanted.comment),
        ]

    return told
