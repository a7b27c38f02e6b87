"""Times as v1's callers write them."""

from typing import Any

import pytest

from gateway.dialects.incidents_v1.times import date_time, moment
from queries.errors import QueryError

AT = "2019-08-24T14:15:22.000Z"


@pytest.mark.parametrize(
    ("said", "stored"),
    [
        pytest.param("2019-08-24T14:15:22Z", AT, id="ISO 8601"),
        pytest.param("2019-08-24T16:15:22+02:00", AT, id="ISO 8601 in another zone"),
        pytest.param("2019-08-24T14:15:22", AT, id="ISO 8601 without a zone is UTC"),
        pytest.param("2019-08-24", "2019-08-24T00:00:00.000Z", id="a day"),
        pytest.param(1566656122, AT, id="seconds"),
        pytest.param("1566656122", AT, id="seconds as digits"),
        pytest.param(1566656122.0625, "2019-08-24T14:15:22.063Z", id="a fraction, to the millisecond"),
        pytest.param("1566656122.5", "2019-08-24T14:15:22.500Z", id="a fraction as digits"),
        pytest.param("2019", "1970-01-01T00:33:39.000Z", id="four digits are seconds, not a year"),
        pytest.param(-1, "1969-12-31T23:59:59.000Z", id="before the epoch"),
        pytest.param(0, "1970-01-01T00:00:00.000Z", id="the epoch"),
        pytest.param(None, None, id="none"),
    ],
)
def test_what_a_time_is(said: Any, stored: str | None) -> None:
    assert moment(said, "startTime") == stored


NO_TIMES = ["", "now", "now-1d", "2019-08-24||/M", "yesterday", "2019-02-30T00:00:00Z", "9" * 400, "1566656122000000"]


@pytest.mark.parametrize("said", [*NO_TIMES, True, 10**12, 1e300, [], {}], ids=lambda said: str(said)[:30] or "empty")
def test_what_is_no_time(said: Any) -> None:
    with pytest.raises(QueryError) as refused:
        moment(said, "endTime")
    told = (refused.value.reason, refused.value.where)
    assert told == ("a time is wanted here, in ISO 8601 or in epoch seconds", "endTime")


@pytest.mark.parametrize("said", [*NO_TIMES, "1566656122", "2019"], ids=lambda said: str(said)[:30] or "empty")
def test_where_only_iso_8601_is_a_time(said: str) -> None:
    with pytest.raises(QueryError) as refused:
        date_time(said, "createdAt")
    assert refused.value.where == "createdAt"
