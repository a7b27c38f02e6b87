"""How large a storm is, and the engine that it rages over."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from gateway.engine import Engine, start

MEMORY, ROOM = Path("/dev/shm"), 4 * 2**30


@dataclass(frozen=True, slots=True)
class Run:
    """The seed of all that is drawn, and the size by which all numbers are scaled.

    With `keys` each write carries an `Idempotency-Key`. `url` is an engine that runs; without it a storm has its own.
    """

    seed: int = 1
    size: float = 1.0
    keys: bool = False
    url: str | None = None
    tenant: str = "storm"

    def count(self, whole: int, least: int = 1) -> int:
        """So many of the whole storm's number, at least the least."""
        return max(least, round(whole * self.size))

    def chance(self, name: str) -> Random:
        """What is drawn for a purpose; the same in every run of the seed."""
        return Random(f"{self.seed}-{name}")


@asynccontextmanager
async def engine(
    nodes: int = 1, heap: str = "512m", settings: Mapping[str, object] | None = None
) -> AsyncIterator[Engine]:
    """An engine with nothing in it, in memory where there is room, as long as the block lasts."""
    room = MEMORY if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM else None
    with TemporaryDirectory(prefix="storm-", dir=room) as folder:
        running = await asyncio.to_thread(start, Path(folder), nodes=nodes, heap=heap, settings=settings)
        try:
            yield running
        finally:
            await asyncio.to_thread(running.stop)


@asynccontextmanager
async def ground(run: Run) -> AsyncIterator[str]:
    """The address of the engine that is given, else of one that the block has for itself."""
    if run.url is not None:
        yield run.url
        return
    async with engine() as own:
        yield own.url
