"""How long a request takes, asked by one client or by several at once, each on a connection of its own."""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from itertools import count
from statistics import median
from time import perf_counter

from benchmarks.connection import Connection, connected
from benchmarks.figures import Measured


async def p50(
    url: str,
    tenant: str,
    path: str,
    body: Callable[[], bytes],
    *,
    requests: int,
    clients: int = 1,
    method: str = "POST",
) -> Measured:
    """The median, in milliseconds, of so many requests; `body` makes each of them before its clock starts."""
    times: list[float] = []
    async with AsyncExitStack() as stack:
        connections = [await stack.enter_async_context(connected(url, tenant)) for _ in range(clients)]
        await asyncio.gather(*(_asked(each, method, path, body, requests // clients, times) for each in connections))
    return Measured(median(times), len(times))


async def _asked(
    connection: Connection, method: str, path: str, body: Callable[[], bytes], requests: int, times: list[float]
) -> None:
    for _ in range(requests):
        sent = body()
        started = perf_counter()
        await connection.call(method, path, sent)
        times.append((perf_counter() - started) * 1000)


def same(body: bytes) -> Callable[[], bytes]:
    """The same body for every request."""
    return lambda: body


def varied(body: Callable[[int], bytes], first: int, step: int) -> Callable[[], bytes]:
    """A body for each of the numbers `first`, `first + step` and so on: none comes twice."""
    numbers = count(first, step)
    return lambda: body(next(numbers))
