"""A figure: two sides of a comparison, measured in turns in the same run, and the ratio of each pair."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from statistics import median

from benchmarks import process
from benchmarks.bench import Bench

WARM_UP = -1


@dataclass(frozen=True, slots=True)
class Measured:
    """One side's turn in one round, and the requests or rows that it was taken over."""

    value: float
    count: int


Turn = Callable[[int], Awaitable[Measured]]
"""One side's turn in the round of that number; `WARM_UP` is the round that nobody counts."""


@dataclass(frozen=True, slots=True)
class Figure:
    """The gateway and what it is compared with, a value of each per round.

    `cpu` is the gateway's own, in microseconds per request or row; `peak` and `growth`, over idle, are in mebibytes.
    """

    name: str
    against: str
    unit: str
    gateway: list[float] = field(default_factory=list)
    other: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    peak: float | None = None
    growth: float | None = None

    def ratios(self) -> list[float]:
        """The gateway's value by the other's, round by round."""
        return [ours / theirs for ours, theirs in zip(self.gateway, self.other, strict=True)]


async def compared(bench: Bench, name: str, unit: str, gateway: Turn, others: Mapping[str, Turn]) -> list[Figure]:
    """A figure for each of the others; in every round each of them has its turn, then the gateway."""
    for turn in (*others.values(), gateway):
        await turn(WARM_UP)
    process.reset_peak(bench.pid)
    ours, cpu = [], []
    theirs: dict[str, list[float]] = {against: [] for against in others}
    for number in range(bench.rounds):
        for against, turn in others.items():
            theirs[against].append((await turn(number)).value)
        measured, spent = await accounted(bench.pid, gateway, number)
        ours.append(measured.value)
        cpu += spent
    peak = process.peak(bench.pid)
    return [Figure(name, against, unit, ours, theirs[against], cpu, peak, bench.growth(peak)) for against in others]


async def accounted(pid: int, turn: Turn, number: int) -> tuple[Measured, list[float]]:
    """The turn, and the processor time that the process took for each request or row of it, where that is known."""
    before = process.cpu(pid)
    measured = await turn(number)
    after = process.cpu(pid)
    if before is None or after is None:
        return measured, []
    return measured, [(after - before) / measured.count]


def middle(values: list[float]) -> float | None:
    """The median, if there are any."""
    return median(values) if values else None
