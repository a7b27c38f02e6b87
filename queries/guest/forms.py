"""The forms a clause comes in: parameters under its name, or under the name of a field, or one value in their place."""

from collections.abc import Callable, Mapping
from itertools import islice
from typing import Any

from queries.guest.places import Place, inside, refusal, shown
from queries.guest.values import Checks, field, text

Clause = dict[str, Any]
NAME = "_name"
Finish = Callable[[Clause, Place], Clause]
"""What a clause needs beyond its parameters one by one: what we add, what it spends, what excludes what."""
FinishOf = Callable[[str, Clause, Place], Clause]
"""The same for a clause on a field, given the field's name."""


def mapping(value: object, place: Place) -> Mapping[object, object]:
    if not isinstance(value, Mapping):
        raise refusal("an object is wanted here", place)
    return value


def single(value: object, place: Place, what: str) -> tuple[object, object]:
    """The one key and value of an object that holds a single query, or a single field."""
    held = mapping(value, place)
    if len(held) != 1:
        names = ", ".join(shown(name) for name in islice(held, 3)) or "none"
        raise refusal(f"one {what} per object is wanted: here {names}", place)
    return next(iter(held.items()))


def parameters(value: object, checks: Checks, required: tuple[str, ...], place: Place) -> Clause:
    """The parameters, checked one by one and in the order of their table; a `_name` is taken, and of no effect."""
    given = mapping(value, place)
    for name in given:
        if name not in checks and name != NAME:
            raise refusal(f"{shown(name)} is not a parameter that is allowed here", inside(place, name))
    if NAME in given:
        text(given[NAME], inside(place, NAME))
    for name in required:
        if name not in given:
            raise refusal(f"the parameter {shown(name)} is missing", place)
    return {name: check(given[name], inside(place, name)) for name, check in checks.items() if name in given}


def plain(checks: Checks, required: tuple[str, ...], finish: Finish | None, value: object, place: Place) -> Clause:
    """A clause whose parameters stand under its own name."""
    built = parameters(value, checks, required, place)
    return built if finish is None else finish(built, place)


def by_field(checks: Checks, names: tuple[str, ...], finish: FinishOf, value: object, place: Place) -> Clause:
    """A clause whose parameters stand under a field; a lone value is the first of the `names` of what is sought."""
    name, said = single(value, place, "field")
    at = inside(place, name)
    column = field(name, at)
    if names and not isinstance(said, Mapping):
        built: Clause = {names[0]: checks[names[0]](said, at)}
    else:
        built = _under_one_name(parameters(said, checks, (), at), names, at)
    return {column: finish(column, built, at)}


def _under_one_name(built: Clause, names: tuple[str, ...], place: Place) -> Clause:
    """The parameters with what is sought, which some builders print under another name, under the first one."""
    used = [name for name in names if name in built]
    if names and not used:
        raise refusal(f"the parameter {shown(names[0])} is missing", place)
    if len(used) > 1:
        raise refusal(f"{' and '.join(used)} exclude each other", place)
    return {names[0] if name in used else name: value for name, value in built.items()}
