"""Time frames in buckets, and the engine's counts as rows."""

from typing import Any

import pytest

from gateway.dialects.incidents_v1 import buckets
from queries.errors import QueryError

LEVELS = ("critical", "high", "medium", "low", "info")


@pytest.mark.parametrize(
    ("start", "end", "count", "edges"),
    [
        pytest.param(0, 10, 1, [(0, 10)], id="one bucket"),
        pytest.param(0, 10, 2, [(0, 5), (5, 10)], id="equal ones"),
        pytest.param(0, 11, 3, [(0, 3), (3, 6), (6, 11)], id="the last takes the remainder"),
        pytest.param(0, 2, 3, [(0, 0), (0, 0), (0, 2)], id="more buckets than seconds"),
        pytest.param(7, 7, 2, [(7, 7), (7, 7)], id="no time at all"),
    ],
)
def test_edges(start: int, end: int, count: int, edges: list[tuple[int, int]]) -> None:
    assert buckets.edges(start, end, count) == edges


def test_a_frame_that_ends_before_it_starts_is_refused() -> None:
    buckets.ordered(5, 5, "timestampFrom")
    with pytest.raises(QueryError) as refused:
        buckets.ordered(6, 5, "timestampFrom")
    told = (refused.value.reason, refused.value.where)
    assert told == ("the time frame starts at 6, after its end at 5", "timestampFrom")


def level(key: str, words: dict[str, int], rest: int = 0) -> dict[str, Any]:
    found = [{"key": word, "doc_count": count} for word, count in words.items()]
    return {"key": key, "words": {"buckets": found, "sum_other_doc_count": rest}}


def test_severities_are_counted_by_the_words_that_are_shown() -> None:
    first = [level("critical", {"Sev1": 3, "": 2, "low": 1}, rest=4), level("", {"": 5, "p1": 1})]
    counted = {"over_time": {"buckets": {"0": {"levels": {"buckets": first}}, "1": {"levels": {"buckets": []}}}}}
    assert buckets.severity_rows([(0, 5), (5, 10)], counted, LEVELS) == [
        {"timestampFrom": 0, "timestampTo": 5, "counts": {"Sev1": 3, "CRITICAL": 7, "NONE": 6}},
        {"timestampFrom": 5, "timestampTo": 10, "counts": {"Sev1": 0, "CRITICAL": 0, "NONE": 0}},
    ]


def test_priorities_with_none_and_with_too_many() -> None:
    found = [{"key": "P1", "doc_count": 3}, {"key": "", "doc_count": 2}]
    counted = {"priorities": {"buckets": found, "sum_other_doc_count": 4}}
    assert buckets.priority_counts(counted) == {"P1": 3, "NONE": 2, "OTHER": 4}
    assert buckets.priority_counts({}) == {}


def test_services_by_count_then_by_name() -> None:
    pairs = {"z\u001fa": 1, "a\u001fb": 1, "\u001fa": 1, **{f"n\u001fs{i}": 9 - i for i in range(9)}}
    counted = {"services": {"buckets": [{"key": key, "doc_count": count} for key, count in pairs.items()]}}
    expected = [{"name": f"s{i}", "namespace": "n", "count": 9 - i} for i in range(8)]
    ties = [{"name": "a", "namespace": None, "count": 1}, {"name": "a", "namespace": "z", "count": 1}]
    assert buckets.service_rows(counted) == expected + ties
