"""Merging and splitting over a real engine, and what stands in their way."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from gateway.alerts import merge as merging
from gateway.alerts import saga as moving
from gateway.alerts.attach import attach
from gateway.alerts.merge import gathered
from gateway.alerts.saga import merge, split
from gateway.dialects.bigpanda.extension import own
from gateway.incidents.writing.change import Change, change_one, own_edit
from gateway.incidents.writing.create import Draft, create
from gateway.incidents.writing.delete import delete
from gateway.problems import Conflict, NotFound, Unavailable
from queries.errors import QueryError
from tests.gateway.alerts.stage import Stage, event, staged

pytestmark = pytest.mark.anyio


@pytest.fixture
async def stage(opensearch_url: str, tenant: str) -> AsyncIterator[Stage]:
    async with staged(opensearch_url, tenant) as opened:
        yield opened


async def three(stage: Stage) -> list[str]:
    """Incidents of a critical, a warning and an unknown alert, a minute apart."""
    words = ("critical", "warning", "unknown")
    return [(await stage.says(word, 1, host=f"h{i}")).incident_id for i, word in enumerate(words)]


async def made(stage: Stage, incident_id: str, **fields: Any) -> str:
    [outcome] = await create(stage.session, [Draft({"title": incident_id, **fields}, incident_id)])
    assert outcome.error is None
    return incident_id


async def ids(stage: Stage, incident_id: str) -> list[str]:
    return [each["alert_id"] for each in await stage.alerts(incident_id)]


async def test_a_merge(stage: Stage) -> None:
    first, second, third = await three(stage)
    held = [*await ids(stage, first), *await ids(stage, second), *await ids(stage, third)]
    stage.now += timedelta(minutes=1)
    await merge(stage.session, third, [first, second], "same cause")
    incident = await stage.incident(third)
    assert sorted(await ids(stage, third)) == sorted(held)
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
    first, second, _ = await three(stage)
    held = {"snooze": {"end_time": "2030-01-01T00:00:00.000Z", "cancel_on_incident_updates": False}}
    states = own_edit({"ext": {"bigpanda": {**held, "flapping_until": "2030-01-01T00:00:00.000Z"}}})
    await change_one(stage.session, Change(first, states))
    await merge(stage.session, second, [first], None)
    assert not own(await stage.incident(first)).keys() & {"snooze", "flapping_until", "status"}


async def test_the_next_event_finds_its_alert_where_it_is_now(stage: Stage) -> None:
    first, second, _ = await three(stage)
    await merge(stage.session, second, [first], None)
    assert (await stage.says("ok", 1, host="h0")).incident_id == second
    assert own(await stage.incident(second))["status"] == "warning"
    await stage.says("ok", 1, host="h1")
    assert (await stage.incident(second))["state"] == "closed"


async def test_a_merged_source_stays_closed(stage: Stage) -> None:
    first, second, _ = await three(stage)
    await merge(stage.session, second, [first], None)
    with pytest.raises(QueryError, match="stays closed"):
        await change_one(stage.session, Change(first, own_edit({"status": "new"})))
    with pytest.raises(Conflict, match="was merged into"):
        await attach(stage.session, first, [{"alert_id": "a" * 24}])


async def test_an_alert_that_arrives_in_a_source_passes_on(stage: Stage) -> None:
    first, second, _ = await three(stage)
    late = attach(stage.session, first, [{"alert_id": "a" * 24, "status": "ok"}])
    results = await asyncio.gather(merge(stage.session, second, [first], None), late, return_exceptions=True)
    arrived = not isinstance(results[1], Conflict)
    assert (len(await ids(stage, second)), await ids(stage, first)) == (3 if arrived else 2, [])
    assert (await stage.incident(second))["alert_count"] == (3 if arrived else 2)


async def test_merging_what_is_active_reopens_a_closed_destination(stage: Stage) -> None:
    first, second, third = await three(stage)
    await stage.says("ok", 1, host="h1")
    await change_one(stage.session, Change(third, own_edit({"status": "closed"})))
    await merge(stage.session, second, [third], None)
    assert (await stage.incident(second))["state"] == "closed"
    await merge(stage.session, second, [first], None)
    assert (await stage.incident(second))["state"] == "open"


async def test_incidents_of_other_dialects_merge_too(stage: Stage) -> None:
    first, _, _ = await three(stage)
    await made(stage, "hand", team="blue", tags=["x"], severity="high")
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


async def test_a_split(stage: Stage) -> None:
    first, second, third = await three(stage)
    await change_one(stage.session, Change(third, own_edit({"team": "blue"})))
    [critical] = await ids(stage, first)
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
    assert await ids(stage, new) == [critical]
    assert await stage.told(new) == ["created", "alerts_added", "split_destination", "updated"]
    noted = {"alert_ids": [critical], "annotation": "another cause"}
    [told] = [each for each in await stage.activities(new) if each["type"] == "split_destination"]
    assert told["params"] == noted | {"source_incident_id": third}
    [told] = [each for each in await stage.activities(third) if each["type"] == "split_source"]
    assert told["params"] == noted | {"new_incident_id": new}
    assert (await stage.says("ok", 1, host="h0")).incident_id == new


async def test_what_is_left_after_a_split_may_be_ok(stage: Stage) -> None:
    first, second, _ = await three(stage)
    await merge(stage.session, first, [second], None)
    [critical, warning] = await ids(stage, first)
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
        await made(stage, name)
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
        await made(stage, name)
    alerts = [{"alert_id": each} for each in "12"]
    await attach(stage.session, "a", alerts)
    await attach(stage.session, "b", [{"alert_id": "3"}])
    await merge(stage.session, "b", ["c"], None)
    with pytest.raises(error, match=message):
        await split(stage.session, source, asked, None)
    assert (await ids(stage, "a"), await ids(stage, "b")) == (["1", "2"], ["3"])
    assert await stage.ctx.store.registry.read(f"move:{stage.tenant}") is None


async def test_the_same_merge_twice_at_once(stage: Stage) -> None:
    first, second, _ = await three(stage)
    asked = [merge(stage.session, second, [first], None) for _ in range(2)]
    failed = [each for each in await asyncio.gather(*asked, return_exceptions=True) if each is not None]
    assert [str(each) for each in failed] == ["this merge is under way already"]


async def test_different_ones_wait_for_each_other(stage: Stage) -> None:
    found = await stage.send(*(event(f"n{i}", "critical") for i in range(8)))
    pairs = [found[i : i + 2] for i in range(0, 8, 2)]
    merges = (merge(stage.session, a.incident_id, [b.incident_id], None) for a, b in pairs)
    await asyncio.gather(*merges)
    assert [(await stage.incident(a.incident_id))["alert_count"] for a, _ in pairs] == [2] * 4


async def test_a_destination_that_is_deleted_on_the_way(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second, third = await three(stage)
    [alert] = await ids(stage, first)
    mark = merging._mark

    async def marked(session: Any, plan: Any, source: Any) -> None:
        await mark(session, plan, source)
        if source["id"] == second:
            await delete(stage.session, third)

    monkeypatch.setattr(merging, "_mark", marked)
    with pytest.raises(NotFound):
        await merge(stage.session, third, [first, second], None)
    incident = await stage.incident(first)
    assert (incident["state"], incident["alert_count"], "merged_into" in own(incident)) == ("open", 1, False)
    assert await ids(stage, first) == [alert]
    assert "merged_source" not in await stage.told(first)


async def test_a_source_that_is_deleted_on_the_way(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second, third = await three(stage)
    mark = merging._mark

    async def marked(session: Any, plan: Any, source: Any) -> None:
        if source["id"] == second:
            await delete(stage.session, second)
        await mark(session, plan, source)

    monkeypatch.setattr(merging, "_mark", marked)
    await merge(stage.session, third, [first, second], None)
    assert (await stage.incident(third))["alert_count"] == len(await ids(stage, third)) == 2


@pytest.mark.parametrize("planned", [pytest.param(True, id="with a plan"), pytest.param(False, id="without one")])
async def test_what_is_left_of_a_tenant_that_is_gone_is_cleared(stage: Stage, planned: bool) -> None:
    entry: dict[str, Any] = {
        "kind": "move",
        "tenant": stage.tenant,
        "operation": "merge",
        "until": "2026-11-22T07:00:00Z",
    }
    entry |= {"actor": {"name": "x", "dialect": "bigpanda"}} | ({"plan": {"destination": "a"}} if planned else {})
    await stage.ctx.store.registry.put(Write(f"move:{stage.tenant}", entry))
    await moving.replay(stage.ctx)
    assert await stage.ctx.store.registry.read(f"move:{stage.tenant}") is None


async def test_one_that_works_on_is_waited_for_whatever_its_clock(stage: Stage) -> None:
    """Another gateway whose clock is far ahead takes nothing over that is being worked on."""
    first, second, third = await three(stage)
    ahead = replace(stage.ctx, clock=lambda: stage.now + timedelta(hours=1))
    slow = asyncio.Event()
    gather = merging._gather

    async def gathered_late(*args: Any) -> None:
        slow.set()
        await asyncio.sleep(0.2)
        await gather(*args)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(merging, "_gather", gathered_late)
        merge_one = asyncio.create_task(merge(stage.session, second, [first], None))
        await slow.wait()
        await moving.replay(ahead)
        await merge_one
    await merge(ahead, stage.actor, second, [third], None)
    assert len(await ids(stage, second)) == 3


async def test_one_whose_place_was_taken_stops(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second, _ = await three(stage)
    mark = merging._mark

    async def marked(*args: Any) -> None:
        await mark(*args)
        await stage.ctx.store.registry.revise(f"move:{stage.tenant}", lambda held: {**(held or {}), "by": "another"})

    with monkeypatch.context() as patched:
        patched.setattr(merging, "_mark", marked)
        with pytest.raises(Unavailable, match="another gateway goes on"):
            await merge(stage.session, second, [first], None)
    assert len(await ids(stage, first)) == 1
    stage.now += timedelta(minutes=1)
    await moving.replay(stage.ctx)
    assert (len(await ids(stage, first)), len(await ids(stage, second))) == (0, 2)
