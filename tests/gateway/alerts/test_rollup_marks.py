"""What alerting keeps with an incident: maintenance, flapping, a snooze, and when something last changed."""

from datetime import UTC, datetime
from typing import Any

import pytest

from gateway.alerts.rollup import Arrival, rolled_up
from gateway.alerts.tally import counted
from gateway.dialects import EXTENSIONS
from gateway.incidents.model.rules import rules
from gateway.incidents.model.vocabulary import Vocabulary

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
AT, EARLIER, LATER = "2026-11-22T08:00:00.000Z", "2026-11-22T07:00:00.000Z", "2026-11-22T09:00:00.000Z"
RULES = rules(
    Vocabulary(("critical", "high", "medium", "low", "info"), {"default": {"new": "open", "done": "closed"}}),
    EXTENSIONS,
)
OPEN: dict[str, Any] = {"state": "open", "status": "new", "workflow_id": "default", "started_at": AT}
CLOSED = OPEN | {"state": "closed", "status": "done", "resolved_at": EARLIER}
VIA = {"via": "alerts"}


def alert(status: str, **marks: Any) -> dict[str, Any]:
    return {"alert_id": "a", "status": status} | ({"ext": {"bigpanda": marks}} if marks else {})


@pytest.mark.parametrize(
    ("held", "alerts", "expected"),
    [
        pytest.param("partial", [{}, {}], "partial", id="alerts that know of no plans leave it as it was set"),
        pytest.param(None, [{"maintenance_plans": ["p"]}, {}], "partial", id="one of two"),
        pytest.param(None, [{"maintenance_plans": ["p"]}, {"maintenance_plans": ["q"]}], "active", id="all"),
        pytest.param("active", [{"maintenance_plans": []}, {}], None, id="none any more"),
    ],
)
def test_maintenance(held: str | None, alerts: list[dict[str, Any]], expected: str | None) -> None:
    before = OPEN | ({} if held is None else {"ext": {"bigpanda": {"maintenance": held}}})
    after, _ = rolled_up(before, counted([alert("warning", **each) for each in alerts], RULES), [], RULES, NOW)
    assert RULES.marks(after).get("maintenance") == expected


@pytest.mark.parametrize(
    ("was", "until", "expected", "told"),
    [
        pytest.param(None, LATER, LATER, [("flapping", {"flapping": True, **VIA})], id="it begins"),
        pytest.param(EARLIER, LATER, LATER, [], id="it goes on"),
        pytest.param(EARLIER, None, None, [("flapping", {"flapping": False, **VIA})], id="it ends"),
        pytest.param(LATER, EARLIER, None, [("flapping", {"flapping": False, **VIA})], id="it ends with time"),
        pytest.param(None, AT, None, [], id="it has just ended"),
    ],
)
def test_flapping(was: str | None, until: str | None, expected: str | None, told: list[Any]) -> None:
    before = OPEN | ({} if was is None else {"ext": {"bigpanda": {"flapping_until": was}}})
    alerts = [alert("warning"), alert("warning", **({} if until is None else {"flapping_until": until}))]
    after, found = rolled_up(before, counted(alerts, RULES), [], RULES, NOW)
    assert (RULES.marks(after).get("flapping_until"), found) == (expected, told)


NEWS = Arrival(new=True)


@pytest.mark.parametrize(
    ("snooze", "incident", "arrivals", "stays"),
    [
        pytest.param({"end_time": LATER, "cancel_on_incident_updates": True}, OPEN, [NEWS], False, id="an alert more"),
        pytest.param(
            {"end_time": LATER, "cancel_on_incident_updates": True},
            OPEN,
            [Arrival(raised=True)],
            False,
            id="more severe",
        ),
        pytest.param(
            {"end_time": LATER, "cancel_on_incident_updates": True},
            CLOSED,
            [Arrival(active=True)],
            False,
            id="reopened",
        ),
        pytest.param(
            {"end_time": LATER, "cancel_on_incident_updates": True},
            OPEN,
            [Arrival(changed=True, active=True)],
            True,
            id="less severe is no news",
        ),
        pytest.param({"end_time": LATER, "cancel_on_incident_updates": False}, OPEN, [NEWS], True, id="not asked for"),
        pytest.param({"end_time": AT, "cancel_on_incident_updates": True}, OPEN, [NEWS], True, id="over by itself"),
    ],
)
def test_snooze(snooze: dict[str, Any], incident: dict[str, Any], arrivals: list[Arrival], stays: bool) -> None:
    before = incident | {"ext": {"bigpanda": {"snooze": snooze}}}
    after, told = rolled_up(before, counted([alert("warning")], RULES), arrivals, RULES, NOW)
    assert ("snooze" in RULES.marks(after), told) == (stays, [] if stays else [("unsnoozed", VIA)])


@pytest.mark.parametrize(
    ("arrivals", "changed"),
    [
        pytest.param([Arrival(new=True)], True, id="an alert more"),
        pytest.param([Arrival(changed=True)], True, id="another status"),
        pytest.param([Arrival(active=True)], False, id="the same again"),
        pytest.param([Arrival(recovered=True)], False, id="ok again"),
    ],
)
def test_changed_at(arrivals: list[Arrival], changed: bool) -> None:
    held = {"status": "warning", "severity": "warning", "changed_at": EARLIER}
    after, _ = rolled_up(OPEN | {"ext": {"bigpanda": held}}, counted([alert("warning")], RULES), arrivals, RULES, NOW)
    assert RULES.marks(after)["changed_at"] == (AT if changed else EARLIER)
