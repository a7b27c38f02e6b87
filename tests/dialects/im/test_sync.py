"""`sync=true`: what a result's change carries to its incidents, what it never does, and how it is finished."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Serve
from tests.dialects.im.calls import (
    IM,
    NDJSON,
    Client,
    Json,
    answer,
    created,
    events,
    fields_of,
    found,
    fresh_id,
    loaded,
    put,
    read,
)  # fmt: skip

pytestmark = pytest.mark.anyio

WORKFLOWS = {"default": {"new": "open", "closed": "closed"}, "soc": {"triage": "open", "closed": "closed"}}


@pytest.fixture
async def members(shared: Client) -> list[str]:
    """Three incidents in a result of the first one's id, under the aggregation `s`."""
    names = [fresh_id() for _ in range(3)]
    await loaded(shared, [{"id": each, "severity": "low"} for each in names])
    body = {"title": "r", "incident_ids": names}
    assert (await shared.post(f"{IM}/aggregations/results/s/{names[0]}", json=body)).status_code == 201
    return names


async def synced(client: Client, result_id: str, query: str = "sync=true", **fields: Any) -> Json:
    response = await client.put(f"{IM}/aggregations/results/s/{result_id}?{query}", json=fields)
    assert response.status_code == 200, response.text
    told = answer(response)
    return {name: told[name] for name in ("result", "synced", "failed")}


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        pytest.param({"status": "closed"}, {"status": "closed", "state": "closed"}, id="status"),
        pytest.param({"severity": "critical"}, {"severity": "critical"}, id="severity"),
        pytest.param({"severity": None}, {"severity": None}, id="no severity any more"),
        pytest.param({"comment": "c"}, {"comment": "c", "note_count": 1}, id="comment"),
        pytest.param({"reviewer": "ann"}, {"reviewer": "ann"}, id="reviewer"),
        pytest.param({"workflow_id": "default"}, {"workflow_id": "default"}, id="workflow_id"),
        pytest.param({"title": "x", "reviewer": "bob"}, {"title": None, "reviewer": "bob"}, id="never another field"),
    ],
)
async def test_each_field(shared: Client, members: list[str], fields: Json, expected: Json) -> None:
    before = [await read(shared, each) for each in members]
    told = await synced(shared, members[0], **fields)
    assert (told["synced"], told["failed"]) == (3, [])
    for old in before:
        after = await read(shared, old["_meta"]["id"])
        wanted = {**expected, "title": old["title"]}
        assert {name: after.get(name) for name in wanted} == wanted
        untouched = old.keys() - wanted.keys() - {"_meta", "updated_at", "resolved_at"}
        assert {name: after[name] for name in untouched} == {name: old[name] for name in untouched}


@pytest.mark.parametrize("query", ["", "sync=false"])
async def test_without_it_the_result_alone(shared: Client, members: list[str], query: str) -> None:
    before = [await read(shared, each) for each in members]
    assert await synced(shared, members[0], query, reviewer="ann") == {"result": "updated", "synced": 0, "failed": []}
    assert [await read(shared, each) for each in members] == before


async def test_only_what_the_request_changes(shared: Client, members: list[str]) -> None:
    await synced(shared, members[0], "", reviewer="ann", severity="critical")
    assert await synced(shared, members[0], comment="c") == {"result": "updated", "synced": 3, "failed": []}
    after = await read(shared, members[1])
    assert (after["severity"], after["comment"], "reviewer" in after) == ("low", "c", False)
    assert await synced(shared, members[0], title="only the title") == {"result": "updated", "synced": 0, "failed": []}


async def test_again_it_changes_nothing_more(shared: Client, members: list[str]) -> None:
    await synced(shared, members[0], comment="c", severity="high")
    before = [await read(shared, each) for each in members]
    assert await synced(shared, members[0], comment="c", severity="high") == {
        "result": "noop", "synced": 3, "failed": [],
    }  # fmt: skip
    assert [await read(shared, each) for each in members] == before
    kinds = [each["type"] for each in await events(shared, members[1], "activities")]
    assert (kinds.count("updated"), kinds.count("note_added")) == (2, 1)


async def test_again_it_finishes_what_was_left(shared: Client, members: list[str]) -> None:
    await synced(shared, members[0], reviewer="ann")
    await put(shared, members[1], reviewer="bob")
    late = fresh_id()
    await created(shared, late)
    assert (await synced(shared, members[0], reviewer="ann"))["synced"] == 3
    assert [(await read(shared, each)).get("reviewer") for each in (*members, late)] == ["ann", "ann", "ann", None]


async def test_deleted_incidents_are_in_it_no_more(shared: Client, members: list[str]) -> None:
    await shared.delete(f"{IM}/incidents/{members[1]}")
    assert await synced(shared, members[0], reviewer="ann") == {"result": "updated", "synced": 2, "failed": []}


async def test_what_failed_is_told(serve: Serve, tmp_path: Path) -> None:
    file = tmp_path / "workflows.json"
    file.write_text(json.dumps(WORKFLOWS))
    async with serve(workflows=file) as client:
        await loaded(client, [{"id": "a"}, {"id": "b", "workflow_id": "soc"}, {"id": "c"}])
        body = {"title": "r", "workflow_id": "default", "status": "closed", "incident_ids": ["a", "b", "c"]}
        await client.post(f"{IM}/aggregations/results/s/1", json=body)
        told = await synced(client, "1", status="new", reviewer="ann")
        reason = 'workflow "soc" has no status "new"; it has triage, closed'
        assert told == {"result": "updated", "synced": 2, "failed": [{"id": "b", "reason": reason}]}
        assert "reviewer" not in await read(client, "b")
        await put(client, "b", workflow_id="default", status="new")
        assert await synced(client, "1", status="new", reviewer="ann") == {"result": "noop", "synced": 3, "failed": []}
        assert (await read(client, "b"))["reviewer"] == "ann"


async def test_a_refused_change_reaches_nobody(shared: Client, members: list[str]) -> None:
    before = [fields_of(await read(shared, each)) for each in members]
    path = f"{IM}/aggregations/results/s/{members[0]}?sync=true"
    assert (await shared.put(path, json={"severity": "urgent", "reviewer": "ann"})).status_code == 400
    locked = {"_meta": {"version": "1-999999"}, "reviewer": "ann"}
    assert (await shared.put(path, json=locked)).status_code == 409
    assert [fields_of(await read(shared, each)) for each in members] == before


@pytest.mark.parametrize("refresh", ["true", "wait_for"])
async def test_refresh_is_of_the_incidents_too(shared: Client, members: list[str], refresh: str) -> None:
    await synced(shared, members[0], f"sync=true&refresh={refresh}", reviewer=members[0])
    mine = {"term": {"reviewer": members[0]}}
    assert len(await found(shared, search_query=mine)) == 4


async def test_in_slices(serve: Serve) -> None:
    async with serve(bulk_slice=2) as client:
        names = [f"n{i}" for i in range(5)]
        await loaded(client, [{"id": each} for each in names])
        body = {"title": "r", "incident_ids": names}
        assert (await client.post(f"{IM}/aggregations/results/s/1", json=body)).status_code == 201
        assert await synced(client, "1", reviewer="ann") == {"result": "updated", "synced": 5, "failed": []}
        assert [(await read(client, each))["reviewer"] for each in names] == ["ann"] * 5
        assert (await client.delete(f"{IM}/aggregations/results/s/1")).status_code == 200
        assert [(await read(client, each)).get("aggregation_results") for each in names] == [None] * 5


async def test_the_activities_are_the_callers(shared: Client, members: list[str]) -> None:
    path = f"{IM}/aggregations/results/s/{members[0]}?sync=true"
    await shared.put(path, json={"severity": "high"}, headers={"User-ID": "bob"})
    newest = (await events(shared, members[2], "activities"))[0]
    change = {"field": "severity", "from": "low", "to": "high"}
    assert (newest["actor"], newest["changes"]) == ("bob", [change])
    line = json.dumps({"_meta": {"id": members[2]}, "severity": "low"})
    assert (await shared.post(f"{IM}/incidents/bulkUpdate", content=line, headers=NDJSON)).status_code == 200
