"""An incident as it is listed and in detail, its history, and the alerts that the history refers to."""

from datetime import datetime
from typing import Any

import pytest

from queries.periods import iso
from tests.clock import Clock
from tests.dialects.actian.calls import Client, Json, alerts, attach, change, get, make, path, refusal

pytestmark = pytest.mark.anyio

METRIC = {
    "metric_name": "contains_pii",
    "metric_aggregation": "ratio",
    "display_metric_name": "PII %",
    "segment": None,
    "rule": None,
    "attribute": None,
}
BARE = dict.fromkeys(METRIC)


def row(number: int, at: datetime, **fields: Any) -> Json:
    """An incident as it is listed, of which little is known."""
    return {
        "id": number,
        "project_id": None,
        "asset_id": None,
        "last_upload_timestamp": None,
        "created_time": iso(at),
        "severity": None,
        "impact": None,
        "status": "OPEN",
        "ticket_id": None,
        "alert_policy_id": None,
        "alert_policy_name": "bare",
        "description": None,
        "tags": [],
    } | fields


async def test_all_that_the_seed_shows(shared: Client, clock: Clock) -> None:
    own = {"project_id": 0, "asset_id": "5x0e34yk1re4", "ticket_id": 2411, "alert_policy_id": "4"}
    unlisted = {"connection_id": "c", "connection_type": "GCS", "source_name": "s", "metrics": [METRIC]}
    number = await make(
        shared,
        "whole",
        severity="high",
        impact="HIGH",
        description="...",
        tags=["T1", "PROD"],
        last_seen_at="2025-06-30T14:12:51.871Z",
        ext={"actian": {**own, "alert_policy_name": "test_policy", **unlisted}},
    )
    expected = row(
        number,
        clock.now,
        **own,
        last_upload_timestamp="2025-06-30T14:12:51.871Z",
        severity="HIGH",
        impact="HIGH",
        alert_policy_name="test_policy",
        description="...",
        tags=["T1", "PROD"],
    )
    made = {"timestamp": iso(clock.now), "state": "NEW", "alert_refs": []}
    assert await get(shared, project_ids="0") == [expected]
    assert await get(shared, f"incidents/{number}") == expected | {"metrics": [METRIC], "history": [made]}


async def test_metrics_are_found_by_name_in_other_dialects(shared: Client) -> None:
    """5c, `metrics[]`: names also into `metric_names`."""
    number = await make(shared, "measured", metric_names=["cpu"])
    await change(shared, "measured", ext={"actian": {"metrics": [METRIC | {"metric_name": "pii_ratio"}]}})
    found = (await shared.get("/v1/incidents?metric=pii_ratio")).json()["data"]
    assert [(each["id"], each["metricNames"]) for each in found] == [(number, ["cpu", "pii_ratio"])]
    await change(shared, "measured", metric_names=None)
    assert (await shared.get("/_im/incidents/measured")).json()["metric_names"] == ["pii_ratio"]


async def test_little_is_known_of_an_incident_made_elsewhere(shared: Client, clock: Clock) -> None:
    number = await make(shared, "bare", metric_names=["cpu", "ram"])
    told = await get(shared, f"incidents/{number}")
    assert told == row(number, clock.now) | {
        "metrics": [BARE | {"metric_name": "cpu"}, BARE | {"metric_name": "ram"}],
        "history": [{"timestamp": iso(clock.now), "state": "NEW", "alert_refs": []}],
    }


async def test_a_history_and_the_alerts_it_refers_to(shared: Client, clock: Clock) -> None:
    """What stands in a detail is all that it takes to find each of its alerts, whichever dialect they are of."""
    number = await make(shared, "told", ext={"actian": {"asset_id": "asset-7"}})
    own = {"asset_id": "asset-7", "metric_time": "2025-06-30T14:12:51.871Z", "violation_name": "FEATURE.s132j7ja1"}
    times = [iso(clock.now)]
    for fields in ({}, {"status": "closed"}, {"comment": "no change of state"}, {"status": "new"}, {}):
        clock.move(minutes=1)
        times.append(iso(clock.now))
        if fields:
            await change(shared, "told", **fields)
        elif len(times) == 2:
            await attach(shared, "told", {"ext": {"actian": own}})
        else:
            await attach(shared, "told", {"alert_id": "foreign", "started_at": "2025-07-01", "severity": "critical"})
    history = (await get(shared, f"incidents/{number}"))["history"]
    first = {"metric_time": "2025-06-30T14:12:51.871Z", "violation_name": "FEATURE.s132j7ja1"}
    second = {"metric_time": "2025-07-01T00:00:00.000Z", "violation_name": "foreign"}
    assert history == [
        {"timestamp": times[0], "state": "NEW", "alert_refs": []},
        {"timestamp": times[1], "state": "ONGOING", "alert_refs": [first]},
        {"timestamp": times[2], "state": "RESOLVED", "alert_refs": []},
        {"timestamp": times[4], "state": "REOPENED", "alert_refs": []},
        {"timestamp": times[5], "state": "ONGOING", "alert_refs": [second]},
    ]
    refs = [each for entry in history for each in entry["alert_refs"]]
    dates, names = [each["metric_time"] for each in refs], [each["violation_name"] for each in refs]
    found = await alerts(shared, sources=["asset-7"], upload_dates=dates, violation_names=names)
    assert [each["violation_name"] for each in found] == ["foreign", "FEATURE.s132j7ja1"]


@pytest.mark.parametrize(
    ("incident_id", "expected"),
    [
        pytest.param("1311", (404, 'no incident "1311"'), id="nobody has it"),
        pytest.param("-1", (404, 'no incident "-1"'), id="nobody can have it"),
        pytest.param("x", (400, 'incidentId: "x" is no id; a whole number is wanted here'), id="no number"),
        pytest.param(
            "9" * 19, (400, f'incidentId: "{"9" * 19}" is no id; a whole number is wanted here'), id="too long"
        ),
    ],
)
async def test_no_such_incident(shared: Client, incident_id: str, expected: tuple[int, str]) -> None:
    assert refusal(await shared.get(path(shared, f"incidents/{incident_id}"))) == expected
