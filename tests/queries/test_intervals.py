"""Time cut into buckets, on the clocks of a zone."""

from datetime import datetime, timedelta

import pytest

from queries.errors import QueryError
from queries.intervals import interval
from queries.periods import iso

BERLIN, KOLKATA, LORD_HOWE, HAVANA = "Europe/Berlin", "Asia/Kolkata", "Australia/Lord_Howe", "America/Havana"


def starts(text: str, zone: str, first: str, last: str) -> list[str]:
    """The starts of the buckets from that of the first moment to that of the last, to the minute."""
    cut = interval(text, zone, "interval", "time_zone")
    begin, end = (datetime.fromisoformat(f"{each}Z") for each in (first, last))
    return [iso(each)[5:16] for each in cut.starts(cut.start(begin), end)]


@pytest.mark.parametrize(
    ("text", "zone", "first", "last", "expected"),
    [
        pytest.param("day", "Z", "2026-11-01T05:00", "2026-11-02T00:00", ["11-01T00:00", "11-02T00:00"], id="days"),
        pytest.param(
            "day", BERLIN, "2026-03-28T12:00", "2026-03-30T12:00",
            ["03-27T23:00", "03-28T23:00", "03-29T22:00"], id="a day of 23 hours",
        ),
        pytest.param(
            "day", BERLIN, "2026-10-24T12:00", "2026-10-26T12:00",
            ["10-23T22:00", "10-24T22:00", "10-25T23:00"], id="a day of 25 hours",
        ),
        pytest.param(
            "day", HAVANA, "2026-03-07T12:00", "2026-03-09T12:00",
            ["03-07T05:00", "03-08T05:00", "03-09T04:00"], id="a day without its midnight",
        ),
        pytest.param(
            "hour", BERLIN, "2026-10-24T23:30", "2026-10-25T02:00",
            ["10-24T23:00", "10-25T00:00", "10-25T01:00", "10-25T02:00"], id="an hour that comes twice is two",
        ),
        pytest.param(
            "hour", KOLKATA, "2026-11-01T00:40", "2026-11-01T01:40", ["11-01T00:30", "11-01T01:30"], id="half hours"
        ),
        pytest.param("week", "Z", "2026-11-01T00:00", "2026-11-02T00:00", ["10-26T00:00", "11-02T00:00"], id="Mondays"),
        pytest.param("month", "Z", "2026-01-31T00:00", "2026-02-01T00:00", ["01-01T00:00", "02-01T00:00"], id="months"),
        pytest.param(
            "quarter", "Z", "2026-03-31T00:00", "2026-09-30T00:00",
            ["01-01T00:00", "04-01T00:00", "07-01T00:00"], id="quarters",
        ),
        pytest.param("year", "+01:00", "2026-05-01T00:00", "2026-05-01T00:00", ["12-31T23:00"], id="a year"),
        pytest.param(
            "6h", BERLIN, "2026-03-28T23:00", "2026-03-29T10:00",
            ["03-28T23:00", "03-29T04:00", "03-29T10:00"], id="lengths begin with the clocks, in spring",
        ),
        pytest.param(
            "6h", BERLIN, "2026-10-24T22:00", "2026-10-25T11:00",
            ["10-24T22:00", "10-25T05:00", "10-25T11:00"], id="and in autumn",
        ),
        pytest.param(
            "45m", LORD_HOWE, "2026-10-03T15:00", "2026-10-03T16:20",
            ["10-03T15:00", "10-03T15:30", "10-03T16:00"], id="a length that clocks pass over",
        ),
    ],
)  # fmt: skip
def test_buckets(text: str, zone: str, first: str, last: str, expected: list[str]) -> None:
    assert starts(text, zone, first, last) == expected


@pytest.mark.parametrize(
    ("text", "zone", "where"),
    [
        pytest.param("fortnight", "Z", "interval", id="no unit"),
        pytest.param("0h", "Z", "interval", id="no length"),
        pytest.param("1.5h", "Z", "interval", id="a fraction"),
        pytest.param("1M", "Z", "interval", id="months are the calendar's"),
        pytest.param("1000000d", "Z", "interval", id="a very long one"),
        pytest.param("day", "Mars/Base", "time_zone", id="no zone"),
        pytest.param("day", "+19:00", "time_zone", id="no offset"),
    ],
)
def test_refused(text: str, zone: str, where: str) -> None:
    with pytest.raises(QueryError) as refused:
        interval(text, zone, "interval", "time_zone")
    assert refused.value.where == where


@pytest.mark.parametrize("zone", ["Z", BERLIN, LORD_HOWE, HAVANA])
@pytest.mark.parametrize(
    "text", ["minute", "hour", "day", "week", "month", "quarter", "year", "7m", "45m", "5h", "13d"]
)
def test_how_many_there_may_be_is_known_without_the_calendar(text: str, zone: str) -> None:
    cut = interval(text, zone, "interval", "time_zone")
    for days in (0, 1, 3, 40, 400):
        low = datetime.fromisoformat("2025-10-24T11:17:00Z")
        high = low + timedelta(days=days if text not in {"minute", "7m"} else min(days, 3), hours=7)
        least, most = cut.counts(high - low)
        assert least <= len(list(cut.starts(cut.start(low), high))) <= most
