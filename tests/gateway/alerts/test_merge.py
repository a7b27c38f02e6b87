"""Merging over a real engine, and what stands in its way."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from gateway.alerts.attach import attach
from gateway.alerts.merge import gathered
from gateway.alerts.saga import merge
from gateway.dialects.bigpanda.extension import own
from gateway.incidents.writing.change import Change, change_one, own_edit
from gateway.problems import Conflict, NotFound
from queries.errors import QueryError
from tests.gateway.alerts.stage import Stage

pytestmark = pytest.mark.anyio


async def test_a_merge(stage: Stage) -> None:
    first, second, third = await stage.three()
    held = [*await stage.ids(first), *await stage.ids(second), *await stage.ids(third)]
    stage.now += timedelta(minutes=1)
    await merge(stage.session, third, [first, second], "same cause")
    incident = await stage.incident(third)
    assert sorted(await stage.ids(third)) == sorted(held)
    shown = ("state", "severity", "alert_count", "started_at", "comment", "note_count")
    assert [incident[each] for each in shown] == ["open", "critical", 3, "2026-11-22T08:01:00.000Z", "same cause", 1]
    assert (own(incident)["status"], len(incident["alert_pairs"])) == ("critical", 10)
    sources = {"source_incident_ids": [first, second], "annotation": "same cause"}
    assert [each["params"] for each in await stage.activities(third) if each["type"] == "merged_destination"] == [
        sources
    ]
    for source in (first, second):
        left = await stage.incident(source)
        assert (left["state"], left["alert_count"], own(left)["merged_into"]) == ("closed", 0, third)
        assert ("alert_pairs" in left, left["resolved_at"]) == (False, "2026-11-22T08:04:00.000Z")
        assert await stage.told(source) == ["created", "alerts_added", "merged_source", "resolved"]
        [told] = [each for each in await stage.activities(source) if each["type"] == "merged_source"]
        assert told["params"] == sources | {"target_incident_id": third}
    assert await stage.ctx.store.registry.read(f"move:{stage.tenant}") is None


async def test_a_merged_source_sleeps_and_flaps_no_more(stage: Stage) -> None:
    first, second, _ = await stage.three()
    held = {"snooze": {"end_time": "2030-01-01T00:00:00.000Z", "cancel_on_incident_updates": False}}
    states = own_edit({"ext": {"bigpanda": {**held, "flapping_until": "2030-01-01T00:00:00.000Z"}}})
    await change_one(stage.session, Change(first, states))
    await merge(stage.session, second, [first], None)
    assert not own(await stage.incident(first)).keys() & {"snooze", "flapping_until", "status"}


async def test_the_next_event_finds_its_alert_where_it_is_now(stage: Stage) -> None:
    first, second, _ = await stage.three()
    await merge(stage.session, second, [first], None)
    assert (await stage.says("ok", 1, host="h0")).incident_id == second
    assert own(await stage.incident(second))["status"] == "warning"
    await stage.says("ok", 1, host="h1")
    assert (await stage.incident(second))["state"] == "closed"


async def test_a_merged_source_stays_closed(stage: Stage) -> None:
    first, second, _ = await stage.three()
    await merge(stage.session, second, [first], None)
    with pytest.raises(QueryError, match="stays closed"):
        await change_one(stage.session, Change(first, own_edit({"status": "new"})))
    with pytest.raises(Conflict, match="was merged into"):
        await attach(stage.session, first, [{"alert_id": "a" * 24}])


async def test_an_alert_that_arrives_in_a_source_passes_on(stage: Stage) -> None:
    first, second, _ = await stage.three()
    late = attach(stage.session, first, [{"alert_id": "a" * 24, "status": "ok"}])
    results = await asyncio.gather(merge(stage.session, second, [first], None), late, return_exceptions=True)
    arrived = not isinstance(results[1], Conflict)
    assert (len(await stage.ids(second)), await stage.ids(first)) == (3 if arrived else 2, [])
    assert (await stage.incident(second))["alert_count"] == (3 if arrived else 2)


async def test_merging_what_is_active_reopens_a_closed_destination(stage: Stage) -> None:
    first, second, third = await stage.three()
    await stage.says("ok", 1, host="h1")
    await change_one(stage.session, Change(third, own_edit({"status": "closed"})))
    await merge(stage.session, second, [third], None)
    assert (await stage.incident(second))["state"] == "closed"
    await merge(stage.session, second, [first], None)
    assert (await stage.incident(second))["state"] == "open"


async def test_incidents_of_other_dialects_merge_too(stage: Stage) -> None:
    first, _, _ = await stage.three()
    await stage.make("hand", team="blue", tags=["x"], severity="high")
    await merge(stage.session, first, ["hand"], None)
    incident = await stage.incident(first)
    assert (incident["team"], incident["tags"], incident["severity"]) == ("blue", ["x"], "critical")
    assert (await stage.incident("hand"))["state"] == "closed"


def test_gathered() -> None:
    destination: dict[str, Any] = {
        "started_at": "2026-11-22", "team": "red", "tags": ["a"], "labels": [{"id": "l", "value": "1"}],
    }  # fmt: skip
    sources: list[dict[str, Any]] = [
        {"started_at": "2026-11-21", "team": "blue", "area": "x", "tags": ["b", "a"], "title": "t"},
        {"started_at": "2026-11-23", "area": "y", "zone": 1, "labels": [{"id": "l", "value": "2"}, {"id": "m"}]},
    ]
    assert gathered(sources, destination) == {
        "area": "x", "zone": 1, "tags": ["a", "b"], "labels": [{"id": "l", "value": "1"}, {"id": "m"}],
        "started_at": "2026-11-21",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("destination", "sources", "error", "message"),
    [
        pytest.param("a", [], QueryError, "other incidents are wanted", id="nothing to merge"),
        pytest.param("a", ["a"], QueryError, "other incidents are wanted", id="itself"),
        pytest.param("a", ["b", "b"], QueryError, "each once", id="one twice"),
        pytest.param("a", ["nothing"], NotFound, 'no incident "nothing"', id="a source that is not there"),
        pytest.param("nothing", ["a"], NotFound, 'no incident "nothing"', id="a destination that is not there"),
        pytest.param("a", ["c"], QueryError, "merged into another one already", id="a source that is gone"),
        pytest.param("c", ["a"], Conflict, "was merged into", id="a destination that is gone"),
        pytest.param("a", ["b"], QueryError, "together they have 301 alerts", id="too many alerts"),
    ],
)
async def test_merges_that_cannot_be(
    stage: Stage, destination: str, sources: list[str], error: type[Exception], message: str
) -> None:
    for name in ("a", "b", "c"):
        await stage.make(name)
    if "together" in message:
        many = [{"alert_id": f"{i:024x}"} for i in range(301)]
        await attach(stage.session, "a", many[:1])
        await attach(stage.session, "b", many[1:])
    await merge(stage.session, "b", ["c"], None)
    before = [await stage.incident(each) for each in ("a", "b", "c")]
    with pytest.raises(error, match=message):
        await merge(stage.session, destination, sources, None)
    assert [await stage.incident(each) for each in ("a", "b", "c")] == before
    assert await stage.ctx.store.registry.read(f"move:{stage.tenant}") is None
