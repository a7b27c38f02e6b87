"""Orders as sort clauses, each ending in the tie-breaker."""

from typing import Any

import pytest

from queries.errors import QueryError
from queries.fields import TYPED_COLUMNS, Column
from queries.sorts import NEWEST_FIRST, Sort, sort_clauses

COLUMNS = {**TYPED_COLUMNS, "score": Column("score", "number"), "extra": Column("extra", "object")}


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        pytest.param(
            NEWEST_FIRST,
            [{"started_at": {"order": "desc"}}, {"numeric_id": {"order": "desc"}}],
            id="newest first goes by the start, then by the number",
        ),
        pytest.param((), [{"numeric_id": {"order": "desc"}}], id="no key leaves the tie-breaker"),
        pytest.param(
            (Sort("score", "asc"),),
            [{"score": {"order": "asc", "missing": "_last"}}, {"numeric_id": {"order": "asc"}}],
            id="the tie-breaker goes the last key's way",
        ),
        pytest.param(
            (Sort("severity"), Sort("score", "asc")),
            [
                {"severity_rank": {"order": "desc"}},
                {"score": {"order": "asc", "missing": "_last"}},
                {"numeric_id": {"order": "asc"}},
            ],
            id="severity sorts by rank",
        ),
        pytest.param(
            (Sort("title", "asc"),),
            [{"title.keyword": {"order": "asc", "missing": "_last"}}, {"numeric_id": {"order": "asc"}}],
            id="text sorts by its whole value",
        ),
        pytest.param(
            (Sort("numeric_id", "asc"), Sort("score")),
            [{"numeric_id": {"order": "asc"}}],
            id="nothing after the tie-breaker can matter",
        ),
    ],
)
def test_clauses(order: tuple[Sort, ...], expected: list[dict[str, Any]]) -> None:
    assert sort_clauses(order, COLUMNS) == expected


@pytest.mark.parametrize(
    ("order", "where"),
    [
        pytest.param((Sort("ext.scroe"),), "sort[0].field", id="a field that cannot be"),
        pytest.param((Sort("score"), Sort("extra")), "sort[1].field", id="an object has no order"),
        pytest.param((Sort("severity_rank"),), "sort[0].field", id="a hidden field is none"),
        pytest.param(
            (Sort("score"), Sort("numeric_id"), Sort("no.pe")), "sort[2].field", id="even past the tie-breaker"
        ),
    ],
)
def test_refused(order: tuple[Sort, ...], where: str) -> None:
    with pytest.raises(QueryError) as error:
        sort_clauses(order, COLUMNS)
    assert (error.value.kind, error.value.where) == ("bad_request", where)
