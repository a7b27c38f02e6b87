"""Alert events, taken in over a real engine."""

import asyncio
from datetime import timedelta

import pytest

from gateway.alerts.intake import IN_FLIGHT, ingest
from gateway.dialects.bigpanda.extension import own
from gateway.incidents.writing.change import Change, change_one, own_edit
from gateway.incidents.writing.delete import delete
from queries.periods import iso
from tests import faults
from tests.faults import Proxy
from tests.gateway.alerts.stage import CHECK, START, Stage, event, staged

pytestmark = pytest.mark.anyio


async def test_an_event_makes_an_alert_and_an_incident(stage: Stage) -> None:
    [found] = await stage.send(event("db", "critical", START - timedelta(minutes=1), description="down"))
    [alert] = await stage.alerts(found.incident_id)
    at, now = "2026-11-22T07:59:00.000Z", "2026-11-22T08:00:00.000Z"
    assert alert == {
        "alert_id": found.alert_id, "incident_id": found.incident_id, "status": "critical", "active": True,
        "started_at": at, "last_event_at": at, "changed_at": now, "created_at": now, "updated_at": now, "at": now,
        "description": "down", "source": "api.app", "tags": [{"name": "host", "value": "db"}, CHECK],
        "ext": {"bigpanda": {"primary_property": "host", "secondary_property": "check", "incident_key": "db"}},
        "kind": "alert", "sequence": alert["sequence"], "revision": 1,
    }  # fmt: skip
    incident = await stage.incident(found.incident_id)
    shown = ("title", "description", "source", "started_at", "state", "severity", "alert_count", "origin")
    assert [incident[name] for name in shown] == [
        *("db: cpu", "down", "api.app", at, "open", "critical", 1, "bigpanda"),
    ]
    assert own(incident)["correlation_matchers_log"][0][0]["tags"] == [{"name": "host", "value": "db"}, CHECK]
    assert await stage.told(found.incident_id) == ["created", "alerts_added"]


async def test_one_key_is_one_alert(stage: Stage) -> None:
    first = await stage.says("warning")
    assert await stage.says("critical", 1) == first
    assert await stage.says("warning", 1) == first
    assert await stage.says("warning", host="other") != first
    incident = await stage.incident(first.incident_id)
    assert (own(incident)["status"], own(incident)["severity"], incident["alert_count"]) == ("warning", "critical", 1)


async def test_events_of_one_key_in_one_call_keep_their_order(stage: Stage) -> None:
    words = ("warning", "critical", "ok", "unknown")
    found = await stage.send(*(event("db", word, START + timedelta(seconds=i)) for i, word in enumerate(words)))
    assert len(set(found)) == 1
    assert own(await stage.incident(found[0].incident_id))["status"] == "unknown"
    assert (await stage.told(found[0].incident_id)).count("reopened") == 1


async def test_an_older_event_changes_no_more_than_the_start(stage: Stage) -> None:
    found = await stage.says("critical")
    await stage.send(event("db", "ok", START - timedelta(hours=1), description="late"))
    [alert] = await stage.alerts(found.incident_id)
    assert (alert["status"], alert.get("description")) == ("critical", None)
    assert alert["started_at"] == (await stage.incident(found.incident_id))["started_at"] == "2026-11-22T07:00:00.000Z"


async def test_what_an_event_does_not_speak_of_stays(stage: Stage) -> None:
    [found] = await stage.send(event("db", "critical", description="down", maintenance_plans=["p"]))
    tags = [{"name": "check", "value": "mem"}, {"name": "zone", "value": ["a", "b"]}]
    await stage.send(event("db", "critical", START + timedelta(seconds=1), tags=tags))
    [alert] = await stage.alerts(found.incident_id)
    assert alert["tags"] == [{"name": "host", "value": "db"}, *tags]
    assert (alert["description"], own(alert)["maintenance_plans"]) == ("down", ["p"])
    assert own(await stage.incident(found.incident_id))["maintenance"] == "active"


async def test_the_last_ok_resolves(stage: Stage) -> None:
    found = await stage.says("critical")
    await stage.says("ok", 5)
    incident = await stage.incident(found.incident_id)
    assert (incident["state"], incident["resolved_at"]) == ("closed", "2026-11-22T08:05:00.000Z")
    [resolved] = [each for each in await stage.activities(found.incident_id) if each["type"] == "resolved"]
    assert resolved["params"] == {"via": "alerts"}


async def test_an_ok_that_comes_first_is_not_lost(stage: Stage) -> None:
    found = await stage.says("ok")
    incident = await stage.incident(found.incident_id)
    assert (incident["state"], incident["severity"], incident["resolved_at"]) == ("closed", "info", iso(START))


@pytest.mark.parametrize(
    ("hours", "same"), [pytest.param(23.9, True, id="within a day"), pytest.param(24.1, False, id="after it")]
)
async def test_a_closed_incident_reopens_or_another_is_made(stage: Stage, hours: float, same: bool) -> None:
    first = await stage.says("critical")
    await stage.says("ok", 1)
    second = await stage.says("warning", hours * 60)
    assert (second == first, second.alert_id == first.alert_id) == (same, same)
    assert (await stage.incident(first.incident_id))["state"] == ("open" if same else "closed")
    assert ("reopened" in await stage.told(first.incident_id)) == same
    assert await stage.says("critical", 1) == second


async def test_the_window_is_a_setting(opensearch_url: str, tenant: str) -> None:
    async with staged(opensearch_url, tenant, reopen_window=60) as stage:
        first = await stage.says("critical")
        await stage.says("ok", 1)
        assert await stage.says("critical", 2) != first


async def test_one_closed_by_hand_reopens_with_the_next_event(stage: Stage) -> None:
    found = await stage.says("critical")
    closed = own_edit({"status": "closed"})
    await change_one(stage.session, Change(found.incident_id, closed))
    assert await stage.says("critical", 1) == found
    assert (await stage.incident(found.incident_id))["state"] == "open"


async def test_after_its_incident_was_deleted_a_key_makes_another(stage: Stage) -> None:
    first = await stage.says("critical")
    await delete(stage.session, first.incident_id)
    second = await stage.says("critical", IN_FLIGHT.total_seconds() / 60 + 1)
    assert second.incident_id != first.incident_id
    assert (await stage.incident(second.incident_id))["alert_count"] == 1


async def test_an_alert_whose_incident_goes_while_it_is_taken_in_makes_another(proxied: Stage, proxy: Proxy) -> None:
    first = await proxied.says("warning")
    proxy.hits = lambda request: request.path == "/_bulk" and f'"_id":"{first.incident_id}"'.encode() in request.body
    proxy.fault = faults.meanwhile(lambda: proxied.session.incidents.delete(first.incident_id), first=True)
    second = await proxied.says("critical", 1)
    assert second.incident_id != first.incident_id
    assert (await proxied.alerts(first.incident_id), len(await proxied.alerts(second.incident_id))) == ([], 1)


@pytest.mark.parametrize(
    ("minutes", "flaps"),
    [pytest.param(10, True, id="four in forty minutes"), pytest.param(30, False, id="in two hours")],
)
async def test_flapping(stage: Stage, minutes: float, flaps: bool) -> None:
    found = await stage.says("critical")
    for word in ("warning", "critical", "warning", "critical"):
        await stage.says(word, minutes)
    until = own(await stage.incident(found.incident_id)).get("flapping_until")
    assert until == ("2026-11-22T09:10:00.000Z" if flaps else None)
    await stage.says("warning", minutes)
    until = own(await stage.incident(found.incident_id)).get("flapping_until")
    assert until == ("2026-11-22T09:20:00.000Z" if flaps else None)
    await stage.says("warning", 60)
    told = [each["params"] for each in await stage.activities(found.incident_id) if each["type"] == "flapping"]
    assert told == ([{"flapping": each, "via": "alerts"} for each in (True, False)] if flaps else [])


async def test_how_often_is_a_setting(opensearch_url: str, tenant: str) -> None:
    async with staged(opensearch_url, tenant, flapping_changes=2, flapping_window=600) as stage:
        found = await stage.says("critical")
        await stage.says("warning", 1)
        assert "flapping_until" not in own(await stage.incident(found.incident_id))
        await stage.says("critical", 1)
        assert own(await stage.incident(found.incident_id))["flapping_until"] == "2026-11-22T08:11:00.000Z"


async def test_an_acknowledged_alert_stays_as_it_is_and_its_incident_was_seen(stage: Stage) -> None:
    found = await stage.says("critical")
    assert await stage.says("acknowledged", 1) == found
    [alert], incident = await stage.alerts(found.incident_id), await stage.incident(found.incident_id)
    assert (alert["status"], alert["active"], own(incident)["status"]) == ("critical", True, "critical")
    seen = {"acknowledged_at": "2026-11-22T08:01:00.000Z", "acknowledged_by": {"id": "monitor"}}
    assert {name: incident[name] for name in seen} == seen
    assert (await stage.told(found.incident_id))[-1] == "acknowledged"
    await stage.says("acknowledged", 1)
    assert (await stage.incident(found.incident_id))["acknowledged_at"] == seen["acknowledged_at"]
    assert (await stage.told(found.incident_id)).count("acknowledged") == 1


@pytest.mark.parametrize("word", ["acknowledged", "ok"])
async def test_what_is_no_news_of_trouble_opens_nothing_again(stage: Stage, word: str) -> None:
    found = await stage.says("critical")
    await change_one(stage.session, Change(found.incident_id, own_edit({"status": "closed"})))
    assert await stage.says(word, 48 * 60) == found
    assert (await stage.incident(found.incident_id))["state"] == "closed"


@pytest.mark.parametrize(("first", "expected"), [("ok", "ok"), (None, "unknown")], ids=["of an ok one", "of a new one"])
async def test_an_acknowledgement(stage: Stage, first: str | None, expected: str) -> None:
    if first:
        await stage.says(first)
    found = await stage.says("acknowledged", 1)
    [alert] = await stage.alerts(found.incident_id)
    assert (alert["status"], alert["active"], "ended_at" in alert) == (expected, first is None, first is not None)


async def test_events_at_once_make_one_alert(stage: Stage) -> None:
    sent = [event("db", "critical", START + timedelta(seconds=i)) for i in range(12)]
    found = await asyncio.gather(*(ingest(stage.session, [each]) for each in sent))
    assert len({each.incident_id for [each] in found}) == 1
    [alert] = await stage.alerts(found[0][0].incident_id)
    assert alert["last_event_at"] == "2026-11-22T08:00:11.000Z"
    assert (await stage.told(found[0][0].incident_id)).count("created") == 1
