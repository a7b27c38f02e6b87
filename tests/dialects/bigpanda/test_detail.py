"""One incident by its id: as it is now, through any environment that it is in."""

from urllib.parse import unquote

import pytest

from gateway.incidents.session import Context
from tests.clock import Clock
from tests.dialects.bigpanda.acts import shown_alert
from tests.dialects.bigpanda.calls import (
    NOW,
    Client,
    attach,
    change,
    detail,
    environment,
    hold,
    iso,
    make,
    refusal,
    searched,
    within,
)

pytestmark = pytest.mark.anyio


async def test_it_is_there_at_once_as_it_is_now(shared: Client) -> None:
    incident = await make(shared, severity="critical")
    assert (await detail(shared, incident["hex_id"]))["severity"] == "critical"
    await change(shared, incident, severity="low", assignee={"id": "u1", "name": "ann"})
    await attach(shared, incident, {"alert_id": "0" * 24, "status": "warning"})
    shown = await detail(shared, incident["hex_id"])
    assert (shown["status"], shown["alerts"]) == ("warning", [{"alert_id": "0" * 24}])
    assert shown["assignee"] == {"name": "ann", "user_id": "u1", "email": None}


async def test_it_is_what_a_search_shows_of_it(shared: Client) -> None:
    incident = await make(shared, severity="high", started_at=iso(NOW - 60), labels=[{"id": "a", "name": "b"}])
    await attach(shared, incident, {"alert_id": "1" * 24, "status": "ok", "ended_at": iso(NOW)})
    for query in ({}, {"expand": "alerts"}):
        rows = (await searched(shared, **query))["items"]
        [row] = [each for each in rows if each["id"] == incident["hex_id"]]
        assert await detail(shared, incident["hex_id"], **query) == row


async def test_an_alert_that_made_it_is_shown_whole(shared: Client, clock: Clock) -> None:
    sent = {
        "app_key": "probe", "status": "critical", "host": "db-1", "check": "load", "description": "d", "ip": ["1", "2"],
        "timestamp": clock.seconds - 60,
    }  # fmt: skip
    response = await shared.post("/data/v2/alerts", json=sent)
    [made] = response.json()["data"]["alerts"]
    shown = await detail(shared, made["incident_id"], expand="alerts")
    named = {"source_system": "api.probe", "incident_key": "probe__db-1__load", "description": "d"}
    tags = [
        {"name": "host", "value": "db-1"},
        {"name": "check", "value": "load"},
        {"name": "ip", "value": ["1", "2"]},
    ]
    expected = shown_alert(made["alert_id"], clock.seconds - 60, clock.seconds, **named, tags=tags)
    assert shown["alerts"] == [expected]
    assert (shown["start"], shown["status"], shown["severity"]) == (clock.seconds - 60, "critical", "critical")


async def test_a_merged_one_is_shown_where_every_incident_is_and_nowhere_else(shared: Client, ctx: Context) -> None:
    incident, inside = await make(shared, status="closed"), await environment(shared, "merged", "*")
    assert (await detail(shared, incident["hex_id"], inside))["environments"] == ["all", inside]
    await hold(ctx, shared, incident, merged_into="i1")
    shown = await detail(shared, incident["hex_id"])
    assert (shown["status"], shown["environments"], shown["folders"]) == ("ok", [], [])
    response = await shared.get(within(inside, f"/{incident['hex_id']}"))
    assert (response.status_code, response.json()) == (404, refusal(404, f'no incident "{incident["hex_id"]}"'))


@pytest.mark.parametrize("hex_id", ["0", "5f" * 12, "*", "a b", "a%2Fb"])
async def test_an_incident_that_there_is_not(shared: Client, hex_id: str) -> None:
    response = await shared.get(within(rest=f"/{hex_id}"))
    assert (response.status_code, response.json()) == (404, refusal(404, f'no incident "{unquote(hex_id)}"'))


async def test_other_ids_of_an_incident_are_none_here(shared: Client) -> None:
    incident = await make(shared)
    for other in (incident["_meta"]["id"], incident["numeric_id"], incident["hex_id"].upper()):
        assert (await shared.get(within(rest=f"/{other}"))).status_code == 404


async def test_an_environment_that_there_is_not(shared: Client) -> None:
    incident = await make(shared)
    response = await shared.get(within("ALL", f"/{incident['hex_id']}"))
    assert (response.status_code, response.json()) == (404, refusal(404, 'no environment "ALL"'))


async def test_what_time_changes_by_itself(shared: Client, ctx: Context, clock: Clock) -> None:
    incident = await make(shared)
    snooze = {"end_time": iso(clock.seconds + 10), "cancel_on_incident_updates": False}
    await hold(ctx, shared, incident, snooze=snooze, flapping_until=iso(clock.seconds + 20))
    seen = []
    for _ in range(3):
        shown = await detail(shared, incident["hex_id"])
        seen.append((shown["flapping"], shown["snooze"]["snoozed"], shown["folders"]))
        clock.move(seconds=10)
    new = ["active", "unhandled"]
    assert seen == [(True, True, ["snoozed"]), (True, False, new), (False, False, new)]
