"""The words of a search as criteria, and the clauses that these are."""

from datetime import UTC, datetime
from typing import Any

import pytest

from gateway.dialects.im import requests, translate
from gateway.dialects.im.translate import INCIDENTS_ONLY
from queries.clauses import Clause, clause
from queries.criteria import And, Between, Criterion, Everything, Guest, Is, Placed, Where
from queries.errors import QueryError
from queries.fields import TYPED_COLUMNS
from queries.sorts import NEWEST_FIRST, Sort

NOW = datetime(2026, 11, 22, 4, 15, 30, tzinfo=UTC)
STARTED_AT = TYPED_COLUMNS["started_at"]
YESTERDAY_AND_TODAY = Between(gte="2026-11-21T00:00:00.000Z", lte="2026-11-22T23:59:59.999Z")
ANN = Where(TYPED_COLUMNS["reviewer"], Is(("ann",)))


@pytest.mark.parametrize(
    ("words", "also", "criterion", "expected"),
    [
        pytest.param({}, [], Everything(), {"match_all": {}}, id="nothing said is everything"),
        pytest.param(
            {"is_show_aggs": False},
            [],
            And((INCIDENTS_ONLY,)),
            {"bool": {"filter": [{"term": {"kind": "incident"}}]}},
            id="incidents only",
        ),
        pytest.param(
            {"search_query": ""},
            [],
            And((Placed("search_query", Guest({"match_all": {}})),)),
            {"bool": {"filter": [{"match_all": {}}]}},
            id="an empty search string finds everything",
        ),
        pytest.param(
            {"search_query": '{"term":{"status":"new"}}'},
            [],
            And((Placed("search_query", Guest({"term": {"status": {"value": "new"}}})),)),
            {"bool": {"filter": [{"term": {"status": {"value": "new"}}}]}},
            id="a query as text, rebuilt",
        ),
        pytest.param(
            {"start_time": "now-1d/d", "end_time": "2026-11-22"},
            [],
            And((Placed("start_time", Where(STARTED_AT, YESTERDAY_AND_TODAY)),)),
            {
                "bool": {
                    "filter": [
                        {
                            "range": {
                                "started_at": {"gte": "2026-11-21T00:00:00.000Z", "lte": "2026-11-22T23:59:59.999Z"}
                            }
                        }
                    ]
                }
            },
            id="times, fixed; the end of the last day counts",
        ),
        pytest.param(
            {"start_time": 1},
            [],
            And((Placed("start_time", Where(STARTED_AT, Between(gte="1970-01-01T00:00:00.001Z"))),)),
            {"bool": {"filter": [{"range": {"started_at": {"gte": "1970-01-01T00:00:00.001Z"}}}]}},
            id="an absent bound is open",
        ),
        pytest.param(
            {"additional_fields": [{"name": "status", "type": "select", "value": "new"}]},
            [],
            And((Placed("additional_fields[0].value", Where(TYPED_COLUMNS["status"], Is(("new",)))),)),
            {"bool": {"filter": [{"term": {"status": "new"}}]}},
            id="an additional field",
        ),
        pytest.param(
            {"is_show_aggs": False, "end_time": "now", "search_query": {"match_all": {}}},
            [ANN],
            And(
                (
                    INCIDENTS_ONLY,
                    ANN,
                    Placed("search_query", Guest({"match_all": {}})),
                    Placed("start_time", Where(STARTED_AT, Between(lte="2026-11-22T04:15:30.000Z"))),
                )
            ),
            {
                "bool": {
                    "filter": [
                        {"term": {"kind": "incident"}},
                        {"term": {"reviewer": "ann"}},
                        {"match_all": {}},
                        {"range": {"started_at": {"lte": "2026-11-22T04:15:30.000Z"}}},
                    ]
                }
            },
            id="everything said holds at once",
        ),
    ],
)
def test_wanted(words: dict[str, Any], also: list[Criterion], criterion: Criterion, expected: Clause) -> None:
    wanted = translate.wanted(requests.Filters.model_validate(words), TYPED_COLUMNS, NOW, also)
    assert (wanted, clause(wanted)) == (criterion, expected)


@pytest.mark.parametrize(
    ("words", "where"),
    [
        pytest.param({"search_query": {}}, "search_query", id="an empty object is no query"),
        pytest.param({"search_query": False}, "search_query", id="a boolean is no query"),
        pytest.param({"search_query": []}, "search_query", id="a list is no query"),
        pytest.param({"search_query": 0}, "search_query", id="a number is no query"),
        pytest.param({"start_time": "soon"}, "start_time", id="no time"),
        pytest.param({"end_time": 1.5}, "end_time", id="half a millisecond"),
        pytest.param({"start_time": "now", "end_time": "now-1d"}, "start_time", id="an end before its start"),
    ],
)
def test_refused(words: dict[str, Any], where: str) -> None:
    with pytest.raises(QueryError) as error:
        translate.wanted(requests.Filters.model_validate(words), TYPED_COLUMNS, NOW)
    assert error.value.where == where


@pytest.mark.parametrize(
    ("keys", "order"),
    [
        pytest.param([], NEWEST_FIRST, id="newest first, unless another is asked for"),
        pytest.param([{"field": "title"}], (Sort("title", "desc"),), id="descending, unless said otherwise"),
        pytest.param(
            [{"field": "severity", "order": "asc"}, {"field": "title", "order": "desc"}],
            (Sort("severity", "asc"), Sort("title", "desc")),
            id="several keys, in their order",
        ),
    ],
)
def test_order(keys: list[dict[str, Any]], order: tuple[Sort, ...]) -> None:
    assert translate.order([requests.SortKey.model_validate(each) for each in keys]) == order


@pytest.mark.parametrize(
    ("query", "words", "filters"),
    [
        pytest.param([], {}, {}, id="nothing"),
        pytest.param(
            [("start_time", "now-1h"), ("end_time", "now"), ("from", "5"), ("pit", "p"), ("keep_alive", "1m")],
            {"start_time": "now-1h", "end_time": "now", "from": 5, "pit": "p", "keep_alive": "1m"},
            {},
            id="the list's own parameters",
        ),
        pytest.param([("size", "7"), ("after", "c")], {"size": 7, "after": "c"}, {}, id="another size, and a cursor"),
        pytest.param(
            [("test_field", "5"), ("tags", "a"), ("tags", "b"), ("fields", "x")],
            {},
            {"test_field": ["5"], "tags": ["a", "b"], "fields": ["x"]},
            id="every other name is a filter",
        ),
        pytest.param(
            [("sort", "severity:asc,title")],
            {"sort": [{"field": "severity", "order": "asc"}, {"field": "title"}]},
            {},
            id="an order",
        ),
    ],
)
def test_listed(query: list[tuple[str, str]], words: dict[str, Any], filters: dict[str, list[str]]) -> None:
    always = {"size": 100, "is_show_aggs": False, "with_total_docs": True}
    assert translate.listed(query) == (requests.Search.model_validate({**always, **words}), filters)


@pytest.mark.parametrize("name", ["start_time", "end_time", "from", "size", "after", "pit", "sort", "keep_alive"])
def test_a_parameter_of_the_list_is_given_once(name: str) -> None:
    with pytest.raises(QueryError) as error:
        translate.listed([(name, "1"), (name, "2")])
    assert error.value.where == name
