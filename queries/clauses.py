"""Criteria as OpenSearch clauses; filters only, so that nothing is scored and everything can be cached."""

from typing import Any, assert_never

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
    Not,
    Nothing,
    Or,
    Present,
    Where,
)
from queries.fields import Column

Clause = dict[str, Any]


def clause(criterion: Criterion) -> Clause:
    """The clause that matches exactly the incidents `criterion` holds for."""
    match criterion:
        case Everything():
            return {"match_all": {}}
        case Nothing():
            return {"match_none": {}}
        case Where():
            return _where(criterion.column, criterion.predicate)
        case Ids():
            return {"ids": {"values": list(criterion.values)}}
        case Not():
            return {"bool": {"must_not": [clause(criterion.operand)]}}
        case And():
            return {"bool": {"filter": [clause(each) for each in criterion.operands]}}
        case Or(operands=()):
            # The engine takes a `bool` of no clauses for everything.
            return {"match_none": {}}
        case Or():
            should = [clause(each) for each in criterion.operands]
            return {"bool": {"should": should, "minimum_should_match": 1}}
        case Guest():
            return dict(criterion.clause)
        case _:
            assert_never(criterion)


def _where(column: Column, predicate: Is | Equals | Like | Between | Present) -> Clause:
    match predicate:
        case Is(values=(value,)):
            return {"term": {column.path: value}}
        case Is():
            return {"terms": {column.path: list(predicate.values)}}
        case Equals():
            return {"term": {column.path: {"value": predicate.text, "case_insensitive": True}}}
        case Like():
            return {"wildcard": {column.path: {"value": predicate.pattern, "case_insensitive": True}}}
        case Between():
            return {"range": {column.path: _bounds(predicate)}}
        case Present():
            return {"exists": {"field": column.path}}
        case _:
            assert_never(predicate)


def _bounds(between: Between) -> Clause:
    bounds = {"gte": between.gte, "gt": between.gt, "lte": between.lte, "lt": between.lt}
    return {word: bound for word, bound in bounds.items() if bound is not None}
