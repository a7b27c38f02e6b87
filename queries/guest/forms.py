"""The forms a clause comes in: parameters under its name, or under the name of a field, or one value in their place."""

from collections.abc import Callable, Mapping
from itertools import islice
from typing import Any

from queries.guest.places import Place, inside, refusal, shown
from queries.guest.values import Checks, field

Clause = dict[str, Any]
Finish = Callable[[Clause, Place], None]
"""What a clause needs beyond its parameters one by one: what we add, what it spends, what excludes what."""


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
    """The parameters, checked one by one and in the order of their table."""
    given = mapping(value, place)
    for name in given:
        if name not in checks:
            raise refusal(f"{shown(name)} is not a parameter that is allowed here", inside(place, name))
    for name in required:
        if name not in given:
            raise refusal(f"the parameter {shown(name)} is missing", place)
    return {name: check(given[name], inside(place, name)) for name, check in checks.items() if name in given}


def plain(checks: Checks, required: tuple[str, ...], finish: Finish | None, value: object, place: Place) -> Clause:
    """A clause whose parameters stand under its own name."""
    built = parameters(value, checks, required, place)
    if finish is not None:
        finish(built, place)
    return built


def by_field(checks: Checks, main: str | None, finish: Finish | None, value: object, place: Place) -> Clause:
    """A clause whose parameters stand under a field; a lone value there is the `main` parameter."""
    name, said = single(value, place, "field")
    at = inside(place, name)
    column = field(name, at)
    if main is not None and not isinstance(said, Mapping):
        built: Clause = {main: checks[main](said, at)}
    else:
        built = parameters(said, checks, (main,) if main else (), at)
    if finish is not None:
        finish(built, at)
    return {column: built}
