"""`bulkUpdate/byFilter` and `bulkDelete/byFilter`: counted and shown first, then done once, where it still fits."""

from typing import Any

import orjson
import pytest
from dirty_equals import IsPartialDict, IsStr

from tests.dialects.im.calls import (
    IM,
    NDJSON,
    Client,
    Json,
    answer,
    created,
    events,
    fresh_id,
    loaded,
    put,
    read,
    refusal,
)

pytestmark = pytest.mark.anyio

UPDATE, DELETE = f"{IM}/incidents/bulkUpdate/byFilter", f"{IM}/incidents/bulkDelete/byFilter"
VERSION = IsStr(regex=r"\d+-\d+")
CHANGE = {"reviewer": "alice"}
NONE = {"done_before": 0, "no_longer_matching": 0, "conflicts": 0, "failed": 0}


def of_host(host: str) -> Json:
    """Filters for the incidents of a host."""
    return {"search_query": {"term": {"host": host}}, "start_time": "now-1d"}


@pytest.fixture
async def host(shared: Client) -> str:
    """A host of five incidents, `<host>-0` to `-4`."""
    name = fresh_id()
    await loaded(shared, [{"id": f"{name}-{at}", "host": name, "severity": "low"} for at in range(5)])
    return name


async def dry(client: Client, path: str, filters: Json, **change: Any) -> Json:
    """The answer to a dry run."""
    response = await client.post(path, json={**filters, "dry_run": True, **({"change": change} if change else {})})
    assert response.status_code == 200, response.text
    return answer(response)


async def run(client: Client, path: str, token: str, **change: Any) -> Json:
    """The summary of a run."""
    body = {"token": token, **({"change": change} if change else {})}
    response = await client.post(f"{path}?refresh=true", json=body)
    assert response.status_code == 200, response.text
    return answer(response)


def summary(total: int, **counts: int) -> Json:
    """A summary of a whole run in which nothing failed."""
    return {"complete": True, "total": total, **NONE, **counts, "error": None, "items": []}


async def test_a_dry_run_counts_and_shows_and_changes_nothing(shared: Client, host: str) -> None:
    before = [await read(shared, f"{host}-{at}") for at in range(5)]
    told = await dry(shared, UPDATE, of_host(host), **CHANGE)
    assert told == {"total": 5, "sample": before, "token": IsStr(), "expires_at": IsStr()}
    assert [await read(shared, f"{host}-{at}") for at in range(5)] == before


async def test_the_run_changes_what_still_fits(shared: Client, host: str) -> None:
    token = (await dry(shared, UPDATE, of_host(host), **CHANGE))["token"]
    await put(shared, f"{host}-0", host="another")
    await put(shared, f"{host}-1", **CHANGE)
    await shared.delete(f"{IM}/incidents/{host}-2")
    await created(shared, f"{host}-2", host=host)
    await created(shared, f"{host}-5", host=host)
    assert await run(shared, UPDATE, token, **CHANGE) == summary(5, updated=2, noop=1, no_longer_matching=2)
    reviewers = [(await read(shared, f"{host}-{at}")).get("reviewer") for at in range(6)]
    assert reviewers == [None, "alice", None, "alice", "alice", None]


async def test_a_second_run_passes_what_the_first_has_changed(shared: Client, host: str) -> None:
    """Also where another has changed it back meanwhile."""
    token = (await dry(shared, UPDATE, of_host(host), comment="seen", severity="high"))["token"]
    change = {"comment": "seen", "severity": "high"}
    assert await run(shared, UPDATE, token, **change) == summary(5, updated=5, noop=0)
    await put(shared, f"{host}-0", severity="low")
    assert await run(shared, UPDATE, token, **change) == summary(5, updated=0, noop=0, done_before=5)
    assert (await read(shared, f"{host}-0"))["severity"] == "low"
    assert [len(await events(shared, f"{host}-{at}", "notes")) for at in range(5)] == [1] * 5


async def test_each_outcome_comes_as_a_line(shared: Client, host: str) -> None:
    token = (await dry(shared, UPDATE, of_host(host), **CHANGE))["token"]
    await put(shared, f"{host}-4", host="another")
    headers = {"accept": "application/x-ndjson"}
    response = await shared.post(UPDATE, json={"token": token, "change": CHANGE}, headers=headers)
    assert (response.status_code, response.headers["content-type"]) == (200, "application/x-ndjson")
    *rows, status = [orjson.loads(line) for line in response.text.splitlines()]
    good = [{"_id": f"{host}-{at}", "status": 200, "result": "updated", "version": VERSION} for at in range(4)]
    assert rows == [*good, {"_id": f"{host}-4", "status": 200, "result": "no_longer_matching"}]
    counts = {"updated": 4, "noop": 0, **NONE, "no_longer_matching": 1}
    assert status == {"_status": {"complete": True, "total": 5, **counts, "error": None}}


async def test_what_fails_is_told_of_each_alone(shared: Client, host: str) -> None:
    await put(shared, f"{host}-3", workflow_id="default")
    wrong = {"resolved_at": "2026-11-01T00:00:00Z"}
    token = (await dry(shared, UPDATE, of_host(host), **wrong))["token"]
    told = await run(shared, UPDATE, token, **wrong)
    error = {"type": "bad_request", "reason": IsStr(), "where": "resolved_at"}
    items = [{"_id": f"{host}-{at}", "status": 400, "error": error} for at in range(5)]
    counts = {"updated": 0, "noop": 0, **NONE, "failed": 5}
    assert told == {"complete": True, "total": 5, **counts, "error": None, "items": items}


async def test_what_is_deleted_by_a_filter_is_gone_with_all_of_it(shared: Client, host: str) -> None:
    await shared.post(f"{IM}/incidents/{host}-0/notes", json={"body": "a note"})
    token = (await dry(shared, DELETE, of_host(host)))["token"]
    await put(shared, f"{host}-4", host="another")
    assert await run(shared, DELETE, token) == summary(5, deleted=4, no_longer_matching=1)
    statuses = [(await shared.get(f"{IM}/incidents/{host}-{at}")).status_code for at in range(5)]
    assert statuses == [404, 404, 404, 404, 200]
    assert [each["type"] for each in await events(shared, f"{host}-0", "activities")] == ["deleted"]
    assert (await shared.get(f"{IM}/incidents/{host}-0/notes")).status_code == 404
    assert await run(shared, DELETE, token) == summary(5, deleted=0, done_before=4, no_longer_matching=1)


async def test_a_snapshot_that_is_there_can_be_named(shared: Client, host: str) -> None:
    pit = (await shared.get(f"{IM}/incidents/pit")).json()["id"]
    await created(shared, f"{host}-5", host=host)
    told = await dry(shared, UPDATE, {**of_host(host), "pit": pit}, **CHANGE)
    assert (told["total"], await run(shared, UPDATE, told["token"], **CHANGE)) == (5, summary(5, updated=5, noop=0))
    await shared.request("DELETE", f"{IM}/incidents/pit", json={"id": pit})
    gone = await shared.post(UPDATE, json={"token": told["token"], "change": CHANGE})
    assert refusal(gone) == (410, "pit_expired", "token")


async def test_aggregation_results_are_not_changed(shared: Client, host: str) -> None:
    path = f"{IM}/aggregations/results/rule/{host}?refresh=true"
    assert (await shared.post(path, json={"title": host, "incident_ids": [f"{host}-0"]})).status_code == 201
    both = {"bool": {"should": [{"term": {"host": host}}, {"ids": {"values": [f"rule~{host}"]}}]}}
    assert (await dry(shared, UPDATE, {"search_query": both}, **CHANGE))["total"] == 5


async def test_a_token_is_of_its_operation_and_its_change_alone(shared: Client, host: str) -> None:
    token = (await dry(shared, UPDATE, of_host(host), **CHANGE))["token"]
    other = await shared.post(UPDATE, json={"token": token, "change": {"reviewer": "bob"}})
    assert refusal(other) == (400, "bad_token", "change")
    assert refusal(await shared.post(DELETE, json={"token": token})) == (400, "bad_token", "token")
    assert (await read(shared, f"{host}-0")).get("reviewer") is None


@pytest.mark.parametrize(
    ("change", "told"),
    [
        pytest.param({"severity": "odd"}, (400, "bad_request", "change.severity"), id="no severity"),
        pytest.param({"status": "odd"}, (400, "bad_request", "change.status"), id="a status of no workflow"),
        pytest.param({"workflow_id": "odd"}, (400, "bad_request", "change.workflow_id"), id="no workflow"),
        pytest.param(
            {"workflow_id": "default", "status": "odd"}, (400, "bad_request", "change.status"), id="not its status"
        ),
        pytest.param({"title": None}, (400, "bad_request", "change.title"), id="no title any more"),
        pytest.param({"title": ""}, (400, "bad_request", "change.title"), id="an empty title"),
        pytest.param({"started_at": None}, (400, "bad_request", "change.started_at"), id="no start any more"),
        pytest.param({"host": 5}, (400, "wrong_type", "change.host"), id="a number in a field of text"),
    ],
)
async def test_a_change_that_no_incident_takes_is_refused_before_it_is_counted(
    shared: Client, host: str, change: Json, told: tuple[Any, ...]
) -> None:
    assert refusal(await shared.post(UPDATE, json={**of_host(host), "dry_run": True, "change": change})) == told


async def test_a_change_that_some_incident_takes_is_counted(shared: Client, host: str) -> None:
    for change in ({"severity": None}, {"status": "closed"}, {"resolved_at": "now"}, {f"new_{host}": 5}):
        assert (await dry(shared, UPDATE, of_host(host), **change))["total"] == 5


@pytest.mark.parametrize(
    ("body", "told"),
    [
        pytest.param({"change": CHANGE}, (400, "bad_request", None), id="neither dry run nor token"),
        pytest.param({"dry_run": True}, (400, "bad_request", "change"), id="no change"),
        pytest.param({"dry_run": True, "change": {}}, (400, "bad_request", "change"), id="an empty change"),
        pytest.param({"dry_run": True, "token": "x", "change": CHANGE}, (400, "bad_request", None), id="both"),
        pytest.param(
            {"token": "x", "search_query": {}, "change": CHANGE}, (400, "bad_request", None), id="a token and filters"
        ),
        pytest.param({"token": "x", "change": CHANGE}, (400, "bad_token", "token"), id="a token that is none"),
        pytest.param(
            {"dry_run": True, "change": {"created_at": 5}},
            (400, "read_only", "change.created_at"),
            id="a read-only field",
        ),
        pytest.param(
            {"dry_run": True, "change": {"started_at": "x"}},
            (400, "bad_request", "change.started_at"),
            id="a wrong value",
        ),
        pytest.param({"dry_run": True, "change": CHANGE, "size": 5}, (400, "unknown_field", "size"), id="another word"),
        pytest.param(
            {"dry_run": True, "change": CHANGE, "search_query": {"regexp": {}}},
            (400, "bad_request", "search_query.regexp"),
            id="no such clause",
        ),
    ],
)
async def test_what_cannot_be_is_refused_at_its_place(shared: Client, body: Json, told: tuple[Any, ...]) -> None:
    pits = len((await shared.get(f"{IM}/incidents/pits")).json()["docs"])
    assert refusal(await shared.post(UPDATE, json=body)) == told
    assert len((await shared.get(f"{IM}/incidents/pits")).json()["docs"]) == pits


LINES = {
    "actions": lambda *ids: (NDJSON, b"".join(orjson.dumps({"delete": {"_id": each}}) + b"\n" for each in ids)),
    "lines with _meta": lambda *ids: (NDJSON, b"".join(orjson.dumps({"_meta": {"id": each}}) + b"\n" for each in ids)),
    "an object of ids": lambda *ids: ({"content-type": "application/json"}, orjson.dumps({"ids": ids})),
}


@pytest.mark.parametrize("form", LINES)
async def test_ids_are_deleted_each_with_its_outcome(shared: Client, host: str, form: str) -> None:
    headers, body = LINES[form](f"{host}-0", "no-such-one", f"{host}-1", "no good id")
    response = await shared.post(f"{IM}/incidents/bulkDelete?refresh=true", content=body, headers=headers)
    assert (response.status_code, response.json()["errors"]) == (200, True)
    items = [each["delete"] for each in response.json()["items"]]
    good = {"status": 200, "result": "deleted", "version": VERSION}
    assert items == [
        {"_id": f"{host}-0", **good},
        IsPartialDict(_id="no-such-one", status=404),
        {"_id": f"{host}-1", **good},
        IsPartialDict(status=400),
    ]
    assert [(await shared.get(f"{IM}/incidents/{host}-{at}")).status_code for at in range(3)] == [404, 404, 200]
    assert [each["type"] for each in await events(shared, f"{host}-1", "activities")] == ["deleted"]


async def test_a_version_that_is_no_more_is_not_deleted(shared: Client, host: str) -> None:
    old = (await read(shared, f"{host}-0"))["_meta"]["version"]
    await put(shared, f"{host}-0", severity="high")
    line = orjson.dumps({"_meta": {"id": f"{host}-0", "version": old}})
    response = await shared.post(f"{IM}/incidents/bulkDelete", content=line, headers=NDJSON)
    assert response.json()["items"][0]["delete"]["error"]["type"] == "version_conflict"
    assert (await read(shared, f"{host}-0"))["severity"] == "high"
