"""Aggregation results: made over incidents, listed with them, changed and removed."""

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
    fields_of,
    found,
    fresh_id,
    ids,
    loaded,
    put,
    read,
    refusal,
)  # fmt: skip

pytestmark = pytest.mark.anyio

RESULTS = f"{IM}/aggregations/results"


async def listed(client: Client, query: str = "") -> Json:
    response = await client.get(f"{RESULTS}?{query}")
    assert response.status_code == 200, response.text
    return answer(response)


async def result(client: Client, path: str, **fields: Any) -> Json:
    """The result that is made."""
    response = await client.post(f"{RESULTS}/{path}?refresh=true", json={"title": "r", **fields})
    assert response.status_code == 201, response.text
    return answer(response)


def as_made(aggregation_id: str, result_id: str, **fields: Any) -> Json:
    """A new result, as it reads back."""
    meta = {"id": f"{aggregation_id}~{result_id}", "type": "aggregation_result", "version": IsStr(regex=r"\d+-\d+")}
    times = {name: IsStr(regex=TIME) for name in ("started_at", "created_at", "updated_at")}
    return {
        **{"_meta": meta, "aggregation_id": aggregation_id, "result_id": result_id, "title": "r", **times},
        **{"numeric_id": IsInt(gt=0), "hex_id": IsStr(regex="[0-9a-f]{24}"), "incidents_count": 0},
        **{"created_by": "anonymous", "updated_by": "anonymous"},
        **{"workflow_id": "default", "status": "new", "state": "open"},
        **fields,
    }


async def test_made(shared: Client) -> None:
    members = [(await created(shared))["_meta"]["id"] for _ in range(2)]
    fields = {
        **{"title": "brute force", "description": "d", "comment": "c", "status": "on_hold", "severity": "high"},
        **{"reviewer": "ann", "started_at": "2026-11-01T00:00:00.000Z", "comparison_fields": ["src_ip"]},
        **{"function_fields": ["count"], "aggregation_info": {"window": {"minutes": 5}}},
    }
    sent = {**fields, "incident_ids": [*members, members[0]]}
    response = await shared.post(f"{RESULTS}/rule-1/2026.11:01", json=sent)
    expected = as_made("rule-1", "2026.11:01", **fields, state="in_progress", incidents_count=2)
    assert (response.status_code, answer(response)) == (201, expected)
    location = f"{RESULTS}?incident_aggregation_result_id=2026.11:01"
    version = answer(response)["_meta"]["version"]
    assert (response.headers["Location"], response.headers["ETag"]) == (location, f'"{version}"')
    for each in members:
        assert (await read(shared, each))["aggregation_results"] == ["rule-1~2026.11:01"]


async def test_the_longest_ids(shared: Client) -> None:
    path = f"{'a' * 128}/{'b' * 128}"
    made = await result(shared, path)
    assert made["_meta"]["id"] == f"{'a' * 128}~{'b' * 128}"
    assert (await shared.put(f"{RESULTS}/{path}", json={"comment": "c"})).status_code == 200


async def test_an_incident_can_be_in_several(shared: Client) -> None:
    member = (await created(shared))["_meta"]["id"]
    names = [fresh_id() for _ in range(2)]
    for each in names:
        await result(shared, f"several/{each}", incident_ids=[member])
    assert (await read(shared, member))["aggregation_results"] == [f"several~{each}" for each in names]
    assert await found(shared, search_query={"term": {"aggregation_results": f"several~{names[0]}"}}) == [member]


@pytest.mark.parametrize(
    ("path", "body", "expected"),
    [
        pytest.param("a/b", {}, (400, "bad_request", "title"), id="no title"),
        pytest.param("a/b", {"title": "t", "tags": ["a"]}, (400, "unknown_field", "tags"), id="a field of incidents"),
        pytest.param("a/b", {"title": "t", "custom": 1}, (400, "unknown_field", "custom"), id="a custom field"),
        pytest.param("a/b", {"title": "t", "severity": "x"}, (400, "bad_request", "severity"), id="no such severity"),
        pytest.param("a/b", {"title": "t", "status": "x"}, (400, "bad_request", "status"), id="no such status"),
        pytest.param("a/b", {"title": 5}, (400, "bad_request", "title"), id="a wrong type"),
        pytest.param("a/b", {"title": "t", "incidents_count": 5}, (400, "read_only", "incidents_count"), id="a count"),
        pytest.param("a/b", {"title": "t", "result_id": "c"}, (400, "read_only", "result_id"), id="another id"),
        pytest.param("a/b", {"title": "t", "_meta": {"id": "a~c"}}, (400, "bad_request", "_meta.id"), id="two ids"),
        pytest.param(
            "a/b", {"title": "t", "_meta": {"type": "incident"}}, (400, "bad_request", "_meta.type"), id="type"
        ),
        pytest.param("a/b", {"title": "t", "incident_ids": "x"}, (400, "bad_request", "incident_ids"), id="no list"),
        pytest.param("a/b", {"title": "t", "incident_ids": [5]}, (400, "bad_request", "incident_ids"), id="no ids"),
        pytest.param(
            "a/b",
            {"title": "t", "incident_ids": ["x y"]},
            (400, "bad_request", "incident_ids[0]"),
            id="an impossible id",
        ),
        pytest.param(
            "a%20b/c", {"title": "t"}, (400, "bad_request", "incident_aggregation_id"), id="an impossible path"
        ),
        pytest.param("a/b~c", {"title": "t"}, (400, "bad_request", "incident_aggregation_result_id"), id="a tilde"),
        pytest.param("a/b?sync=true", {"title": "t"}, (400, "unknown_field", "sync"), id="nothing to sync yet"),
        pytest.param("a/b", [], (400, "bad_request", None), id="no object"),
    ],
)
async def test_creations_refused(shared: Client, path: str, body: Any, expected: Refusal) -> None:
    assert refusal(await shared.post(f"{RESULTS}/{path}", json=body)) == expected


async def test_a_missing_incident_refuses_the_whole(shared: Client) -> None:
    member = await created(shared)
    member_id = member["_meta"]["id"]
    body = {"title": "t", "incident_ids": [member_id, "nobody"]}
    response = await shared.post(f"{RESULTS}/missing/1", json=body)
    assert refusal(response) == (400, "bad_request", "incident_ids[1]")
    assert await read(shared, member_id) == member
    assert (await listed(shared, "incident_aggregation_id=missing"))["docs"] == []


async def test_one_that_is_there_stays(shared: Client) -> None:
    before = await result(shared, "taken/1")
    assert refusal(await shared.post(f"{RESULTS}/taken/1", json={"title": "x"})) == (409, "already_exists", None)
    assert await listed(shared, "incident_aggregation_id=taken") == {"docs": [before], "total_docs": 1}


async def test_listed(client: Client) -> None:
    assert await listed(client) == {"docs": [], "total_docs": 0}
    await loaded(client, [{"id": name, "started_at": i} for i, name in enumerate("abc")])
    made = [
        await result(client, "one/1", started_at=1, incident_ids=["a", "b", "c"]),
        await result(client, "one/2", started_at=3, incident_ids=["b"]),
        await result(client, "two/1", started_at=2),
    ]
    assert await listed(client) == {"docs": [made[1], made[2], made[0]], "total_docs": 3}
    assert await listed(client, "from=1&size=1") == {"docs": [made[2]], "total_docs": 3}
    assert await listed(client, "incident_aggregation_id=one") == {"docs": [made[1], made[0]], "total_docs": 2}
    assert await listed(client, "incident_aggregation_id=none") == {"docs": [], "total_docs": 0}

    members = [await read(client, name) for name in "cba"]
    whole = {**made[0], "incidents": members, "incidents_total": 3}
    only = await listed(client, "incident_aggregation_id=one&incident_aggregation_result_id=1")
    assert only == {"docs": [whole], "total_docs": 1}
    both = await listed(client, "incident_aggregation_result_id=1")
    assert both == {"docs": [{**made[2], "incidents": [], "incidents_total": 0}, whole], "total_docs": 2}
    page = await listed(client, "incident_aggregation_id=one&incident_aggregation_result_id=1&from=1&size=1")
    assert page["docs"] == [{**made[0], "incidents": [members[1]], "incidents_total": 3}]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        pytest.param("aggregation_id=x", (400, "unknown_field", "aggregation_id"), id="an unknown word"),
        pytest.param("from=-1", (400, "bad_request", "from"), id="a negative offset"),
        pytest.param("size=1001", (400, "bad_request", "size"), id="over 1,000"),
        pytest.param("from=9990&size=11", (400, "window_exceeded", "from"), id="past the window"),
        pytest.param("size=1&size=2", (400, "bad_request", "size"), id="a word given twice"),
    ],
)
async def test_lists_refused(shared: Client, query: str, expected: Refusal) -> None:
    assert refusal(await shared.get(f"{RESULTS}?{query}")) == expected


async def test_changed(shared: Client) -> None:
    before = await result(shared, "changed/1", description="d")
    body = {"comment": "test comment", "reviewer": "test", "description": None}
    response = await shared.put(f"{RESULTS}/changed/1", json=body, headers={"User-ID": "bob"})
    meta = {**before["_meta"], "version": IsStr(regex=r"\d+-\d+")}
    assert answer(response) == {"_meta": meta, "result": "updated", "synced": 0, "failed": []}
    [after] = (await listed_now(shared, "changed"))["docs"]
    new = {"comment": "test comment", "reviewer": "test", "updated_by": "bob", "updated_at": IsStr(regex=TIME)}
    rest = {name: value for name, value in fields_of(before).items() if name != "description"}
    assert fields_of(after) == {**rest, **new}
    assert answer(response)["_meta"]["version"] == after["_meta"]["version"] != before["_meta"]["version"]


async def listed_now(client: Client, aggregation_id: str) -> Json:
    """The results of an aggregation, after a write that makes every one before it visible."""
    await created(client)
    return await listed(client, f"incident_aggregation_id={aggregation_id}")


async def test_nothing_changed(shared: Client) -> None:
    before = await result(shared, "same/1", comment="c")
    for body in ({}, {"comment": "c"}, before):
        response = await shared.put(f"{RESULTS}/same/1", json=body)
        assert answer(response) == {"_meta": before["_meta"], "result": "noop", "synced": 0, "failed": []}


async def test_a_resolved_one(shared: Client) -> None:
    await result(shared, "resolved/1")
    await shared.put(f"{RESULTS}/resolved/1", json={"status": "closed"})
    [after] = (await listed_now(shared, "resolved"))["docs"]
    assert (after["state"], "resolved_at" in after) == ("closed", True)


@pytest.mark.parametrize(
    ("path", "body", "expected"),
    [
        pytest.param("put/1", {"incident_ids": []}, (400, "unknown_field", "incident_ids"), id="other incidents"),
        pytest.param("put/1", {"state": "closed"}, (400, "read_only", "state"), id="a state"),
        pytest.param("put/1", {"title": None}, (400, "bad_request", "title"), id="no title"),
        pytest.param("put/1", {"severity": "x"}, (400, "bad_request", "severity"), id="no such severity"),
        pytest.param("put/1?sync=maybe", {}, (400, "bad_request", "sync"), id="no boolean"),
        pytest.param("put/1?synch=true", {}, (400, "unknown_field", "synch"), id="an unknown word"),
        pytest.param("put/2", {"comment": "c"}, (404, "not_found", None), id="none of that id"),
    ],
)
async def test_changes_refused(shared: Client, path: str, body: Json, expected: Refusal) -> None:
    if not (await listed(shared, "incident_aggregation_id=put"))["docs"]:
        await result(shared, "put/1")
    assert refusal(await shared.put(f"{RESULTS}/{path}", json=body)) == expected


async def test_removed(shared: Client) -> None:
    member = (await created(shared))["_meta"]["id"]
    for name in ("1", "2"):
        await result(shared, f"removed/{name}", incident_ids=[member])
    await put(shared, member, reviewer="ann")
    for name, left in (("1", ["removed~2"]), ("2", None)):
        response = await shared.delete(f"{RESULTS}/removed/{name}?refresh=true")
        meta = {"id": f"removed~{name}", "type": "aggregation_result", "version": IsStr()}
        assert (response.status_code, answer(response)) == (200, {"_meta": meta, "result": "deleted"})
        assert (await read(shared, member)).get("aggregation_results") == left
    assert (await listed(shared, "incident_aggregation_id=removed"))["docs"] == []
    assert refusal(await shared.delete(f"{RESULTS}/removed/1")) == (404, "not_found", None)


async def test_results_are_no_incidents(shared: Client) -> None:
    await result(shared, "none/1")
    path = f"{IM}/incidents/none~1"
    for method in ("GET", "PUT", "DELETE"):
        response = await shared.request(method, path, json={} if method == "PUT" else None)
        assert refusal(response) == (404, "not_found", None)
    assert "none~1" not in ids(answer(await shared.get(f"{IM}/incidents?size=1000")))
