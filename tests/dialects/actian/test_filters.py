"""The nine filters: each by itself, their values, what is between them, and what they refuse."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from gateway.dialects.actian.requests import Filters
from tests.clock import Clock
from tests.dialects.actian.calls import Client, Json, get, make, path, refusal
from tests.refusals import refused

pytestmark = pytest.mark.anyio

ROWS: Mapping[str, tuple[datetime, Json]] = {
    "a": (
        datetime(2026, 3, 1, 10, tzinfo=UTC),
        {
            "severity": "critical",
            "impact": "HIGH",
            "ext": {
                "actian": {
                    "project_id": 0, "connection_type": "GCS", "connection_id": "c1", "alert_policy_id": "4",
                    "alert_policy_name": "Test_Policy", "source_name": "ORDERS",
                }
            },
        },
    ),
    "b": (
        datetime(2026, 3, 2, 12, tzinfo=UTC),
        {
            "title": "50% of *all?",
            "severity": "medium",
            "impact": "low",
            "ext": {
                "actian": {
                    "project_id": 24, "connection_type": "BIGQUERY", "connection_id": "c2",
                    "alert_policy_id": "prebuilt", "source_name": "customers",
                }
            },
        },
    ),
    "c": (
        datetime(2026, 3, 2, 23, 59, 59, 999000, tzinfo=UTC),
        {"title": "Größe\\maß", "severity": "info", "impact": "unheard of"},
    ),
    "d": (datetime(2026, 3, 4, tzinfo=UTC), {"title": "test_policy", "severity": "high", "impact": "Critical"}),
    "e": (datetime(2026, 3, 4, tzinfo=UTC), {"ext": {"actian": {"alert_policy_name": "of its own"}}}),
}  # fmt: skip


@pytest.fixture(scope="module")
async def named(own: Client, own_clock: Clock) -> dict[int, str]:
    """The incidents by number."""
    numbers = {}
    for name, (own_clock.now, fields) in ROWS.items():
        numbers[await make(own, name, **fields)] = name
    return numbers


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        pytest.param({}, "edcba", id="all, latest made first, then by number"),
        pytest.param({"unheard_of": "x"}, "edcba", id="unknown parameters are ignored"),
        pytest.param({"project_ids": "0"}, "a", id="project 0 is a project"),
        pytest.param({"project_ids": "0,24"}, "ba", id="any of several"),
        pytest.param({"project_ids": ["0", "24"]}, "ba", id="a list that is given in two parts"),
        pytest.param({"project_ids": "-1,9223372036854775808"}, "", id="numbers that nobody has"),
        pytest.param({"connection_types": "GCS"}, "a", id="connection type"),
        pytest.param({"connection_types": "gcs"}, "", id="connection types are told apart by case"),
        pytest.param({"alert_policy_ids": "4, prebuilt"}, "ba", id="policies, with a space"),
        pytest.param({"connection_ids": "c2"}, "b", id="connection"),
        pytest.param({"severities": "HIGH"}, "da", id="critical and high are HIGH"),
        pytest.param({"severities": "medium"}, "b", id="a level in any case"),
        pytest.param({"severities": "LOW"}, "c", id="info is LOW, none is not"),
        pytest.param({"severities": "LOW,HIGH"}, "dca", id="two severities"),
        pytest.param({"impacts": "HIGH"}, "da", id="impact, whatever its case"),
        pytest.param({"impacts": "LOW,MEDIUM"}, "b", id="a word that is no level is no impact"),
        pytest.param({"severities": "HIGH", "project_ids": "0,24"}, "a", id="all filters hold"),
        pytest.param({"from_time": "2026-03-02T12:00:00.000Z"}, "edcb", id="from, included"),
        pytest.param({"from_time": "2026-03-02T12:00:00.001Z"}, "edc", id="from a millisecond later"),
        pytest.param({"to_time": "2026-03-02T23:59:59.999Z"}, "cba", id="to, included"),
        pytest.param({"to_time": "2026-03-02T23:59:59.998Z"}, "ba", id="to a millisecond before"),
        pytest.param({"to_time": "2026-03-02"}, "cba", id="to the end of a day"),
        pytest.param({"from_time": "2026-03-02T13:00:00+01:00", "to_time": "2026-03-03"}, "cb", id="another zone"),
        pytest.param({"text_to_search": "TEST_pol"}, "da", id="part of a policy's name, or of the title in its stead"),
        pytest.param({"text_to_search": "e"}, "dcba", id="a title that is not shown is not searched"),
        pytest.param({"text_to_search": "rder"}, "a", id="part of a source's name"),
        pytest.param({"text_to_search": "% of *"}, "b", id="a star is a star"),
        pytest.param({"text_to_search": "l?"}, "b", id="a question mark is one"),
        pytest.param({"text_to_search": "t?st"}, "", id="and no wildcard"),
        pytest.param({"text_to_search": "e\\m"}, "c", id="a backslash is one"),
        pytest.param({"text_to_search": "GRÖ"}, "c", id="case beyond ASCII"),
        pytest.param({"text_to_search": ""}, "edcba", id="the empty text is part of any"),
    ],
)
async def test_what_a_filter_finds(own: Client, named: dict[int, str], query: Any, expected: str) -> None:
    listed = await get(own, **query)
    assert "".join(named[each["id"]] for each in listed) == expected
    summary = await get(own, "incidents/summary", **query)
    distribution = await get(own, "incidents/distribution", **query)
    counts = [sum(sum(day[name].values()) for day in distribution["incidents"]) for name in COUNTS]
    assert [summary["total"], *counts] == [len(expected)] * 3


COUNTS = ("counts", "counts_by_impact")
NO_NUMBER, NO_TIME = "a whole number is wanted here", "a time is wanted here, in ISO 8601"


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        pytest.param({"project_ids": "0,x"}, f"project_ids[1]: {NO_NUMBER}", id="no number"),
        pytest.param({"project_ids": "1" * 20}, f"project_ids[0]: {NO_NUMBER}", id="too long a number"),
        pytest.param({"project_ids": ""}, f"project_ids[0]: {NO_NUMBER}", id="no project"),
        pytest.param({"from_time": "now-1d"}, f"from_time: {NO_TIME}", id="date math"),
        pytest.param({"to_time": "1769000000000"}, f"to_time: {NO_TIME}", id="epoch"),
        pytest.param({"to_time": "2026-02-30"}, f"to_time: {NO_TIME}", id="no such day"),
        pytest.param({"from_time": ""}, f"from_time: {NO_TIME}", id="an empty time"),
        pytest.param({"from_time": ["2026", "2026"]}, "from_time: given twice", id="two times"),
        pytest.param(
            {"from_time": "2026-03-02", "to_time": "2026-03-01"},
            "from_time: 2026-03-02T00:00:00.000Z is after to_time, 2026-03-01T23:59:59.999Z",
            id="the end before the start",
        ),
    ],
)
async def test_what_a_filter_refuses(own: Client, query: Any, reason: str) -> None:
    assert refusal(await own.get(path(own), params=query)) == (400, reason)


@pytest.mark.parametrize("rest", ["incidents/distribution", "incidents/summary"])
async def test_what_is_counted_is_filtered_by_the_same_words(own: Client, rest: str) -> None:
    assert refusal(await own.get(path(own, rest), params={"to_time": "x"})) == (400, f"to_time: {NO_TIME}")


@pytest.mark.parametrize(
    ("query", "where"),
    [
        pytest.param({"severities": ["HIGH,urgent"]}, "severities[1]", id="no severity of theirs"),
        pytest.param({"impacts": [""]}, "impacts[0]", id="an empty impact"),
        pytest.param({"connection_ids": ["a,,b"]}, "connection_ids[1]", id="an empty id"),
        pytest.param({"text_to_search": "x" * 1001}, "text_to_search", id="too long a text"),
        pytest.param({"project_ids": [",".join(["1"] * 1001)]}, "project_ids", id="too many values"),
    ],
)
def test_where_a_refusal_points(query: Any, where: str) -> None:
    assert refused(lambda: Filters.model_validate(query))[0] == where
