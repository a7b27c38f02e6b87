"""Spans of time, durations, and steps of the clock."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from queries.errors import QueryError
from queries.periods import Span, duration, iso, span, stepped

NOW = datetime(2026, 11, 22, 4, 15, 30, 123456, tzinfo=UTC)


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        pytest.param(None, None, Span(), id="open on both sides"),
        pytest.param("2026-11-22", None, Span(gte=datetime(2026, 11, 22, tzinfo=UTC)), id="open at the end"),
        pytest.param(None, 0, Span(lte=datetime(1970, 1, 1, tzinfo=UTC)), id="open at the start"),
        pytest.param(
            "now/d",
            "now/d",
            Span(datetime(2026, 11, 22, tzinfo=UTC), datetime(2026, 11, 22, 23, 59, 59, 999000, tzinfo=UTC)),
            id="the whole of a day",
        ),
        pytest.param(1, 1, Span(*[datetime(1970, 1, 1, 0, 0, 0, 1000, tzinfo=UTC)] * 2), id="one millisecond"),
    ],
)
def test_a_span_includes_both_ends(start: Any, end: Any, expected: Span) -> None:
    assert span(start, end, NOW) == expected


@pytest.mark.parametrize(
    ("start", "end", "reason", "where"),
    [
        pytest.param("x", None, '"x" is not a time', "start_time", id="no start"),
        pytest.param(None, "x", '"x" is not a time', "end_time", id="no end"),
        pytest.param(2, 1, "start_time 1970-01-01T00:00:00.002Z is after end_time", "start_time", id="crossed"),
        pytest.param("now", "now-1ms", '"now-1ms" is not a time', "end_time", id="no unit"),
    ],
)
def test_a_span_is_refused(start: Any, end: Any, reason: str, where: str) -> None:
    with pytest.raises(QueryError) as caught:
        span(start, end, NOW)
    assert (caught.value.reason.startswith(reason), caught.value.where) == (True, where)


DURATIONS = {"500ms": 0.5, "30s": 30, "5m": 300, "1h": 3600, "1d": 86400, "999999999d": 86399999913600}


@pytest.mark.parametrize(("text", "seconds"), DURATIONS.items())
def test_a_duration_is_a_number_and_a_unit(text: str, seconds: float) -> None:
    assert duration(text, "keep_alive") == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "text", ["", "5", "m", "0s", "-1s", "1.5h", "5 m", "5M", "1w", "1y", "5m ", "\u0665m", "1" * 10 + "s"]
)
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(QueryError, match=r"is not a duration such as 30s, 5m or 1h$") as caught:
        duration(text, "keep_alive")
    assert caught.value.where == "keep_alive"


STEPS = {10: "04:15:30.000", 60: "04:15:00.000", 86400: "00:00:00.000", 0.1: "04:15:30.100", 0: "04:15:30.123"}


@pytest.mark.parametrize(("seconds", "expected"), STEPS.items())
def test_now_may_go_in_steps(seconds: float, expected: str) -> None:
    assert iso(stepped(NOW, timedelta(seconds=seconds))) == f"2026-11-22T{expected}Z"
