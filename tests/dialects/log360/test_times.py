"""Due dates as they are sent, and times as the server's clock shows them."""

from zoneinfo import ZoneInfo

import pytest

from gateway.dialects.log360.times import due, server_time
from gateway.dialects.settings import load
from gateway.settings import SettingsError
from queries.errors import QueryError

UTC, PARIS, TOKYO = ZoneInfo("UTC"), ZoneInfo("Europe/Paris"), ZoneInfo("Asia/Tokyo")


@pytest.mark.parametrize(
    ("text", "zone", "stored"),
    [
        pytest.param("2027-10-03 10:30:00", UTC, "2027-10-03T10:30:00.000Z", id="as the vendor's sample has it"),
        pytest.param("2027-10-03 10:30:00", PARIS, "2027-10-03T08:30:00.000Z", id="no offset is the zone's, in summer"),
        pytest.param("2027-12-03 10:30:00", PARIS, "2027-12-03T09:30:00.000Z", id="and in winter"),
        pytest.param("2027-10-03T10:30:00", UTC, "2027-10-03T10:30:00.000Z", id="ISO 8601 without an offset"),
        pytest.param("2027-10-03T10:30:00Z", PARIS, "2027-10-03T10:30:00.000Z", id="an offset wins over the zone"),
        pytest.param("2027-10-03T10:30:00+05:30", UTC, "2027-10-03T05:00:00.000Z", id="an offset of half an hour"),
        pytest.param("2027-10-03 10:30:00-0800", UTC, "2027-10-03T18:30:00.000Z", id="an offset without a colon"),
        pytest.param("2027-10-03T10:30", UTC, "2027-10-03T10:30:00.000Z", id="seconds may be left out"),
        pytest.param("2027-10-03T10:30:00.5Z", UTC, "2027-10-03T10:30:00.500Z", id="parts of a second are kept"),
        pytest.param("1970-01-01T00:00:00Z", UTC, "1970-01-01T00:00:00.000Z", id="the earliest"),
        pytest.param("1970-01-01 01:00:00", PARIS, "1970-01-01T00:00:00.000Z", id="the earliest, in the zone"),
    ],
)
def test_due(text: str, zone: ZoneInfo, stored: str) -> None:
    assert due(text, zone) == stored


WANTED = "is no ISO 8601 date-time such as 2027-10-03T10:30:00Z or 2027-10-03 10:30:00"


@pytest.mark.parametrize(
    ("text", "zone", "reason"),
    [
        pytest.param("", UTC, f'"" {WANTED}', id="nothing"),
        pytest.param("tomorrow", UTC, f'"tomorrow" {WANTED}', id="a word"),
        pytest.param("now+1d", UTC, f'"now+1d" {WANTED}', id="date math"),
        pytest.param("1822559400000", UTC, f'"1822559400000" {WANTED}', id="a number"),
        pytest.param("2027-10-03", UTC, f'"2027-10-03" {WANTED}', id="a date alone"),
        pytest.param("2027-02-30 10:30:00", UTC, f'"2027-02-30 10:30:00" {WANTED}', id="a day that does not exist"),
        pytest.param("2027-10-03x10:30:00", UTC, f'"2027-10-03x10:30:00" {WANTED}', id="another separator"),
        pytest.param("2027-10-03 10:30:00 Paris", UTC, f'"2027-10-03 10:30:00 Paris" {WANTED}', id="a zone by name"),
        pytest.param(
            "9999-12-31T23:59:59-01:00", UTC, f'"9999-12-31T23:59:59-01:00" {WANTED}', id="after the last year"
        ),
        pytest.param("1969-12-31T23:59:59Z", UTC, '"1969-12-31T23:59:59Z" is before 1970-01-01T00:00:00Z', id="early"),
        pytest.param(
            "1970-01-01T00:59:59+01:00",
            UTC,
            '"1970-01-01T00:59:59+01:00" is before 1970-01-01T00:00:00Z',
            id="early by its offset",
        ),
        pytest.param(
            "1970-01-01 08:59:59", TOKYO, '"1970-01-01 08:59:59" is before 1970-01-01T00:00:00Z', id="early in the zone"
        ),
    ],
)
def test_no_due_date(text: str, zone: ZoneInfo, reason: str) -> None:
    with pytest.raises(QueryError) as raised:
        due(text, zone)
    assert (raised.value.reason, raised.value.where) == (reason, "due_date")


@pytest.mark.parametrize(
    ("stored", "zone", "shown"),
    [
        pytest.param("2027-10-03T10:30:00.000Z", UTC, "2027-10-03 10:30:00", id="in UTC"),
        pytest.param("2027-10-03T10:30:00.999Z", PARIS, "2027-10-03 12:30:00", id="in summer, less its milliseconds"),
        pytest.param("2027-12-03T23:30:00.000Z", PARIS, "2027-12-04 00:30:00", id="in winter, on the next day"),
        pytest.param("9999-12-31T23:30:00.000Z", TOKYO, "9999-12-31 23:30:00", id="the last hours stay in UTC"),
        pytest.param("0001-01-01T00:00:00.000Z", UTC, "0001-01-01 00:00:00", id="years have four digits"),
    ],
)
def test_server_time(stored: str, zone: ZoneInfo, shown: str) -> None:
    assert server_time(stored, zone) == shown


def test_a_zone_that_there_is_not_stops_the_start() -> None:
    with pytest.raises(SettingsError, match=r"^setting LOG360_ZONE: invalid timezone: Mars$"):
        load(log360_zone="Mars")
