"""Storm: kill -9 of engine and gateways at random moments of mixed writes through all dialects, with retries."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from random import Random

from gateway.engine import Engine
from tests.storms import bulks
from tests.storms.audit import audited
from tests.storms.clients import Client, clients, lives
from tests.storms.gateways import DEADLINE, Gateway, several
from tests.storms.ledger import Ledger
from tests.storms.report import Row
from tests.storms.run import Run, engine

WRITES, KILLS, CLIENTS = 20_000, 5, 8
LOOK_EVERY = 0.01


async def kills(run: Run) -> AsyncGenerator[Row, None]:
    """Writes go on while the engine and each of two gateways are killed, and started again."""
    ledger, total, times = Ledger(run.seed), run.count(WRITES), run.count(KILLS)
    chance = run.chance("kills")
    async with (
        engine() as running,
        several(2, running.url, **{DEADLINE: 5}) as gateways,
        clients(CLIENTS, [each.url for each in gateways], run) as writers,
    ):
        targets = ["engine", "gateway"] * times
        chance.shuffle(targets)
        moments = sorted(chance.sample(range(total // 20, total * 19 // 20), len(targets)))
        writing = asyncio.gather(*(_write(each, ledger, total, at) for at, each in enumerate(writers)))
        for target, moment in zip(targets, moments, strict=True):
            await _reached(ledger, moment, writing)
            await _killed(target, running, gateways, chance)
        await writing
        storm = f"kill -9, {times} of engine, {times} of gateway" + (", with keys" if run.keys else "")
        async for row in audited(storm, ledger, writers[:4], run.tenant):
            yield row


async def _write(client: Client, ledger: Ledger, total: int, at: int) -> None:
    """Every fourth client writes in bulk."""
    await (bulks.lives if at % 4 == 3 else lives)(client, ledger, total)


async def _reached(ledger: Ledger, moment: int, writing: "asyncio.Future[list[None]]") -> None:
    while ledger.acknowledged < moment and not writing.done():
        await asyncio.sleep(LOOK_EVERY)


async def _killed(target: str, running: Engine, gateways: Sequence[Gateway], chance: Random) -> None:
    if target == "engine":
        await asyncio.to_thread(running.kill, 0)
        await asyncio.to_thread(running.restart, 0)
    else:
        gateway = chance.choice(gateways)
        gateway.kill()
        await gateway.start_at_last()
