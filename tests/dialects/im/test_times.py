"""Times, by a clock that stands still: what a bound means, and what `now` means, once and in a point in time."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from gateway.dialects.settings import load
from gateway.serving.app import create_app
from tests.conftest import Serve, live
from tests.dialects.im.calls import (
    IM,
    Client,
    Json,
    answer,
    created,
    found,
    ids,
    listed,
    loaded,
    opened,
    refusal,
    searched,
)

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 11, 22, 4, 15, 30, tzinfo=UTC)

DRAFTS: list[Json] = [
    {"id": "old", "started_at": "2025-11-22T04:15:30.000Z"},
    {"id": "month", "started_at": "2026-10-22T00:00:00.000Z"},
    {"id": "yesterday", "started_at": "2026-11-21T04:15:30.000Z"},
    {"id": "midnight", "started_at": "2026-11-22T00:00:00.000Z"},
    {"id": "now", "started_at": "2026-11-22T04:15:30.000Z"},
    {"id": "last", "started_at": "2026-11-22T23:59:59.999Z"},
    {"id": "future", "started_at": "2026-11-23T00:00:00.000Z"},
]


@pytest.fixture(scope="module")
async def corpus(opensearch_url: str, shared_tenant: str) -> AsyncIterator[Client]:
    """Incidents of all times, in a gateway whose clock stands still."""
    async with live(create_app(load(opensearch_url=opensearch_url), lambda: NOW)) as client:
        client.headers["X-Scope-OrgID"] = shared_tenant
        await loaded(client, DRAFTS)
        yield client


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        pytest.param("now", None, "now last future", id="from now on, this moment included"),
        pytest.param(None, "now", "old month yesterday midnight now", id="up to now, this moment included"),
        pytest.param("now-1d", "now", "yesterday midnight now", id="the last day"),
        pytest.param("now/d", None, "midnight now last future", id="a start rounds down"),
        pytest.param(None, "now/d", "old month yesterday midnight now last", id="an end rounds up"),
        pytest.param("now/d", "now/d", "midnight now last", id="today"),
        pytest.param("2026-11-22", "2026-11-22", "midnight now last", id="a day said as a day"),
        pytest.param("2026-11-01||/M", "2026-11-01||/M", "yesterday midnight now last future", id="by rounding"),
        pytest.param("2026-11-22||-1M/d", "now-1d/d", "month yesterday", id="math upon a date"),
        pytest.param("now-1y", "now-1y", "old", id="a year ago to the millisecond"),
        pytest.param("2026-11-22T04:15:30.001Z", "2026-11-22T23:59:59.998Z", "", id="milliseconds count"),
        pytest.param("2026-11-22T05:15:30+01:00", "now", "now", id="another zone"),
        pytest.param(1795320930000, 1795320930000, "now", id="epoch milliseconds"),
        pytest.param("1795320930000", "1795320930000", "now", id="epoch milliseconds as text"),
        pytest.param("2026-11-22T04", "2026-11-22T04", "now", id="an hour said as an hour"),
        pytest.param("2026", None, "month yesterday midnight now last future", id="a year"),
    ],
)
async def test_bounds(corpus: Client, start: str | int | None, end: str | int | None, expected: str) -> None:
    oldest_first = [{"field": "started_at", "order": "asc"}]
    assert await found(corpus, start_time=start, end_time=end, sort=oldest_first) == expected.split()
    bounds = {name: value for name, value in (("start_time", start), ("end_time", end)) if value is not None}
    page = await corpus.get(f"{IM}/incidents?sort=started_at:asc", params=bounds | {"sort": "started_at:asc"})
    assert ids(answer(page)) == expected.split()
    stats = await corpus.post(f"{IM}/incidents_full_types/stats/severity", json=bounds)
    assert answer(stats)["total_docs"] == len(expected.split())


@pytest.mark.parametrize(
    "time",
    [
        "yesterday",
        "now-1",
        "now -1d",
        "NOW",
        "22.11.2026",
        "2026-13-01",
        "2026-02-30",
        "||/d",
        "",
        1.5,
        True,
        [],
    ],
    ids=str,
)
async def test_no_times(corpus: Client, time: object) -> None:
    response = await corpus.post(f"{IM}/incidents_full_types", json={"end_time": time})
    assert refusal(response) == (400, "bad_request", "end_time")


async def test_now_is_one_moment_for_everything_in_a_request(corpus: Client) -> None:
    words = {
        "start_time": "now",
        "search_query": {"range": {"started_at": {"lte": "now"}}},
        "additional_fields": [{"name": "started_at", "type": "select", "value": "now"}],
    }
    assert await found(corpus, **words) == ["now"]


async def test_now_of_a_point_in_time_is_its_opening(serve: Serve) -> None:
    now = NOW
    async with serve(clock=lambda: now, pits_total=100_000) as client:
        await created(client, "a")
        pit = await opened(client)
        now = NOW + timedelta(minutes=2)
        words = {"start_time": "now-1m", "search_query": {"range": {"started_at": {"gte": "now-1m"}}}}
        assert await found(client, **words) == []
        assert await found(client, **words, pit=pit) == ["a"]
        assert await listed(client, f"pit={pit}&start_time=now-1m&started_at=now-0m") == ["a"]
        stats = await client.post(f"{IM}/incidents_full_types/stats/severity", json={**words, "pit": pit})
        assert answer(stats)["total_docs"] == 1


async def test_now_of_a_walk_is_its_first_page(serve: Serve) -> None:
    now = NOW
    async with serve(clock=lambda: now) as client:
        for name in "abc":
            await created(client, name)
        words = {"start_time": "now-1m", "size": 1}
        page, seen = await searched(client, **words), []
        while page["docs"]:
            seen += ids(page)
            now += timedelta(minutes=2)
            page = await searched(client, **words, after=page["next"])
        assert seen == ["c", "b", "a"]


async def counted(client: Client, **words: object) -> int:
    """How many documents the statistics are of."""
    response = await client.post(f"{IM}/incidents_full_types/stats/severity", json=words)
    total: int = answer(response)["total_docs"]
    return total


async def test_now_of_statistics_steps(serve: Serve) -> None:
    now = NOW + timedelta(seconds=9.999)
    async with serve(clock=lambda: now) as client:
        await created(client, "a", started_at="2026-11-22T04:15:35Z")
        assert await counted(client, end_time="now") == 0
        now = NOW + timedelta(seconds=10)
        assert await counted(client, end_time="now") == 1


async def test_a_span_that_began_since_the_step_has_the_true_now(serve: Serve) -> None:
    now = NOW + timedelta(seconds=9)
    async with serve(clock=lambda: now) as client:
        await created(client, "a", started_at="2026-11-22T04:15:38Z")
        assert await counted(client, start_time="2026-11-22T04:15:37Z", end_time="now") == 1
        response = await client.post(f"{IM}/incidents_full_types/stats/severity", json={"start_time": 2, "end_time": 1})
        assert refusal(response) == (400, "bad_request", "start_time")


async def test_the_step_is_a_setting(serve: Serve) -> None:
    async with serve(clock=lambda: NOW + timedelta(seconds=5), stats_step=0) as client:
        await created(client, "a")
        assert await counted(client, end_time="now") == 1
