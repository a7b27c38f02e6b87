"""Alerts as documents: read, moved."""

import pytest

from gateway.alerts import documents as alerts
from gateway.alerts.attach import attach
from gateway.alerts.move import move
from gateway.store.documents import WALKED
from tests.gateway.alerts.stage import Stage

pytestmark = pytest.mark.anyio


async def test_only_what_is_in_the_one_incident_moves_to_the_other(stage: Stage) -> None:
    first, second, third = [await stage.says("warning", host=each) for each in "abc"]
    ids = [first.alert_id, second.alert_id]
    await move(stage.session, first.incident_id, [(alert_id, third.incident_id) for alert_id in ids])
    held = [len(await stage.alerts(each.incident_id)) for each in (first, second, third)]
    assert held == [0, 1, 2]


async def test_alerts_by_incident_in_the_order_attached(stage: Stage) -> None:
    made = [await stage.says("warning", host=str(i)) for i in range(8)]
    ids = [each.incident_id for each in made]
    expected = {each.incident_id: [each.alert_id] for each in made} | {"nothing": []}
    assert await alerts.ids_of_incidents(stage.session, [*ids, "nothing"]) == expected
    whole = await alerts.of_incidents(stage.session, [*ids, "nothing"])
    assert {each: [alert["alert_id"] for alert in held] for each, held in whole.items()} == expected
    for find in (alerts.of_incidents, alerts.ids_of_incidents):
        assert await find(stage.session, []) == {}


async def test_all_alerts_of_an_incident_are_read_however_many(stage: Stage) -> None:
    """More than one page of a walk."""
    await stage.make("many")
    ids = [f"{number:024x}" for number in range(WALKED + 1)]
    await attach(stage.session, "many", [{"alert_id": each} for each in ids])
    assert await stage.ids("many") == ids
    assert await alerts.ids_of_incidents(stage.session, ["many"]) == {"many": ids}
