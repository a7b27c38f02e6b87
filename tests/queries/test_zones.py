"""Zones by offset and by name, over days of 23 and 25 hours; `tests/live/test_zones.py` asks the engine the same."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queries.errors import QueryError
from queries.periods import instant, iso
from queries.zones import zone

NOW = datetime(2026, 11, 22, 4, 15, 30, 123456, tzinfo=UTC)

# A zone, what is said in it, the instant as a lower bound, and as an upper one.
INSTANTS: list[tuple[str, str, str, str]] = [
    ("Europe/Paris", "2026-03-29", "2026-03-28T23:00:00.000Z", "2026-03-29T21:59:59.999Z"),
    ("Europe/Paris", "2026-03-29||/d", "2026-03-28T23:00:00.000Z", "2026-03-29T21:59:59.999Z"),
    ("Europe/Paris", "2026-03-28T12:00||+1d", "2026-03-29T10:00:00.000Z", "2026-03-29T10:00:00.000Z"),
    ("Europe/Paris", "2026-03-28T12:00||+24h", "2026-03-29T11:00:00.000Z", "2026-03-29T11:00:00.000Z"),
    ("Europe/Paris", "2026-03-29T01:30", "2026-03-29T00:30:00.000Z", "2026-03-29T00:30:59.999Z"),
    ("Europe/Paris", "2026-03-29T02:30", "2026-03-29T01:30:00.000Z", "2026-03-29T01:30:59.999Z"),
    ("Europe/Paris", "2026-03-29T03:30", "2026-03-29T01:30:00.000Z", "2026-03-29T01:30:59.999Z"),
    ("Europe/Paris", "2026-03-28T02:30||+1d", "2026-03-29T01:30:00.000Z", "2026-03-29T01:30:00.000Z"),
    ("Europe/Paris", "2026-03-28T02:30||+1d-1d", "2026-03-28T02:30:00.000Z", "2026-03-28T02:30:00.000Z"),
    ("Europe/Paris", "2026-02-28T02:30||+1M", "2026-03-28T01:30:00.000Z", "2026-03-28T01:30:00.000Z"),
    ("Europe/Paris", "2026-03-29T03:30||/h", "2026-03-29T01:00:00.000Z", "2026-03-29T01:59:59.999Z"),
    ("Europe/Paris", "2026-03-29T12:00||/w", "2026-03-22T23:00:00.000Z", "2026-03-29T21:59:59.999Z"),
    ("Europe/Paris", "2026-03-29T12:00||/M", "2026-02-28T23:00:00.000Z", "2026-03-31T21:59:59.999Z"),
    ("Europe/Paris", "2026-03-29T12:00||/y", "2025-12-31T23:00:00.000Z", "2026-12-31T22:59:59.999Z"),
    ("Europe/Paris", "2026-10-25", "2026-10-24T22:00:00.000Z", "2026-10-25T22:59:59.999Z"),
    ("Europe/Paris", "2026-10-25||/d", "2026-10-24T22:00:00.000Z", "2026-10-25T22:59:59.999Z"),
    ("Europe/Paris", "2026-10-25T02:30", "2026-10-25T00:30:00.000Z", "2026-10-25T00:30:59.999Z"),
    ("Europe/Paris", "2026-10-25T02:30||+1h", "2026-10-25T01:30:00.000Z", "2026-10-25T01:30:00.000Z"),
    ("Europe/Paris", "2026-10-25T02:30||+1h/h", "2026-10-25T01:00:00.000Z", "2026-10-25T01:59:59.999Z"),
    ("Europe/Paris", "2026-10-25T02:30||+1h/m", "2026-10-25T01:30:00.000Z", "2026-10-25T01:30:59.999Z"),
    ("Europe/Paris", "2026-10-25T02:30||+1h/s", "2026-10-25T01:30:00.000Z", "2026-10-25T01:30:00.999Z"),
    ("Europe/Paris", "2026-10-26T02:30||-1d", "2026-10-25T01:30:00.000Z", "2026-10-25T01:30:00.000Z"),
    ("Europe/Paris", "2026-10-24T02:30||+1d", "2026-10-25T00:30:00.000Z", "2026-10-25T00:30:00.000Z"),
    ("Europe/Paris", "2026-10-25T02:30Z||/d", "2026-10-24T22:00:00.000Z", "2026-10-25T22:59:59.999Z"),
    ("Asia/Beirut", "2026-03-29", "2026-03-28T22:00:00.000Z", "2026-03-29T20:59:59.999Z"),
    ("Asia/Beirut", "2026-03-29T12:00||/d", "2026-03-28T22:00:00.000Z", "2026-03-29T21:59:59.999Z"),
    ("America/Havana", "2026-11-01", "2026-11-01T04:00:00.000Z", "2026-11-02T04:59:59.999Z"),
    ("America/Havana", "2026-11-01T12:00||/d", "2026-11-01T05:00:00.000Z", "2026-11-02T04:59:59.999Z"),
    ("America/Havana", "2026-10-31T12:00||/d", "2026-10-31T04:00:00.000Z", "2026-11-01T03:59:59.999Z"),
    ("Australia/Lord_Howe", "2026-04-05", "2026-04-04T13:00:00.000Z", "2026-04-05T13:29:59.999Z"),
    ("Asia/Kolkata", "2026-11-22||/h", "2026-11-21T18:30:00.000Z", "2026-11-21T19:29:59.999Z"),
    ("Pacific/Apia", "2011-12-30||/d", "2011-12-30T10:00:00.000Z", "2011-12-31T09:59:59.999Z"),
    ("UTC", "2026-03-29", "2026-03-29T00:00:00.000Z", "2026-03-29T23:59:59.999Z"),
    ("Etc/GMT-2", "2026-03-29", "2026-03-28T22:00:00.000Z", "2026-03-29T21:59:59.999Z"),
    ("UTC+02:00", "2026-03-29", "2026-03-28T22:00:00.000Z", "2026-03-29T21:59:59.999Z"),
    ("+02:00", "2026-03-29||/d", "2026-03-28T22:00:00.000Z", "2026-03-29T21:59:59.999Z"),
    ("-0530", "2026-11-22", "2026-11-22T05:30:00.000Z", "2026-11-23T05:29:59.999Z"),
    ("Z", "2026-11-22", "2026-11-22T00:00:00.000Z", "2026-11-22T23:59:59.999Z"),
]

NO_ZONES = [
    *("", "01:00", "+1:00", "+24:00", "+18:01", "+01:60", "z", "Paris", "Europe", "Europe/", "europe/paris"),
    *("Europe/Paris/", "Europe/Lutetia", "localtime", "posixrules", "right/UTC", "posix/UTC", "../UTC", "/etc/passwd"),
    *("Europe/../UTC", "Europe/Paris\n", "UTC\x00", "\ud800", "A" * 65, "Zürich"),
]


@pytest.mark.parametrize(("name", "said", "down", "up"), INSTANTS)
def test_a_time_is_what_the_clocks_of_its_zone_show(name: str, said: str, down: str, up: str) -> None:
    there = zone(name, "time_zone")
    rounded = [iso(instant(said, NOW, round_up=round_up, where="at", zone=there)) for round_up in (False, True)]
    assert rounded == [down, up]


@pytest.mark.parametrize("text", NO_ZONES)
def test_what_is_no_zone_is_refused(text: str) -> None:
    with pytest.raises(QueryError, match=r"is not a time zone such as Europe/Paris or \+01:00$") as caught:
        zone(text, "time_zone")
    assert caught.value.where == "time_zone"


@pytest.mark.parametrize(
    ("said", "zone", "down", "up"),
    [
        pytest.param("now/d", 2, "2026-11-21T22:00:00.000Z", "2026-11-22T21:59:59.999Z", id="a day there"),
        pytest.param("now/h", 5.5, "2026-11-22T03:30:00.000Z", "2026-11-22T04:29:59.999Z", id="an hour there"),
        pytest.param("2026-11-22", -5, "2026-11-22T05:00:00.000Z", "2026-11-23T04:59:59.999Z", id="a date there"),
        pytest.param("2026-11-22||/M", 2, "2026-10-31T22:00:00.000Z", "2026-11-30T21:59:59.999Z", id="a month there"),
        pytest.param(
            "2026-11-22T00:00Z", 2, "2026-11-22T00:00:00.000Z", "2026-11-22T00:00:59.999Z", id="an own offset"
        ),
        pytest.param(0, 2, "1970-01-01T00:00:00.000Z", "1970-01-01T00:00:00.000Z", id="a number has no zone"),
    ],
)
def test_a_time_may_be_said_in_a_zone(said: Any, zone: float, down: str, up: str) -> None:
    there = timezone(timedelta(hours=zone))
    rounded = [iso(instant(said, NOW, round_up=round_up, where="at", zone=there)) for round_up in (False, True)]
    assert rounded == [down, up]


def test_a_time_past_the_calendar_is_refused_in_a_zone_too() -> None:
    for said, hours in (("9999-12-31", -18), ("0001-01-01", 18)):
        with pytest.raises(QueryError) as caught:
            instant(said, NOW, round_up=hours < 0, where="at", zone=timezone(timedelta(hours=hours)))
        assert caught.value.where == "at"


@given(
    st.sampled_from(sorted({name for name, *_ in INSTANTS})),
    st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),
    st.sampled_from(["/y", "/M", "/w", "/d", "/h", "/m", "/s"]),
)
def test_what_is_rounded_lies_within_and_stays_where_it_is(name: str, moment: datetime, math: str) -> None:
    there = zone(name, "time_zone")

    def rounded(at: datetime, round_up: bool) -> datetime:
        return instant(f"{iso(at)}||{math}", NOW, round_up=round_up, where="at", zone=there)

    at = instant(iso(moment), NOW, round_up=False, where="at")
    first, last = rounded(at, False), rounded(at, True)
    assert first <= at <= last
    assert (rounded(first, False), rounded(last, True)) == (first, last)
