"""No storm at all: the same writes with nothing that fails, which shows that the audit finds nothing by itself."""

import asyncio
from collections.abc import AsyncGenerator

from tests.storms import bulks
from tests.storms.audit import audited
from tests.storms.clients import clients, lives
from tests.storms.gateways import several
from tests.storms.ledger import Ledger
from tests.storms.report import Row
from tests.storms.run import Run, ground

WRITES, CLIENTS = 4_000, 4


async def calm(run: Run) -> AsyncGenerator[Row, None]:
    """Writes through two gateways."""
    ledger, total = Ledger(run.seed), run.count(WRITES)
    async with (
        ground(run) as url,
        several(2, url) as gateways,
        clients(CLIENTS, [each.url for each in gateways], run) as [bulky, *writers],
    ):
        await asyncio.gather(bulks.lives(bulky, ledger, total), *(lives(each, ledger, total) for each in writers))
        async for row in audited("calm", ledger, writers, run.tenant):
            yield row
