"""Incidents brought in line with their alerts while others write, over a real engine."""

import asyncio

import pytest

from gateway.alerts import documents as alerts
from gateway.alerts.attach import attach
from gateway.alerts.news import AlertEdit, News
from gateway.alerts.saga import merge
from gateway.alerts.sync import sync_with_alerts
from gateway.dialects.bigpanda.extension import own
from gateway.incidents.writing.create import Draft, create
from gateway.problems import NotFound
from queries.periods import iso
from tests.gateway.alerts.stage import START, Stage

pytestmark = pytest.mark.anyio


async def test_an_alert_left_in_a_merged_incident_passes_on_with_its_news(stage: Stage) -> None:
    """As one that a slow writer attached: it had read the incident before the merge."""
    first, second = await stage.says("warning"), await stage.says("warning", host="other")
    await merge(stage.session, second.incident_id, [first.incident_id], None)
    late = {"alert_id": "f" * 24, "incident_id": first.incident_id, "status": "critical", "sequence": 10**6}
    made = AlertEdit("f" * 24, lambda _before: alerts.derived(None, late, START, stage.ctx.rules))
    await sync_with_alerts(stage.session, {first.incident_id: News([made])})
    assert [each["alert_id"] for each in await stage.alerts(second.incident_id)][-1] == "f" * 24
    incident = await stage.incident(second.incident_id)
    assert (incident["alert_count"], incident["severity"]) == (3, "critical")
    assert (await stage.activities(second.incident_id))[-1]["params"] == {"alert_ids": ["f" * 24]}
    assert (await stage.incident(first.incident_id))["alert_count"] == 0


async def test_there_is_nothing_to_follow_in_an_incident_that_is_not_there(stage: Stage) -> None:
    await stage.says("warning")
    with pytest.raises(NotFound, match='no incident "nothing"'):
        await sync_with_alerts(stage.session, {"nothing": News()})


async def test_nothing_new_is_not_written(stage: Stage) -> None:
    found = await stage.says("warning")
    before = await stage.session.incidents.get(found.incident_id)
    assert await stage.says("warning", 1) == found
    after = await stage.session.incidents.get(found.incident_id)
    assert before == after
    [alert] = await stage.alerts(found.incident_id)
    assert alert["last_event_at"] == iso(stage.now)


async def test_an_incident_without_alerts_has_nothing_to_follow(stage: Stage) -> None:
    [outcome] = await create(stage.session, [Draft({"title": "t"}, "bare")])
    before = await stage.session.incidents.get("bare")
    await sync_with_alerts(stage.session, {"bare": News()})
    assert (outcome.error, await stage.session.incidents.get("bare")) == (None, before)


async def test_many_at_once_into_one_incident_are_all_seen(stage: Stage) -> None:
    found = await stage.says("critical")
    sent = [{"alert_id": f"{i:024x}", "status": "warning"} for i in range(16)]
    adding = (attach(stage.session, found.incident_id, [each]) for each in sent)
    await asyncio.gather(*adding, *(stage.says("critical") for _ in range(4)))
    incident = await stage.incident(found.incident_id)
    assert (incident["alert_count"], own(incident)["status"]) == (17, "critical")
    assert (await stage.told(found.incident_id)).count("alerts_added") == 17
