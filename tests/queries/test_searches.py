"""A search as the body that the engine gets."""

from typing import Any

import pytest

from queries.budgets import Cost
from queries.costs import CLAUSE, COUNT, NAME, NAME_LETTER
from queries.criteria import Everything, Nothing
from queries.searches import Search, body, cost

ORDER = ({"started_at": {"order": "desc"}}, {"numeric_id": {"order": "desc"}})
QUERY = {"bool": {"filter": [{"match_all": {}}, {"term": {"tenant": "acme"}}]}}
PLAIN = {"query": QUERY, "size": 25, "track_total_hits": False, "sort": [*ORDER], "seq_no_primary_term": True}


@pytest.mark.parametrize(
    ("search", "expected"),
    [
        pytest.param(Search(Everything(), ORDER, 25), PLAIN, id="a first page"),
        pytest.param(Search(Everything(), ORDER, 25, offset=50), {**PLAIN, "from": 50}, id="a page by offset"),
        pytest.param(
            Search(Everything(), ORDER, 25, offset=50, after=[1, 2]),
            {**PLAIN, "search_after": [1, 2]},
            id="a cursor stands instead of the offset",
        ),
        pytest.param(
            Search(Everything(), ORDER, 25, total=True), {**PLAIN, "track_total_hits": True}, id="every hit is counted"
        ),
        pytest.param(
            Search(Everything(), ORDER, 25, fields=("title",)),
            {**PLAIN, "_source": {"includes": ["title", "kind"]}},
            id="some fields, and the kind that the answer is made with",
        ),
        pytest.param(
            Search(Everything(), ORDER, 25, fields=()),
            {**PLAIN, "_source": {"includes": ["kind"]}},
            id="no fields is not all fields",
        ),
        pytest.param(
            Search(Everything(), ORDER, 25, source=False),
            {**PLAIN, "_source": False},
            id="no document, its place alone",
        ),
        pytest.param(
            Search(Everything(), ORDER, 0),
            {"query": QUERY, "size": 0, "track_total_hits": False},
            id="where no rows are wanted, there is nothing to sort",
        ),
        pytest.param(
            Search(Everything(), ORDER, 0, after=[1, 2]),
            {"query": QUERY, "size": 0, "track_total_hits": False},
            id="nor to go on from: the engine takes no cursor without an order",
        ),
        pytest.param(
            Search(Everything(), (), 0, total=True, aggregations={"a": {"terms": {"field": "status"}}}),
            {"query": QUERY, "size": 0, "track_total_hits": True, "aggs": {"a": {"terms": {"field": "status"}}}},
            id="aggregations",
        ),
        pytest.param(
            Search(Everything(), ORDER, 25, named={"a": Nothing(), "b": Everything()}),
            {
                **PLAIN,
                "query": {
                    "bool": {
                        **QUERY["bool"],
                        "should": [
                            {"bool": {"filter": [{"match_none": {}}], "_name": "a"}},
                            {"bool": {"filter": [{"match_all": {}}], "_name": "b"}},
                        ],
                    }
                },
            },
            id="named criteria stand beside the filter, so that none of them has to hold",
        ),
        pytest.param(
            Search(Nothing(), ORDER, 25),
            {**PLAIN, "query": {"bool": {"filter": [{"match_none": {}}, {"term": {"tenant": "acme"}}]}}},
            id="the criterion stands beside the tenant's filter",
        ),
    ],
)
def test_body(search: Search, expected: dict[str, Any]) -> None:
    assert body(search, "acme") == expected


def test_a_point_in_time_is_named_in_the_body() -> None:
    assert body(Search(Everything(), ORDER, 25), "acme", pit="p") == {**PLAIN, "pit": {"id": "p"}}


def test_the_cost_is_that_of_all_parts() -> None:
    search = Search(Everything(), ORDER, 25, fields=("title",), named={"a": Nothing()}, aggregations={"a": {"avg": {}}})
    assert cost(search) == Cost(4 * CLAUSE + NAME + 5 * NAME_LETTER + COUNT, 2)
