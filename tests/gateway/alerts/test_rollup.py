"""What alerts make of their incident."""

from datetime import UTC, datetime
from typing import Any

import pytest

from gateway.alerts.rollup import Arrival, arrival, rolled_up
from gateway.alerts.tally import counted
from gateway.dialects import EXTENSIONS
from gateway.incidents.model.rules import rules
from gateway.incidents.model.vocabulary import Vocabulary

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
AT, EARLIER, LATER = "2026-11-22T08:00:00.000Z", "2026-11-22T07:00:00.000Z", "2026-11-22T09:00:00.000Z"
WORDS = Vocabulary(
    ("critical", "high", "medium", "low", "info"),
    {"default": {"new": "open", "busy": "in_progress", "done": "closed", "closed": "closed"}},
)
RULES = rules(WORDS, EXTENSIONS)
OPEN: dict[str, Any] = {"state": "open", "status": "new", "workflow_id": "default", "started_at": AT}
CLOSED = OPEN | {"state": "closed", "status": "done", "resolved_at": EARLIER}
VIA = {"via": "alerts"}


def alert(status: str | None = None, **fields: Any) -> dict[str, Any]:
    return {"alert_id": "a"} | ({} if status is None else {"status": status}) | fields


def extended(alert: dict[str, Any], **own: Any) -> dict[str, Any]:
    return alert | {"ext": {"bigpanda": own}}


def own(**fields: Any) -> dict[str, Any]:
    return {"ext": {"bigpanda": {**fields, "changed_at": AT}}}


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        pytest.param(None, alert(), Arrival(new=True), id="evidence without a status is new, and no more"),
        pytest.param(None, alert("high"), Arrival(new=True), id="nor is one with a word that is no status"),
        pytest.param(
            None, alert("warning"), Arrival(new=True, changed=True, raised=True, active=True), id="a new alert"
        ),
        pytest.param(
            None, alert("ok"), Arrival(new=True, changed=True, raised=True, recovered=True), id="one that is ok"
        ),
        pytest.param(
            alert("warning"), alert("critical"), Arrival(changed=True, raised=True, active=True), id="more severe"
        ),
        pytest.param(alert("critical"), alert("warning"), Arrival(changed=True, active=True), id="less severe"),
        pytest.param(alert("critical"), alert("critical"), Arrival(active=True), id="the same again"),
        pytest.param(alert("critical"), alert("ok"), Arrival(changed=True, recovered=True), id="ok at last"),
        pytest.param(
            alert(), alert("unknown"), Arrival(changed=True, raised=True, active=True), id="evidence gets a status"
        ),
    ],
)
def test_arrival(before: dict[str, Any] | None, after: dict[str, Any], expected: Arrival) -> None:
    assert arrival(before, after) == expected


@pytest.mark.parametrize(
    ("before", "alerts", "expected"),
    [
        pytest.param(OPEN, [], OPEN | {"alert_count": 0}, id="no alerts make nothing"),
        pytest.param(OPEN, [alert(), alert("high")], OPEN | {"alert_count": 2}, id="evidence is counted alone"),
        pytest.param(
            OPEN,
            [alert("warning"), alert("ok")],
            OPEN | {"alert_count": 2, "severity": "medium"} | own(status="warning", severity="warning"),
            id="status is the worst of the alerts, and severity with it",
        ),
        pytest.param(
            OPEN | {"severity": "critical"} | own(status="critical", severity="critical"),
            [alert("warning")],
            OPEN | {"alert_count": 1, "severity": "critical"} | own(status="warning", severity="critical"),
            id="severity never falls",
        ),
        pytest.param(
            OPEN | {"severity": "high"},
            [alert("critical")],
            OPEN | {"alert_count": 1, "severity": "high"} | own(status="critical", severity="critical"),
            id="a severity set by hand stays while it agrees",
        ),
        pytest.param(
            OPEN | {"severity": "low"},
            [alert("critical")],
            OPEN | {"alert_count": 1, "severity": "critical"} | own(status="critical", severity="critical"),
            id="and gives way to a worse one",
        ),
        pytest.param(
            OPEN | {"severity": "low"} | own(status="critical", severity="critical"),
            [alert("critical")],
            OPEN | {"alert_count": 1, "severity": "low"} | own(status="critical", severity="critical"),
            id="one set by hand since stays, as alerts say nothing new",
        ),
        pytest.param(
            OPEN | {"severity": "info"} | own(status="ok", severity="ok"),
            [alert("unknown")],
            OPEN | {"alert_count": 1, "severity": "info"} | own(status="unknown", severity="unknown"),
            id="unknown is what info is called",
        ),
        pytest.param(
            OPEN,
            [alert("unknown")],
            OPEN | {"alert_count": 1} | own(status="unknown", severity="unknown"),
            id="and no severity at all",
        ),
        pytest.param(
            OPEN,
            [alert("ok")],
            OPEN | {"alert_count": 1, "severity": "info"} | own(status="ok", severity="ok"),
            id="ok is info",
        ),
        pytest.param(
            OPEN | {"origin": "bigpanda"},
            [alert(started_at=LATER), alert(started_at=EARLIER), alert()],
            OPEN | {"origin": "bigpanda", "alert_count": 3, "started_at": EARLIER},
            id="what alerts made began with the first of them",
        ),
        pytest.param(
            OPEN | {"origin": "im"},
            [alert(started_at=EARLIER)],
            OPEN | {"origin": "im", "alert_count": 1},
            id="what somebody made began when they said",
        ),
        pytest.param(
            OPEN | own(status="warning", severity="warning") | {"severity": "medium"},
            [alert()],
            OPEN | {"alert_count": 1, "severity": "medium"} | own(severity="warning"),
            id="without alerts that count there is no status of alerts",
        ),
        pytest.param(
            OPEN | {"ext": {"v1": {"source_site": "x"}}},
            [],
            OPEN | {"alert_count": 0, "ext": {"v1": {"source_site": "x"}}},
            id="what other dialects keep stays",
        ),
    ],
)
def test_status_and_severity(before: dict[str, Any], alerts: list[dict[str, Any]], expected: dict[str, Any]) -> None:
    after, told = rolled_up(before, counted(alerts, RULES), [], RULES, NOW)
    assert ({name: value for name, value in after.items() if name not in {"alert_pairs", "alert_tally"}}, told) == (
        expected,
        [],
    )


@pytest.mark.parametrize(
    ("before", "alerts", "arrivals", "departed", "expected"),
    [
        pytest.param(OPEN, ["ok"], [Arrival(recovered=True)], False, "closed", id="the last alert is ok"),
        pytest.param(OPEN, ["ok", "warning"], [Arrival(recovered=True)], False, "new", id="another is not"),
        pytest.param(OPEN, ["ok"], [], False, "new", id="nobody says that they are ok"),
        pytest.param(OPEN, [], [Arrival(recovered=True)], False, "new", id="there is none left"),
        pytest.param(OPEN, ["ok"], [], True, "closed", id="those that were not ok have left"),
        pytest.param(OPEN, ["ok", None], [Arrival(recovered=True)], False, "closed", id="evidence is not asked"),
        pytest.param(CLOSED, ["critical"], [Arrival(active=True)], False, "new", id="a closed one has an active alert"),
        pytest.param(CLOSED, ["critical"], [], False, "done", id="it had it before"),
        pytest.param(CLOSED, ["ok"], [Arrival(recovered=True)], False, "done", id="it is closed already"),
        pytest.param(
            OPEN | {"status": "busy", "state": "in_progress"}, ["critical"], [Arrival(active=True)], False, "busy",
            id="one in progress stays in progress",
        ),
    ],
)  # fmt: skip
def test_state(
    before: dict[str, Any], alerts: list[str | None], arrivals: list[Arrival], departed: bool, expected: str
) -> None:
    after, _ = rolled_up(
        before, counted([alert(each) for each in alerts], RULES), arrivals, RULES, NOW, departed=departed
    )
    assert after["status"] == expected


def test_it_ends_with_the_last_alert() -> None:
    ended = [alert("ok", ended_at=each) for each in (EARLIER, LATER, AT)]
    assert rolled_up(OPEN, counted(ended, RULES), [Arrival(recovered=True)], RULES, NOW)[0]["resolved_at"] == LATER


def test_pairs() -> None:
    first = extended(
        alert(tags=[{"name": "Host", "value": "DB-1"}, {"name": "zone", "value": ["a", "b"]}], description="d"),
        primary_property="host",
        incident_key="k",
    )
    second = alert(tags=[{"name": "host", "value": "DB-1"}, {"name": "host", "value": "db-2"}], source="nagios")
    assert list(counted([first, second], RULES).pairs) == [
        *(
            "host\x1fDB-1",
            "zone\x1fa",
            "zone\x1fb",
            "primary_property\x1fhost",
            "incident_key\x1fk",
            "description\x1fd",
        ),
        *("host\x1fdb-2", "source_system\x1fnagios"),
    ]
