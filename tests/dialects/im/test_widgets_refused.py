"""Statistics of a screen that are refused, each at its place."""

import httpx2
import pytest

from tests.dialects.im.calls import IM, Client, Json, Refusal, loaded, refusal

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
async def corpus(shared: Client) -> Client:
    """Two incidents, some days apart."""
    drafts: list[Json] = [
        {"id": "a", "started_at": "2026-11-01", "tags": ["x"], "extra": {"os": "linux"}},
        {"id": "b", "started_at": "2026-11-04", "tags": ["y"]},
    ]
    await loaded(shared, drafts)
    return shared


def many(widget: Json, count: int) -> Json:
    """That many of a widget."""
    return {f"w{i}": widget for i in range(count)}


MINUTES = {"histogram": {"field": "started_at", "interval": "minute"}}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param({}, (400, "bad_request", "widgets"), id="nothing"),
        pytest.param({"widgets": {"": {}}}, (400, "bad_request", "widgets."), id="no name"),
        pytest.param({"widgets": {"it": {}}}, (400, "bad_request", "widgets.it"), id="no kind"),
        pytest.param(
            {"widgets": {"it": {"values": {"field": "tags"}, "cardinality": {"field": "tags"}}}},
            (400, "bad_request", "widgets.it"),
            id="two kinds",
        ),
        pytest.param({"widgets": {"it": {"pie": {}}}}, (400, "unknown_field", "widgets.it.pie"), id="another kind"),
        pytest.param(
            {"widgets": {"it": {"values": {}}}}, (400, "bad_request", "widgets.it.values.field"), id="no field"
        ),
        pytest.param(
            {"widgets": {"it": {"values": {"field": "sevrity"}}}},
            (400, "unknown_field", "widgets.it.values.field"),
            id="a misspelt field",
        ),
        pytest.param(
            {"widgets": {"it": {"values": {"field": "ms_to_resolve"}}}},
            (400, "unknown_field", "widgets.it.values.field"),
            id="a hidden field",
        ),
        pytest.param(
            {"widgets": {"it": {"cardinality": {"field": "extra"}}}},
            (400, "bad_request", "widgets.it.cardinality.field"),
            id="an object",
        ),
        pytest.param(
            {"widgets": {"it": {"cardinality": {"field": "description"}}}},
            (400, "refused", "widgets.it.cardinality.field"),
            id="different texts of any length",
        ),
        pytest.param(
            {"widgets": {"it": {"cardinality": {"field": "comment"}}}},
            (400, "refused", "widgets.it.cardinality.field"),
            id="different comments",
        ),
        pytest.param(
            {"widgets": {"it": {"durations": {"of": "resolve", "by": "extra.os"}}}},
            (400, "bad_request", "widgets.it.durations.by"),
            id="a key within an object",
        ),
        pytest.param(
            {"widgets": {"it": {"histogram": {"field": "due_at"}}}},
            (400, "bad_request", "widgets.it.histogram.field"),
            id="a time that none is counted by",
        ),
        pytest.param(
            {"widgets": {"it": {"histogram": {"field": "created_at", "interval": "fortnight"}}}},
            (400, "bad_request", "widgets.it.histogram.interval"),
            id="no interval",
        ),
        pytest.param(
            {"widgets": {"it": {"histogram": {"field": "created_at", "time_zone": "Mars/Base"}}}},
            (400, "bad_request", "widgets.it.histogram.time_zone"),
            id="no zone",
        ),
        pytest.param(
            {"widgets": {"it": {"histogram": {"field": "created_at", "split": {"field": "sevrity"}}}}},
            (400, "unknown_field", "widgets.it.histogram.split.field"),
            id="a misspelt split",
        ),
        pytest.param(
            {"widgets": {"it": MINUTES}, "start_time": "2026-11-01", "end_time": "2026-11-30"},
            (400, "refused", "widgets.it.histogram.interval"),
            id="too many buckets from bound to bound",
        ),
        pytest.param(
            {"widgets": {"it": MINUTES}},
            (400, "refused", "widgets.it.histogram.interval"),
            id="too many buckets from document to document",
        ),
        pytest.param(
            {"widgets": many({"values": {"field": "tags", "size": 1000}}, 61)},
            (400, "refused", "widgets"),
            id="too many buckets in all",
        ),
        pytest.param(
            {"widgets": many({"durations": {"of": "resolve", "by": "tags"}}, 4)},
            (400, "refused", "widgets"),
            id="too much work in all",
        ),
        pytest.param(
            {"widgets": many({"durations": {"of": "resolve", "by": "tags", "size": 50}}, 2)},
            (400, "refused", "widgets"),
            id="too many percentiles",
        ),
        pytest.param(
            {"widgets": many({"cardinality": {"field": "tags"}}, 65)}, (400, "bad_request", "widgets"), id="too many"
        ),
        pytest.param({"widgets": {}, "pit": "x"}, (404, "not_found", "pit"), id="no point in time"),
        pytest.param({"widgets": {}, "size": 1}, (400, "unknown_field", "size"), id="an unknown word"),
    ],
)
async def test_refused(corpus: Client, body: Json, expected: Refusal) -> None:
    assert refusal(await corpus.post(f"{IM}/incidents_full_types/stats", json=body)) == expected


@pytest.mark.parametrize(
    ("widget", "count"),
    [
        pytest.param({"values": {"field": "tags"}}, 27, id="values"),
        pytest.param({"histogram": {"field": "started_at", "interval": "year"}}, 14, id="histograms"),
        pytest.param({"durations": {"of": "resolve"}}, 8, id="durations"),
        pytest.param({"durations": {"of": "resolve", "by": "tags"}}, 2, id="durations of each value"),
        pytest.param({"durations": {"of": "resolve", "by": "tags", "size": 50}}, 1, id="durations of many values"),
    ],
)
async def test_so_many_go_together(corpus: Client, widget: Json, count: int) -> None:
    response = await corpus.post(f"{IM}/incidents_full_types/stats", json={"widgets": many(widget, count)})
    assert (response.status_code, len(response.json()["widgets"])) == (200, count)


async def test_percentiles_of_each_value_leave_the_engine_its_heap(corpus: Client) -> None:
    body = {"widgets": many({"durations": {"of": "resolve", "by": "tags", "size": 50}}, 1), "explain": True}
    response = await corpus.post(f"{IM}/incidents_full_types/stats", json=body)
    by = response.json()["explain"]["aggs"]["0.lengths"]["aggs"]["by"]
    assert by["terms"] == {"field": "tags", "size": 50}
    assert by["aggs"]["percentiles"]["percentiles"]["tdigest"] == {"compression": 500}


async def test_the_first_and_the_last_of_all_times(client: Client) -> None:
    await loaded(
        client, [{"id": "a", "started_at": "0001-01-01"}, {"id": "b", "started_at": "9999-12-31T23:59:59.999Z"}]
    )

    async def counted(histogram: Json, **words: str) -> httpx2.Response:
        body = {"widgets": {"it": {"histogram": {"field": "started_at", **histogram}}}, **words}
        return await client.post(f"{IM}/incidents_full_types/stats", json=body)

    last = await counted({"interval": "day"}, start_time="9999-12-30")
    rows = last.json()["widgets"]["it"]["buckets"]
    assert [(row["start"][:10], row["count"]) for row in rows] == [("9999-12-30", 0), ("9999-12-31", 1)]
    too_many, where = await counted({"interval": "year"}), "widgets.it.histogram.interval"
    assert refusal(too_many) == (400, "refused", where)
    for zone in ("America/New_York", "Asia/Tokyo"):
        for bounds in ({"end_time": "0001-01-02"}, {"start_time": "9999-12-31"}):
            answer = await counted({"time_zone": zone}, **bounds)
            assert answer.status_code == 200 or refusal(answer) == (400, "refused", where)
