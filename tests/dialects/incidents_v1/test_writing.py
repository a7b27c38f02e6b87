"""What v1's bodies make of an incident that is there, and of one that is not."""

from datetime import UTC, datetime
from typing import Any

import pytest

from gateway.dialects.incidents_v1 import requests, writing
from gateway.incidents.model.documents import Document
from gateway.incidents.model.vocabulary import Vocabulary
from gateway.incidents.writing.edits import acknowledged
from queries.errors import QueryError
from tests.dialects.incidents_v1.bodies import BODY, PATCH

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
WORDS = Vocabulary(
    ("critical", "high", "medium", "low", "info"),
    {"default": {"new": "open", "in_progress": "in_progress", "done": "closed", "closed": "closed"}},
)
START, END = "2026-11-22T08:00:00.000Z", "2026-11-22T09:00:00.500Z"
EARLIER = "2026-11-21T00:00:00.000Z"


def upserted(before: Document, **changed: Any) -> Document:
    sent = requests.Incident.model_validate({name: value for name, value in (BODY | changed).items() if value != ...})
    return writing.upserted(sent, WORDS)(before, NOW)


def patched(before: Document, **changed: Any) -> Document:
    return writing.patched(requests.Patch.model_validate(PATCH | changed), WORDS)(before, NOW)


def held(**fields: Any) -> Document:
    """An incident of another origin."""
    return {"title": "Old", "started_at": EARLIER, "workflow_id": "default", "status": "new", "state": "open"} | fields


def test_a_new_incident() -> None:
    assert upserted({}) == {
        "external_id": "INC-1",
        "type": "ANOMALY",
        "category": "PERFORMANCE",
        "title": "Disk is slow",
        "description": "latency over 80 ms",
        "source": "nagios",
        "resolution": "",
        "services": [{"name": "api", "namespace": "prod", "extra": {"team": ["a", None]}}, {"name": "db"}],
        "metric_names": ["disk.latency"],
        "started_at": START,
        "severity": "critical",
        "priority": "P2",
        "ext": {
            "v1": {
                "recommendation": "look at the array",
                "severity": "Sev1",
                "priority": "P2",
                "source_site": "eu-1",
                "metadata": {"host": "srv-1", "nested": {"none": None, "list": [1, {"a": None}]}},
                "end_time": END,
            }
        },
    }


@pytest.mark.parametrize(
    ("before", "changed", "expected"),
    [
        pytest.param({}, {"status": "RESOLVED"}, ("closed", END, None), id="new and resolved, with its end"),
        pytest.param({}, {"status": "RESOLVED", "endTime": ...}, ("closed", None, None), id="new and resolved: now"),
        pytest.param(
            held(status="in_progress", state="in_progress"),
            {"endTime": ...},
            ("in_progress", None, None),
            id="open leaves what is in progress as it is",
        ),
        pytest.param(
            held(status="done", state="closed", resolved_at=EARLIER),
            {"status": "RESOLVED", "endTime": ...},
            ("done", EARLIER, None),
            id="resolved leaves what is closed as it is",
        ),
        pytest.param(
            held(status="done", state="closed", resolved_at=EARLIER),
            {"status": "RESOLVED"},
            ("done", END, None),
            id="another end of what is closed",
        ),
        pytest.param(
            held(status="done", state="closed", resolved_at=EARLIER),
            {"endTime": ...},
            ("new", EARLIER, None),
            id="open on what is closed is its workflow's first status",
        ),
        pytest.param(
            held(ext={"v1": {"end_time": EARLIER}}),
            {"status": "RESOLVED", "endTime": ...},
            ("closed", EARLIER, None),
            id="an end told while it was open is its end",
        ),
        pytest.param(
            held(ext={"v1": {"end_time": EARLIER}}), {"endTime": ...}, ("new", None, None), id="an end no longer told"
        ),
    ],
)
def test_status_and_end(before: Document, changed: dict[str, Any], expected: tuple[Any, ...]) -> None:
    after = upserted(before, **changed)
    assert (after.get("status"), after.get("resolved_at"), after["ext"]["v1"].get("end_time")) == expected


def test_a_start_is_kept_unless_another_is_told() -> None:
    assert "started_at" not in upserted({}, startTime=...)
    assert upserted(held(), startTime=...)["started_at"] == EARLIER
    assert upserted(held())["started_at"] == START


def test_what_v1_says_replaces_its_own_and_nobody_elses() -> None:
    before = held(ext={"v1": {"metadata": {"old": 1}, "status": "x"}, "log360": {"severity": "trouble"}}, host="srv")
    after = upserted(before)
    assert (after["host"], after["ext"]["log360"]) == ("srv", {"severity": "trouble"})
    assert after["ext"]["v1"] == upserted({})["ext"]["v1"]


def test_types_and_categories_that_v1_has_no_word_for_stay_while_it_means_them() -> None:
    before = held(type="phishing", category="malware")
    same = upserted(before, type="INCIDENT", category="RELIABILITY")
    assert (same["type"], same["category"]) == ("phishing", "malware")
    other = upserted(before)
    assert (other["type"], other["category"]) == ("ANOMALY", "PERFORMANCE")


def test_seven_fields_are_patched() -> None:
    own = {"source_site": "eu", "metadata": {"a": 1}, "severity": "p4", "end_time": EARLIER}
    before = held(severity="low", reviewer="ann", ext={"v1": own})
    assert patched(before) == {
        "title": "Disk is dead",
        "started_at": EARLIER,
        "workflow_id": "default",
        "status": "closed",
        "state": "open",
        "resolved_at": EARLIER,
        "description": "no answer",
        "resolution": "replaced",
        "severity": "high",
        "priority": "P1",
        "reviewer": "ann",
        "ext": {
            "v1": {
                "source_site": "eu",
                "metadata": {"a": 1},
                "severity": "major",
                "recommendation": "replace it",
                "priority": "P1",
            }
        },
    }


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        pytest.param(held(ext={"v1": {"end_time": EARLIER}}), ("new", EARLIER), id="open stays open, its end told"),
        pytest.param(
            held(status="in_progress", state="in_progress"), ("in_progress", None), id="in progress stays in progress"
        ),
        pytest.param(
            held(status="closed", state="closed", ext={"v1": {"end_time": EARLIER}}),
            ("new", None),
            id="a stale end goes when it reopens",
        ),
    ],
)
def test_patched_as_open(before: Document, expected: tuple[Any, ...]) -> None:
    after = patched(before, status="OPEN")
    assert (after["status"], after["ext"]["v1"].get("end_time")) == expected


def test_blank_severity_and_priority_are_none() -> None:
    after = patched(held(severity="high", priority="P1"), severity=" ", priority="")
    assert "severity" not in after
    assert "priority" not in after
    assert (after["ext"]["v1"]["severity"], after["ext"]["v1"]["priority"]) == (" ", "")


def test_the_first_acknowledgement_stays() -> None:
    first = acknowledged("ann")(held(), NOW)
    assert first == held(acknowledged_at="2026-11-22T12:00:00.000Z", acknowledged_by={"id": "ann"})
    assert acknowledged("bob")(first, NOW) == first


def nested(depth: int) -> dict[str, Any]:
    value: dict[str, Any] = {}
    for _ in range(depth - 1):
        value = {"a": value}
    return value


@pytest.mark.parametrize(
    ("sent", "reason", "where"),
    [
        pytest.param({"metadata": nested(21)}, "nested deeper than 20", "metadata", id="metadata nested too deep"),
        pytest.param(
            {"metadata": {"ab": {"c": "x" * 31_996}}},
            "a value may have at most 32,000 bytes, its name included",
            "metadata",
            id="a value too long",
        ),
        pytest.param(
            {"services": [{"name": "a"}, {"name": "b", "extra": ["é" * 16_000]}]},
            "a value may have at most 32,000 bytes, its name included",
            "services[1]",
            id="a value of a service too long, in bytes",
        ),
    ],
)
def test_free_form_data_that_cannot_be_kept(sent: dict[str, Any], reason: str, where: str) -> None:
    with pytest.raises(QueryError) as refused:
        upserted({}, **sent)
    assert (refused.value.reason, refused.value.where) == (reason, where)


def test_free_form_data_at_its_limits() -> None:
    assert upserted({}, metadata=nested(20))["ext"]["v1"]["metadata"] == nested(20)
    longest = {"ab": {"c": "x" * 31_995}}
    assert upserted({}, metadata=longest)["ext"]["v1"]["metadata"] == longest
