"""Storm: a tenant's indices are made anew, of other shards each time, while clients write through two gateways."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncGenerator

from tests.storms.audit import audited
from tests.storms.clients import clients, lives
from tests.storms.gateways import several
from tests.storms.ledger import Ledger
from tests.storms.report import Row, holds_if
from tests.storms.run import Run, ground

WRITES, CLIENTS, SHARDS = 20_000, 4, (2, 3, 1)
LOOK_EVERY = 0.01


async def reindexed(run: Run) -> AsyncGenerator[Row, None]:
    """No write fails, none is lost, none comes twice."""
    ledger, total = Ledger(run.seed), run.count(WRITES)
    test = f"made anew {len(SHARDS)} x under {CLIENTS} writers"
    async with (
        ground(run) as url,
        several(2, url) as gateways,
        clients(CLIENTS, [each.url for each in gateways], run) as writers,
    ):
        writing = asyncio.gather(*(lives(each, ledger, total) for each in writers))
        codes = []
        for turn, shards in enumerate(SHARDS):
            while ledger.acknowledged < total * (turn + 1) // (len(SHARDS) + 1) and not writing.done():
                await asyncio.sleep(LOOK_EVERY)
            codes.append(await asyncio.to_thread(_made_anew, url, run.tenant, shards))
        during = ledger.acknowledged
        await writing
        unsure = sum(write.unsure for write in ledger.writes)
        slowest = max(wait for each in writers for wait in each.waits)
        figure = f"{unsure} failed of {len(ledger.writes):,}, {during:,} by the last swap; slowest {slowest:.1f} s"
        yield holds_if(codes == [0] * len(SHARDS) and not unsure, "a reindex fails nobody", test, figure)
        async for row in audited(test, ledger, writers[:4], run.tenant):
            yield row


def _made_anew(url: str, tenant: str, shards: int) -> int:
    command = [sys.executable, "-m", "gateway", "tenant", "reindex", tenant, "--shards", str(shards)]
    return subprocess.run(command, env=os.environ | {"GATEWAY_OPENSEARCH_URL": url}, check=False).returncode
