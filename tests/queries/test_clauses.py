"""Each criterion as the one clause that says the same."""

import pytest

from queries.clauses import Clause, clause
from queries.criteria import (
    And,
    Between,
    Criterion,
    Equals,
    Everything,
    Guest,
    Ids,
    Is,
    Like,
    Matches,
    Not,
    Nothing,
    Or,
    Predicate,
    Present,
    Where,
)
from queries.fields import Column

REVIEWER = Column("reviewer", "keyword")
TITLE = Column("title.keyword", "text")
WHOLE, SCORE, DUE = Column("n", "whole"), Column("score", "number"), Column("due_at", "date")
ANN = Where(REVIEWER, Is(("ann",)))
BOB = Where(REVIEWER, Is(("bob",)))
ANN_CLAUSE: Clause = {"term": {"reviewer": "ann"}}
BOB_CLAUSE: Clause = {"term": {"reviewer": "bob"}}


@pytest.mark.parametrize(
    ("predicate", "expected"),
    [
        pytest.param(Is(("ann",)), {"term": {"title.keyword": "ann"}}, id="one value is a term"),
        pytest.param(Is((5,)), {"term": {"title.keyword": 5}}, id="a number stays a number"),
        pytest.param(Is((False,)), {"term": {"title.keyword": False}}, id="false is a value like any other"),
        pytest.param(Is(("a", "b")), {"terms": {"title.keyword": ["a", "b"]}}, id="several values are terms"),
        pytest.param(Is(()), {"terms": {"title.keyword": []}}, id="no value at all matches nothing"),
        pytest.param(
            Equals("Ann"),
            {"term": {"title.keyword": {"value": "Ann", "case_insensitive": True}}},
            id="equality of texts ignores the case",
        ),
        pytest.param(
            Like("a*\\*"),
            {"wildcard": {"title.keyword": {"value": "a*\\*", "case_insensitive": True}}},
            id="a pattern ignores the case and keeps its escapes",
        ),
        pytest.param(
            Matches("a[b-dB-D]*\\."),
            {"regexp": {"title.keyword": {"value": "a[b-dB-D]*\\.", "flags": "NONE", "case_insensitive": True}}},
            id="a regular expression ignores the case, and has none of the engine's own extensions",
        ),
        pytest.param(Between(gte=1), {"range": {"title.keyword": {"gte": 1}}}, id="an absent bound is left out"),
        pytest.param(
            Between(gte=0, gt=1, lte=3, lt=2),
            {"range": {"title.keyword": {"gte": 0, "gt": 1, "lte": 3, "lt": 2}}},
            id="each bound stands under its own word, zero too",
        ),
        pytest.param(Present(), {"exists": {"field": "title"}}, id="present is exists"),
    ],
)
def test_predicates(predicate: Predicate, expected: Clause) -> None:
    assert clause(Where(TITLE, predicate)) == expected


@pytest.mark.parametrize(
    ("column", "predicate", "expected"),
    [
        pytest.param(REVIEWER, Equals(""), {"term": {"reviewer": ""}}, id="the empty text is found by its exact value"),
        pytest.param(REVIEWER, Like(""), {"term": {"reviewer": ""}}, id="the empty pattern too"),
        pytest.param(WHOLE, Is((1e300,)), {"term": {"n": 2**53}}, id="a number that no column holds, as one"),
        pytest.param(
            WHOLE, Between(gte=-1e300, lt=0.5), {"range": {"n": {"gte": -(2**53), "lt": 0.5}}}, id="a bound beyond all"
        ),
        pytest.param(SCORE, Is((1e300,)), {"term": {"score": 1e300}}, id="where it can be held it stays"),
        pytest.param(SCORE, Is((-0.0,)), {"term": {"score": 0}}, id="both zeros are one"),
        pytest.param(
            DUE, Between(gte="2026-11-22"), {"range": {"due_at": {"gte": "2026-11-22"}}}, id="times as they are"
        ),
    ],
)
def test_values_that_a_column_can_hold(column: Column, predicate: Predicate, expected: Clause) -> None:
    assert clause(Where(column, predicate)) == expected


@pytest.mark.parametrize(
    ("criterion", "expected"),
    [
        pytest.param(Everything(), {"match_all": {}}, id="everything"),
        pytest.param(Nothing(), {"match_none": {}}, id="nothing"),
        pytest.param(Ids(("a", "b")), {"ids": {"values": ["a", "b"]}}, id="ids"),
        pytest.param(Not(ANN), {"bool": {"must_not": [ANN_CLAUSE]}}, id="not"),
        pytest.param(
            And((ANN, BOB)), {"bool": {"filter": [ANN_CLAUSE, BOB_CLAUSE]}}, id="and filters, so that nothing is scored"
        ),
        pytest.param(And(()), {"bool": {"filter": []}}, id="and of none holds for everything"),
        pytest.param(
            Or((ANN, BOB)),
            {"bool": {"should": [ANN_CLAUSE, BOB_CLAUSE], "minimum_should_match": 1}},
            id="or always needs one of them",
        ),
        pytest.param(
            Or(()),
            {"bool": {"should": [{"match_none": {}}], "minimum_should_match": 1}},
            id="or of none holds for none",
        ),
        pytest.param(Guest({"match": {"title": "x"}}), {"match": {"title": "x"}}, id="a guest's clause stays as it is"),
        pytest.param(
            Not(And((ANN, Or((BOB, Nothing()))))),
            {
                "bool": {
                    "must_not": [
                        {
                            "bool": {
                                "filter": [
                                    ANN_CLAUSE,
                                    {"bool": {"should": [BOB_CLAUSE, {"match_none": {}}], "minimum_should_match": 1}},
                                ]
                            }
                        }
                    ]
                }
            },
            id="each level keeps to itself",
        ),
    ],
)
def test_criteria(criterion: Criterion, expected: Clause) -> None:
    assert clause(criterion) == expected
