"""Documents as BigPanda shows them."""

from datetime import UTC, datetime
from typing import Any

import pytest

from gateway.dialects.bigpanda import replies, times
from tests.clock import START
from tests.dialects.bigpanda.calls import NOW

AT = "2026-03-01T10:00:00.000Z"
LATER = "2026-03-01T10:00:00.001Z"
NO_SNOOZE = {"snoozed": False, "end_time": None, "cancel_on_incident_updates": False}

BARE = {
    "hex_id": "5f" * 12, "state": "open", "created_at": "2026-02-28T10:00:00.000Z", "kind": "incident",
    "started_at": "2026-02-27T09:59:59.999Z", "updated_at": "2026-03-01T09:00:00.500Z",
}  # fmt: skip
SHOWN = {
    "id": "5f" * 12,
    "status": "unknown",
    "active": True,
    "severity": "unknown",
    "flapping": False,
    "shared": False,
    "snooze": NO_SNOOZE,
    "maintenance": None,
    "correlation_matchers_log": [],
    "start": NOW - 2 * 86400 - 1,
    "changed_at": NOW - 86400,
    "updated_at": NOW - 3600,
    "end": None,
    "alerts": [{"alert_id": "0"}],
    "assignee": None,
    "assigner": None,
    "environments": ["all", "e1"],
    "folders": ["active", "unhandled"],
    "incident_tags": [],
}


def shown(more: dict[str, Any]) -> dict[str, Any]:
    return replies.incident(BARE | more, [{"alert_id": "0"}], ["all", "e1"], START)


def own(**held: Any) -> dict[str, Any]:
    return {"ext": {"bigpanda": held}}


def test_every_field_stands_in_the_order_that_the_vendor_lists_them_in() -> None:
    assert list(shown({}).items()) == list(SHOWN.items())


@pytest.mark.parametrize(
    ("more", "different"),
    [
        pytest.param({"severity": "high"}, {"status": "critical", "severity": "critical"}, id="a severity of others"),
        pytest.param(
            {"severity": "critical"} | own(status="warning", severity="critical"),
            {"status": "warning", "severity": "critical"},
            id="what alerts said",
        ),
        pytest.param(
            {"severity": "low"} | own(status="warning", severity="critical"),
            {"status": "warning", "severity": "warning"},
            id="a severity that somebody set since",
        ),
        pytest.param(
            {"state": "closed", "resolved_at": "2026-03-01T09:30:00.999Z"} | own(status="critical"),
            {"status": "ok", "active": False, "end": NOW - 1800, "changed_at": NOW - 1800, "folders": ["resolved"]},
            id="resolved",
        ),
        pytest.param({"state": "in_progress"}, {}, id="in progress is active"),
        pytest.param(own(flapping_until=LATER), {"flapping": True}, id="flapping"),
        pytest.param(own(flapping_until=AT), {}, id="flapping has ended this very moment"),
        pytest.param(own(shared=True), {"shared": True, "folders": ["active", "shared"]}, id="shared"),
        pytest.param(own(shared=False), {}, id="not shared"),
        pytest.param(
            own(maintenance="partial"),
            {"maintenance": "partial", "folders": ["active", "unhandled", "maintenance"]},
            id="in maintenance",
        ),
        pytest.param(
            own(snooze={"end_time": LATER, "cancel_on_incident_updates": True}),
            {
                "snooze": {"snoozed": True, "end_time": NOW, "cancel_on_incident_updates": True},
                "folders": ["snoozed"],
            },
            id="snoozed",
        ),
        pytest.param(
            own(snooze={"end_time": AT, "cancel_on_incident_updates": True}), {}, id="a snooze that ends this moment"
        ),
        pytest.param(own(changed_at="2026-03-01T09:00:00.000Z"), {"changed_at": NOW - 3600}, id="changed for others"),
        pytest.param(
            own(changed_at="2026-02-28T09:00:00.000Z"), {}, id="never changed for others before it was made here"
        ),
        pytest.param(
            {"state": "closed", "resolved_at": AT} | own(changed_at="2026-03-01T09:00:00.000Z"),
            {"status": "ok", "active": False, "end": NOW, "changed_at": NOW, "folders": ["resolved"]},
            id="resolved after the last change for others",
        ),
        pytest.param(
            own(correlation_matchers_log=[[{"time_window": 7200}]]),
            {"correlation_matchers_log": [[{"time_window": 7200}]]},
            id="how it was correlated",
        ),
        pytest.param(
            {"assignee": {"name": "ann", "id": "u1", "numeric_id": 7, "email": "a@b"}, "assigner": {"name": "bob"}},
            {
                "assignee": {"name": "ann", "user_id": "u1", "email": "a@b"},
                "assigner": {"name": "bob", "user_id": None, "email": None},
                "folders": ["active"],
            },
            id="assigned",
        ),
        pytest.param(
            {"assignee": {"numeric_id": 0}},
            {"assignee": {"name": None, "user_id": "0", "email": None}, "folders": ["active"]},
            id="assigned by number",
        ),
        pytest.param(
            {"labels": [{"id": "t", "name": "Team", "type": "MultiValue", "value": ["a", "b"]}, {"name": "x"}]},
            {
                "incident_tags": [
                    {"id": "t", "name": "Team", "type": "MultiValue", "value": ["a", "b"]},
                    {"id": None, "name": "x", "type": None, "value": None},
                ]
            },
            id="tags",
        ),
        pytest.param(
            {"state": "closed", "resolved_at": AT} | own(merged_into="i1"),
            {
                "status": "ok", "active": False, "end": NOW, "changed_at": NOW, "folders": [], "environments": [],
            },
            id="merged into another, it is in no list",
        ),
    ],
)  # fmt: skip
def test_an_incident(more: dict[str, Any], different: dict[str, Any]) -> None:
    assert shown(more) == SHOWN | different


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        pytest.param(
            {
                "alert_id": "ab" * 12, "status": "warning", "started_at": "2026-03-01T09:00:00.000Z", "ended_at": AT,
                "changed_at": "2026-03-01T09:10:00.000Z", "created_at": "2026-03-01T09:01:00.000Z",
                "updated_at": "2026-03-01T09:20:00.000Z", "last_event_at": "2026-03-01T09:30:00.000Z", "active": False,
                "description": "d", "source": "api.x", "incident_id": "i1",
                "tags": [{"name": "host", "value": "a"}, {"name": "ip", "value": ["1", "2"]}],
                "ext": {
                    "bigpanda": {
                        "primary_property": "host", "secondary_property": "check", "incident_key": "k",
                        "maintenance_plans": ["p"], "status_changes": [AT],
                    }
                },
            },
            {
                "id": "ab" * 12,
                "alert_id": "ab" * 12,
                "status": "warning",
                "start": NOW - 3600,
                "end": NOW,
                "changed_at": NOW - 3000,
                "updated_at": NOW - 2400,
                "last_event_at": NOW - 1800,
                "active": False,
                "primary_property": "host",
                "secondary_property": "check",
                "source_system": "api.x",
                "incident_key": "k",
                "maintenance_plans": ["p"],
                "description": "d",
                "tags": [{"name": "host", "value": "a"}, {"name": "ip", "value": ["1", "2"]}],
            },
            id="an alert of its own",
        ),
        pytest.param(
            {
                "alert_id": "0001_log", "created_at": "2026-03-01T09:00:00.000Z", "active": True, "status": "firing",
                "updated_at": AT, "ext": {"log360": {"uuid": "x"}},
            },
            {
                "id": "0001_log",
                "alert_id": "0001_log",
                "status": None,
                "start": NOW - 3600,
                "end": None,
                "changed_at": NOW - 3600,
                "updated_at": NOW,
                "last_event_at": NOW,
                "active": True,
                "primary_property": None,
                "secondary_property": None,
                "source_system": None,
                "incident_key": None,
                "maintenance_plans": [],
                "description": None,
                "tags": [],
            },
            id="evidence of another dialect, in words that are not BigPanda's",
        ),
    ],
)  # fmt: skip
def test_an_alert(event: dict[str, Any], expected: dict[str, Any]) -> None:
    assert list(replies.alert(event).items()) == list(expected.items())


@pytest.mark.parametrize(
    ("stored", "expected"),
    [
        ("1970-01-01T00:00:00.999Z", 0),
        ("1969-12-31T23:59:59.999Z", -1),
        ("9999-12-31T23:59:59.999Z", 253402300799),
        ("2026-03-01T10:00:59.999Z", NOW + 59),
    ],
)
def test_a_time_is_the_second_that_it_lies_in(stored: str, expected: int) -> None:
    assert times.seconds(stored) == times.seconds_or_none(stored) == expected


def test_seconds_as_an_instant() -> None:
    assert times.moment(NOW) == START
    assert times.moment(times.LATEST) == datetime(5138, 11, 16, 9, 46, 39, tzinfo=UTC)
