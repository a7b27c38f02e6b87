"""What one search may ask of the engine, in all its parts together."""

from dataclasses import dataclass

from queries.errors import QueryError


@dataclass(frozen=True, slots=True)
class Cost:
    """Of a part of a search: microseconds of one core (see `queries.costs`), and the clauses that the engine counts.

    And how often it reads the texts that are too long for their columns, of which a tenant may have any number.
    """

    time: int = 0
    clauses: int = 0
    long: int = 0

    def __add__(self, other: "Cost") -> "Cost":
        return Cost(self.time + other.time, self.clauses + other.clauses, self.long + other.long)

    def __sub__(self, other: "Cost") -> "Cost":
        return Cost(self.time - other.time, self.clauses - other.clauses, self.long - other.long)

    def __mul__(self, count: int) -> "Cost":
        return Cost(self.time * count, self.clauses * count, self.long * count)


FREE = Cost()

MOST = Cost(time=650_000, clauses=1_000)
"""Half a second of a core, or little more, on 200,000 incidents of usual texts, and up to two where texts are as long
as they may be: two cores answer eight such searches within the ten seconds that the engine has. Of clauses the engine
itself takes 1,024, and fails past them."""

OF_TENANT = Cost(time=1_000_000, clauses=1_000)
"""What a tenant's own filters may ask for, which are there already and which every one of its searches carries."""

LONG_BYTES = 2**28
"""Of documents with long texts, those that a search reads that does nothing else, counted as often as it reads them:
some 6 ns each. Whatever they are, they may be read once."""

DEAR = 60_000
"""The time from which on a search is dear, as few of which go on at once as leave the engine threads for others."""


ONE_READING = 380_000
"""Of a search with one pattern over such texts, whichever it is, and little else."""


def readable(cost: Cost) -> int:
    """How many bytes of documents with long texts a search of that cost may read each time, beside all else."""
    return LONG_BYTES * (MOST.time * 5 // 4 - cost.time) // (MOST.time * cost.long)


class Budget:
    """What is left for a search."""

    def __init__(self, most: Cost = MOST) -> None:
        self._most = self.left = most

    @property
    def spent(self) -> Cost:
        """What was taken."""
        return self._most - self.left

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
