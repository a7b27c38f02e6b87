"""Storm: three engine nodes, of which one is killed, and later one is cut off."""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Mapping
from dataclasses import dataclass

from gateway.engine import Engine
from tests.storms.audit import audited
from tests.storms.clients import Client, clients, life
from tests.storms.gateways import DEADLINE, several
from tests.storms.ledger import Ledger
from tests.storms.report import Row, holds_if
from tests.storms.run import Run, engine

CLIENTS, CHANGES = 8, 9
AWAY, LEAST = 60.0, 10.0
"""Seconds that a node is away."""
BOUND = 15.0
"""The longest that nothing may be acknowledged: the engine takes some seconds to give a silent node up."""
LOOK_EVERY = 0.02
# The engine's own settings take half a minute to give up a node that stands still.
SETTINGS = {
    f"cluster.fault_detection.{check}.{name}": value
    for check in ("follower_check", "leader_check")
    for name, value in {"timeout": "1s", "interval": "500ms", "retry_count": 3}.items()
}
FAULTS: Mapping[str, tuple[Callable[[Engine, int], None], Callable[[Engine, int], None]]] = {
    "killed": (Engine.kill, Engine.restart),
    "cut off": (Engine.suspend, Engine.resume),
}


@dataclass(slots=True)
class Pace:
    """Watches how long nothing is acknowledged."""

    ledger: Ledger
    longest: float = 0
    _count: int = -1
    _since: float = 0

    def look(self) -> None:
        """Takes note of what is acknowledged by now."""
        now = time.monotonic()
        if self.ledger.acknowledged != self._count:
            self._count, self._since = self.ledger.acknowledged, now
        self.longest = max(self.longest, now - self._since)


async def nodes(run: Run) -> AsyncGenerator[Row, None]:
    """Writes go on through two gateways that know all three nodes."""
    ledger = Ledger(run.seed)
    async with (
        engine(3, heap="400m", settings=SETTINGS) as running,
        several(2, ",".join(running.urls), **{DEADLINE: 5}) as gateways,
        clients(CLIENTS, [each.url for each in gateways], run) as writers,
    ):
        pace, ends = Pace(ledger), asyncio.Event()
        writing = [asyncio.create_task(_write(each, ledger, ends)) for each in writers]
        try:
            for name in FAULTS:
                yield await _without_one(run, running, pace, name)
        finally:
            ends.set()
            await asyncio.gather(*writing)
        async for row in audited("one of three nodes killed, one cut off", ledger, writers[:4], run.tenant):
            yield row


async def _write(client: Client, ledger: Ledger, ends: asyncio.Event) -> None:
    while not ends.is_set():
        await life(client, ledger, CHANGES)


async def _without_one(run: Run, running: Engine, pace: Pace, name: str) -> Row:
    """A node is away for a while, and comes back."""
    fail, mend = FAULTS[name]
    number, away = run.chance(name).randrange(len(running.nodes)), max(LEAST, AWAY * run.size)
    await _watch(pace, away / 2)
    pace.longest = 0
    await asyncio.to_thread(fail, running, number)
    await _watch(pace, away)
    longest = pace.longest
    await asyncio.to_thread(mend, running, number)
    await _watch(pace, away / 2)
    figure = f"longest pause {longest:.1f} s, of {away:g} s without it"
    return holds_if(longest <= BOUND, "the service goes on without one of three nodes", f"node {name}", figure)


async def _watch(pace: Pace, seconds: float) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        pace.look()
        await asyncio.sleep(LOOK_EVERY)
