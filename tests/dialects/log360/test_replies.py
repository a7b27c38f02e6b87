"""Incidents and what hangs on them as Log360 shows them: to a person, and to a program."""

from typing import Any
from zoneinfo import ZoneInfo

import pytest

from gateway.dialects.log360 import evidence, replies
from gateway.dialects.log360.replies import Form

SERVER, CLIENT = Form(ZoneInfo("Europe/Paris")), Form(None)
AT = "2026-11-22T04:15:30.123Z"
LOCAL = "2026-11-22 05:15:30"
BARE = {"numeric_id": 7, "title": "disk full", "state": "open", "created_at": AT, "created_by": "ann"}
FULL = BARE | {
    **{"severity": "medium", "state": "in_progress", "description": "of /var", "due_at": "2027-06-01T00:00:00.000Z"},
    **{"assignee": {"numeric_id": 5, "name": "Bob"}},
}


@pytest.mark.parametrize(
    ("incident", "form", "expected"),
    [
        pytest.param(
            BARE,
            SERVER,
            {
                **{"severity": "Attention", "created_time": LOCAL, "incident_id": 7, "assign_to": -1},
                **{"due_date": None, "incident_description": None, "incident_name": "disk full"},
                **{"created_by": "ann", "status": "Open"},
            },
            id="one that has nothing, for a person",
        ),
        pytest.param(
            FULL,
            SERVER,
            {
                **{"severity": "Trouble", "created_time": LOCAL, "incident_id": 7, "assign_to": 5},
                **{"due_date": "2027-06-01 02:00:00", "incident_description": "of /var"},
                **{"incident_name": "disk full", "created_by": "ann", "status": "In Progress"},
            },
            id="one that has all, for a person",
        ),
        pytest.param(
            FULL,
            CLIENT,
            {
                **{"severity": "trouble", "created_time": AT, "incident_id": 7, "assign_to": 5},
                **{"due_date": "2027-06-01T00:00:00.000Z", "incident_description": "of /var"},
                **{"incident_name": "disk full", "created_by": "ann", "status": "in_progress"},
            },
            id="one that has all, for a program",
        ),
    ],
)
def test_row(incident: dict[str, Any], form: Form, expected: dict[str, Any]) -> None:
    assert replies.row(incident, form) == expected


@pytest.mark.parametrize(
    ("total", "limit", "pages"),
    [(0, 100, 0), (1, 100, 1), (100, 100, 1), (101, 100, 2), (152, 100, 2), (152, 1, 152)],
)
def test_pages_are_counted_whole(total: int, limit: int, pages: int) -> None:
    expected = {"data": [], "meta": {"per_page": limit, "total_pages": pages, "total_items": total}}
    assert replies.listed([], total, limit, SERVER) == expected


@pytest.mark.parametrize(
    ("kind", "changes", "label", "sentence"),
    [
        pytest.param(
            *("created", [], "Incident Created", "a {b} incident has been created successfully by ann."), id="made"
        ),
        pytest.param("note_added", [], "Incident Notes Added", "Notes added to a {b} by ann.", id="a note"),
        pytest.param("alerts_added", [], "Incident Updated", "New evidence added to a {b} by ann.", id="evidence"),
        pytest.param(
            "assigned",
            [{"field": "assignee", "from": None, "to": {"numeric_id": 5, "email": "bob@example.org"}}],
            *("Incident Updated", "a {b} assigned to bob@example.org by ann."),
            id="assigned, by the name that is known",
        ),
        pytest.param(
            "assigned",
            [{"field": "assignee", "from": None, "to": {"numeric_id": 5}}],
            *("Incident Updated", "a {b} assigned to 5 by ann."),
            id="assigned, by number",
        ),
        pytest.param("unassigned", [], "Incident Updated", "a {b} unassigned by ann.", id="unassigned"),
        pytest.param("acknowledged", [], "Incident Updated", "a {b} acknowledged by ann.", id="acknowledged"),
        pytest.param("resolved", [], "Incident Updated", "a {b} closed by ann.", id="closed"),
        pytest.param("reopened", [], "Incident Updated", "a {b} reopened by ann.", id="reopened"),
        pytest.param(
            "updated", [], "Incident Updated", "a {b} incident has been updated successfully by ann.", id="updated"
        ),
        pytest.param(
            "snoozed",
            [],
            *("Incident Updated", "a {b} incident has been updated successfully by ann."),
            id="what Log360 has no word for",
        ),
    ],
)
def test_activity(kind: str, changes: list[dict[str, Any]], label: str, sentence: str) -> None:
    event = {"type": kind, "actor": "ann", "at": AT, "changes": changes}
    expected = {"activity": label, "description": sentence, "time": LOCAL}
    assert replies.activity(event, "a {b}", SERVER) == expected


def test_a_note() -> None:
    event = {"note_id": 1, "incident_id": "i1", "body": "on it", "author": "ann", "created_at": AT}
    assert replies.note(event, SERVER) == {"note": "on it", "added_by": "ann", "time": LOCAL}
    assert replies.note(event, CLIENT) == {"note": "on it", "added_by": "ann", "time": AT}


ALERT = {"alert_id": "5f", "created_at": AT, "updated_at": AT, "active": True}


@pytest.mark.parametrize(
    ("alert", "expected"),
    [
        pytest.param({}, {"incident_uuid": "5f", "incident_time": LOCAL}, id="one that says nothing"),
        pytest.param(
            {"severity": "warning", "description": "slow", "source": "nagios", "started_at": AT, "status": "warning"},
            {
                **{"severity": "warning", "message": "slow", "formatted_message": "slow", "source": "nagios"},
                **{"log_org_time": LOCAL, "incident_time": LOCAL, "incident_uuid": "5f"},
            },
            id="one of another dialect, in Log360's words",
        ),
        pytest.param(
            {"severity": "warning", "ext": {"log360": {"incident_uuid": "u", "severity": "information", "eventid": 1}}},
            {"severity": "information", "incident_time": LOCAL, "incident_uuid": "u", "eventid": 1},
            id="Log360's own words win",
        ),
    ],
)
def test_evidence_row(alert: dict[str, Any], expected: dict[str, Any]) -> None:
    assert replies.evidence_row(ALERT | alert, SERVER) == expected


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        pytest.param([], {}, id="no evidence, nobody"),
        pytest.param([{}], {}, id="evidence that names nobody"),
        pytest.param([{"hostname": "h"}], {"entity": ["h"]}, id="a host"),
        pytest.param([{"username": "u"}], {"suspect": ["u"]}, id="a user of no host"),
        pytest.param([{"hostname": "h", "username": "n/a"}], {"entity": ["h"], "suspect": [r"h\n/a"]}, id="both"),
        pytest.param(
            [{"hostname": "h", "username": "u"}, {"hostname": "g"}, {"hostname": "h", "username": "u"}],
            {"entity": ["h", "g"], "suspect": [r"h\u"]},
            id="each once, in the order of the evidence",
        ),
    ],
)
def test_actors(told: list[dict[str, str]], expected: dict[str, list[str]]) -> None:
    assert evidence.actors([{"ext": {"log360": each}} for each in told]) == expected


def test_actors_of_a_detail_stand_apart() -> None:
    alert = ALERT | {"ext": {"log360": {"hostname": "h", "username": "u"}}}
    expected = [{"entity": ["h"]}, {"suspect": [r"h\u"]}]
    assert replies.detail("n", [], [alert], [], SERVER)["actors"] == expected
