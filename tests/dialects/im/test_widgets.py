"""A screen's statistics: many widgets of the same documents in one request."""

from typing import Any

import pytest
from dirty_equals import IsInt

from tests.dialects.im.calls import IM, Client, Json, answer, created, loaded, opened, put

pytestmark = pytest.mark.anyio

DAY = "2026-11-0{}T00:00:00.000Z"
DRAFTS: list[Json] = [
    {
        "id": "a", "severity": "low", "tags": ["x", "y"], "score-1": 5, "flag": True, "due_at": "2026-12-01",
        "started_at": "2026-11-01T10:00:00Z", "acknowledged_at": "2026-11-01T10:01:00.500Z",
        "status": "resolved", "resolved_at": "2026-11-01T11:00:00Z",
    },
    {
        "id": "b", "severity": "low", "tags": ["x"], "score-1": 0.5, "flag": False, "description": "t" * 8192,
        "started_at": "2026-11-01T23:30:00Z", "acknowledged_at": "2026-11-01T23:32:00Z",
        "status": "resolved", "resolved_at": "2026-11-03T23:30:00Z",
    },
    {
        "id": "c", "severity": "critical", "score-1": 5, "extra": {"os": "linux"},
        "started_at": "2026-11-04T00:00:00Z", "acknowledged_at": "2026-11-04T00:03:00Z",
    },
    {"id": "d", "started_at": "2026-11-04T12:00:00Z", "acknowledged_at": "2026-11-04T11:00:00Z", "reviewer": ""},
]  # fmt: skip


@pytest.fixture(scope="module")
async def corpus(shared: Client) -> Client:
    """Four incidents, and an aggregation result."""
    await loaded(shared, DRAFTS)
    body = {"title": "r", "severity": "high", "started_at": "2026-11-02T12:00:00Z"}
    assert (await shared.post(f"{IM}/aggregations/results/r/1?refresh=true", json=body)).status_code == 201
    return shared


async def counted(client: Client, widgets: Json, **words: Any) -> Json:
    """The whole answer."""
    response = await client.post(f"{IM}/incidents_full_types/stats", json={"widgets": widgets, **words})
    assert response.status_code == 200, response.text
    return answer(response)


async def one(client: Client, widget: Json, **words: Any) -> Json:
    """The answer of one widget."""
    result: Json = (await counted(client, {"it": widget}, **words))["widgets"]["it"]
    return result


def pairs(rows: list[Json]) -> list[tuple[Any, int]]:
    """Values and counts."""
    assert all(row.keys() == {"value", "count"} for row in rows)
    return [(row["value"], row["count"]) for row in rows]


async def test_the_whole_answer(corpus: Client) -> None:
    widgets = {"a name [1] > 2.x": {"values": {"field": "severity"}}, "n": {"cardinality": {"field": "tags"}}}
    buckets = [{"value": "low", "count": 2}, {"value": "critical", "count": 1}, {"value": "high", "count": 1}]
    assert await counted(corpus, widgets) == {
        "took": IsInt(ge=0),
        "total_docs": 5,
        "widgets": {"a name [1] > 2.x": {"buckets": buckets, "others": 0, "missing": 1}, "n": {"value": 2}},
    }


async def test_no_widget_is_the_count_alone(corpus: Client) -> None:
    whole = {"took": IsInt(ge=0), "total_docs": 4, "widgets": {}}
    assert await counted(corpus, {}, is_show_aggs=False) == whole


@pytest.mark.parametrize(
    ("widget", "expected"),
    [
        pytest.param({"field": "tags"}, ([("x", 2), ("y", 1)], 0, 3), id="a list, one count for each member"),
        pytest.param({"field": "score-1"}, ([(5, 2), (0.5, 1)], 0, 2), id="numbers"),
        pytest.param({"field": "flag"}, ([(False, 1), (True, 1)], 0, 3), id="booleans"),
        pytest.param({"field": "due_at"}, ([("2026-12-01T00:00:00.000Z", 1)], 0, 4), id="times"),
        pytest.param({"field": "reviewer"}, ([("", 1)], 0, 4), id="the empty text is a value"),
        pytest.param({"field": "severity", "size": 1}, ([("low", 2)], 2, 1), id="the rest"),
        pytest.param({"field": "description"}, ([], 1, 4), id="a long text is another"),
    ],
)
async def test_top_values(corpus: Client, widget: Json, expected: tuple[Any, int, int]) -> None:
    result = await one(corpus, {"values": widget})
    assert (pairs(result["buckets"]), result["others"], result["missing"]) == expected


async def histogram(client: Client, widget: Json, **words: Any) -> list[tuple[str, int]]:
    """Starts and counts."""
    result = await one(client, {"histogram": widget}, **words)
    return [(row["start"], row["count"]) for row in result["buckets"]]


@pytest.mark.parametrize(
    ("widget", "words", "expected"),
    [
        pytest.param({"field": "started_at"}, {}, [2, 1, 0, 2], id="an empty day between"),
        pytest.param(
            {"field": "started_at"},
            {"start_time": "2026-10-31", "end_time": "2026-11-05"},
            [0, 2, 1, 0, 2, 0],
            id="from bound to bound",
        ),
        pytest.param({"field": "started_at"}, {"start_time": "2026-11-03"}, [0, 2], id="a bound and the last document"),
        pytest.param(
            {"field": "started_at"}, {"start_time": "2027", "end_time": "2027-01-02"}, [0, 0], id="of nothing"
        ),
        pytest.param({"field": "started_at"}, {"start_time": "2027"}, [], id="of nothing without an end"),
        pytest.param({"field": "started_at", "time_zone": "Asia/Tokyo"}, {}, [1, 2, 0, 2], id="a zone's days"),
        pytest.param({"field": "started_at", "interval": "2d"}, {}, [3, 2], id="a length"),
        pytest.param({"field": "started_at", "interval": "month"}, {}, [5], id="a month"),
        pytest.param({"field": "resolved_at"}, {}, [1, 0, 1], id="another time"),
        pytest.param({"field": "acknowledged_at"}, {"is_show_aggs": False}, [2, 0, 0, 2], id="a third"),
    ],
)
async def test_documents_over_time(corpus: Client, widget: Json, words: Json, expected: list[int]) -> None:
    assert [count for _, count in await histogram(corpus, widget, **words)] == expected


async def test_the_whole_of_a_histogram(corpus: Client) -> None:
    split = {"field": "severity", "size": 2}
    assert await one(corpus, {"histogram": {"field": "resolved_at", "interval": "day", "split": split}}) == {
        "interval": "day",
        "time_zone": "Z",
        "buckets": [
            {"start": DAY.format(1), "count": 1, "split": [{"value": "low", "count": 1}]},
            {"start": DAY.format(2), "count": 0, "split": []},
            {"start": DAY.format(3), "count": 1, "split": [{"value": "low", "count": 1}]},
        ],
        "missing": 3,
    }


async def test_days_that_are_shorter_and_longer(client: Client) -> None:
    times = ["2026-03-28T22:59:00Z", "2026-03-29T22:30:00Z", "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z"]
    await loaded(client, [{"id": f"i{i}", "started_at": time} for i, time in enumerate(times)])
    berlin = {"field": "started_at", "time_zone": "Europe/Berlin"}
    spring = await histogram(client, {**berlin, "interval": "day"}, end_time="2026-04-01T00:00:00Z")
    assert spring == [
        ("2026-03-27T23:00:00.000Z", 1), ("2026-03-28T23:00:00.000Z", 0), ("2026-03-29T22:00:00.000Z", 1),
        ("2026-03-30T22:00:00.000Z", 0), ("2026-03-31T22:00:00.000Z", 0),
    ]  # fmt: skip
    autumn = await histogram(client, {**berlin, "interval": "12h"}, start_time="2026-10-24T22:00:00Z")
    assert autumn == [
        ("2026-10-24T22:00:00.000Z", 1), ("2026-10-25T11:00:00.000Z", 0), ("2026-10-25T23:00:00.000Z", 1),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("widget", "expected"),
    [
        pytest.param(
            {"of": "acknowledge"},
            {"count": 3, "mean": 120.167, "p50": 120, "p90": 180, "p95": 180, "missing": 2},
            id="to acknowledge, but for what was so before it began",
        ),
        pytest.param(
            {"of": "resolve"},
            {"count": 2, "mean": 88200, "p50": 172800, "p90": 172800, "p95": 172800, "missing": 3},
            id="to resolve",
        ),
        pytest.param(
            {"of": "acknowledge", "by": "severity", "size": 1},
            {
                "count": 3, "mean": 120.167, "p50": 120, "p90": 180, "p95": 180, "missing": 2,
                "buckets": [{"value": "low", "count": 2, "mean": 90.25, "p50": 120, "p90": 120, "p95": 120}],
            },
            id="by a field",
        ),
        pytest.param(
            {"of": "resolve", "by": "flag"},
            {
                "count": 2, "mean": 88200, "p50": 172800, "p90": 172800, "p95": 172800, "missing": 3,
                "buckets": [
                    {"value": False, "count": 1} | dict.fromkeys(("mean", "p50", "p90", "p95"), 172800),
                    {"value": True, "count": 1} | dict.fromkeys(("mean", "p50", "p90", "p95"), 3600),
                ],
            },
            id="by a boolean",
        ),
    ],
)  # fmt: skip
async def test_lengths_of_time(corpus: Client, widget: Json, expected: Json) -> None:
    assert await one(corpus, {"durations": widget}) == {"unit": "s", **expected}


async def test_lengths_follow_what_is_written(client: Client) -> None:
    async def resolved() -> tuple[int, float | None, int]:
        result = await one(client, {"durations": {"of": "resolve"}})
        return result["count"], result["mean"], result["missing"]

    document = await created(client, "a", started_at="2026-11-01", status="closed", resolved_at="2026-11-02")
    assert await resolved() == (1, 86_400, 0)
    await put(client, "a", started_at="2026-11-01T12:00:00Z")
    assert await resolved() == (1, 43_200, 0)
    await put(client, "a", status="new")
    assert await resolved() == (0, None, 1)
    assert not [name for name in document if name.startswith("ms_to")]


async def test_a_tenant_without_an_index(client: Client) -> None:
    none = {"count": 0, "mean": None, "p50": None, "p90": None, "p95": None}
    widgets = {
        "v": {"values": {"field": "severity"}},
        "h": {"histogram": {"field": "created_at"}},
        "c": {"cardinality": {"field": "title"}},
        "d": {"durations": {"of": "resolve", "by": "title"}},
    }
    assert (await counted(client, widgets))["widgets"] == {
        "v": {"buckets": [], "others": 0, "missing": 0},
        "h": {"interval": "day", "time_zone": "Z", "buckets": [], "missing": 0},
        "c": {"value": 0},
        "d": {"unit": "s", **none, "missing": 0, "buckets": []},
    }
    pit = await opened(client)
    assert (await counted(client, widgets, pit=pit))["pit"] == pit


async def test_in_a_point_in_time(client: Client) -> None:
    await created(client, "a", severity="low")
    pit = await opened(client)
    await put(client, "a", severity="high")
    await created(client, "b", severity="low")
    widget = {"values": {"field": "severity"}}
    assert pairs((await one(client, widget, pit=pit))["buckets"]) == [("low", 1)]
    assert pairs((await one(client, widget))["buckets"]) == [("high", 1), ("low", 1)]


FILTERED = {
    "search_query": {"term": {"tags": "x"}},
    "additional_fields": [{"name": "flag", "type": "select", "value": True}],
}


async def test_the_filters_of_a_search(corpus: Client) -> None:
    result = await counted(corpus, {"v": {"values": {"field": "tags"}}}, **FILTERED)
    assert (result["total_docs"], pairs(result["widgets"]["v"]["buckets"])) == (1, [("x", 1), ("y", 1)])


async def test_explain_shows_one_search(corpus: Client) -> None:
    result = await counted(corpus, {"c": {"cardinality": {"field": "tags"}}}, explain=True)
    assert result["explain"]["aggs"] == {
        "0.different": {"cardinality": {"field": "tags", "precision_threshold": 40_000}}
    }
