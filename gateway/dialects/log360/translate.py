"""Log360's words as criteria and as fields of the incident. Nothing here talks to a server or reads the clock."""

from collections.abc import Mapping
from datetime import tzinfo
from typing import Any

from gateway.dialects.log360.requests import NOBODY, Create, List, Update
from gateway.dialects.log360.times import due
from gateway.incidents.model.difference import INCIDENT
from gateway.incidents.model.documents import Document
from gateway.incidents.model.vocabulary import DEFAULT_WORKFLOW, Vocabulary
from queries.criteria import And, Criterion, Is, Not, Or, Present, Where
from queries.fields import TYPED_COLUMNS, Column
from queries.searches import Search

NEWEST_FIRST: tuple[dict[str, Any], ...] = ({"created_at": {"order": "desc"}}, {"numeric_id": {"order": "desc"}})
SHOWN = ("numeric_id", "title", "description", "severity", "state", "assignee", "due_at", "created_at", "created_by")

_INCIDENTS = Where(Column("kind", "keyword"), Is((INCIDENT,)))
_SEVERITIES = {"critical": "critical", "trouble": "high", "attention": "low"}
_WORDS = {"critical": "critical", "high": "trouble", "medium": "trouble"}
_LEAST = "attention"


def severity_word(severity: str | None) -> str:
    """What Log360 calls a severity; whatever it has no word for is its lowest."""
    return _WORDS.get(severity or "", _LEAST)


def search(query: List) -> Search:
    """The page of incidents that a list asks for."""
    criteria: list[Criterion] = [_INCIDENTS]
    if query.severity is not None:
        criteria.append(_severity_is(query.severity))
    if query.status is not None:
        criteria.append(Where(TYPED_COLUMNS["state"], Is((query.status,))))
    if query.created_by is not None:
        criteria.append(Where(TYPED_COLUMNS["created_by"], Is((query.created_by,))))
    if query.assignee is not None:
        criteria.append(_assignee_is(query.assignee))
    return Search(And(tuple(criteria)), NEWEST_FIRST, query.limit, offset=query.from_, fields=SHOWN, total=True)


def numbered(numbers: tuple[int, ...]) -> Search:
    """The incidents of these numeric ids."""
    wanted = And((_INCIDENTS, Where(TYPED_COLUMNS["numeric_id"], Is(numbers))))
    return Search(wanted, NEWEST_FIRST, len(numbers), fields=("ext",))


def _severity_is(word: str) -> Criterion:
    column = TYPED_COLUMNS["severity"]
    if word == _LEAST:
        return Not(Where(column, Is(tuple(_WORDS))))
    return Where(column, Is(tuple(severity for severity, shown in _WORDS.items() if shown == word)))


def _assignee_is(number: int) -> Criterion:
    column = TYPED_COLUMNS["assignee.numeric_id"]
    result = Where(column, Is((number,)))
    return Or((result, Not(Where(column, Present())))) if number == NOBODY else result


def made(sent: Create, name_key: str, words: Vocabulary, zone: tzinfo) -> Document:
    """The fields of a new incident; without a status it is in its workflow's first one. Raises QueryError."""
    fields, raw = _plain(sent, zone) | {"title": sent.name}, {"name_key": name_key}
    if sent.severity is not None:
        fields["severity"], raw["severity"] = _SEVERITIES[sent.severity], sent.severity
    if sent.status is not None:
        fields["status"], raw["status"] = words.status_for(DEFAULT_WORKFLOW, sent.status), sent.status
    return fields | {"ext": {"log360": raw}}


def changed(sent: Update, before: Mapping[str, Any], words: Vocabulary, zone: tzinfo) -> Document:
    """The fields that an update changes, the name aside; a word that says what is shown already changes nothing.

    Raises QueryError for a status that the incident's workflow lacks.
    """
    fields = _plain(sent, zone)
    raw: dict[str, str] = {}
    if sent.severity and sent.severity != severity_word(before.get("severity")):
        fields["severity"], raw["severity"] = _SEVERITIES[sent.severity], sent.severity
    if sent.status and sent.status != before["state"]:
        fields["status"], raw["status"] = words.status_for(before["workflow_id"], sent.status), sent.status
    if "assignee" in fields and sent.assignee == before.get("assignee", {}).get("numeric_id"):
        del fields["assignee"]
    return fields | ({"ext": {"log360": raw}} if raw else {})


def _plain(sent: Create, zone: tzinfo) -> Document:
    """The fields whose values need no look at what is there."""
    fields: Document = {}
    if sent.description is not None:
        fields["description"] = sent.description
    if sent.due_date is not None:
        fields["due_at"] = due(sent.due_date, zone)
    if sent.assignee is not None:
        fields["assignee"] = None if sent.assignee == NOBODY else {"numeric_id": sent.assignee}
    return fields
