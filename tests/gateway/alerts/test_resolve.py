"""Resolving by hand, over a real engine."""

from datetime import timedelta

import pytest

from gateway.alerts.attach import attach
from gateway.alerts.resolve import resolve, resolve_alerts
from gateway.incidents.writing.change import Change, change_one, own_edit
from gateway.problems import Conflict, NotFound
from queries.periods import iso
from tests.gateway.alerts.stage import Stage

pytestmark = pytest.mark.anyio


async def test_resolving_by_hand(stage: Stage) -> None:
    found = await stage.says("critical")
    stage.now += timedelta(minutes=1)
    await resolve(stage.session, found.incident_id, "restarted")
    incident, [alert] = await stage.incident(found.incident_id), await stage.alerts(found.incident_id)
    assert (incident["state"], incident["comment"], incident["note_count"]) == ("closed", "restarted", 1)
    assert (alert["status"], alert["active"], alert["ended_at"]) == ("ok", False, iso(stage.now))
    [resolved] = [each for each in await stage.activities(found.incident_id) if each["type"] == "resolved"]
    assert resolved["params"] == {"annotation": "restarted"}
    with pytest.raises(Conflict, match="resolved already"):
        await resolve(stage.session, found.incident_id, None)


async def test_one_that_was_closed_with_its_alerts_as_they_were_is_not_resolved(stage: Stage) -> None:
    first, _, _ = await stage.three()
    await change_one(stage.session, Change(first, own_edit({"status": "closed"})))
    with pytest.raises(Conflict, match="resolved already"):
        await resolve(stage.session, first, None)


async def test_resolving_alerts_by_hand(stage: Stage) -> None:
    first, second = await stage.says("critical"), await stage.says("warning", host="other")
    more = [{"alert_id": "f" * 24, "status": "warning"}]
    await attach(stage.session, first.incident_id, more)
    await resolve_alerts(stage.session, [first.alert_id, second.alert_id], "fine")
    states = [(await stage.incident(each.incident_id))["state"] for each in (first, second)]
    assert states == ["open", "closed"]
    [told] = [each for each in await stage.activities(first.incident_id) if each["type"] == "alerts_resolved"]
    assert told["params"] == {
        "resolution_type": "manual-api", "ids_to_resolve": [first.alert_id], "annotation": "fine",
    }  # fmt: skip
    await resolve_alerts(stage.session, [first.alert_id], "again")
    assert (await stage.told(first.incident_id)).count("alerts_resolved") == 1
    with pytest.raises(NotFound, match='no alert "nothing"'):
        await resolve_alerts(stage.session, ["f" * 24, "nothing"], None)
    assert (await stage.incident(first.incident_id))["state"] == "open"
