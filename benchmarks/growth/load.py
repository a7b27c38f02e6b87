"""Clients that ask without a pause, each on a connection of its own, for so many seconds."""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from statistics import median, quantiles
from time import perf_counter

from benchmarks import process
from benchmarks.connection import Connection, Refused, connected

_PAUSE = 1.0

Body = Callable[[], bytes]


@dataclass(frozen=True, slots=True)
class Answered:
    """What the clients were answered: in all a second, how long it took, what it cost, and the worst-off of them.

    Who is refused is told to try again in a second, and does.
    """

    per_second: float
    p50: float
    p99: float
    cpu: float | None
    slowest: float
    refused: int


@dataclass(frozen=True, slots=True)
class Load:
    """Who is asked, by how many clients, and for how long; the clients take the tenants in turn."""

    url: str
    pids: tuple[int, ...]
    tenants: tuple[str, ...]
    clients: int
    seconds: float


async def answered(load: Load, path: str, body: Body) -> Answered:
    """What the clients were answered within the time; connections and a first request of each come before it."""
    async with AsyncExitStack() as stack:
        connections = [
            await stack.enter_async_context(connected(load.url, load.tenants[number % len(load.tenants)]))
            for number in range(load.clients)
        ]
        for each in connections:
            await each.call("POST", path, body())
        before, started = _cpu(load.pids), perf_counter()
        until = started + load.seconds
        clients = [_Client(each) for each in connections]
        await asyncio.gather(*(each.ask(path, body, until) for each in clients))
        return _summed(clients, perf_counter() - started, before, _cpu(load.pids))


@dataclass(slots=True)
class _Client:
    """One client, and how long each of its answers took."""

    connection: Connection
    times: list[float] = field(default_factory=list)
    refused: int = 0

    async def ask(self, path: str, body: Body, until: float) -> None:
        """Asks until then."""
        while (began := perf_counter()) < until:
            try:
                await self.connection.call("POST", path, body())
                self.times.append((perf_counter() - began) * 1000)
            except Refused as refusal:
                if ": 503 " not in str(refusal):
                    raise
                self.refused += 1
                await asyncio.sleep(_PAUSE)


def _summed(clients: list[_Client], took: float, before: float | None, after: float | None) -> Answered:
    every = sorted(each for client in clients for each in client.times)
    counts = [len(client.times) for client in clients]
    cpu = None if before is None or after is None else (after - before) / len(every)
    p99 = quantiles(every, n=100)[-1] if len(every) > 1 else every[-1]
    refused = sum(client.refused for client in clients)
    return Answered(len(every) / took, median(every), p99, cpu, min(counts) / (median(counts) or 1), refused)


def _cpu(pids: tuple[int, ...]) -> float | None:
    used = [process.cpu(pid) for pid in pids]
    known = [each for each in used if each is not None]
    return sum(known) if len(known) == len(used) else None
