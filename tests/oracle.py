"""What criteria mean, evaluated in memory over wire documents: the truth that the engine's answers are held to."""

import re
from collections.abc import Callable, Iterator
from functools import cache
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

_PIECE = re.compile(r"\\(.)|([*?]+)|(.)", re.DOTALL)


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
    """Every value that the incident has in the column."""
    path = column.path.removesuffix(".keyword") if column.kind == "text" else column.path
    found = list(_at(incident, path.split(".")))
    return [float(each) for each in found] if column.kind == "number" else found


def folded(text: str) -> str:
    """The text without regard to case: of each letter the one that all of its simple mappings lead to.

    None leads from ASCII to beyond it, nor back.
    """
    return "".join(map(_folded, text))


@cache
def _folded(letter: str) -> str:
    ways = [letter]
    for change in (str.lower, str.upper, str.title) * 2:
        ways += [changed for each in ways if _is_simple(each, changed := change(each))]
    return min(set(ways))


def _is_simple(letter: str, changed: str) -> bool:
    return len(changed) == 1 and changed.isascii() == letter.isascii()


def _satisfies(found: list[Any], predicate: Predicate) -> bool:
    match predicate:
        case Is():
            return any(each in predicate.values for each in found)
        case Equals():
            return any(folded(each) == folded(predicate.text) for each in found)
        case Like():
            return any(map(_like(predicate.pattern), found))
        case Matches():
            whole = re.compile(folded(predicate.pattern), re.DOTALL)
            return any(whole.fullmatch(folded(each)) for each in found)
        case Between():
            return any(_within(each, predicate) for each in found)
        case Present():
            return bool(found)
        case _:
            assert_never(predicate)


def _like(pattern: str) -> Callable[[str], bool]:
    pieces = [_expression(*groups) for groups in _PIECE.findall(pattern)]
    whole = re.compile("".join(pieces), re.DOTALL)
    return lambda text: whole.fullmatch(folded(text)) is not None


def _expression(escaped: str, wild: str, plain: str) -> str:
    """Of wildcards side by side one expression: many stars are tried in every way, for minutes on a long text."""
    if wild:
        return f".{{{wild.count('?')},}}" if "*" in wild else "." * len(wild)
    return re.escape(folded(escaped or plain))


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
