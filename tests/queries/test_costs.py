"""What a search costs, and that one which asks too much is refused where it does."""

from typing import Any

import pytest

from queries import costs
from queries.budgets import MOST, Budget, Cost, readable
from queries.costs import (
    CANDIDATE,
    CASED,
    CLAUSE,
    COUNT,
    COUNTS,
    DIGEST,
    FUZZY,
    LETTER,
    LONG,
    REGEX,
    SHORT,
    SORT,
    VALUE,
    of_predicate,
)
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
    Placed,
    Predicate,
    Present,
    Where,
)
from queries.errors import QueryError
from queries.fields import TYPED_COLUMNS, Column
from queries.searches import Search, body, cost
from queries.stats import terms

STATUS, TITLE, DESCRIPTION = (TYPED_COLUMNS[name] for name in ("status", "title", "description"))
CUSTOM, KEY, NUMBER = Column("host", "keyword"), Column("evt.host", "key"), Column("cost", "number")
PAIRS, STARTED = Column("alert_pairs", "keyword"), TYPED_COLUMNS["started_at"]
PATTERN = Like("*disk*")
TOO_MUCH = "this asks too much of one search"
TOO_MANY = "a search has at most 1,000 conditions"


@pytest.mark.parametrize(
    ("column", "predicate", "expected"),
    [
        pytest.param(STATUS, Is(("new",)), Cost(CLAUSE + VALUE, 1), id="a value"),
        pytest.param(STATUS, Is(("new",) * 100), Cost(CLAUSE + 100 * VALUE, 1), id="a hundred values"),
        pytest.param(NUMBER, Is((1,)), Cost(CLAUSE + VALUE, 3), id="a number is looked for in three ways"),
        pytest.param(STATUS, Equals("x" * 100), Cost(CLAUSE + 100 * LETTER, 1), id="a text whatever its case"),
        pytest.param(STATUS, Like("*" * 9), Cost(CLAUSE, 1), id="a pattern for anything"),
        pytest.param(STATUS, PATTERN, Cost(CLAUSE + 4 + SHORT, 1), id="a pattern over names"),
        pytest.param(TITLE, PATTERN, Cost(CLAUSE + 4 + SHORT, 1), id="titles are short"),
        pytest.param(PAIRS, PATTERN, Cost(CLAUSE + 4 + SHORT, 1), id="so are pairs"),
        pytest.param(DESCRIPTION, PATTERN, Cost(CLAUSE + 4 + LONG + SHORT // 2, 1, 1), id="a pattern over texts"),
        pytest.param(DESCRIPTION, Like("*di*"), Cost(CLAUSE + 2 + 3 * LONG + SHORT // 2, 1, 1), id="of few letters"),
        pytest.param(TITLE, Equals("Ян"), Cost(CLAUSE + 2 * CASED, 1), id="each case of a letter beyond ASCII"),
        pytest.param(TITLE, Like("*Яна"), Cost(CLAUSE + 4 * CASED + 2 + SHORT, 1), id="a pattern with such letters"),
        pytest.param(CUSTOM, PATTERN, Cost(CLAUSE + 4 + LONG, 1), id="a custom field may hold texts"),
        pytest.param(KEY, PATTERN, Cost(CLAUSE + 4 + LONG, 1), id="so may what is within an object"),
        pytest.param(CUSTOM, Like("*di*"), Cost(CLAUSE + 2 + 3 * LONG, 1), id="two letters are in nearly every text"),
        pytest.param(CUSTOM, Like("\\*di*"), Cost(CLAUSE + LONG // 2, 1), id="a literal asterisk comes first"),
        pytest.param(CUSTOM, Like("d*"), Cost(CLAUSE + LONG // 2, 1), id="a beginning"),
        pytest.param(
            Column("ext.one.status", "keyword"), Like("d*"), Cost(CLAUSE + SHORT // 2, 1), id="of a dialect's own names"
        ),
        pytest.param(
            Column("ext.one.advice.keyword", "text"), Like("d*"), Cost(CLAUSE + LONG // 2, 1), id="of its texts"
        ),
        pytest.param(CUSTOM, Like("?disk"), Cost(CLAUSE + LONG, 1), id="any letter comes first"),
        pytest.param(CUSTOM, Matches(".*a"), Cost(REGEX + LONG, 1), id="a regular expression"),
        pytest.param(CUSTOM, Matches("a.*"), Cost(REGEX + LONG // 2, 1), id="with a beginning"),
        pytest.param(CUSTOM, Between(gte="a"), Cost(3 * LONG, 1), id="a range of texts"),
        pytest.param(STARTED, Between(gte="2026"), Cost(CLAUSE, 3), id="a range of times"),
        pytest.param(CUSTOM, Present(), Cost(CLAUSE, 1), id="any value"),
    ],
)
def test_a_predicate_costs(column: Column, predicate: Predicate, expected: Cost) -> None:
    assert of_predicate(column, predicate, None) == expected


@pytest.mark.parametrize(
    ("criterion", "expected"),
    [
        pytest.param(Everything(), Cost(CLAUSE, 1), id="everything"),
        pytest.param(Nothing(), Cost(CLAUSE, 1), id="nothing"),
        pytest.param(Ids(("a",) * 1000), Cost(3000, 1), id="ids"),
        pytest.param(Guest({}, Cost(7, 5)), Cost(7, 5), id="what the guard has counted"),
        pytest.param(And(()), Cost(), id="no operands"),
        pytest.param(Or((Everything(), And((Nothing(), Nothing())))), Cost(3 * CLAUSE, 3), id="all operands together"),
        pytest.param(Not(Placed("x", Everything())), Cost(2 * CLAUSE, 2), id="a negation is a condition too"),
    ],
)
def test_a_criterion_costs(criterion: Criterion, expected: Cost) -> None:
    budget = Budget()
    costs.spend(criterion, budget)
    assert budget.spent == expected


def placed(where: str, predicate: Predicate, count: int, column: Column = CUSTOM) -> Criterion:
    return Placed(where, Or((Where(column, predicate),) * count))


def search(criterion: Criterion, **parts: Any) -> Search:
    return Search(criterion, **{"order": (), "size": 25, **parts})


TITLES = tuple(f"f{number}" for number in range(512))


@pytest.mark.parametrize(
    ("asked", "reason", "where"),
    [
        pytest.param(search(placed("a", PATTERN, 6)), TOO_MUCH, "a", id="one filter"),
        pytest.param(search(And((placed("a", PATTERN, 3), placed("b", PATTERN, 3)))), TOO_MUCH, "b", id="the second"),
        pytest.param(
            search(And((Placed("q", Guest({}, Cost(MOST.time - LONG))), placed("b", PATTERN, 1)))),
            TOO_MUCH,
            "b",
            id="a filter beside a guest's query",
        ),
        pytest.param(
            search(And((placed("b", PATTERN, 5), Placed("q", Guest({}, Cost(2 * LONG)))))),
            TOO_MUCH,
            "q",
            id="a guest's query beside filters",
        ),
        pytest.param(
            search(placed("a", PATTERN, 5), order=({"title.keyword": {}},) * 5), TOO_MUCH, "sort[4]", id="an order"
        ),
        pytest.param(
            search(placed("a", PATTERN, 5), fields=(*TITLES[:400], "a" * 1000)),
            TOO_MUCH,
            "fields[400]",
            id="many fields",
        ),
        pytest.param(
            search(placed("a", PATTERN, 5), aggregations={name: {"avg": {}} for name in TITLES[:10]}),
            TOO_MUCH,
            None,
            id="aggregations",
        ),
        pytest.param(
            search(Everything(), size=10_000, order=({"source": {}},) * 3), TOO_MUCH, "sort[2]", id="many rows by texts"
        ),
        pytest.param(
            search(Everything(), offset=9_975, order=({"a": {}},) * 3), TOO_MUCH, "sort[2]", id="rows passed over"
        ),
        pytest.param(
            search(Everything(), aggregations={name: terms(STATUS, 1000) for name in "abcde"}),
            TOO_MUCH,
            None,
            id="values without number",
        ),
        pytest.param(search(placed("a", Is((1,)), 334, NUMBER)), TOO_MANY, "a", id="numbers"),
        pytest.param(search(placed("a", Is(("x",)), 1001, STATUS)), TOO_MANY, "a", id="values"),
        pytest.param(
            search(placed("longf", Like("*a???????????az"), 900)),
            "this pattern is too complex: fewer ?, or less in all, behind its first *",
            "longf",
            id="a pattern too complex",
        ),
        pytest.param(search(Everything(), fields=("a", "*b")), "a * stands only at the end", "fields[1]", id="a star"),
        pytest.param(search(Everything(), fields=("a" * 1025,)), "a name is at most 1,024", "fields[0]", id="a name"),
        pytest.param(search(Everything(), fields=("*a" * 400,)), "a * stands only", "fields[0]", id="many stars"),
        pytest.param(search(Everything(), named={"e": placed("e", PATTERN, 10)}), TOO_MUCH, "e", id="what is named"),
    ],
)
def test_too_much_is_refused_at_its_place(asked: Search, reason: str, where: str | None) -> None:
    with pytest.raises(QueryError) as caught:
        body(asked, "acme")
    assert (caught.value.reason[: len(reason)], caught.value.where) == (reason, where)


@pytest.mark.parametrize(
    "asked",
    [
        pytest.param(search(placed("a", PATTERN, 5)), id="patterns"),
        pytest.param(search(placed("a", PATTERN, 5), named={"e": placed("e", PATTERN, 9)}), id="and what is named"),
        pytest.param(search(placed("a", Is((1,)), 333, NUMBER)), id="numbers"),
        pytest.param(search(placed("a", Is(("x",) * 1024), 25, STATUS)), id="values"),
        pytest.param(search(Everything(), fields=("ext.*", "a" * 1024, "*", *TITLES)), id="fields"),
        pytest.param(search(Everything(), order=({"x": {}},) * 8), id="an order"),
        pytest.param(search(Everything(), offset=9_975, order=({"due_at": {}},) * 8), id="rows passed over, by times"),
        pytest.param(
            search(Everything(), aggregations={name: terms(STATUS, 10) for name in TITLES[:30]}), id="many counts"
        ),
    ],
)
def test_what_is_within_the_budget_runs(asked: Search) -> None:
    assert body(asked, "acme")["size"] == 25


@pytest.mark.parametrize(
    ("aggregations", "expected"),
    [
        pytest.param({}, 0, id="no counts"),
        pytest.param({"a": {"terms": {}}, "b": {"filter": {}}}, COUNT + COUNTS["filter"], id="plain counts"),
        pytest.param({"a": {"terms": {"include": "x.*"}}}, COUNT + LONG, id="of values that an expression chooses"),
        pytest.param({"a": {"terms": {"size": 7, "shard_size": 70}}}, COUNT + 70 * CANDIDATE, id="of each candidate"),
        pytest.param({"a": {"date_histogram": {}}}, COUNTS["date_histogram"], id="over time"),
        pytest.param(
            {"a": {"terms": {"size": 50}, "aggs": {"b": {"avg": {}}, "c": {"cardinality": {}}}}},
            2 * COUNT + COUNTS["cardinality"],
            id="counts within a count",
        ),
        pytest.param(
            {"a": {"terms": {"size": 50}, "aggs": {"b": {"percentiles": {}}}}},
            COUNT + COUNTS["percentiles"] + 50 * DIGEST,
            id="percentiles of each value",
        ),
    ],
)
def test_what_counts_cost(aggregations: dict[str, Any], expected: int) -> None:
    counted = cost(Search(Everything(), (), 0, aggregations=aggregations))
    assert counted == cost(Search(Everything(), (), 0)) + Cost(expected)


def test_the_weights_are_of_one_scale() -> None:
    assert CLAUSE < FUZZY < SHORT < SORT < LONG < MOST.time
    assert COUNT < SHORT


@pytest.mark.parametrize(
    ("cost", "mebibytes"),
    [
        pytest.param(Cost(120_000, 1, 1), 272, id="one pattern"),
        pytest.param(Cost(560_000, 5, 1), 99, id="beside four others"),
        pytest.param(Cost(600_000, 5, 5), 16, id="five"),
    ],
)
def test_long_texts_are_read_as_often_as_their_bytes_allow(cost: Cost, mebibytes: int) -> None:
    assert readable(cost) // 2**20 == mebibytes
