"""Distribution and summary over days that the clock is set to."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.clock import Clock
from tests.dialects.actian.calls import Client, Json, change, get, make, path, refusal

pytestmark = pytest.mark.anyio

ZEROS = {"LOW": 0, "MEDIUM": 0, "HIGH": 0}
NOTHING: Json = {
    "total": 0,
    "open": 0,
    "closed": 0,
    "mean_time_to_resolve": 0,
    "previous_mean_time_to_resolve": 0,
    "open_by_tag": {},
    "closed_by_tag": {},
}


def day(number: int, hour: int = 0) -> datetime:
    """An hour of a day of May."""
    return datetime(2026, 5, number, hour, tzinfo=UTC)


def counted(number: int, counts: Json, by_impact: Json) -> Json:
    """A row of the distribution."""
    return {"date": f"2026-05-{number:02}", "counts": ZEROS | counts, "counts_by_impact": ZEROS | by_impact}


@pytest.fixture(scope="module")
async def may(own: Client, own_clock: Clock) -> None:
    """Five incidents of May, three of them resolved, and the clock at its 31st."""
    made: list[tuple[datetime, str, Json]] = [
        (day(2, 0), "a", {"severity": "high", "impact": "LOW", "tags": ["T1", "prod"]}),
        (day(2, 23), "b", {"severity": "info", "tags": ["T1"]}),
        (day(4, 0), "c", {"tags": ["prod"]}),
        (day(4, 1), "d", {"severity": "medium", "impact": "urgent", "tags": ["PROD"]}),
        (day(20, 0), "e", {"severity": "critical", "impact": "HIGH"}),
    ]
    for own_clock.now, incident_id, fields in made:
        await make(own, incident_id, **fields)
    for own_clock.now, incident_id in [(day(2, 10), "a"), (day(4, 6), "c"), (day(20, 3), "e")]:
        await change(own, incident_id, status="closed")
    own_clock.now = day(31)


SECOND = counted(2, {"HIGH": 1, "LOW": 1}, {"LOW": 1, "": 1})
FOURTH = counted(4, {"MEDIUM": 1, "": 1}, {"": 2})
TWENTIETH = counted(20, {"HIGH": 1}, {"HIGH": 1})


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        pytest.param({}, [SECOND, FOURTH, TWENTIETH], id="the days that have incidents"),
        pytest.param({"from_time": "2026-05-04"}, [FOURTH, TWENTIETH], id="an open end adds no days"),
        pytest.param(
            {"from_time": "2026-05-02T23:00:00Z", "to_time": "2026-05-05"},
            [counted(2, {"LOW": 1}, {"": 1}), counted(3, {}, {}), FOURTH, counted(5, {}, {})],
            id="each day of a range with two ends",
        ),
        pytest.param({"impacts": "HIGH"}, [TWENTIETH], id="of a filter"),
        pytest.param({"text_to_search": "zzz"}, [], id="of nothing"),
    ],
)
async def test_distribution(own: Client, may: None, query: Any, expected: list[Json]) -> None:
    assert await get(own, "incidents/distribution", **query) == {"incidents": expected}


async def test_a_distribution_has_a_most_of_days(own: Client) -> None:
    longest = {"from_time": "2020-01-01", "to_time": "2030-01-07"}
    assert len((await get(own, "incidents/distribution", **longest))["incidents"]) == 3660
    response = await own.get(path(own, "incidents/distribution"), params=longest | {"to_time": "2030-01-08"})
    assert refusal(response) == (400, "from_time: a range may have at most 3,660 days; this one has 3,661")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        pytest.param(
            {},
            {
                "total": 5, "open": 2, "closed": 3, "mean_time_to_resolve": 6,
                "open_by_tag": {"PROD": 1, "T1": 1}, "closed_by_tag": {"prod": 2, "T1": 1},
            },
            id="everything, and the last 30 days: 10, 6 and 3 hours",
        ),
        pytest.param(
            {"from_time": "2026-05-04", "to_time": "2026-05-05"},
            {
                "total": 2, "open": 1, "closed": 1, "mean_time_to_resolve": 6, "previous_mean_time_to_resolve": 10,
                "open_by_tag": {"PROD": 1}, "closed_by_tag": {"prod": 1},
            },
            id="two days, and the two before",
        ),
        pytest.param(
            {"from_time": "2026-05-06"},
            {"total": 1, "closed": 1, "mean_time_to_resolve": 3, "previous_mean_time_to_resolve": 8},
            id="from a day until now, and 25 days before",
        ),
        pytest.param(
            {"to_time": "2026-05-02T22:00:00.000Z"},
            {
                "total": 1, "closed": 1, "mean_time_to_resolve": 10, "closed_by_tag": {"T1": 1, "prod": 1},
            },
            id="30 days up to a time",
        ),
        pytest.param({"from_time": "2026-07-01"}, {}, id="nothing yet"),
        pytest.param({"from_time": "0001-01-01", "to_time": "0001-01-01"}, {}, id="the first day of all"),
        pytest.param(
            {"from_time": "0001-01-01", "to_time": "9999-12-31", "severities": "HIGH"},
            {
                "total": 2, "closed": 2, "mean_time_to_resolve": 7, "closed_by_tag": {"T1": 1, "prod": 1},
            },
            id="all of time, of a severity: 10 and 3 hours, rounded",
        ),
    ],
)  # fmt: skip
async def test_summary(own: Client, may: None, query: Any, expected: Json) -> None:
    assert await get(own, "incidents/summary", **query) == NOTHING | expected


async def test_what_was_resolved_a_moment_ago_counts(shared: Client, clock: Clock) -> None:
    only = {"project_ids": "61"}
    clock.move(seconds=7)
    await make(shared, "moment", ext={"actian": {"project_id": 61}})
    clock.move(hours=50)
    await change(shared, "moment", status="closed")
    expected = NOTHING | {"total": 1, "closed": 1, "mean_time_to_resolve": 50}
    assert await get(shared, "incidents/summary", **only) == expected
    clock.move(days=30)
    later = NOTHING | {"total": 1, "closed": 1, "previous_mean_time_to_resolve": 50}
    assert await get(shared, "incidents/summary", **only) == later


async def test_more_tags_than_are_listed_are_told_of(shared: Client) -> None:
    where, only = path(shared, "incidents/summary"), {"project_ids": "62"}
    await make(shared, "tags", tags=[f"t{i}" for i in range(1000)], ext={"actian": {"project_id": 62}})
    first = await shared.get(where, params=only)
    assert (len(first.json()["open_by_tag"]), first.headers.get("x-truncated")) == (1000, None)
    await make(shared, "more-tags", tags=["t0", "one more"], ext={"actian": {"project_id": 62}})
    second = await shared.get(where, params=only)
    counts = second.json()["open_by_tag"]
    assert (len(counts), counts["t0"], second.headers.get("x-truncated")) == (1000, 2, "true")
