"""Storm: two gateways become those of this version, of the version before again, and of this one, under writes."""

import asyncio
import signal
import subprocess
import tarfile
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.storms.audit import audited
from tests.storms.clients import clients, lives
from tests.storms.gateways import Gateway
from tests.storms.ledger import Ledger
from tests.storms.report import Row, holds_if
from tests.storms.run import Run, ground

WRITES, CLIENTS = 4_000, 8
BEFORE = "v0.1.0"
LOOK_EVERY = 0.01
ROOT = Path(__file__).parents[2]


async def upgrade(run: Run) -> AsyncGenerator[Row, None]:
    """A client that cannot reach one gateway asks the other, of whichever version that is."""
    ledger, total = Ledger(run.seed), run.count(WRITES)
    test = f"two gateways rolled forth, back and forth, {BEFORE}"
    with before() as tree:
        async with (
            ground(run) as url,
            _both(url, tree) as gateways,
            clients(CLIENTS, [each.url for each in gateways], run) as writers,
        ):
            writing = asyncio.gather(*(lives(each, ledger, total) for each in writers))
            turns = [(gateway, source) for source in (None, tree, None) for gateway in gateways]
            for turn, (gateway, source) in enumerate(turns):
                while ledger.acknowledged < total * (turn + 1) // (len(turns) + 1) and not writing.done():
                    await asyncio.sleep(LOOK_EVERY)
                gateway.signal(signal.SIGTERM)
                await gateway.ended()
                gateway.source = source
                await gateway.start()
            await writing
            broken = sum(each.broken for each in writers)
            unsure = sum(write.unsure for write in ledger.writes)
            figure = f"{broken} broken, {unsure - broken} failed of {len(ledger.writes):,}"
            yield holds_if(not broken and not unsure, "a rolling upgrade, and back, fails nobody", test, figure)
            async for row in audited(test, ledger, writers[:4], run.tenant):
                yield row


@contextmanager
def before() -> Iterator[Path]:
    """The tree of the version before, as it was tagged, as long as the block lasts."""
    with TemporaryDirectory(prefix="before-") as folder:
        archive = Path(folder) / "tree.tar"
        subprocess.run(["git", "archive", "-o", archive, BEFORE], cwd=ROOT, check=True)
        with tarfile.open(archive) as packed:
            packed.extractall(folder, filter="data")
        yield Path(folder)


@asynccontextmanager
async def _both(url: str, tree: Path) -> AsyncIterator[list[Gateway]]:
    gateways = [Gateway(url) for _ in range(2)]
    try:
        for each in gateways:
            each.source = tree
            await each.start()
        yield gateways
    finally:
        for each in gateways:
            each.close()
