"""Alerts by filters: any value of each list, all of the lists, and what an alert of another dialect shows."""

from typing import Any

import pytest

from gateway.dialects.actian.requests import AlertFilters
from queries.periods import iso
from tests.clock import Clock
from tests.dialects.actian.calls import Client, Json, alerts, attach, make, path, refusal
from tests.refusals import refused

pytestmark = pytest.mark.anyio

BY_FILTERS = "configuration/alerts/by_filters"
SEED: Json = {
    "type": "SCHEMA_CHANGE",
    "source": "SNOWFLAKE.SALES_DB.PUBLIC.CUSTOMER_ORDERS",
    "attribute": "SHIPPING_ADDRESS",
    "job_id": "job-f8e2-4a1b-9c3d-5e6f7a8b9c0d",
    "create_time": "2023-10-27T10:30:00.123Z",
    "save_time": "2023-10-27T10:30:05.456Z",
    "violation_data": {},
    "violation_name": "Customer Orders Schema Drift",
    "notification_channels": ["critical-alerts-slack", "data-team-email"],
    "is_notification_enabled": True,
    "metric_time": "2023-10-27T10:25:00.000Z",
    "is_notified": False,
    "metric_value": 1.0,
    "policy_name": "Monitor Production Schemas",
    "segment": "USA",
    "priority": "HIGH",
    "description": {"HIGH": ["The data type for column 'SHIPPING_ADDRESS' was changed."]},
    "source_name": "CUSTOMER_ORDERS",
    "source_type": "SNOWFLAKE",
    "project_name": "E-commerce Analytics",
    "tags": ["production", "schema", "customer-data"],
}


@pytest.fixture(scope="module")
async def held(shared: Client) -> str:
    """Alerts of two incidents, one of which names its asset."""
    await make(shared, "i1", ext={"actian": {"asset_id": "asset-1"}})
    await make(shared, "i2")
    own = {"asset_id": "asset-1", "violation_name": "two", "metric_time": "2026-01-02T00:00:00.000Z"}
    await attach(shared, "i1", {"alert_id": "a1", "ext": {"actian": SEED}})
    await attach(shared, "i1", {"alert_id": "a2", "ext": {"actian": own}})
    await attach(shared, "i1", {"alert_id": "a3", "started_at": "2026-01-02"})
    await attach(shared, "i2", {"alert_id": "a4", "started_at": "2026-01-02", "source": "nagios"})
    return "a4 a3 two Customer"


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        pytest.param({"sources": ["asset-1"]}, "a3 two Customer", id="an asset, and what hangs on its incidents"),
        pytest.param({"sources": [SEED["source"]]}, "Customer", id="the alert's own source"),
        pytest.param({"sources": ["nagios"]}, "a4", id="the source of another dialect"),
        pytest.param({"sources": ["nagios", "asset-1"]}, "a4 a3 two Customer", id="any of two sources"),
        pytest.param({"sources": ["asset"]}, "", id="a source is whole"),
        pytest.param({"upload_dates": ["2026-01-02T00:00:00.000Z"]}, "a4 a3 two", id="an upload of several"),
        pytest.param({"upload_dates": ["2023-10-27T12:25:00+02:00"]}, "Customer", id="the same instant elsewhere"),
        pytest.param({"violation_names": ["two", "a4"]}, "a4 two", id="violations, or the ids of those without"),
        pytest.param({"violation_names": ["a2"]}, "", id="an id stands in for no name that there is"),
        pytest.param(
            {"sources": ["asset-1"], "upload_dates": ["2026-01-02"], "violation_names": ["two", "a4"]},
            "two",
            id="all of the lists",
        ),
        pytest.param({"sources": [], "violation_names": ["two"]}, "two", id="an empty list is none"),
    ],
)
async def test_what_the_lists_find(shared: Client, held: str, asked: Json, expected: str) -> None:
    found = await alerts(shared, **asked)
    assert " ".join(each["violation_name"].partition(" ")[0] for each in found) == expected, held


async def test_an_alert_as_the_seed_shows_it(shared: Client, held: str) -> None:
    assert await alerts(shared, violation_names=[SEED["violation_name"]]) == [SEED], held


async def test_an_alert_of_another_dialect(shared: Client, clock: Clock) -> None:
    await make(shared, "i3")
    tags = [{"name": "team", "value": ["a", "b"]}]
    sent = {"alert_id": "a5", "severity": "Critical", "description": "95 %", "tags": tags, "source": "zabbix"}
    await attach(shared, "i3", {**sent, "started_at": "2026-01-03T00:00:00Z"})
    silent: Json = dict.fromkeys(SEED)
    assert await alerts(shared, violation_names=["a5"]) == [
        silent
        | {
            "source": "zabbix",
            "source_name": "zabbix",
            "create_time": "2026-01-03T00:00:00.000Z",
            "metric_time": "2026-01-03T00:00:00.000Z",
            "save_time": iso(clock.now),
            "violation_name": "a5",
            "violation_data": {},
            "notification_channels": [],
            "priority": "HIGH",
            "description": {"HIGH": ["95 %"]},
            "tags": ["team:a", "team:b"],
        }
    ]


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        pytest.param(
            {}, (400, "at least one of sources, upload_dates and violation_names is wanted"), id="nothing asked"
        ),
        pytest.param(
            {"sources": [], "upload_dates": []},
            (400, "at least one of sources, upload_dates and violation_names is wanted"),
            id="only empty lists",
        ),
        pytest.param(
            {"upload_dates": ["2026-01-02", "now"]},
            (400, "upload_dates[1]: a time is wanted here, in ISO 8601"),
            id="no time",
        ),
    ],
)
async def test_what_is_refused(shared: Client, sent: Any, expected: tuple[int, str]) -> None:
    assert refusal(await shared.post(path(shared, BY_FILTERS), json=sent)) == expected


@pytest.mark.parametrize(("sources", "where"), [("x", "sources"), ([1], "sources[0]")])
def test_where_a_refusal_points(sources: Any, where: str) -> None:
    assert refused(lambda: AlertFilters.model_validate({"sources": sources}))[0] == where
