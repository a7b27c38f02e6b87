"""What one search may ask of the engine, in all its parts together."""

from dataclasses import dataclass

from queries.errors import QueryError


@dataclass(frozen=True, slots=True)
class Cost:
    """Of a part of a search: microseconds of one core (see `queries.costs`), and the clauses that the engine counts."""

    time: int = 0
    clauses: int = 0

    def __add__(self, other: "Cost") -> "Cost":
        return Cost(self.time + other.time, self.clauses + other.clauses)

    def __sub__(self, other: "Cost") -> "Cost":
        return Cost(self.time - other.time, self.clauses - other.clauses)

    def __mul__(self, count: int) -> "Cost":
        return Cost(self.time * count, self.clauses * count)


FREE = Cost()

MOST = Cost(time=1_000_000, clauses=1_000)
"""A second of a core, or little more, on 200,000 incidents: two cores answer eight such searches at once within six,
where the engine has ten. Of clauses the engine itself takes 1,024, and fails past them."""


class Budget:
    """What is left for a search."""

    def __init__(self) -> None:
        self.left = MOST

    @property
    def spent(self) -> Cost:
        """What was taken."""
        return MOST - self.left

    def spend(self, cost: Cost, where: str | None) -> None:
        """Takes the cost; raises QueryError at the place where more would be needed than is left."""
        self.left -= cost
        if self.left.clauses < 0:
            raise QueryError(_TOO_MANY, where, "refused")
        if self.left.time < 0:
            raise QueryError(_TOO_MUCH, where, "refused")


_TOO_MUCH = (
    "this asks too much of one search: fewer patterns, ranges of text and fuzzy words; or letters before a wildcard"
)
_TOO_MANY = (
    f"a search has at most {MOST.clauses:,} conditions in all, of which one on a number or a time counts as three"
)
