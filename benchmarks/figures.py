"""A figure: two sides of a comparison, measured in turns in the same run, and the ratio of each pair."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from statistics import median

from benchmarks import process
from benchmarks.bench import Bench

WARM_UP = -1


@dataclass(frozen=True, slots=True)
class Measured:
    """One side's turn in one round, and the requests or rows that it was taken over.

    `cpu` is the processor time, in microseconds for each of them, of a process that is watched.
    """

    value: float
    count: int
    cpu: float | None = None


Turn = Callable[[int], Awaitable[Measured]]
"""One side's turn in the round of that number; `WARM_UP` is the round that nobody counts."""


@dataclass(frozen=True, slots=True)
class Figure:
    """The gateway and what it is compared with, in every round; `peak` and `growth`, over idle, are in mebibytes."""

    name: str
    against: str
    unit: str
    gateway: list[Measured] = field(default_factory=list)
    other: list[Measured] = field(default_factory=list)
    peak: float | None = None
    growth: float | None = None

    def ratios(self) -> list[float]:
        """The gateway's value by the other's, round by round."""
        return [ours.value / theirs.value for ours, theirs in zip(self.gateway, self.other, strict=True)]

    def cpu_ratios(self) -> list[float]:
        """The same of the processor time, where both are known."""
        pairs = zip(self.gateway, self.other, strict=True)
        return [ours.cpu / theirs.cpu for ours, theirs in pairs if ours.cpu and theirs.cpu]


async def compared(bench: Bench, name: str, unit: str, gateway: Turn, others: Mapping[str, Turn]) -> list[Figure]:
    """A figure for each of the others; in every round each of them has its turn, then the gateway."""
    for turn in (*others.values(), gateway):
        await turn(WARM_UP)
    process.reset_peak(bench.pid)
    ours: list[Measured] = []
    theirs: dict[str, list[Measured]] = {against: [] for against in others}
    for number in range(bench.rounds):
        for against, turn in others.items():
            theirs[against].append(await turn(number))
        ours.append(await accounted(bench.pid, gateway, number))
    peak = process.peak(bench.pid)
    return [Figure(name, against, unit, ours, theirs[against], peak, bench.growth(peak)) for against in others]


async def accounted(pid: int, turn: Turn, number: int) -> Measured:
    """What the turn measured, and the processor time that the process took for it, where that is known."""
    before = process.cpu(pid)
    measured = await turn(number)
    after = process.cpu(pid)
    if before is None or after is None:
        return measured
    return replace(measured, cpu=(after - before) / measured.count)


def values(side: list[Measured]) -> list[float]:
    """What was measured, round by round."""
    return [measured.value for measured in side]


def cpu(side: list[Measured]) -> list[float]:
    """The processor time, round by round, where it is known."""
    return [measured.cpu for measured in side if measured.cpu is not None]


def middle(values: list[float]) -> float | None:
    """The median, if there are any."""
    return median(values) if values else None
