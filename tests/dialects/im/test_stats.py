"""Statistics: the severity widget, and counts by any field that can be grouped."""

import pytest
from dirty_equals import IsInt

from tests.conftest import Serve
from tests.dialects.im.calls import IM, Client, Json, Refusal, answer, created, loaded, opened, put, refusal, searched

pytestmark = pytest.mark.anyio

DRAFTS: list[Json] = [
    {"id": "a", "severity": "low", "tags": ["x", "y"], "score": 5, "flag": True, "choice": "one", "reviewer": "ann"},
    {"id": "b", "severity": "low", "tags": ["x"], "score": 0.5, "flag": False, "choice": "one", "reviewer": ""},
    {"id": "c", "severity": "critical", "score": 5, "choice": "two", "extra": {"os": "linux"}, "status": "resolved"},
    {"id": "d", "started_at": "2026-11-02", "assignee": {"numeric_id": 7}, "took": "long"},
]


@pytest.fixture(scope="module")
async def corpus(shared: Client) -> Client:
    """Four incidents, and an aggregation result."""
    await loaded(shared, [{"started_at": "2026-11-01", **each} for each in DRAFTS])
    body = {"title": "r", "severity": "high", "started_at": "2026-11-01"}
    assert (await shared.post(f"{IM}/aggregations/results/r/1?refresh=true", json=body)).status_code == 201
    return shared


async def counted(client: Client, field: str, **words: object) -> list[tuple[str, int]]:
    """Values and counts in the order of the answer."""
    response = await client.post(f"{IM}/incidents_full_types/stats/{field}", json=words)
    assert response.status_code == 200, response.text
    return list(answer(response)[field].items())


async def test_every_level_most_severe_first(corpus: Client) -> None:
    response = await corpus.post(f"{IM}/incidents_full_types/stats/severity", json={})
    levels = {"critical": 1, "high": 1, "medium": 0, "low": 2, "info": 0, "": 1}
    assert answer(response) == {"took": IsInt(ge=0), "total_docs": 5, "severity": levels}
    assert list(answer(response)["severity"]) == list(levels)


async def test_no_body_is_no_filter(corpus: Client) -> None:
    response = await corpus.post(f"{IM}/incidents_full_types/stats/severity")
    assert answer(response)["total_docs"] == 5


async def test_of_nothing_there_are_zeros(client: Client) -> None:
    levels = {"critical": 0, "high": 0, "medium": 0, "low": 0, "info": 0}
    response = await client.post(f"{IM}/incidents_full_types/stats/severity", json={})
    assert answer(response) == {"took": IsInt(ge=0), "total_docs": 0, "severity": levels}


async def test_levels_are_those_of_the_settings_and_others_follow(serve: Serve, client: Client) -> None:
    await created(client, "a", severity="low")
    await created(client, "b", severity="high")
    await created(client, "c")
    async with serve(severities=("sev1", "high")) as other:
        assert await counted(other, "severity") == [("sev1", 0), ("high", 1), ("low", 1), ("", 1)]


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        pytest.param("status", [("new", 4), ("resolved", 1)], id="status"),
        pytest.param("state", [("open", 4), ("closed", 1)], id="state, which is derived"),
        pytest.param("tags", [("x", 2), ("y", 1), ("", 3)], id="a list, one count for each member"),
        pytest.param("choice", [("one", 2), ("two", 1), ("", 2)], id="a custom choice"),
        pytest.param("score", [("5", 2), ("0.5", 1), ("", 2)], id="a number"),
        pytest.param("assignee.numeric_id", [("7", 1), ("", 4)], id="a whole number in an object"),
        pytest.param("flag", [("false", 1), ("true", 1), ("", 3)], id="a boolean"),
        pytest.param("title", [("a", 1), ("b", 1), ("c", 1), ("d", 1), ("r", 1)], id="text by its whole value"),
    ],
)
async def test_any_field(corpus: Client, field: str, expected: list[tuple[str, int]]) -> None:
    assert await counted(corpus, field) == expected


async def test_the_empty_text_is_counted_with_those_without_one(corpus: Client) -> None:
    assert dict(await counted(corpus, "reviewer")) == {"ann": 1, "": 4}


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        pytest.param({"is_show_aggs": False}, {"critical": 1, "low": 2, "": 1}, id="is_show_aggs"),
        pytest.param({"search_query": {"term": {"tags": "y"}}}, {"low": 1}, id="search_query"),
        pytest.param({"search_query": '{"term":{"tags":"y"}}'}, {"low": 1}, id="search_query as text"),
        pytest.param(
            {"additional_fields": [{"name": "choice", "type": "select", "value": "two"}]},
            {"critical": 1},
            id="additional_fields",
        ),
        pytest.param({"start_time": "2026-11-02"}, {"": 1}, id="start_time"),
        pytest.param({"end_time": "2026-11-01"}, {"critical": 1, "high": 1, "low": 2}, id="end_time"),
    ],
)
async def test_each_parameter(corpus: Client, words: Json, expected: dict[str, int]) -> None:
    found = dict(await counted(corpus, "severity", **words))
    assert {value: count for value, count in found.items() if count} == expected
    page = await searched(corpus, **words, with_total_docs=True)
    assert page["total_docs"] == sum(expected.values())


async def test_the_most_frequent_values(corpus: Client) -> None:
    response = await corpus.post(f"{IM}/incidents_full_types/stats/title", json={"size": 2})
    assert answer(response) == {"took": IsInt(ge=0), "total_docs": 5, "title": {"a": 1, "b": 1}, "other_docs": 3}


async def test_explain(corpus: Client) -> None:
    response = await corpus.post(f"{IM}/incidents_full_types/stats/status", json={"explain": True, "size": 3})
    terms = {"field": "status", "size": 3, "shard_size": 30}
    filters = [{"match_all": {}}, {"term": {"tenant": corpus.headers["X-Scope-OrgID"]}}]
    assert answer(response)["explain"] == {
        **{"query": {"bool": {"filter": filters}}, "size": 0, "track_total_hits": True},
        "aggs": {
            "values": {"terms": terms},
            "none": {"filter": {"bool": {"must_not": [{"exists": {"field": "status"}}]}}},
        },
    }


async def test_in_a_point_in_time(client: Client) -> None:
    await created(client, "a", severity="low")
    pit = await opened(client)
    await put(client, "a", severity="high")
    await created(client, "b", severity="low")
    assert dict(await counted(client, "severity", pit=pit))["low"] == 1
    assert dict(await counted(client, "severity", pit=pit))["high"] == 0
    assert dict(await counted(client, "severity"))["high"] == 1


async def test_a_point_in_time_of_incidents_only(corpus: Client) -> None:
    pit = await opened(corpus, "is_show_aggs=false")
    assert dict(await counted(corpus, "severity", pit=pit, is_show_aggs=False))["high"] == 0
    response = await corpus.post(f"{IM}/incidents_full_types/stats/severity", json={"pit": pit})
    assert refusal(response) == (400, "pit_scope", "is_show_aggs")


@pytest.mark.parametrize(
    ("field", "body", "expected"),
    [
        pytest.param("sevrity", {}, (400, "unknown_field", "field"), id="a misspelt field"),
        pytest.param("started_at", {}, (400, "unknown_field", "field"), id="a time"),
        pytest.param("extra", {}, (400, "unknown_field", "field"), id="an object as a whole"),
        pytest.param("extra.os", {}, (400, "bad_request", "field"), id="a key within an object"),
        pytest.param("ext.v1.metadata.os", {}, (400, "bad_request", "field"), id="a key within a typed object"),
        pytest.param("kind", {}, (400, "unknown_field", "field"), id="a hidden name"),
        pytest.param("severity", {"from": 0}, (400, "unknown_field", "from"), id="an unknown word"),
        pytest.param("severity", {"size": 0}, (400, "bad_request", "size"), id="no value at all"),
        pytest.param("severity", {"size": 1001}, (400, "bad_request", "size"), id="over 1,000 values"),
        pytest.param("severity", {"is_show_aggs": "no"}, (400, "bad_request", "is_show_aggs"), id="a wrong type"),
        pytest.param("severity", {"start_time": "x"}, (400, "bad_request", "start_time"), id="no time"),
        pytest.param("severity", {"pit": "x"}, (404, "not_found", "pit"), id="no point in time"),
        pytest.param("severity", {"keep_alive": "1m"}, (400, "bad_request", "keep_alive"), id="keep_alive without one"),
        pytest.param(
            "severity",
            {"additional_fields": [{"name": "score", "type": "number", "value": "x"}]},
            (400, "bad_request", "additional_fields[0].value"),
            id="a wrong value",
        ),
    ],
)
async def test_refused(corpus: Client, field: str, body: Json, expected: Refusal) -> None:
    assert refusal(await corpus.post(f"{IM}/incidents_full_types/stats/{field}", json=body)) == expected


@pytest.mark.parametrize("field", ["took", "total_docs", "explain", "other_docs"])
async def test_a_field_of_the_name_of_a_part_of_the_answer(corpus: Client, field: str) -> None:
    response = await corpus.post(f"{IM}/incidents_full_types/stats/{field}", json={})
    assert refusal(response) == (400, "unknown_field", "field")
