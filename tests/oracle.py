"""What criteria mean, evaluated in memory over wire documents: the truth that the engine's answers are held to."""

import re
from collections.abc import Callable, Iterator
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
    Matches,
    Not,
    Nothing,
    Or,
    Placed,
    Predicate,
    Present,
    Value,
    Where,
)  # fmt: skip
from queries.fields import Column

_INDEXED = 8191
_PIECE = re.compile(r"\\(.)|(\*)|(\?)|(.)", re.DOTALL)
_FOLD = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}


def holds(criterion: Criterion, incident: dict[str, Any]) -> bool:
    """Whether the incident is one of those wanted."""
    match criterion:
        case Everything():
            return True
        case Nothing():
            return False
        case Where():
            return _satisfies(values(criterion.column, incident), criterion.predicate)
        case Ids():
            return incident["_meta"]["id"] in criterion.values
        case Not():
            return not holds(criterion.operand, incident)
        case And():
            return all(holds(each, incident) for each in criterion.operands)
        case Or():
            return any(holds(each, incident) for each in criterion.operands)
        case Placed():
            return holds(criterion.operand, incident)
        case Guest():
            raise TypeError("a guest's clause is judged by the criterion that it stands for")
        case _:
            assert_never(criterion)


def values(column: Column, incident: dict[str, Any]) -> list[Value]:
    """Every value that the incident has in the column, as it can be found; overlong texts cannot."""
    path = column.path.removesuffix(".keyword") if column.kind == "text" else column.path
    found = [each for each in _at(incident, path.split(".")) if _is_indexed(each)]
    return [float(each) for each in found] if column.kind == "number" else found


def folded(text: str) -> str:
    """The text without regard to case, which the engine knows of the letters A to Z alone."""
    return text.translate(_FOLD)


def _satisfies(found: list[Any], predicate: Predicate) -> bool:
    match predicate:
        case Is():
            return any(each in predicate.values for each in found)
        case Equals():
            return any(folded(each) == folded(predicate.text) for each in found)
        case Like():
            return any(map(_like(predicate.pattern), found))
        case Matches():
            whole = re.compile(predicate.pattern, re.DOTALL | re.IGNORECASE)
            return any(whole.fullmatch(each) for each in found)
        case Between():
            return any(_within(each, predicate) for each in found)
        case Present():
            return bool(found)
        case _:
            assert_never(predicate)


def _like(pattern: str) -> Callable[[str], bool]:
    pieces = [
        re.escape(folded(escaped or plain)) if escaped or plain else ".*" if run else "."
        for escaped, run, _, plain in _PIECE.findall(pattern)
    ]
    whole = re.compile("".join(pieces), re.DOTALL)
    return lambda text: whole.fullmatch(folded(text)) is not None


def _within(value: Any, between: Between) -> bool:
    return (
        (between.gte is None or value >= between.gte)
        and (between.gt is None or value > between.gt)
        and (between.lte is None or value <= between.lte)
        and (between.lt is None or value < between.lt)
    )


def _at(value: Any, path: list[str]) -> Iterator[Any]:
    """The scalars at a path; lists are looked through, and of an object that ends the path nothing is a value."""
    if isinstance(value, list):
        for each in value:
            yield from _at(each, path)
    elif not path:
        yield from () if isinstance(value, dict) else (value,)
    elif isinstance(value, dict) and path[0] in value:
        yield from _at(value[path[0]], path[1:])


def _is_indexed(value: Any) -> bool:
    return not isinstance(value, str) or len(value.encode("utf-16-le")) // 2 <= _INDEXED
