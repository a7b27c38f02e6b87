"""An incident changed: what is set, removed, left alone, or refused."""

from typing import Any

import pytest
from dirty_equals import IsStr

from tests.dialects.im.calls import (
    IM,
    TIME,
    Client,
    Json,
    Refusal,
    answer,
    created,
    events,
    fields_of,
    put,
    read,
    refusal,
)

pytestmark = pytest.mark.anyio


async def test_a_change_leaves_the_rest(shared: Client) -> None:
    before = await created(shared, reviewer="ann", severity="low", x=1)
    incident_id = before["_meta"]["id"]
    body = {"_meta": {"id": incident_id}, "comment": "test comment", "reviewer": "test"}
    response = await shared.put(f"{IM}/incidents/{incident_id}", json=body, headers={"User-ID": "bob"})
    after = answer(response)
    new = {"reviewer": "test", "comment": "test comment", "note_count": 1, "updated_by": "bob"}
    expected = {**fields_of(before), **new, "updated_at": IsStr(regex=TIME)}
    assert (response.status_code, fields_of(after)) == (200, expected)
    assert after["updated_at"] > before["updated_at"]
    assert after["_meta"]["version"] != before["_meta"]["version"]
    assert response.headers["ETag"] == f'"{after["_meta"]["version"]}"'
    assert await read(shared, incident_id) == after


async def test_null_removes(shared: Client) -> None:
    incident_id = (await created(shared, reviewer="ann", y={"a": 1}, tags=["a"]))["_meta"]["id"]
    after = await put(shared, incident_id, reviewer=None, y=None, tags=None, severity=None, never_there=None)
    assert not after.keys() & {"reviewer", "y", "tags", "severity", "never_there"}


@pytest.mark.parametrize("name", ["title", "started_at"])
async def test_what_every_incident_has_cannot_be_removed(shared: Client, name: str) -> None:
    before = await created(shared)
    response = await shared.put(f"{IM}/incidents/{before['_meta']['id']}", json={name: None})
    assert refusal(response) == (400, "bad_request", name)
    assert await read(shared, before["_meta"]["id"]) == before


@pytest.mark.parametrize(
    "again",
    [
        pytest.param({}, id="nothing"),
        pytest.param({"title": "an incident", "x": [1, 2]}, id="the same values"),
        pytest.param({"started_at": "2026-11-01T01:00:00+01:00"}, id="the same time said differently"),
        pytest.param({"reviewer": None}, id="null where there is nothing"),
        pytest.param({"comment": "c"}, id="the comment that is there"),
    ],
)
async def test_nothing_changed_nothing_written(shared: Client, again: Json) -> None:
    before = await created(shared, x=[1, 2], comment="c", started_at="2026-11-01T00:00:00Z")
    incident_id = before["_meta"]["id"]
    response = await shared.put(f"{IM}/incidents/{incident_id}", json=again)
    assert (answer(response), response.headers["ETag"]) == (before, f'"{before["_meta"]["version"]}"')
    assert await read(shared, incident_id) == before
    assert [each["type"] for each in await events(shared, incident_id, "activities")] == ["created"]


async def test_what_was_read_can_be_sent_back(shared: Client) -> None:
    incident_id = (
        await created(shared, comment="c", severity="low", y={"a": [1]}, ext={"v1": {"metadata": {"a": 1}}})
    )["_meta"]["id"]
    before = await put(shared, incident_id, status="resolved")
    assert await put(shared, incident_id, **before) == before
    changed = await put(shared, incident_id, **{**before, "title": "another"})
    assert fields_of(changed) == {**fields_of(before), "title": "another", "updated_at": IsStr(regex=TIME)}


READ_ONLY = {
    **{"created_at": "2026-11-01T00:00:00.000Z", "updated_at": "2026-11-01T00:00:00.000Z", "created_by": "me"},
    **{"updated_by": "me", "numeric_id": 1, "hex_id": "0" * 24, "state": "closed", "alert_count": 5, "note_count": 5},
    **{"aggregation_results": ["a~b"], "origin": "bigpanda"},
}


@pytest.mark.parametrize("name", READ_ONLY)
async def test_read_only(shared: Client, name: str) -> None:
    before = await created(shared)
    path = f"{IM}/incidents/{before['_meta']['id']}"
    response = await shared.put(path, json={"title": "changed", name: READ_ONLY[name]})
    assert refusal(response) == (400, "read_only", name)
    removed = await shared.put(path, json={name: None})
    assert removed.status_code == (200 if name not in before else 400)
    assert await read(shared, before["_meta"]["id"]) == before


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param({"_meta": {"id": "other"}}, (400, "bad_request", "_meta.id"), id="another id than the path's"),
        pytest.param({"assignee": {"nme": "x"}}, (400, "unknown_field", "assignee.nme"), id="a misspelt member"),
        pytest.param({"tags": ["a", 1]}, (400, "bad_request", "tags[1]"), id="a wrong member"),
        pytest.param(
            {"ext": {"v1": {"status": "x"}}}, (400, "read_only", "ext.v1.status"), id="another dialect's word"
        ),
        pytest.param({"kind": "x"}, (400, "bad_request", "kind"), id="a hidden name"),
        pytest.param(5, (400, "bad_request", None), id="no object"),
    ],
)
async def test_changes_refused(shared: Client, body: Any, expected: Refusal) -> None:
    before = await created(shared)
    response = await shared.put(f"{IM}/incidents/{before['_meta']['id']}", json=body)
    assert (refusal(response), await read(shared, before["_meta"]["id"])) == (expected, before)
