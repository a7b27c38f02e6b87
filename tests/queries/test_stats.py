"""Counts by field: the aggregations asked for, and their reply as rows."""

from typing import Any

import pytest

from queries.fields import TYPED_COLUMNS
from queries.stats import counts, rows


def test_asked() -> None:
    assert counts(TYPED_COLUMNS["title"], 7) == {
        "values": {"terms": {"field": "title.keyword", "size": 7, "shard_size": 70}},
        "none": {"filter": {"bool": {"must_not": [{"exists": {"field": "title"}}]}}},
    }


def test_documents_of_long_texts_are_among_the_others() -> None:
    wanted = counts(TYPED_COLUMNS["comment"], 7)
    there, whole = ({"exists": {"field": name}} for name in ("comment", "comment.keyword"))
    assert wanted["unlisted"] == {"filter": {"bool": {"filter": [there], "must_not": [whole]}}}
    assert rows(reply({"key": "a", "doc_count": 1}, others=2) | {"unlisted": {"doc_count": 3}}) == ({"a": 1}, 5)


def reply(*buckets: dict[str, Any], none: int = 0, others: int = 0) -> dict[str, Any]:
    return {"values": {"buckets": list(buckets), "sum_other_doc_count": others}, "none": {"doc_count": none}}


@pytest.mark.parametrize(
    ("aggregations", "expected"),
    [
        pytest.param(reply(), ({}, 0), id="nothing found"),
        pytest.param(
            reply({"key": "b", "doc_count": 3}, {"key": "a", "doc_count": 1}, none=2, others=9),
            ([("b", 3), ("a", 1), ("", 2)], 9),
            id="as the engine ranks them, those without a value last",
        ),
        pytest.param(
            reply({"key": "", "doc_count": 3}, {"key": "a", "doc_count": 1}, none=2),
            ([("a", 1), ("", 5)], 0),
            id="an empty value is none",
        ),
        pytest.param(
            reply({"key": 5.0, "doc_count": 2}, {"key": 0.5, "doc_count": 1}, {"key": 7, "doc_count": 1}),
            ([("5", 2), ("0.5", 1), ("7", 1)], 0),
            id="whole numbers without a fraction",
        ),
        pytest.param(
            reply({"key": 1, "key_as_string": "true", "doc_count": 2}), ([("true", 2)], 0), id="booleans as words"
        ),
    ],
)
def test_rows(aggregations: dict[str, Any], expected: tuple[Any, int]) -> None:
    values, others = rows(aggregations)
    assert (list(values.items()), others) == (list(dict(expected[0]).items()), expected[1])
