"""Where the guard stands in a guest's query, and what the rest of that query may still spend."""

import json
import re
from dataclasses import dataclass, field
from datetime import datetime

from queries.budgets import Budget, Cost
from queries.errors import QueryError
from queries.fields import Columns

DEPTH = 20
LIMITS = {"clauses": 256, "terms": 1024, "words": 640}
"""What one query may hold, besides what it may cost (`queries.costs`)."""

_COUNTED = {
    "clauses": "",
    "terms": "",
    "words": ", a word counting once for each field, a fuzzy one for each of its max_expansions",
}
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,255}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Request:
    """What holds for the whole query: its time, the tenant's columns, what is left of the limits, the names it uses."""

    now: datetime
    columns: Columns
    left: dict[str, int] = field(default_factory=lambda: dict(LIMITS))
    budget: Budget = field(default_factory=Budget)
    names: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a guest's query: its path, and its depth in clauses."""

    path: str
    request: Request
    depth: int = 0


def inside(place: Place, step: object) -> Place:
    """The place one key, or one position of a list, further in."""
    tail = f"[{step}]" if isinstance(step, int) else f".{step if _is_plain(step) else shown(step)}"
    return Place(place.path + tail, place.request, place.depth)


def refusal(reason: str, place: Place) -> QueryError:
    """The error that says why a query is refused, and where."""
    return QueryError(reason, place.path)


def shown(name: object) -> str:
    """A guest's own word, short and in quotes."""
    return json.dumps(name[:64]) if isinstance(name, str) else f'"{name!s:.64}"'


def deeper(place: Place) -> Place:
    """The same place, one clause deeper; raises QueryError past 20 of them."""
    if place.depth == DEPTH:
        raise refusal(f"clauses nest at most {DEPTH} deep", place)
    return Place(place.path, place.request, place.depth + 1)


def spend(what: str, count: int, place: Place) -> None:
    """Takes `count` from what is left of a limit; raises QueryError past it."""
    left = place.request.left
    if count > left[what]:
        raise refusal(f"at most {LIMITS[what]} {what} in all{_COUNTED[what]}", place)
    left[what] -= count


def charge(cost: Cost, place: Place) -> None:
    """Takes a cost from what is left of the search's budget; raises QueryError past it."""
    place.request.budget.spend(cost, place.path)


def _is_plain(step: object) -> bool:
    return isinstance(step, str) and _PLAIN.fullmatch(step) is not None
