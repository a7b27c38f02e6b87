"""Storm: one tenant with very many clients, another with four."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from statistics import quantiles

from tests.storms.clients import clients, fill
from tests.storms.gateways import serving
from tests.storms.report import Row, holds_if
from tests.storms.run import Run, ground
from tests.storms.wire import Broken, Connection, Request, Unsent

CLIENTS, LEAST, QUIET, SECONDS = 800, 200, 4, 10.0
TIMES = 3
"""How much slower the quiet ones may be than when alone, at the 99th of a hundred."""
FLOOR = 0.05
"""Seconds that are quick enough in any case."""
PAGE = Request("GET", "/_im/incidents?size=25")


@dataclass(slots=True)
class Heard:
    """What the quiet clients saw: seconds of each answer, and statuses."""

    seconds: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)

    @property
    def p99(self) -> float:
        """The seconds within which 99 of 100 were answered."""
        return quantiles(self.seconds, n=100)[98] if len(self.seconds) > 1 else max(self.seconds, default=0.0)

    @property
    def refused(self) -> int:
        """How many were not served."""
        return self.statuses.total() - self.statuses[200]


async def loud(run: Run) -> AsyncGenerator[Row, None]:
    """The quiet tenant's pages and changes, alone and beside the loud one's pages."""
    quiet = replace(run, tenant=f"{run.tenant}-quiet")
    count, seconds = run.count(CLIENTS, LEAST), max(3.0, SECONDS * run.size)
    async with (
        ground(run) as url,
        serving(url) as gateway,
        clients(1, [gateway.url], run) as [filler],
        clients(1, [gateway.url], quiet) as [quiet_filler],
    ):
        await fill(filler, 500)
        await fill(quiet_filler, 500)
        alone = await _heard(gateway.url, quiet.tenant, seconds)
        async with _noise(gateway.url, run.tenant, count):
            beside = await _heard(gateway.url, quiet.tenant, seconds)
    bound = max(FLOOR, TIMES * alone.p99)
    figure = (
        f"p99 {alone.p99 * 1000:.0f} ms alone, {beside.p99 * 1000:.0f} ms beside; "
        f"{beside.refused} of {beside.statuses.total():,} refused"
    )
    test = f"{count} clients of one tenant, {QUIET} of another"
    yield holds_if(not beside.refused and beside.p99 <= bound, "a loud tenant harms no other", test, figure)


async def _heard(url: str, tenant: str, seconds: float) -> Heard:
    heard, until = Heard(), time.monotonic() + seconds

    async def ask(number: int) -> None:
        connection, turn = Connection(url, tenant), 0
        while time.monotonic() < until:
            turn += 1
            change = Request("PUT", f"/_im/incidents/f{number}", {"turn": turn})
            began = time.monotonic()
            heard.statuses[(await connection.ask(change if turn % 4 == 0 else PAGE)).status] += 1
            heard.seconds.append(time.monotonic() - began)
        connection.close()

    await asyncio.gather(*map(ask, range(QUIET)))
    return heard


@asynccontextmanager
async def _noise(url: str, tenant: str, count: int) -> AsyncIterator[None]:
    """So many clients that ask without a pause, as long as the block lasts."""

    async def shout() -> None:
        connection = Connection(url, tenant)
        try:
            while True:
                try:
                    await connection.ask(PAGE)
                except (Unsent, Broken):
                    await asyncio.sleep(0)
        finally:
            connection.close()

    tasks = [asyncio.create_task(shout()) for _ in range(count)]
    try:
        yield
    finally:
        for each in tasks:
            each.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
