"""Edits that several dialects make of an incident."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from gateway.incidents.model.difference import merged
from gateway.incidents.model.documents import Document
from gateway.incidents.model.rules import Rules
from gateway.incidents.model.statuses import check_not_merged
from gateway.incidents.writing.change import Edit
from queries.periods import iso


def acknowledged(user_id: str) -> Edit:
    """The edit by which a user acknowledges; the first one stays."""

    def edit(before: Document, now: datetime) -> Document:
        if "acknowledged_at" in before:
            return before
        return merged(before, {"acknowledged_at": iso(now), "acknowledged_by": {"id": user_id}})

    return edit


def assigned(name: str | None, by: str, comment: str | None = None) -> Edit:
    """The edit that assigns somebody, or nobody, and comments on it; who is assigned already stays as known."""
    said = {} if comment is None else {"comment": comment}

    def edit(before: Document, _now: datetime) -> Document:
        held: Mapping[str, Any] = before.get("assignee", {})
        same = name in _names(held) if name is not None else not held
        person = {"assignee": None, "assigner": None} if name is None else _person(name, by)
        return merged(before, said if same else {**person, **said})

    return edit


def unless_merged(edit: Edit, rules: Rules) -> Edit:
    """The edit of an incident that was not merged into another one, which raises Conflict."""

    def checked(before: Document, now: datetime) -> Document:
        check_not_merged(rules.marks(before))
        return edit(before, now)

    return checked


def _names(person: Mapping[str, Any]) -> set[Any]:
    return {person.get(each) for each in ("name", "id", "email")}


def _person(name: str, by: str) -> Document:
    return {"assignee": {"name": name}, "assigner": {"name": by}}
