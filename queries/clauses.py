"""Criteria as OpenSearch clauses; filters only, so that nothing is scored and everything can be cached."""

from typing import Any, assert_never

from queries import texts
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
from queries.fields import Column

Clause = dict[str, Any]

_SAFE = 2**53
"""No column of whole numbers holds this one, nor one beyond it."""


def clause(criterion: Criterion) -> Clause:
    """The clause that matches exactly the incidents `criterion` holds for."""
    match criterion:
        case Everything() | Nothing():
            return {"match_all" if criterion == Everything() else "match_none": {}}
        case Where():
            return _where(criterion.column, criterion.predicate)
        case Ids():
            return {"ids": {"values": list(criterion.values)}}
        case Not():
            return {"bool": {"must_not": [clause(criterion.operand)]}}
        case And():
            return {"bool": {"filter": [clause(each) for each in criterion.operands]}}
        case Or():
            # The engine takes a `bool` of no clauses for everything.
            should = [clause(each) for each in criterion.operands or (Nothing(),)]
            return {"bool": {"should": should, "minimum_should_match": 1}}
        case Placed():
            return clause(criterion.operand)
        case Guest():
            return dict(criterion.clause)
        case _:
            assert_never(criterion)


def _where(column: Column, predicate: Predicate) -> Clause:
    match predicate:
        case Is(values=(value,)):
            return {"term": {column.path: _held(column, value)}}
        case Is():
            return {"terms": {column.path: [_held(column, each) for each in predicate.values]}}
        case Equals() | Like() | Matches():
            return texts.clause(column, predicate)
        case Between():
            return {"range": {column.path: _bounds(column, predicate)}}
        case Present():
            return {"exists": {"field": column.held_path}}
        case _:
            assert_never(predicate)


def _bounds(column: Column, between: Between) -> Clause:
    bounds = {"gte": between.gte, "gt": between.gt, "lte": between.lte, "lt": between.lt}
    return {word: _held(column, bound) for word, bound in bounds.items() if bound is not None}


def _held(column: Column, value: Value) -> Value:
    """The value, or one that is as good and that the column can hold: the engine refuses others, and has two zeros."""
    if isinstance(value, str) or column.kind not in {"whole", "number"}:
        return value
    return (min(max(value, -_SAFE), _SAFE) if column.kind == "whole" else value) or 0
