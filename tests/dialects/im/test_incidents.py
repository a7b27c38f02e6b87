"""One incident: made, read, changed and deleted."""

import re
from typing import Any

import pytest
from dirty_equals import IsInt, IsStr

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
    found,
    fresh_id,
    put,
    read,
    refusal,
)

pytestmark = pytest.mark.anyio


def as_made(incident_id: str, **fields: Any) -> Json:
    """A new incident, as it reads back."""
    return {
        "_meta": {"id": incident_id, "type": "incident", "version": IsStr(regex=r"\d+-\d+")},
        **{"started_at": IsStr(regex=TIME), "created_at": IsStr(regex=TIME), "updated_at": IsStr(regex=TIME)},
        **{"numeric_id": IsInt(gt=0), "hex_id": IsStr(regex="[0-9a-f]{24}"), "origin": "im"},
        **{"created_by": "anonymous", "updated_by": "anonymous", "alert_count": 0, "note_count": 0},
        **{"workflow_id": "default", "status": "new", "state": "open"},
        **fields,
    }


async def test_a_title_is_enough(shared: Client) -> None:
    incident_id = fresh_id()
    response = await shared.post(f"{IM}/incidents/{incident_id}", json={"title": "disk full"})
    document = answer(response)
    assert (response.status_code, document) == (201, as_made(incident_id, title="disk full"))
    assert document["started_at"] == document["created_at"]
    assert response.headers["Location"] == f"{IM}/incidents/{incident_id}"
    assert response.headers["ETag"] == f'"{document["_meta"]["version"]}"'


async def test_every_typed_field_reads_back(shared: Client) -> None:
    fields = {
        **{"title": "t", "description": "d", "comment": "c", "status": "in_progress", "workflow_id": "default"},
        **{"severity": "high", "priority": "1", "category": "malware", "type": "edr", "reviewer": "ann"},
        **{"source": "siem", "tags": ["a", "b"], "mitre": ["T1059"], "impact": "site", "resolution": "none"},
        **{"started_at": "2026-11-01T00:00:00.000Z", "acknowledged_at": "2026-11-02T00:00:00.000Z"},
        **{"due_at": "2026-12-01T00:00:00.000Z", "last_seen_at": "2026-11-03T00:00:00.000Z", "external_id": "x-1"},
        "assignee": {"name": "Ann", "id": "7", "numeric_id": 7, "email": "ann@example.org"},
        "assigner": {"id": "8"},
        "acknowledged_by": {"id": "7", "email": "ann@example.org"},
        "services": [{"name": "db", "namespace": "prod"}, {"name": "web"}],
        "labels": [{"id": "1", "name": "env", "type": "text", "value": "prod"}],
        "metric_names": ["cpu"],
        "ext": {
            "v1": {"recommendation": "reboot", "source_site": "north", "metadata": {"any": {"thing": [1]}}},
            "bigpanda": {"shared": True, "maintenance": "none"},
            "actian": {"project_id": 5, "ticket_id": 6, "asset_id": "a", "alert_policy_name": "p"},
        },
    }  # fmt: skip
    document = await created(shared, **fields)
    expected = as_made(document["_meta"]["id"], **fields, state="in_progress", note_count=1)
    assert (document, await read(shared, document["_meta"]["id"])) == (expected, expected)


async def test_the_gateway_makes_an_id(shared: Client) -> None:
    response = await shared.post(f"{IM}/incidents", json={"title": "t"})
    incident_id = answer(response)["_meta"]["id"]
    assert re.fullmatch(r"i[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", incident_id)
    assert (response.status_code, response.headers["Location"]) == (201, f"{IM}/incidents/{incident_id}")


async def test_or_takes_the_one_in_meta(shared: Client) -> None:
    incident_id = fresh_id()
    response = await shared.post(f"{IM}/incidents", json={"_meta": {"id": incident_id}, "title": "t"})
    assert (response.status_code, answer(response)["_meta"]["id"]) == (201, incident_id)


async def test_numbers_rise_and_hex_ids_differ(shared: Client) -> None:
    made = [await created(shared) for _ in range(3)]
    numbers = [each["numeric_id"] for each in made]
    assert numbers == sorted(set(numbers))
    assert len({each["hex_id"] for each in made}) == 3


async def test_an_id_in_use_stays_as_it_is(shared: Client) -> None:
    before = await created(shared, "used", title="first")
    response = await shared.post(f"{IM}/incidents/used", json={"title": "second"})
    assert refusal(response) == (409, "already_exists", None)
    assert await read(shared, "used") == before


@pytest.mark.parametrize(
    ("path", "body", "expected"),
    [
        pytest.param("", {}, (400, "bad_request", "title"), id="no title"),
        pytest.param("", {"title": ""}, (400, "bad_request", "title"), id="an empty title"),
        pytest.param("", {"title": None}, (400, "bad_request", "title"), id="null for a title"),
        pytest.param("", {"title": "t", "tags": "a"}, (400, "bad_request", "tags"), id="a wrong type"),
        pytest.param("", [], (400, "bad_request", None), id="no object"),
        pytest.param("", {"title": "t", "numeric_id": 1}, (400, "read_only", "numeric_id"), id="a number of one's own"),
        pytest.param("", {"title": "t", "_meta": []}, (400, "bad_request", "_meta"), id="_meta that is no object"),
        pytest.param("", {"title": "t", "_meta": {"ID": "x"}}, (400, "unknown_field", "_meta.ID"), id="misspelt _meta"),
        pytest.param("", {"title": "t", "_meta": {"id": 1}}, (400, "bad_request", "_meta.id"), id="a number for an id"),
        pytest.param(
            "", {"title": "t", "_meta": {"id": "a b"}}, (400, "bad_request", "_meta.id"), id="an impossible id"
        ),
        pytest.param("", {"title": "t", "_meta": {"id": "pit"}}, (400, "bad_request", "_meta.id"), id="a reserved id"),
        pytest.param(
            "",
            {"title": "t", "_meta": {"type": "aggregation_result"}},
            (400, "bad_request", "_meta.type"),
            id="another kind of document",
        ),
        pytest.param("/a%20b", {"title": "t"}, (400, "bad_request", "_meta.id"), id="an impossible id in the path"),
        pytest.param("/" + "x" * 129, {"title": "t"}, (400, "bad_request", "_meta.id"), id="an id of 129 characters"),
        pytest.param("/x", {"title": "t", "_meta": {"id": "y"}}, (400, "bad_request", "_meta.id"), id="two ids"),
        pytest.param("?refresh=soon", {"title": "t"}, (400, "bad_request", "refresh"), id="an unknown refresh"),
        pytest.param("?refrsh=true", {"title": "t"}, (400, "unknown_field", "refrsh"), id="an unknown parameter"),
        pytest.param(
            "?refresh=true&refresh=true", {"title": "t"}, (400, "bad_request", "refresh"), id="one given twice"
        ),
    ],
)
async def test_creations_refused(shared: Client, path: str, body: Any, expected: Refusal) -> None:
    assert refusal(await shared.post(f"{IM}/incidents{path}", json=body)) == expected


@pytest.mark.parametrize("incident_id", ["x" * 128, "A-Z.0_9:-", "..."])
async def test_ids_of_every_kind_are_read_back(shared: Client, incident_id: str) -> None:
    before = await created(shared, incident_id)
    assert (await read(shared, incident_id), await put(shared, incident_id)) == (before, before)


@pytest.mark.parametrize("reserved", ["pit", "pits", "bulkUpdate", "bulkCreate", "export"])
async def test_reserved_ids_name_no_incident(shared: Client, reserved: str) -> None:
    assert refusal(await shared.put(f"{IM}/incidents/{reserved}", json={"title": "t"}))[0] == 405


async def test_reading_tells_the_version(shared: Client) -> None:
    before = await created(shared)
    response = await shared.get(f"{IM}/incidents/{before['_meta']['id']}")
    assert (response.status_code, answer(response)) == (200, before)
    assert response.headers["ETag"] == f'"{before["_meta"]["version"]}"'


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
    incident_id = (await created(shared, reviewer="ann", x={"a": 1}, tags=["a"]))["_meta"]["id"]
    after = await put(shared, incident_id, reviewer=None, x=None, tags=None, severity=None, never_there=None)
    assert after.keys() == as_made(incident_id, title="t").keys()


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
        await created(shared, comment="c", severity="low", x={"a": [1]}, ext={"v1": {"metadata": {"a": 1}}})
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
@pytest.mark.parametrize("value", ["another value", None], ids=["another value", "null"])
async def test_read_only(shared: Client, name: str, value: str | None) -> None:
    before = await created(shared, "read-only") if name == "created_at" and value else await read(shared, "read-only")
    sent = {name: READ_ONLY[name] if value else None, "title": "changed"}
    response = await shared.put(f"{IM}/incidents/read-only", json=sent)
    if value is None and name not in before:
        assert response.status_code == 200
    else:
        assert refusal(response) == (400, "read_only", name)
        assert (await read(shared, "read-only"))["title"] == before["title"]


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


@pytest.mark.parametrize(
    ("method", "path"),
    [
        *(("GET", f"/{suffix}") for suffix in ("", "mitre", "notes", "alerts", "activities")),
        *(("POST", f"/{suffix}") for suffix in ("notes", "alerts")),
        *(("PUT", "/"), ("DELETE", "/")),
    ],
)
async def test_an_incident_that_is_not_there(shared: Client, method: str, path: str) -> None:
    body = {"body": "n"} if path == "/notes" else {}
    response = await shared.request(
        method, f"{IM}/incidents/nobody{path}".rstrip("/"), json=None if method in {"GET", "DELETE"} else body
    )
    assert refusal(response) == (404, "not_found", None)


async def test_deleted_with_all_that_hangs_on_it(shared: Client) -> None:
    before = await created(shared, comment="c", tags=["to-delete"])
    incident_id, version = before["_meta"]["id"], before["_meta"]["version"]
    await shared.post(f"{IM}/incidents/{incident_id}/alerts", json={"alert_id": fresh_id()})
    version = (await read(shared, incident_id))["_meta"]["version"]
    response = await shared.delete(f"{IM}/incidents/{incident_id}?refresh=true")
    gone = {"_meta": {"id": incident_id, "type": "incident", "version": version}, "result": "deleted"}
    assert (response.status_code, answer(response)) == (200, gone)
    assert refusal(await shared.get(f"{IM}/incidents/{incident_id}")) == (404, "not_found", None)
    assert await found(shared, search_query={"term": {"tags": "to-delete"}}) == []
    again = await created(shared, incident_id)
    assert (again["numeric_id"] > before["numeric_id"], again["note_count"], again["alert_count"]) == (True, 0, 0)
    assert [await events(shared, incident_id, kind) for kind in ("notes", "alerts")] == [[], []]
    assert [each["type"] for each in await events(shared, incident_id, "activities")] == ["created", "deleted"]


@pytest.mark.parametrize("refresh", ["true", "wait_for", ""])
async def test_a_search_after_refresh_sees_the_write(shared: Client, refresh: str) -> None:
    incident_id = fresh_id()
    path, mine = f"{IM}/incidents/{incident_id}?refresh={refresh}", {"term": {"reviewer": incident_id}}
    await shared.post(path, json={"title": "t", "reviewer": incident_id})
    assert await found(shared, search_query=mine) == [incident_id]
    await shared.put(path, json={"reviewer": None})
    assert await found(shared, search_query=mine) == []
    await shared.put(path, json={"reviewer": incident_id})
    await shared.delete(path)
    assert await found(shared, search_query=mine) == []
