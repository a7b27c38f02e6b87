"""Stored documents as v1 shows them."""

from typing import Any

from gateway.dialects.incidents_v1 import endpoints_scans as scans
from gateway.dialects.incidents_v1 import replies, requests, writing
from gateway.incidents.model.vocabulary import Vocabulary
from gateway.incidents.session import utc_now
from tests.dialects.incidents_v1.bodies import BODY, SHOWN

LEVELS = ("critical", "high", "medium", "low", "info")
WORDS = Vocabulary(LEVELS, {"default": {"new": "open", "closed": "closed"}})
BARE = {"numeric_id": 7, "title": "Bare", "started_at": "2026-11-22T08:00:00.000Z", "state": "in_progress"}
NOTHING: dict[str, Any] = {
    "id": 7,
    "type": "INCIDENT",
    "incidentId": None,
    "title": "Bare",
    "category": "RELIABILITY",
    "description": None,
    "recommendation": None,
    "source": None,
    "status": "OPEN",
    "resolution": None,
    "services": [],
    "metricNames": [],
    "startTime": "2026-11-22T08:00:00Z",
    "endTime": None,
    "sourceSite": None,
    "severity": None,
    "priority": None,
    "metadata": {},
    "ackTime": None,
    "ackUserId": None,
    "ackUserEmail": None,
}


def test_what_was_sent_is_what_is_shown() -> None:
    made = writing.upserted(requests.Incident.model_validate(BODY), WORDS)({}, utc_now())
    assert replies.incident(made | {"numeric_id": 7, "state": "open"}, LEVELS) == SHOWN | {"id": 7}


def test_an_incident_with_the_least() -> None:
    assert replies.incident(BARE, LEVELS) == NOTHING


def test_an_incident_of_another_origin() -> None:
    others = {
        "state": "closed",
        "type": "phishing",
        "severity": "high",
        "priority": "P3",
        "resolved_at": "2026-11-22T09:00:00.250Z",
        "acknowledged_at": "2026-11-22T08:30:00.000Z",
        "acknowledged_by": {"id": "ann", "email": "ann@example.org"},
        "services": [{"name": "a", "extra": {"tier": 1}}],
        "ext": {"v1": {"severity": "Sev4", "end_time": "2026-11-22T08:10:00.000Z"}},
    }
    assert replies.incident(BARE | others, LEVELS) == NOTHING | {
        "status": "RESOLVED",
        "severity": "HIGH",
        "priority": "P3",
        "endTime": "2026-11-22T09:00:00.250Z",
        "ackTime": "2026-11-22T08:30:00Z",
        "ackUserId": "ann",
        "ackUserEmail": "ann@example.org",
        "services": [{"tier": 1, "name": "a"}],
    }


def test_a_note() -> None:
    event = {"note_id": 3, "incident_id": "x", "body": "b", "author": "ann", "created_at": "2026-11-22T08:00:00.000Z"}
    assert replies.note(event, 7) == {"id": 3, "incidentId": 7, "body": "b", "createdAt": "2026-11-22T08:00:00Z"}


def test_a_scan_report() -> None:
    sent = {"source": "trivy", "createdAt": "2026-11-22T08:00:00+01:00", "payload": '{"score": 61}'}
    kept = scans.report(requests.ScanReport.model_validate(sent), "acme")
    assert kept == {
        "kind": "scan_report",
        "tenant": "acme",
        "name": "trivy",
        "created_at": "2026-11-22T07:00:00.000Z",
        "payload": '{"score": 61}',
        "score": 61,
    }
    shown = {"source": "trivy", "createdAt": "2026-11-22T07:00:00Z", "payload": '{"score": 61}'}
    assert replies.scan_report(kept) == shown
