"""Alerts (evidence): attached to an incident, merged under their own id, listed newest first."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from dirty_equals import IsStr

from tests.conftest import Serve
from tests.dialects.im.calls import IM, TIME, Client, Json, Refusal, created, events, fresh_id, read, refusal

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 11, 22, 4, 15, 30, 123000, tzinfo=UTC)
AT = "2026-11-22T04:15:30.123Z"


UNTYPED: Json = {"ext": {"actian": {"asset_id": {"a": 1}}}}


def alert(alert_id: Any, **fields: Any) -> Json:
    """An alert, as it reads back."""
    times = {name: IsStr(regex=TIME) for name in ("started_at", "created_at", "updated_at")}
    return {"alert_id": alert_id, "incident_id": IsStr(), "active": True, **times, **fields}


async def attached(client: Client, incident_id: str, sent: Any) -> list[Json]:
    response = await client.post(f"{IM}/incidents/{incident_id}/alerts", json=sent)
    assert response.status_code == 201, response.text
    assert response.json().keys() == {"items"}
    items: list[Json] = response.json()["items"]
    return items


async def test_one_alert(shared: Client) -> None:
    incident_id = (await created(shared))["_meta"]["id"]
    sent = {
        **{"alert_id": fresh_id(), "status": "warning", "severity": "anything", "source": "nagios"},
        **{"started_at": "2026-11-22T00:00:00.000Z", "ended_at": "2026-11-22T01:00:00.000Z", "description": "load"},
        "tags": [{"name": "host", "value": "db-1"}, {"name": "check", "value": ["cpu", "load"]}],
        "ext": {
            "bigpanda": {"any": {"thing": 1}},
            "v1": {"x": "y"},
            "actian": {"violation_name": "v", "metric_time": "2026-11-22T00:00:00.000Z", "description": {"free": [1]}},
        },
    }
    [made] = await attached(shared, incident_id, sent)
    assert made == alert(**sent, active=False) | {"incident_id": incident_id, "changed_at": IsStr(regex=TIME)}
    assert await events(shared, incident_id, "alerts") == [made]
    assert (await read(shared, incident_id))["alert_count"] == 1


async def test_nothing_of_an_alert_is_needed(shared: Client) -> None:
    incident_id = (await created(shared))["_meta"]["id"]
    assert await attached(shared, incident_id, {}) == [alert(IsStr(regex="[0-9a-f]{24}"))]


async def test_several_in_their_order(shared: Client) -> None:
    incident_id = (await created(shared))["_meta"]["id"]
    names = [fresh_id() for _ in range(3)]
    made = await attached(shared, incident_id, [{"alert_id": each, "severity": "s"} for each in names])
    assert made == [alert(each, severity="s") for each in names]
    assert sorted(each["alert_id"] for each in await events(shared, incident_id, "alerts")) == sorted(names)
    assert (await read(shared, incident_id))["alert_count"] == 3


async def test_an_alert_of_the_same_id_is_merged_into_it(serve: Serve) -> None:
    """What is not named stays; what follows from the rest is worked out anew."""
    now = NOW
    async with serve(clock=lambda: now) as client:
        await created(client, "a")
        await attached(client, "a", [{"alert_id": "x", "severity": "s", "started_at": 5}, {"alert_id": "y"}])
        now = NOW + timedelta(minutes=1)
        [made] = await attached(client, "a", {"alert_id": "x", "status": "ok"})
        times = {"started_at": "1970-01-01T00:00:00.005Z", "created_at": AT, "updated_at": "2026-11-22T04:16:30.123Z"}
        changed = {"changed_at": "2026-11-22T04:16:30.123Z", **times}
        assert made == {
            "alert_id": "x",
            "incident_id": "a",
            "severity": "s",
            "status": "ok",
            "active": False,
            **changed,
        }
        assert [each["alert_id"] for each in await events(client, "a", "alerts")] in (["x", "y"], ["y", "x"])
        assert (await read(client, "a"))["alert_count"] == 2


@pytest.mark.parametrize(
    ("sent", "active"),
    [
        pytest.param({}, True, id="nothing said"),
        pytest.param({"status": "critical"}, True, id="any status"),
        pytest.param({"status": "ok"}, False, id="an ok one"),
        pytest.param({"ended_at": "now"}, False, id="an ended one"),
    ],
)
async def test_active(shared: Client, sent: Json, active: bool) -> None:
    [made] = await attached(shared, (await created(shared))["_meta"]["id"], sent)
    assert made["active"] == active


def nested(levels: int) -> Json:
    return {"a": nested(levels - 1)} if levels else {}


DEEP: Json = {"description": nested(90)}


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        pytest.param([], (400, "bad_request", None), id="none at all"),
        pytest.param("x", (400, "bad_request", None), id="no object"),
        pytest.param([{}, 5], (400, "bad_request", "[1]"), id="no object among them"),
        pytest.param({"severty": "x"}, (400, "unknown_field", "severty"), id="an unknown word"),
        pytest.param([{}, {"severty": "x"}], (400, "unknown_field", "[1].severty"), id="an unknown word among them"),
        pytest.param({"severity": 5}, (400, "bad_request", "severity"), id="a number for a text"),
        pytest.param({"tags": [{"name": "x"}]}, (400, "bad_request", "tags[0].value"), id="a tag without a value"),
        pytest.param(
            [{}, {"tags": [{"name": "x", "value": 5}]}], (400, "bad_request", "[1].tags[0].value"), id="a wrong tag"
        ),
        pytest.param({"ext": {"acme": {}}}, (400, "unknown_field", "ext.acme"), id="no such dialect"),
        pytest.param({"ext": {"v1": DEEP}}, (400, "bad_request", "ext.v1"), id="an object too deep"),
        pytest.param([{"ext": {"v1": DEEP}}], (400, "bad_request", "[0].ext.v1"), id="one too deep among them"),
        pytest.param({"started_at": "soon"}, (400, "bad_request", "started_at"), id="no time"),
        pytest.param([{}, {"ended_at": "soon"}], (400, "bad_request", "[1].ended_at"), id="no time among them"),
        pytest.param({"alert_id": "a b"}, (400, "bad_request", "alert_id"), id="an impossible id"),
        pytest.param([{"alert_id": ""}], (400, "bad_request", "[0].alert_id"), id="an empty one"),
        pytest.param([{"alert_id": "x"}, {"alert_id": "x"}], (400, "bad_request", None), id="one id twice"),
        pytest.param(UNTYPED, (400, "bad_request", "ext.actian.asset_id"), id="what no column takes"),
        pytest.param(
            [{}, UNTYPED], (400, "bad_request", "[1].ext.actian.asset_id"), id="what no column takes, among them"
        ),
    ],
)
async def test_refused_as_a_whole(shared: Client, sent: Any, expected: Refusal) -> None:
    before = await created(shared)
    incident_id = before["_meta"]["id"]
    assert refusal(await shared.post(f"{IM}/incidents/{incident_id}/alerts", json=sent)) == expected
    assert (await read(shared, incident_id), await events(shared, incident_id, "alerts")) == (before, [])


async def test_an_alert_is_of_one_incident(shared: Client) -> None:
    first, second = [(await created(shared))["_meta"]["id"] for _ in range(2)]
    mine = fresh_id()
    await attached(shared, first, {"alert_id": mine})
    response = await shared.post(f"{IM}/incidents/{second}/alerts", json=[{}, {"alert_id": mine}])
    assert refusal(response) == (409, "already_exists", None)
    assert [len(await events(shared, each, "alerts")) for each in (first, second)] == [1, 0]


async def test_an_alert_goes_with_its_incident(shared: Client) -> None:
    first, second = [(await created(shared))["_meta"]["id"] for _ in range(2)]
    await attached(shared, first, {"alert_id": first})
    await shared.delete(f"{IM}/incidents/{first}")
    assert await attached(shared, second, {"alert_id": first}) == [alert(first)]


async def test_a_refused_alert_leaves_those_held_as_they_were(shared: Client) -> None:
    incident_id = (await created(shared))["_meta"]["id"]
    before = await attached(shared, incident_id, {"alert_id": incident_id, "severity": "kept"})
    sent = [{"alert_id": incident_id, "severity": "other"}, UNTYPED]
    assert (await shared.post(f"{IM}/incidents/{incident_id}/alerts", json=sent)).status_code == 400
    assert await events(shared, incident_id, "alerts") == before


async def test_one_new_alert_attached_by_many_at_once_is_one_alert(client: Client) -> None:
    await client.post("/_im/incidents/a", json={"title": "t"})
    posts = [client.post("/_im/incidents/a/alerts", json={"alert_id": "x", "source": str(i)}) for i in range(8)]
    statuses = {answer.status_code for answer in await asyncio.gather(*posts)}
    assert statuses <= {201, 409}
    assert 201 in statuses
    assert (await client.get("/_im/incidents/a")).json()["alert_count"] == 1
    assert (await client.get("/_im/incidents/a/alerts")).json()["total_docs"] == 1
