"""Alerts that change hands while others write, over a real engine."""

from collections.abc import AsyncIterator

import pytest

from gateway.alerts import documents as alerts
from gateway.alerts.rollup import arrival
from gateway.alerts.saga import merge
from gateway.alerts.sync import News, sync_with_alerts
from gateway.incidents.writing import events
from gateway.incidents.writing.create import Draft, create
from gateway.problems import NotFound
from queries.periods import iso
from tests.gateway.alerts.stage import START, Stage, staged

pytestmark = pytest.mark.anyio


@pytest.fixture
async def stage(opensearch_url: str, tenant: str) -> AsyncIterator[Stage]:
    async with staged(opensearch_url, tenant) as opened:
        yield opened


async def test_an_alert_left_in_a_merged_incident_passes_on_with_its_news(stage: Stage) -> None:
    """As one that a slow writer attached: it had read the incident before the merge."""
    first, second = await stage.says("warning"), await stage.says("warning", host="other")
    await merge(stage.session, second.incident_id, [first.incident_id], None)
    late = {"alert_id": "f" * 24, "incident_id": first.incident_id, "status": "critical", "sequence": 10**6}
    made = alerts.derived(None, late, START, stage.ctx.rules)
    await alerts.write(stage.session, [(made, None)])
    news = News([arrival(None, made)], added=["f" * 24])
    await sync_with_alerts(stage.session, {first.incident_id: news})
    assert [each["alert_id"] for each in await stage.alerts(second.incident_id)][-1] == "f" * 24
    incident = await stage.incident(second.incident_id)
    assert (incident["alert_count"], incident["severity"]) == (3, "critical")
    assert (await stage.activities(second.incident_id))[-1]["params"] == {"alert_ids": ["f" * 24]}
    assert (await stage.incident(first.incident_id))["alert_count"] == 0


async def test_only_what_is_in_the_one_incident_moves_to_the_other(stage: Stage) -> None:
    first, second, third = [await stage.says("warning", host=each) for each in "abc"]
    ids = [first.alert_id, second.alert_id, "nothing"]
    await alerts.move(stage.session, ids, first.incident_id, third.incident_id)
    held = [len(await stage.alerts(each.incident_id)) for each in (first, second, third)]
    assert held == [0, 1, 2]


async def test_an_alert_is_written_on_what_was_seen_alone(stage: Stage) -> None:
    found = await stage.says("warning")
    [seen] = await alerts.read(stage.session, [found.alert_id])
    assert seen
    changed = seen.source | {"description": "mine"}
    assert await alerts.write(stage.session, [(changed, seen)]) == [True]
    assert await alerts.write(stage.session, [(changed, seen), (changed, None)]) == [False, False]


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


async def test_alerts_by_incident_in_the_order_attached(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "PAGE", 3)
    made = [await stage.says("warning", host=str(i)) for i in range(8)]
    ids = [each.incident_id for each in made]
    found = await alerts.of_incidents(stage.session, [*ids, "nothing"], ("alert_id",))
    assert list(found) == [*ids, "nothing"]
    assert [each for rows in found.values() for each in rows] == [
        {"alert_id": each.alert_id, "incident_id": each.incident_id, "kind": "alert"} for each in made
    ]
    assert await alerts.of_incidents(stage.session, []) == {}
