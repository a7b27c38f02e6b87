"""A neighbour in a process of its own, which pages without a pause for long and tells the worst that it met.

`python -m tests.storms.probe URL TENANT` says `{"calm": ms}` after a while, and `{"worst": ms}` once its standard
input ends.
"""

import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from tests.storms.wire import Broken, Connection, Request, Unsent

EVERY, CALM = 0.02, 50
PAGE = Request("GET", "/_im/incidents?size=25")
PATIENCE = 60.0


@dataclass(slots=True)
class Met:
    """The worst page, in milliseconds, before and while something was done to the gateway."""

    calm: float = 0
    worst: float = 0


async def page(connection: Connection) -> float:
    """Milliseconds that a page took, however often it was asked for; no longer than the patience."""
    began = time.monotonic()
    while not await _is_served(connection) and time.monotonic() - began < PATIENCE:
        await asyncio.sleep(EVERY)
    took = time.monotonic() - began
    await asyncio.sleep(EVERY)
    return took * 1000


async def _is_served(connection: Connection) -> bool:
    """Whether a page came; a connection may be closed at any time, and a busy gateway may refuse."""
    try:
        return (await connection.ask(PAGE, patience=PATIENCE)).is_success
    except (Unsent, Broken):
        return False


async def probe(url: str, tenant: str) -> None:
    """Pages until standard input ends."""
    connection, ended = Connection(url, tenant), asyncio.Event()
    asyncio.get_running_loop().add_reader(sys.stdin.fileno(), ended.set)
    await page(connection)
    print(json.dumps({"calm": max([await page(connection) for _ in range(CALM)])}), flush=True)
    worst = 0.0
    while not ended.is_set():
        worst = max(worst, await page(connection))
    print(json.dumps({"worst": worst}), flush=True)


@asynccontextmanager
async def probing(url: str, tenant: str) -> AsyncIterator[Met]:
    """A neighbour at work within the block; what it met is known after it."""
    command = [sys.executable, "-m", "tests.storms.probe", url, tenant]
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe)
    assert process.stdin
    assert process.stdout
    met = Met()
    try:
        met.calm = json.loads(await process.stdout.readline())["calm"]
        yield met
        process.stdin.close()
        met.worst = json.loads(await process.stdout.readline())["worst"]
        await process.wait()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


if __name__ == "__main__":
    asyncio.run(probe(sys.argv[1], sys.argv[2]))
