"""What v1's bodies make of an incident. A coarse word never erases a finer one that it stands for."""

from datetime import datetime
from typing import Any

from gateway.dialects.incidents_v1 import words
from gateway.dialects.incidents_v1.requests import Incident, IncidentStatus, Patch, Service
from gateway.dialects.incidents_v1.times import moment
from gateway.incidents.model import difference as changes
from gateway.incidents.model.documents import Document
from gateway.incidents.model.vocabulary import DEFAULT_WORKFLOW, Vocabulary
from gateway.incidents.writing.change import Edit
from queries.custom import check_object
from queries.errors import QueryError

DEEPEST = 20
LONGEST_VALUE = 32_000
"""Bytes of one value in free-form data with the names that lead to it: the engine takes no longer term."""


def upserted(sent: Incident, vocabulary: Vocabulary) -> Edit:
    """The edit that makes an incident, new or there already, what was sent. Raises QueryError at the field."""
    start, end = moment(sent.start_time, "startTime"), moment(sent.end_time, "endTime")
    fields = _replaced(sent) | _common(sent, vocabulary)
    own = fields["ext"]["v1"] | _own(sent) | {"end_time": end if sent.status == "OPEN" else None}

    def edit(before: Document, _now: datetime) -> Document:
        finer = {name: _finer(before, name, getattr(sent, name)) for name in words.FALLBACKS}
        times = {"started_at": start or before.get("started_at")} | _resolution(before, sent.status, end, vocabulary)
        cleared = changes.merged(before, {"ext": {"v1": None}})
        return changes.merged(cleared, {**fields, **finer, **times, "ext": {"v1": own}})

    return edit


def patched(sent: Patch, vocabulary: Vocabulary) -> Edit:
    """The edit that sets the seven fields."""
    fields = _common(sent, vocabulary)

    def edit(before: Document, _now: datetime) -> Document:
        turned = sent.status == "RESOLVED" or before["state"] == "closed"
        own = fields["ext"]["v1"] | ({"end_time": None} if turned else {})
        return changes.merged(
            before, {**fields, **_resolution(before, sent.status, None, vocabulary), "ext": {"v1": own}}
        )

    return edit


def _common(sent: Incident | Patch, vocabulary: Vocabulary) -> Document:
    raw = {"recommendation": sent.recommendation, "severity": sent.severity, "priority": sent.priority}
    return {
        "title": sent.title,
        "description": sent.description,
        "resolution": sent.resolution,
        "severity": words.severity(sent.severity, vocabulary.severities),
        "priority": words.priority(sent.priority),
        "ext": {"v1": raw},
    }


def _replaced(sent: Incident) -> Document:
    return {
        "external_id": sent.incident_id,
        "source": sent.source,
        "services": [_service(each, f"services[{i}]") for i, each in enumerate(sent.services)],
        "metric_names": sent.metric_names,
    }


def _own(sent: Incident) -> Document:
    _check(sent.metadata, "metadata")
    check_object(sent.metadata, "metadata")
    return {"source_site": sent.source_site, "metadata": sent.metadata}


def _service(sent: Service, where: str) -> Document:
    extra = sent.model_extra or {}
    _check(extra, where)
    space = {} if sent.namespace is None else {"namespace": sent.namespace}
    return {"name": sent.name, **space} | ({"extra": extra} if extra else {})


def _finer(before: Document, name: str, word: str) -> str:
    """What is held, if it is shown as that word; else the word."""
    held: str | None = before.get(name)
    return held if held is not None and words.shown(name, before) == word else word


def _resolution(before: Document, wanted: IncidentStatus, end: str | None, vocabulary: Vocabulary) -> Document:
    """The status that the word asks for and, once resolved, when that was: as told, or as told while it was open."""
    workflow, closed = before.get("workflow_id", DEFAULT_WORKFLOW), before.get("state") == "closed"
    if wanted == "OPEN":
        return {"status": vocabulary.initial(workflow)} if closed else {}
    if closed:
        return {"resolved_at": end} if end else {}
    held = before.get("ext", {}).get("v1", {}).get("end_time")
    return {"status": vocabulary.status_for(workflow, "closed"), "resolved_at": end or held}


def _check(value: Any, where: str, path: int = 0, depth: int = 1) -> None:
    """Raises QueryError for free-form data that cannot be kept: nested too deep, or a value too long."""
    if depth > DEEPEST:
        raise QueryError(f"nested deeper than {DEEPEST}", where)
    match value:
        case dict():
            for name, each in value.items():
                _check(each, where, path + len(name.encode()) + 1, depth + 1)
        case list():
            for each in value:
                _check(each, where, path, depth + 1)
        case _ if path + len(str(value).encode()) > LONGEST_VALUE:
            raise QueryError(f"a value may have at most {LONGEST_VALUE:,} bytes, its name included", where)
