"""Splitting over a real engine, and what stands in its way."""

from datetime import timedelta

import pytest

from gateway.alerts.attach import attach
from gateway.alerts.saga import merge, split
from gateway.dialects.bigpanda.extension import own
from gateway.incidents.writing.change import Change, change_one, own_edit
from gateway.problems import Conflict, NotFound
from queries.errors import QueryError
from tests.gateway.alerts.stage import Stage

pytestmark = pytest.mark.anyio


async def test_a_split(stage: Stage) -> None:
    first, second, third = await stage.three()
    await change_one(stage.session, Change(third, own_edit({"team": "blue"})))
    [critical] = await stage.ids(first)
    await merge(stage.session, third, [first, second], None)
    stage.now += timedelta(minutes=1)
    new = await split(stage.session, third, [critical], "another cause")
    incident, source = await stage.incident(new), await stage.incident(third)
    shown = ("title", "state", "severity", "alert_count", "started_at", "team", "origin")
    assert [incident[each] for each in shown] == [
        *("h0: cpu", "open", "critical", 1, "2026-11-22T08:01:00.000Z", "blue", "bigpanda"),
    ]
    assert (source["alert_count"], own(source)["status"], source["severity"]) == (2, "warning", "critical")
    assert ("correlation_matchers_log" in own(incident), "correlation_matchers_log" in own(source)) == (False, True)
    assert (source["team"], source["comment"], incident["note_count"]) == ("blue", "another cause", 0)
    assert await stage.ids(new) == [critical]
    assert await stage.told(new) == ["created", "alerts_added", "split_destination", "updated"]
    noted = {"alert_ids": [critical], "annotation": "another cause"}
    [told] = [each for each in await stage.activities(new) if each["type"] == "split_destination"]
    assert told["params"] == noted | {"source_incident_id": third}
    [told] = [each for each in await stage.activities(third) if each["type"] == "split_source"]
    assert told["params"] == noted | {"new_incident_id": new}
    assert (await stage.says("ok", 1, host="h0")).incident_id == new


async def test_what_is_left_after_a_split_may_be_ok(stage: Stage) -> None:
    first, second, _ = await stage.three()
    await merge(stage.session, first, [second], None)
    [critical, warning] = await stage.ids(first)
    await stage.says("ok", 1, host="h1")
    new = await split(stage.session, first, [critical], None)
    assert [(await stage.incident(each))["state"] for each in (first, new)] == ["closed", "open"]
    other = await merge_back(stage, first, new)
    new = await split(stage.session, other, [warning], None)
    assert [(await stage.incident(each))["state"] for each in (other, new)] == ["open", "closed"]


async def merge_back(stage: Stage, destination: str, source: str) -> str:
    await merge(stage.session, destination, [source], None)
    return destination


@pytest.mark.parametrize(
    ("source", "asked", "error", "message"),
    [
        pytest.param("a", [], QueryError, "wanted here", id="none"),
        pytest.param("a", ["1", "1"], QueryError, "each once", id="one twice"),
        pytest.param("a", ["1", "3"], QueryError, 'no alert "3"', id="another incident's"),
        pytest.param("a", ["1", "2"], QueryError, "at least one alert has to stay", id="all"),
        pytest.param("nothing", ["1"], NotFound, 'no incident "nothing"', id="no such incident"),
        pytest.param("c", ["1"], Conflict, "was merged into", id="one that was merged"),
    ],
)
async def test_splits_that_cannot_be(
    stage: Stage, source: str, asked: list[str], error: type[Exception], message: str
) -> None:
    for name in ("a", "b", "c"):
        await stage.make(name)
    alerts = [{"alert_id": each} for each in "12"]
    await attach(stage.session, "a", alerts)
    await attach(stage.session, "b", [{"alert_id": "3"}])
    await merge(stage.session, "b", ["c"], None)
    with pytest.raises(error, match=message):
        await split(stage.session, source, asked, None)
    assert (await stage.ids("a"), await stage.ids("b")) == (["1", "2"], ["3"])
    assert await stage.ctx.store.registry.read(f"move:{stage.tenant}") is None
