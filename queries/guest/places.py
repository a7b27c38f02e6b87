"""Where the guard stands in a guest's query, and what the rest of that query may still spend."""

import json
import re
from dataclasses import dataclass
from datetime import datetime

from queries.errors import QueryError

DEPTH = 20
LIMITS = {"clauses": 256, "terms": 1024, "words": 640, "patterns": 32}
"""What one query may hold. Words and clauses together stay below the engine's own 1,024, past which it fails (500)."""

_COUNTED = {
    "clauses": "",
    "terms": "",
    "words": ", a word counting once for each field, a fuzzy one for each of its max_expansions",
    "patterns": " (wildcard, prefix or fuzzy words), each counting once for each field",
}
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,255}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a guest's query: its path, the request's time, what is left of the limits, its depth in clauses."""

    path: str
    now: datetime
    left: dict[str, int]
    depth: int = 0


def inside(place: Place, step: object) -> Place:
    """The place one key, or one position of a list, further in."""
    tail = f"[{step}]" if isinstance(step, int) else f".{step if _is_plain(step) else shown(step)}"
    return Place(place.path + tail, place.now, place.left, place.depth)


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
    return Place(place.path, place.now, place.left, place.depth + 1)


def spend(what: str, count: int, place: Place) -> None:
    """Takes `count` from what is left of a limit; raises QueryError past it."""
    if count > place.left[what]:
        raise refusal(f"at most {LIMITS[what]} {what} in all{_COUNTED[what]}", place)
    place.left[what] -= count


def _is_plain(step: object) -> bool:
    return isinstance(step, str) and _PLAIN.fullmatch(step) is not None
