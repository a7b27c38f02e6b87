"""What alerts say of an incident, beside the canonical severity and state."""

from typing import Any

import pytest

from gateway.incidents.model import statuses


@pytest.mark.parametrize(
    ("incident", "marks", "status", "severity"),
    [
        pytest.param({"state": "open"}, {}, "unknown", "unknown", id="nothing is known"),
        pytest.param({"state": "open", "severity": "high"}, {}, "critical", "critical", id="no alerts: its severity"),
        pytest.param({"state": "closed", "severity": "high"}, {}, "ok", "critical", id="closed is ok"),
        pytest.param(
            {"state": "in_progress", "severity": "critical"},
            {"status": "warning", "severity": "critical"},
            "warning",
            "critical",
            id="alerts say the status",
        ),
        pytest.param(
            {"state": "open", "severity": "low"},
            {"status": "critical", "severity": "critical"},
            "critical",
            "warning",
            id="a severity set by hand since",
        ),
        pytest.param(
            {"state": "open", "severity": "info"}, {"severity": "ok"}, "unknown", "ok", id="ok while it agrees"
        ),
        pytest.param(
            {"state": "open"}, {"severity": "unknown"}, "unknown", "unknown", id="unknown while there is none"
        ),
    ],
)
def test_shown(incident: dict[str, Any], marks: dict[str, Any], status: str, severity: str) -> None:
    assert (statuses.status(incident, marks), statuses.severity(incident, marks)) == (status, severity)
