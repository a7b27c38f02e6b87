"""What the parts of a search cost the engine, said before it is asked; one past its budget is refused at its place.

The figures are microseconds of one core, measured on OpenSearch 3.8 over 200,000 incidents of a kilobyte, no two with
the same title or description. A pattern costs twice: for the automaton that is built of it, on an empty index too, and
for the distinct values of the column that are run through it and the documents of those that fit.

| what | milliseconds of a core |
| --- | --- |
| `*a???????????az` on five documents; with one `?` less, half as much | 65 |
| `*` and 250 letters on five documents | 5 |
| `*abcd*` over the titles, the descriptions | 10, 110 |
| `*e*`, and whatever fits every one of them | 70 to 90, 150 |
| `m*`, by which a sixth of the titles begin; `alert*`, by which all descriptions do | 35; 150 |
| `*abcd*` over 5,000 texts of 8,000 characters | 100 |
| `*abcd*`, `*e*` over 2,000 texts of 9,000 characters, which have a column for long ones | 75, 300 to 500 |
| any pattern over 400 texts of 240,000 characters, which are read whole | 1,200 |
| a range over all the titles | 70 |
| a regular expression on five documents; at worst, past which the engine gives up | 5; 75 |
| a fuzzy word; a text of 1,000 letters whatever its case; 1,024 values | 3; 3; 10 |
| top values of a word, of a field where all differ; documents without a value | 13, 30; up to 4 |
| 1,300 candidates of 8,100 characters, of which 1,000 are told | 370 |
| documents by day, by hour in a zone; the same for each of the ten most frequent values | 12, 40; 40 to 90 |
| how many different values, where all differ; three percentiles | 80; 57 |
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import takewhile
from typing import Any, assert_never

from queries.budgets import OF_TENANT, Budget, Cost
from queries.cases import has_others
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
    Value,
    Where,
)
from queries.errors import QueryError
from queries.fields import HIDDEN, TYPED_COLUMNS, Column, Kind
from queries.patterns import HARDEST, shape

CLAUSE, VALUE, ID, LETTER, CASED = 100, 25, 3, 4, 12
"""`CASED` is a letter of a text that is asked for as a regular expression, each case of it."""
FUZZY, REGEX, SORT, COUNT, NAME = 5_000, 14_000, 20_000, 10_000, 100
CANDIDATE, ROW = 100, 30
"""A value that may be counted, and a row that is ordered by a text: the engine holds each of them, however long."""
COUNTS = {"date_histogram": 40_000, "cardinality": 40_000, "percentiles": 60_000, "filter": 4_000}
"""Counts that cost more than others do, or less."""
DIGEST = 9_000
"""Of each value that has percentiles of its own: less than that of a core, but a part of the engine's heap."""
NAME_LETTER = 30
"""Of the names in `fields` the engine makes one automaton, which it gives up at 30,000 letters of names much alike."""
SHORT, LONG = 18_000, 110_000
"""All values of a column that are run through a pattern: of one that holds names, and of one that may hold a text."""

FEW_LETTERS = 3
"""A pattern that no letter begins, and that has not so many in a row, fits nearly every text, and costs thrice."""

LONGEST_NAME = 1024

# Of a text that is analysed, the values are its words.
_WORDS = {name for name, column in TYPED_COLUMNS.items() if column.kind == "text"}
_NAMES = {"title.keyword", *HIDDEN, *_WORDS, *(each.path for each in TYPED_COLUMNS.values() if each.kind == "keyword")}
# The index is kept in this order, whose places are its own.
_IN_ORDER = {"started_at", "numeric_id", "_shard_doc"}
_NUMBERS = {each.sort_path for each in TYPED_COLUMNS.values() if each.kind in {"date", "whole"}}
_NUMBERS |= {"severity_rank", "status_rank", "at", "sequence"}
_TEXTS: frozenset[Kind] = frozenset({"text", "keyword", "key", "object"})
_PLAIN = re.compile(r"[^\\()\[\]{}|?*+.^$]*")


def of_search(
    criterion: Criterion,
    order: Sequence[Mapping[str, Any]],
    rows: int,
    fields: Sequence[str],
    aggregations: Mapping[str, Any],
) -> Cost:
    """What a search of these parts costs; raises QueryError, at the place if it is known, for one that asks too much.

    So many `rows` are ordered, those that are passed over among them.
    """
    budget = Budget()
    spend(criterion, budget)
    for position, key in enumerate(order):
        budget.spend(_of_order(key, rows), f"sort[{position}]")
    for position, name in enumerate(fields):
        budget.spend(_of_name(name, f"fields[{position}]"), f"fields[{position}]")
    budget.spend(_of_counts(aggregations), None)
    return budget.spent


def of_criteria(criteria: Iterable[Criterion]) -> Cost:
    """What a tenant's own criteria cost together, in a budget of theirs; raises QueryError for what is too much."""
    budget = Budget(OF_TENANT)
    for each in criteria:
        spend(each, budget)
    return budget.spent


def spend(criterion: Criterion, budget: Budget, where: str | None = None) -> None:
    """Takes what the criterion costs; raises QueryError at the innermost place of what is too much."""
    match criterion:
        case Placed():
            spend(criterion.operand, budget, criterion.where)
        case And() | Or():
            for each in criterion.operands:
                spend(each, budget, where)
        case Not():
            budget.spend(Cost(CLAUSE, 1), where)
            spend(criterion.operand, budget, where)
        case Where():
            budget.spend(of_predicate(criterion.column, criterion.predicate, where), where)
        case Ids():
            budget.spend(Cost(ID * len(criterion.values), 1), where)
        case Guest():
            budget.spend(criterion.cost, where)
        case Everything() | Nothing():
            budget.spend(Cost(CLAUSE, 1), where)
        case _:
            assert_never(criterion)


def of_predicate(column: Column, predicate: Predicate, where: str | None) -> Cost:
    """What the predicate costs of the column; raises QueryError for a pattern that is too complex."""
    match predicate:
        case Is():
            return of_values(column, len(predicate.values))
        case Equals():
            return of_text(predicate.text)
        case Like():
            return of_pattern(column, predicate.pattern, where)
        case Matches():
            letters = _PLAIN.match(predicate.pattern)
            run = _run_through(column, len(letters[0]) if letters else 0)
            return Cost(REGEX + run, 1) + _of_long(column)
        case Between(gte, gt, lte, lt):
            return of_range(column, _alike(gte if gt is None else gt, lte if lt is None else lt))
        case Present():
            return Cost(CLAUSE, 1)
        case _:
            assert_never(predicate)


def of_values(column: Column | None, count: int) -> Cost:
    """What values to look for cost."""
    return Cost(CLAUSE + VALUE * count, clauses_of(column))


def of_text(text: str) -> Cost:
    """What a whole value costs, whatever its case."""
    return Cost(CLAUSE + (CASED if has_others(text) else LETTER) * len(text), 1)


def of_range(column: Column | None, letters: int = 0) -> Cost:
    """What a range costs: over texts, every value in it is read, and its documents; so many letters begin all of it."""
    is_text = column is not None and column.kind in _TEXTS
    return Cost(3 * _run_through(column, letters) if is_text else CLAUSE, clauses_of(column))


def _alike(low: Value | None, high: Value | None) -> int:
    """How many letters begin every text between the two."""
    if not isinstance(low, str) or not isinstance(high, str):
        return 0
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(low, high, strict=False)))


def of_pattern(column: Column | None, pattern: str, where: str | None) -> Cost:
    """What a wildcard pattern costs of the column; raises QueryError for one that the engine might find too complex."""
    if not pattern.strip("*"):
        return Cost(CLAUSE, 1)
    result = shape(pattern)
    if result.work > HARDEST:
        raise QueryError("this pattern is too complex: fewer ?, or less in all, behind its first *", where, "refused")
    times = 1 if result.letters or result.run >= FEW_LETTERS else 3
    cased = CASED * len(pattern) if has_others(pattern) else 0
    run = times * _run_through(column, result.letters)
    return Cost(CLAUSE + cased + result.work // 10 + run, 1) + _of_long(column)


def clauses_of(column: Column | None) -> int:
    """How many clauses the engine counts for one on the column: it asks for numbers and times in up to three ways."""
    return 1 if column is not None and column.kind in _TEXTS else 3


def _run_through(column: Column | None, letters: int) -> int:
    """What it costs to run a column's values through a pattern that so many letters begin, by which many may begin."""
    whole = SHORT if column is not None and _holds_names(column) else LONG
    return whole // 2 if letters else whole


def _holds_names(column: Column) -> bool:
    """Whether its values are names: of a typed field, or of one that a dialect has brought, which no custom one is."""
    return column.path in _NAMES or (column.kind == "keyword" and column.path.startswith("ext."))


def _of_long(column: Column | None) -> Cost:
    """What the texts that are too long for the column cost: those that may fit, so nearly all, are read whole."""
    return Cost(SHORT // 2, 0, 1) if column is not None and column.long_path else Cost()


def _of_name(name: str, where: str) -> Cost:
    if len(name) > LONGEST_NAME:
        raise QueryError(f"a name is at most {LONGEST_NAME:,} characters", where)
    if "*" in name[:-1]:
        raise QueryError("a * stands only at the end of a name", where)
    return Cost(NAME + NAME_LETTER * len(name))


def _of_counts(aggregations: Mapping[str, Any]) -> Cost:
    return sum((_of_count(each) for each in aggregations.values()), Cost())


def _of_count(aggregation: Mapping[str, Any]) -> Cost:
    price = max(COUNTS.get(kind, COUNT) for kind in aggregation if kind != "aggs")
    terms, inner = aggregation.get("terms", {}), aggregation.get("aggs", {})
    # Values that are chosen by an expression are all run through it.
    chosen = LONG if "include" in terms else 0
    held = CANDIDATE * terms.get("shard_size", 0)
    digests = terms.get("size", 0) if any("percentiles" in each for each in inner.values()) else 0
    return Cost(price + chosen + held + DIGEST * digests) + _of_counts(inner)


def _of_order(key: Mapping[str, Any], rows: int) -> Cost:
    """What ordering so many rows by the key costs."""
    if key.keys() <= _IN_ORDER:
        return Cost(CLAUSE)
    return Cost(SORT if key.keys() <= _NUMBERS else SORT + ROW * rows)
