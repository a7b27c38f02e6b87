"""Storm: many clients for few places; what was refused was not done, and what is tried again is done once."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from typing import Any

from tests.storms import writes
from tests.storms.audit import audited
from tests.storms.clients import Client, clients, lives
from tests.storms.gateways import PLACES, WAITING, serving
from tests.storms.ledger import Ledger, Subject
from tests.storms.report import Row
from tests.storms.run import Run, ground

CREATIONS, UPDATES, MIXED, CLIENTS = 200, 1_332, 800, 40
FEW: Mapping[str, Any] = {PLACES: 4, WAITING: 8}
SHARED = 28


async def overload(run: Run) -> AsyncGenerator[Row, None]:
    """Creations and changes that are tried again until they are done, and changes that are tried once."""
    ledger = Ledger(run.seed)
    test = f"{CLIENTS} clients, {FEW[PLACES]} places" + (", with keys" if run.keys else "")
    async with (
        ground(run) as url,
        serving(url, **FEW) as gateway,
        clients(CLIENTS, [gateway.url], run) as retrying,
        clients(CLIENTS, [gateway.url], run, tries=1) as trying,
    ):
        await _create(retrying, ledger, run.count(CREATIONS, CLIENTS))
        subjects = [write.subject for write in ledger.writes][:CLIENTS]
        await asyncio.gather(
            *(_update(client, ledger, subjects[at], run.count(UPDATES, CLIENTS) // CLIENTS)
              for at, client in enumerate(trying))
        )  # fmt: skip
        await _share(retrying, ledger, subjects[:SHARED], run.count(MIXED, CLIENTS) // CLIENTS)
        await asyncio.gather(*(lives(client, ledger, len(ledger.writes) + 1) for client in retrying))
        async for row in audited(test, ledger, retrying[:4], run.tenant):
            yield row


async def _create(retrying: list[Client], ledger: Ledger, count: int) -> None:
    wanted = [writes.making(ledger, "im") for _ in range(count)]

    async def create(at: int) -> None:
        for write in wanted[at::CLIENTS]:
            await retrying[at].insist(write)

    await asyncio.gather(*map(create, range(CLIENTS)))


async def _update(client: Client, ledger: Ledger, subject: Subject, count: int) -> None:
    """Changes of an incident of its own, each tried once."""
    for _ in range(count):
        await client.insist(writes.changing(ledger, subject, "im"))


async def _share(retrying: list[Client], ledger: Ledger, subjects: list[Subject], count: int) -> None:
    """Notes by all on the same incidents."""

    async def share(client: Client) -> None:
        for _ in range(count):
            subject = client.chance.choice(subjects)
            write = writes.noting(ledger, subject, client.chance.choice(list(writes.NOTES)))
            write.contested = True
            await client.insist(write)

    await asyncio.gather(*map(share, retrying))
