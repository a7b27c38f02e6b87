"""Alerts that monitoring systems send: which alert and which incident an event is of, and what is refused."""

import pytest

from tests.clock import Clock
from tests.dialects.bigpanda.acts import DATA, answer, refused, send, shown_alert, told
from tests.dialects.bigpanda.calls import Client, Json, detail, found

pytestmark = pytest.mark.anyio

SENT: Json = {"app_key": "app", "status": "critical", "host": "db-1"}


async def test_one_bad_alert_keeps_all_others_out(shared: Client) -> None:
    sent = {"app_key": "bad", "alerts": [{"status": "critical", "host": "x"}, {"status": "critical"}]}
    expected = "a primary property is wanted in every alert: one of host, service, application, device"
    assert answer(await shared.post(DATA, json=sent)) == refused(400, f"alerts[1].primary_property: {expected}")
    assert await found(shared, query="source_system = api.bad") == []


async def test_an_alert_and_its_incident_as_they_are_shown(shared: Client, clock: Clock) -> None:
    at = clock.seconds - 60
    sent = {**SENT, "app_key": "shown", "check": "CPU", "timestamp": at, "description": "95 %", "regions": ["a", "b"]}
    status, body = answer(await shared.post(DATA, json=sent))
    [made] = body["data"]["alerts"]
    assert (status, body) == (201, {"status": 201, "data": {"alerts": [made]}})
    assert sorted(made) == ["alert_id", "incident_id"]
    shown = await detail(shared, made["incident_id"], expand="alerts")
    assert (shown["status"], shown["severity"], shown["active"], shown["start"]) == ("critical", "critical", True, at)
    named = {"source_system": "api.shown", "incident_key": "shown__db-1__CPU", "description": "95 %"}
    tags = [
        {"name": "host", "value": "db-1"},
        {"name": "check", "value": "CPU"},
        {"name": "regions", "value": ["a", "b"]},
    ]
    assert shown["alerts"] == [shown_alert(made["alert_id"], at, clock.seconds, **named, tags=tags)]
    assert await found(shared, query="source_system = api.shown AND regions = B") == [made["incident_id"]]


async def test_events_of_one_thing_are_one_alert(shared: Client, clock: Clock) -> None:
    first, again, over = await send(shared, {"host": "same"}, {"host": "same"}, {"host": "same", "status": "ok"})
    assert first == again == over
    shown = await detail(shared, first[1])
    assert (shown["status"], shown["active"], len(shown["alerts"])) == ("ok", False, 1)
    clock.move(hours=23)
    assert await send(shared, {"host": "same"}) == [first]
    assert (await told(shared, first[1]))[0] == ("incident_reopened", None)
    await send(shared, {"host": "same", "status": "ok"})
    clock.move(hours=25)
    [(_, new)] = await send(shared, {"host": "same"})
    assert new != first[1]


async def test_two_integrations_never_share_an_alert(shared: Client) -> None:
    sent = {"host": "both", "check": "c"}
    one, other = await send(shared, {**sent, "app_key": "one"}, {**sent, "app_key": "other"})
    assert one[0] != other[0]


async def test_an_identifier_is_shared_by_all_that_send_it(shared: Client) -> None:
    sent = {"host": "p", "incident_identifier": "INC"}
    first, second = await send(shared, {**sent, "app_key": "one"}, {**sent, "app_key": "other", "host": "q"})
    assert first == second


async def test_maintenance_is_as_the_alert_tells(shared: Client) -> None:
    [(_, incident_id)] = await send(shared, {"host": "maintained", "maintenance_plans": ["p1"]})
    shown = await detail(shared, incident_id, expand="alerts")
    assert (shown["maintenance"], shown["alerts"][0]["maintenance_plans"]) == ("active", ["p1"])
    await send(shared, {"host": "maintained"})
    assert (await detail(shared, incident_id))["maintenance"] == "active"
    await send(shared, {"host": "maintained", "maintenance_plans": []})
    assert (await detail(shared, incident_id))["maintenance"] is None


@pytest.fixture(scope="module")
async def odd(shared: Client) -> str:
    """The id of an incident of an alert whose tags have odd names and values."""
    tags = {
        "kubernetes.io/app": "Web-1",
        "Percent Processor Time": 99.5,
        "GRÖSSE": "x",
        'a "b" (c*d)?\\e': True,
        "*": {},
    }
    [(_, incident_id)] = await send(shared, {"app_key": "odd", "host": "odd", **tags})
    return incident_id


@pytest.mark.parametrize(
    "query",
    [
        pytest.param("kubernetes.io/app = web-1", id="a path"),
        pytest.param("KUBERNETES.io/App = web*", id="a path in another case, a pattern"),
        pytest.param(r"kubernetes.io/app = /web-\d/", id="a path, a regex"),
        pytest.param("kubernetes.io/app === Web-1", id="a path, to the letter"),
        pytest.param('"percent processor time" = 99.5', id="spaces"),
        pytest.param("'Percent Processor Time' IN [1, 99*]", id="spaces, a pattern in a list"),
        pytest.param('"Percent Processor Time" = /99.*/', id="spaces, a regex"),
        pytest.param("größe != y AND grösse = x", id="another script"),
        pytest.param('"a \\"b\\" (c\\*d)?\\\\e" = true', id="symbols"),
        pytest.param('"a \\"b\\" (c\\*d)?\\\\e" = t*', id="symbols, a pattern"),
        pytest.param('"a \\"b\\" (c\\*d)?\\\\e" = /t.+/', id="symbols, a regex"),
        pytest.param('"\\*" = "{}"', id="a star"),
        pytest.param('"\\*" = "{*"', id="a star, a pattern"),
    ],
)
async def test_a_tag_of_any_name_is_found(shared: Client, odd: str, query: str) -> None:
    assert await found(shared, query=f"source_system = api.odd AND {query}") == [odd]


@pytest.mark.parametrize(
    "query", ['"\\*" = web*', '"\\*" = x', r'"kubernetes\.io/app" = "web-1"', "kubernetesxio/app = /w.*/"]
)
async def test_a_name_is_no_pattern(shared: Client, odd: str, query: str) -> None:
    assert await found(shared, query=f"id = {odd} AND {query}") == []
