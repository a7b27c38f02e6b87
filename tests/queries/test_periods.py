"""Times as callers say them; `tests/live/test_periods.py` shows that the engine reads the same rows alike."""

import json
import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from queries.errors import QueryError
from queries.periods import DATE_TIME, instant, is_math, iso, milliseconds

NOW = datetime(2026, 11, 22, 4, 15, 30, 123456, tzinfo=UTC)
EARLIEST = datetime(1, 1, 1, tzinfo=UTC)
LATEST = datetime(9999, 12, 31, 23, 59, 59, 999000, tzinfo=UTC)

# What is said, the instant as a lower bound, and as an upper one.
INSTANTS: list[tuple[str, str, str]] = [
    ("now", "2026-11-22T04:15:30.123Z", "2026-11-22T04:15:30.123Z"),
    ("now-1d", "2026-11-21T04:15:30.123Z", "2026-11-21T04:15:30.123Z"),
    ("now+d", "2026-11-23T04:15:30.123Z", "2026-11-23T04:15:30.123Z"),
    ("now-0s", "2026-11-22T04:15:30.123Z", "2026-11-22T04:15:30.123Z"),
    ("now+1y-1M+1w-1d+2h-2H+3m-3s", "2027-10-28T04:18:27.123Z", "2027-10-28T04:18:27.123Z"),
    ("now/y", "2026-01-01T00:00:00.000Z", "2026-12-31T23:59:59.999Z"),
    ("now/M", "2026-11-01T00:00:00.000Z", "2026-11-30T23:59:59.999Z"),
    ("now/w", "2026-11-16T00:00:00.000Z", "2026-11-22T23:59:59.999Z"),
    ("now/d", "2026-11-22T00:00:00.000Z", "2026-11-22T23:59:59.999Z"),
    ("now/h", "2026-11-22T04:00:00.000Z", "2026-11-22T04:59:59.999Z"),
    ("now/H", "2026-11-22T04:00:00.000Z", "2026-11-22T04:59:59.999Z"),
    ("now/m", "2026-11-22T04:15:00.000Z", "2026-11-22T04:15:59.999Z"),
    ("now/s", "2026-11-22T04:15:30.000Z", "2026-11-22T04:15:30.999Z"),
    ("now-1d/1d", "2026-11-21T00:00:00.000Z", "2026-11-21T23:59:59.999Z"),
    ("now/d-1d", "2026-11-21T00:00:00.000Z", "2026-11-21T23:59:59.999Z"),
    ("now/M+1M-1d", "2026-11-30T00:00:00.000Z", "2026-12-29T23:59:59.999Z"),
    ("2026-11-01||/M", "2026-11-01T00:00:00.000Z", "2026-11-30T23:59:59.999Z"),
    ("2026-11-01||+1M/d", "2026-12-01T00:00:00.000Z", "2026-12-01T23:59:59.999Z"),
    ("2026-11||", "2026-11-01T00:00:00.000Z", "2026-11-01T00:00:00.000Z"),
    ("2026-01-31||+1M", "2026-02-28T00:00:00.000Z", "2026-02-28T00:00:00.000Z"),
    ("2024-02-29||+1y", "2025-02-28T00:00:00.000Z", "2025-02-28T00:00:00.000Z"),
    ("2024-02-10||/M", "2024-02-01T00:00:00.000Z", "2024-02-29T23:59:59.999Z"),
    ("2024-02-10||/y", "2024-01-01T00:00:00.000Z", "2024-12-31T23:59:59.999Z"),
    ("2026-11-23||/w", "2026-11-23T00:00:00.000Z", "2026-11-29T23:59:59.999Z"),
    ("1795320930123||/h", "2026-11-22T04:00:00.000Z", "2026-11-22T04:59:59.999Z"),
    ("2026-11-22T01:00+02:00||/d", "2026-11-21T00:00:00.000Z", "2026-11-21T23:59:59.999Z"),
    ("9999-12-31||/y", "9999-01-01T00:00:00.000Z", "9999-12-31T23:59:59.999Z"),
    ("0001", "0001-01-01T00:00:00.000Z", "0001-01-01T23:59:59.999Z"),
    ("2026", "2026-01-01T00:00:00.000Z", "2026-01-01T23:59:59.999Z"),
    ("2026-11", "2026-11-01T00:00:00.000Z", "2026-11-01T23:59:59.999Z"),
    ("2026-11-22", "2026-11-22T00:00:00.000Z", "2026-11-22T23:59:59.999Z"),
    ("2026-11-22T", "2026-11-22T00:00:00.000Z", "2026-11-22T23:59:59.999Z"),
    ("2026-11T04", "2026-11-01T04:00:00.000Z", "2026-11-01T04:59:59.999Z"),
    ("2026-11-22T04", "2026-11-22T04:00:00.000Z", "2026-11-22T04:59:59.999Z"),
    ("2026-11-22T04:15", "2026-11-22T04:15:00.000Z", "2026-11-22T04:15:59.999Z"),
    ("2026-11-22T04:15:30", "2026-11-22T04:15:30.000Z", "2026-11-22T04:15:30.999Z"),
    ("2026-11-22T04:15:30.1", "2026-11-22T04:15:30.100Z", "2026-11-22T04:15:30.100Z"),
    ("2026-11-22T04:15:30,12", "2026-11-22T04:15:30.120Z", "2026-11-22T04:15:30.120Z"),
    ("2026-11-22T04:15:30.123456789", "2026-11-22T04:15:30.123Z", "2026-11-22T04:15:30.123Z"),
    ("2026-11-22T04:15:30Z", "2026-11-22T04:15:30.000Z", "2026-11-22T04:15:30.999Z"),
    ("2026-11-22T04+00", "2026-11-22T04:00:00.000Z", "2026-11-22T04:59:59.999Z"),
    ("2026-11-22T04:15+01:30", "2026-11-22T02:45:00.000Z", "2026-11-22T02:45:59.999Z"),
    ("2026-11-22T04:15-0130", "2026-11-22T05:45:00.000Z", "2026-11-22T05:45:59.999Z"),
    ("2026-11-22T04:15-18:00", "2026-11-22T22:15:00.000Z", "2026-11-22T22:15:59.999Z"),
    ("0", "1970-01-01T00:00:00.000Z", "1970-01-01T00:00:00.000Z"),
    ("1795320930123", "2026-11-22T04:15:30.123Z", "2026-11-22T04:15:30.123Z"),
]

NUMBERS = [
    pytest.param(0, "1970-01-01T00:00:00.000Z", id="the epoch"),
    pytest.param(1795320930123, "2026-11-22T04:15:30.123Z", id="milliseconds since it"),
    pytest.param(2026, "1970-01-01T00:00:02.026Z", id="a number is never a year"),
    pytest.param(-1, "1969-12-31T23:59:59.999Z", id="before it"),
    pytest.param(-62135596800000, "0001-01-01T00:00:00.000Z", id="the first"),
    pytest.param(253402300799999, "9999-12-31T23:59:59.999Z", id="the last"),
    pytest.param(1000, "1970-01-01T00:00:01.000Z", id="four digits"),
    pytest.param(20261122, "1970-01-01T05:37:41.122Z", id="the digits of a date"),
    pytest.param(99999999, "1970-01-02T03:46:39.999Z", id="the last of 8 digits"),
    pytest.param(100000000000, "1973-03-03T09:46:40.000Z", id="the first of 12 digits"),
]

POINTS = [
    pytest.param(1774742400000.0, "2026-03-29T00:00:00.000Z", id="as JavaScript or Python may write it"),
    pytest.param("1774742400000.0", "2026-03-29T00:00:00.000Z", id="in a text too"),
    pytest.param("1774742400000.000", "2026-03-29T00:00:00.000Z", id="and to the microsecond"),
    pytest.param("-1", "1969-12-31T23:59:59.999Z", id="before the epoch, in a text"),
    pytest.param(-0.0, "1970-01-01T00:00:00.000Z", id="the other zero"),
]

SECONDS = [
    *(1774742400, 1774742400.5, "1774742400", "1774742400.0", 100000000, 99999999999, -1774742400, "-1774742400"),
    *("1774742400||/d", "1774742400||", 10**8 + 0.5),
]

NO_TIMES: list[Any] = [
    *(
        "",
        " ",
        "soon",
        "NOW",
        " now",
        "now ",
        "now\n",
        "now - 1d",
        "nowhere",
        "now+",
        "now/",
        "now-1",
        "now-1D",
        "now-1ms",
    ),
    *("now/2d", "now/0d", "now*2d", "now--1d", "now-1d/", "now||/d", "||", "||/d", "2026-11-22|/d", "2026-11-22|||/d"),
    *(
        "2026-11-22|| /d",
        "now-\u0661d",
        "\u0662\u0660\u0662\u0666",
        "26-11-22",
        "2026-1-1",
        "2026-13",
        "2026-00-01",
        "2026-02-30",
        "2023-02-29",
    ),
    *("2026-11-22 04:15", "2026-11-22t04:15", "2026-11-22T04:15z", "2026-11-22T24:00", "2026-11-22T04:60", "2026-W05"),
    *("2026-11-22T04:15:60", "2026-11-22T04:15:30.", "2026-11-22T04:15:30.1234567890", "2026-11-22T0415", "2026T10"),
    *("2026-11-22Z", "2026-11-22TZ", "2026-11-22T+01:00", "2026-11-22T04:15+18:01", "2026-11-22T04:15+01:60"),
    *(
        "2026-11-22T04:15 Z",
        "2026-11-22T04:15UTC",
        "2026-11-22T04:15Europe/Paris",
        "+2026-11-22",
        "1.",
        ".5",
        "1.5",
        "1e12",
    ),
    *("0000", "0000-12-31", "10000-01-01", "now+9999y", "now-9999y", "now-2027y", "now+99999999999999999999M"),
    *("9999-12-31||+1d", "0001-01-01||-1s", "9999-12-31T23:59-01:00", "0001-01-01T00:00+01:00", "253402300800000"),
    *("9" * 60, "now" + "+1d" * 21, "2026-11-22" + " " * 60, 253402300800000, -62135596800001, 10**400, -(10**400)),
    *(
        float("inf"),
        float("-inf"),
        float("nan"),
        1e300,
        1.5,
        1774742400000.5,
        True,
        False,
        [],
        {},
        ["now"],
        {"gte": "now"},
        b"now",
        "\ud800",
    ),
]


def refused(value: Any, **bound: Any) -> tuple[str, str | None]:
    with pytest.raises(QueryError) as caught:
        instant(value, NOW, where="end_time", **{"round_up": False, **bound})
    return caught.value.reason, caught.value.where


@pytest.mark.parametrize(("said", "down", "up"), INSTANTS)
def test_an_instant_is_rounded_the_way_asked(said: str, down: str, up: str) -> None:
    rounded = [iso(instant(said, NOW, round_up=round_up, where="at")) for round_up in (False, True)]
    assert rounded == [down, up]


@pytest.mark.parametrize(("number", "expected"), NUMBERS)
def test_a_number_is_milliseconds_since_the_epoch(number: int, expected: str) -> None:
    moments = [instant(number, NOW, round_up=round_up, where="at") for round_up in (False, True)]
    assert [(iso(moment), milliseconds(moment)) for moment in moments] == [(expected, number)] * 2


@pytest.mark.parametrize(("said", "expected"), POINTS)
def test_a_whole_number_may_have_a_point(said: Any, expected: str) -> None:
    assert [iso(instant(said, NOW, round_up=round_up, where="at")) for round_up in (False, True)] == [expected] * 2


@pytest.mark.parametrize("said", SECONDS)
def test_what_must_be_epoch_seconds_is_refused(said: Any) -> None:
    shown = json.dumps(said) if isinstance(said, str) else str(said)
    assert refused(said) == (f"{shown}: epoch seconds? send milliseconds", "end_time")


@pytest.mark.parametrize("value", NO_TIMES, ids=lambda value: repr(value)[:40])
@pytest.mark.parametrize("round_up", [False, True], ids=["down", "up"])
def test_what_is_no_time_is_refused(value: Any, round_up: bool) -> None:
    shown = json.dumps(value[:64]) if isinstance(value, str) else json.dumps(value, default=str)[:64]
    said = "a list" if isinstance(value, list) else "an object" if isinstance(value, dict) else shown
    wanted = "ISO 8601, epoch milliseconds or date math such as now-1d/d"
    assert refused(value, round_up=round_up) == (f"{said} is not a time: {wanted}", "end_time")


@pytest.mark.parametrize(
    ("text", "is_instant"),
    [
        ("2000-01-01T00:39:28.803259-17:59", True),
        ("2000-01-01T00:39:28-18:00", True),
        ("2000-01-01T00:39:28-18:01", False),
        ("2000-01-01T00:39:28.803259-18:19", False),
        ("2000-01-01T00:39:28+23:59", False),
        ("2000-01-01T00:39:28.123456789Z", True),
        ("2000-01-01T00:39:28.1234567890Z", False),
        ("2000-01-01t00:39:28Z", False),
        ("2000-01-01T00:39:28z", False),
    ],
)
def test_the_pattern_of_documents_says_which_date_times_are_read(text: str, is_instant: bool) -> None:
    assert (re.fullmatch(DATE_TIME, text) is not None) == is_instant
    if is_instant:
        instant(text, NOW, round_up=False, where="at")
    else:
        refused(text)


@given(st.datetimes(timezones=st.just(UTC)).map(lambda at: at.replace(microsecond=at.microsecond // 1000 * 1000)))
def test_what_is_written_reads_back(moment: datetime) -> None:
    number = milliseconds(moment)
    for said in (iso(moment), number) if abs(number) >= 10**11 else (iso(moment),):
        assert [instant(said, NOW, round_up=up, where="at") for up in (False, True)] == [moment, moment]


@given(st.text() | st.text(alphabet="now|+-/0129TZ:.yMwdhHms") | st.integers() | st.floats(), st.integers(-18, 18))
@settings(max_examples=300)
def test_anything_is_a_time_or_refused(value: Any, hours: int) -> None:
    zone = timezone(timedelta(hours=hours))
    for now in (EARLIEST, NOW, LATEST):
        try:
            down, up = (instant(value, now, round_up=up, where="at", zone=zone) for up in (False, True))
        except QueryError:
            continue
        assert EARLIEST <= down <= up <= LATEST
        assert not isinstance(value, str) or is_math(value) == ("now" in value or "||" in value)
