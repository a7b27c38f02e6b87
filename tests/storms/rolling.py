"""Storm: two gateways are restarted in turn, by SIGTERM, while clients write through both."""

import asyncio
import signal
from collections.abc import AsyncGenerator

from tests.storms.audit import audited
from tests.storms.clients import clients, lives
from tests.storms.gateways import several
from tests.storms.ledger import Ledger
from tests.storms.report import Row, holds_if
from tests.storms.run import Run, ground

WRITES, CLIENTS, ROUNDS = 4_000, 16, 3
LOOK_EVERY = 0.01


async def rolling(run: Run) -> AsyncGenerator[Row, None]:
    """A client that cannot reach one gateway asks the other."""
    ledger, total, rounds = Ledger(run.seed), run.count(WRITES), run.count(ROUNDS)
    test = f"each of two gateways restarted {rounds} x"
    async with (
        ground(run) as url,
        several(2, url) as gateways,
        clients(CLIENTS, [each.url for each in gateways], run) as writers,
    ):
        writing = asyncio.gather(*(lives(each, ledger, total) for each in writers))
        slowest = 0.0
        for turn in range(2 * rounds):
            while ledger.acknowledged < total * (turn + 1) // (2 * rounds + 1) and not writing.done():
                await asyncio.sleep(LOOK_EVERY)
            gateways[turn % 2].signal(signal.SIGTERM)
            slowest = max(slowest, await gateways[turn % 2].ended() or 0)
            await gateways[turn % 2].start()
        await writing
        broken = sum(each.broken for each in writers)
        unsure = sum(write.unsure for write in ledger.writes)
        figure = f"{broken} broken, {unsure - broken} failed of {len(ledger.writes):,}; {slowest:.1f} s to end"
        yield holds_if(not broken and not unsure, "a rolling restart fails nobody", test, figure)
        async for row in audited(test, ledger, writers[:4], run.tenant):
            yield row
