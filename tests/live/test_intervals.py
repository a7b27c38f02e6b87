"""Buckets of time are those that the engine makes, empty ones among them, also where clocks are put forward or back."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import httpx2
import orjson
import pytest

from queries.intervals import interval
from queries.periods import EPOCH, MILLISECOND, iso

ZONES = (
    "Europe/Berlin", "America/Sao_Paulo", "Australia/Lord_Howe", "Asia/Kolkata", "America/Havana", "Pacific/Apia",
    "Asia/Beirut", "America/St_Johns", "+05:45", "Z",
)  # fmt: skip
HOURS = {
    "minute": 2, "hour": 48, "day": 900, "week": 4000, "month": 8000, "quarter": 8000, "year": 8000, "30s": 2, "7m": 24,
    "45m": 48, "90m": 72, "1h": 48, "6h": 400, "7h": 400, "12h": 900, "1d": 900, "7d": 4000,
}  # fmt: skip


@pytest.fixture
def index(opensearch_url: str) -> Iterator[httpx2.Client]:
    """An index of times alone."""
    with httpx2.Client(base_url=f"{opensearch_url}/interval-probe", timeout=60) as client:
        client.put("", json={"mappings": {"properties": {"at": {"type": "date"}}}}).raise_for_status()
        yield client
        client.delete("").raise_for_status()


def between(index: httpx2.Client, words: dict[str, str], moments: tuple[datetime, datetime]) -> list[datetime]:
    """The starts of the engine's buckets from the first moment's to the last one's."""
    lines = [{"index": {"_id": "0"}}, {"at": iso(moments[0])}, {"index": {"_id": "1"}}, {"at": iso(moments[1])}]
    sent = b"".join(orjson.dumps(line) + b"\n" for line in lines)
    index.post("/_bulk?refresh=true", content=sent, headers={"content-type": "application/x-ndjson"}).raise_for_status()
    over_time = {"date_histogram": {"field": "at", "min_doc_count": 0, **words}}
    reply = index.post("/_search?size=0", json={"aggs": {"over_time": over_time}}).raise_for_status().json()
    return [EPOCH + row["key"] * MILLISECOND for row in reply["aggregations"]["over_time"]["buckets"]]


@pytest.mark.parametrize("zone", ZONES)
def test_the_engine_cuts_time_so(index: httpx2.Client, zone: str) -> None:
    drawn = random.Random(zone)
    for text, hours in HOURS.items():
        # Most clocks are changed in these months.
        begin = datetime(drawn.randint(2005, 2030), drawn.choice([3, 4, 10, 11]), 1, tzinfo=UTC)
        first = begin + timedelta(minutes=drawn.randrange(40_000))
        last = first + timedelta(minutes=drawn.randrange(60 * hours))
        cut = interval(text, zone, "interval", "time_zone")
        assert list(cut.starts(cut.start(first), last)) == between(index, cut.clause, (first, last)), (text, first)
