"""One incident: made, read, changed and deleted."""

import re
from typing import Any

import anyio
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


@pytest.mark.parametrize("reserved", ["pit", "pits", "bulkUpdate", "bulkCreate", "bulkDelete", "export", "changes"])
async def test_reserved_ids_name_no_incident(shared: Client, reserved: str) -> None:
    body = {"_meta": {"id": reserved}, "title": "t"}
    assert refusal(await shared.post(f"{IM}/incidents", json=body)) == (400, "bad_request", "_meta.id")
    assert refusal(await shared.put(f"{IM}/incidents/{reserved}", json={"title": "t"})) == (404, "not_found", None)


async def test_reading_tells_the_version(shared: Client) -> None:
    before = await created(shared)
    response = await shared.get(f"{IM}/incidents/{before['_meta']['id']}")
    assert (response.status_code, answer(response)) == (200, before)
    assert response.headers["ETag"] == f'"{before["_meta"]["version"]}"'


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


async def test_writes_that_are_refreshed_are_found(shared: Client) -> None:
    incident_id = fresh_id()
    path, mine = f"{IM}/incidents/{incident_id}?refresh=true", {"term": {"reviewer": incident_id}}
    await shared.post(path, json={"title": "t", "reviewer": incident_id})
    assert await found(shared, search_query=mine) == [incident_id]
    await shared.put(path, json={"reviewer": None})
    assert await found(shared, search_query=mine) == []
    await shared.put(path, json={"reviewer": incident_id})
    await shared.delete(path)
    assert await found(shared, search_query=mine) == []


@pytest.mark.parametrize("refresh", ["wait_for", ""])
async def test_other_ways_to_refresh(shared: Client, refresh: str) -> None:
    incident_id = fresh_id()
    await shared.post(f"{IM}/incidents/{incident_id}?refresh={refresh}", json={"title": "t", "reviewer": incident_id})
    assert await found(shared, search_query={"term": {"reviewer": incident_id}}) == [incident_id]


async def test_without_it_within_the_refresh_interval(shared: Client) -> None:
    incident_id = fresh_id()
    await shared.post(f"{IM}/incidents/{incident_id}", json={"title": "t", "reviewer": incident_id})
    with anyio.fail_after(60):
        while not await found(shared, search_query={"term": {"reviewer": incident_id}}):
            await anyio.sleep(0.05)
