"""An alert that is there already, whichever dialect made it: attached again, it keeps all that is not named."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import pytest
from dirty_equals import IsStr

from tests.conftest import Serve
from tests.contracts.faces import Client, Json, answered, settle

pytestmark = pytest.mark.anyio

TIME = IsStr(regex=r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
EVENT = {
    **{"app_key": "app", "status": "critical", "host": "db-1", "check": "cpu", "description": "load"},
    **{"primary_property": "host", "secondary_property": "check", "zone": ["a", "b"]},
}
OF_ACTIAN = {"violation_name": "drift", "priority": "HIGH", "tags": ["a"], "violation_data": {"rows": [1]}}
OF_LOG360 = {"hostname": "srv-7", "username": "eve", "eventid": 4625}


async def by_bigpanda(client: Client) -> str:
    """The id of an incident whose one alert an event made."""
    [made] = answered(await client.post("/data/v2/alerts", json=EVENT))["data"]["alerts"]
    await settle(client)
    [found] = answered(await client.get("/_im/incidents", params={"hex_id": made["incident_id"]}))["docs"]
    return str(found["_meta"]["id"])


async def by_log360(client: Client) -> str:
    """The id of one whose one alert is evidence, of which another incident's alert tells more."""
    await attach(client, await made(client), {"alert_id": "log-1", "severity": "high", "ext": {"log360": OF_LOG360}})
    sent = {"name": "logons", "evidence": ["log-1"], "source": "search"}
    number = answered(await client.post("/api/v2/incident", json=sent))["data"]["incident_id"]
    await settle(client)
    [found] = answered(await client.get("/_im/incidents", params={"numeric_id": number}))["docs"]
    return str(found["_meta"]["id"])


async def by_actian(client: Client) -> str:
    """The id of one whose one alert is Actian's."""
    incident_id = await made(client)
    await attach(client, incident_id, {"source": "orders", "ext": {"actian": OF_ACTIAN}})
    return incident_id


async def made(client: Client) -> str:
    """The id of a new incident."""
    return str(answered(await client.post("/_im/incidents", json={"title": "t"}))["_meta"]["id"])


async def attach(client: Client, incident_id: str, alert: Json) -> Json:
    """The alert, once it is attached."""
    [item] = answered(await client.post(f"/_im/incidents/{incident_id}/alerts", json=alert))["items"]
    return item  # type: ignore[no-any-return]


async def alerts(client: Client, incident_id: str) -> list[Json]:
    """The incident's alerts."""
    return answered(await client.get(f"/_im/incidents/{incident_id}/alerts"))["docs"]  # type: ignore[no-any-return]


Make = Callable[[Client], Awaitable[str]]
EACH = pytest.mark.parametrize(
    ("make", "dialect"),
    [
        pytest.param(by_bigpanda, "bigpanda", id="BigPanda"),
        pytest.param(by_log360, "log360", id="Log360"),
        pytest.param(by_actian, "actian", id="Actian"),
    ],
)


@EACH
async def test_what_is_not_named_stays(client: Client, make: Make, dialect: str) -> None:
    incident_id = await make(client)
    [before] = await alerts(client, incident_id)
    assert before["ext"][dialect]
    after = await attach(client, incident_id, {"alert_id": before["alert_id"], "description": "seen", "severity": "s"})
    assert after == before | {"description": "seen", "severity": "s", "updated_at": TIME}
    assert await alerts(client, incident_id) == [after]


@EACH
async def test_what_dialects_keep_is_merged_deeply(client: Client, make: Make, dialect: str) -> None:
    incident_id = await make(client)
    [before] = await alerts(client, incident_id)
    more = {dialect: {"source_name": "by hand"}, "v1": {"x": {"y": 1}}}
    after = await attach(client, incident_id, {"alert_id": before["alert_id"], "ext": more})
    own = before["ext"] | {dialect: before["ext"][dialect] | more[dialect], "v1": more["v1"]}
    assert after == before | {"ext": own, "updated_at": TIME}


async def test_the_next_event_of_its_key_still_finds_it(client: Client) -> None:
    incident_id = await by_bigpanda(client)
    [before] = await alerts(client, incident_id)
    await attach(client, incident_id, {"alert_id": before["alert_id"], "severity": "by hand"})
    ok = EVENT | {"status": "ok", "timestamp": 4_000_000_000}
    [found] = answered(await client.post("/data/v2/alerts", json=ok))["data"]["alerts"]
    [after] = await alerts(client, incident_id)
    assert (found["alert_id"], after["status"], after["severity"]) == (before["alert_id"], "ok", "by hand")
    assert (await state(client, incident_id)) == "closed"


async def state(client: Client, incident_id: str) -> str:
    return str(answered(await client.get(f"/_im/incidents/{incident_id}"))["state"])


NAMED: list[Json] = [
    {"severity": "s"},
    {"description": "d"},
    {"source": "x"},
    {"status": "warning"},
    {"started_at": "2026-11-22T00:00:00.000Z"},
    *({"ext": {"v1": {f"n{number}": number}}} for number in range(4)),
]


@EACH
async def test_writers_at_once_lose_nothing(serve: Serve, make: Make, dialect: str) -> None:
    """Each names another part of it, through two gateways; the last word on each is the only one."""
    async with serve() as here, serve() as there:
        incident_id = await make(here)
        [before] = await alerts(here, incident_id)
        sent = [{"alert_id": before["alert_id"], **each} for each in NAMED]
        turns: list[Any] = [partial(attach, client) for client in (here, there)]
        await asyncio.gather(*(turns[i % 2](incident_id, each) for i, each in enumerate(sent)))
        [after] = await alerts(here, incident_id)
        incident = answered(await here.get(f"/_im/incidents/{incident_id}"))
    plain = {name: value for each in NAMED for name, value in each.items() if name != "ext"}
    assert {name: after[name] for name in plain} == plain
    assert after["ext"]["v1"] == {f"n{number}": number for number in range(4)}
    assert before["ext"][dialect].items() <= after["ext"][dialect].items()
    assert (incident["alert_count"], incident["ext"]["bigpanda"]["status"]) == (1, "warning")


async def test_an_event_at_once_with_a_hand_loses_neither(serve: Serve) -> None:
    async with serve() as here, serve() as there:
        incident_id = await by_bigpanda(here)
        [before] = await alerts(here, incident_id)
        events = [EVENT | {"timestamp": 4_000_000_000 + i, "status": "warning", f"tag{i}": "t"} for i in range(4)]
        hands = [{"alert_id": before["alert_id"], "ext": {"v1": {f"n{i}": i}}} for i in range(4)]
        posts = [here.post("/data/v2/alerts", json=each) for each in events]
        await asyncio.gather(*posts, *(attach(there, incident_id, each) for each in hands))
        [after] = await alerts(here, incident_id)
    assert after["ext"]["v1"] == {f"n{i}": i for i in range(4)}
    assert (after["status"], after["ext"]["bigpanda"]["incident_key"]) == (
        "warning",
        before["ext"]["bigpanda"]["incident_key"],
    )
    assert {"db-1", "cpu", "t"} <= {each["value"] for each in after["tags"] if isinstance(each["value"], str)}
