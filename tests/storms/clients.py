"""Clients that are careful: they try again, elsewhere too, and keep book of what they were told."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from random import Random
from typing import Any

from tests.storms import writes
from tests.storms.ledger import Ledger, Write
from tests.storms.run import Run
from tests.storms.wire import NDJSON, Answer, Broken, Connection, Request, Unsent

REFUSALS = frozenset({429, 503})
ALREADY = frozenset({400, 409})
PAUSE = 0.02
PART = 5_000
TRIES = 100_000


@dataclass
class Client:
    """One client, on one connection to each gateway; it asks the next when one cannot be reached."""

    connections: Sequence[Connection]
    chance: Random
    keys: bool = False
    tries: int = TRIES
    turn: int = 0
    broken: int = 0
    """Attempts that were sent and not answered."""
    waits: list[float] = field(default_factory=list)
    """The seconds of each attempt."""

    async def insist(self, write: Write) -> bool:
        """Whether the write is done, after as many tries as the client has."""
        if self.keys:
            write.key = write.text
        for _ in range(self.tries):
            if await self._tried(write):
                return True
            if write.wrong:
                return False
            await asyncio.sleep(PAUSE * (0.5 + self.chance.random()))
        return False

    async def read(self, path: str) -> Any:
        """What a gateway shows at a path; asked until it answers."""
        return (await self.answered(Request("GET", path))).json

    async def answered(self, request: Request) -> Answer:
        """The answer to a request that must succeed in the end; it is asked until it does."""
        for _ in range(self.tries):
            try:
                answer = await self.ask(request)
            except (Unsent, Broken):
                answer = None
            if answer is not None and answer.status < 500 and answer.status not in REFUSALS:
                assert answer.is_success, f"{request.method} {request.path}: {answer.status} {answer.body[:500]!r}"
                return answer
            await asyncio.sleep(PAUSE)
        raise Broken(f"{request.method} {request.path}: no answer after {self.tries} tries")

    async def ask(self, request: Request, headers: str = "") -> Answer:
        """One attempt's answer. Raises Unsent, Broken."""
        began = time.monotonic()
        try:
            return await self.connections[self.turn % len(self.connections)].ask(request, headers)
        except Unsent:
            self.turn += 1
            raise
        except Broken:
            self.broken += 1
            raise
        finally:
            self.waits.append(time.monotonic() - began)

    async def _tried(self, write: Write) -> bool:
        headers = f"idempotency-key: {write.key}\r\n" if write.key else ""
        try:
            answer = await self.ask(write.request, headers)
        except Unsent:
            return False
        except Broken:
            write.unsure += 1
            return False
        return self._booked(write, answer)

    def _booked(self, write: Write, answer: Answer) -> bool:
        if answer.is_success:
            write.done = True
            if write.kind == "create":
                writes.name(write.subject, answer.json)
        elif answer.status in REFUSALS:
            write.refusals += 1
        elif answer.status >= 500:
            write.unsure += 1
        elif answer.status == 409 and "retry-after" in answer.headers:
            # The same request is still under way.
            pass
        elif answer.status in ALREADY and write.kind == "create" and (write.unsure or write.refusals):
            # An earlier attempt was done, whatever it was told.
            write.done, write.already = True, not write.unsure
        elif answer.status != 409:
            write.wrong = f"{answer.status} {answer.body[:300]!r}"
        return write.done

    def close(self) -> None:
        """Leaves."""
        for each in self.connections:
            each.close()


@asynccontextmanager
async def clients(count: int, urls: Sequence[str], run: Run, tries: int = TRIES) -> AsyncIterator[list[Client]]:
    """As many clients of the run's tenant, each beginning at another gateway."""
    opened = [
        Client([Connection(url, run.tenant) for url in urls], run.chance(str(number)), run.keys, tries, turn=number)
        for number in range(count)
    ]
    try:
        yield opened
    finally:
        for each in opened:
            each.close()


async def fill(client: Client, count: int, prefix: str = "f", **fields: Any) -> list[str]:
    """Makes incidents by bulk, all of them searchable then; their ids."""
    ids = [f"{prefix}{number}" for number in range(count)]
    for start in range(0, count, PART):
        rows = [{"_meta": {"id": each}, "title": each, **fields} for each in ids[start : start + PART]]
        while rows:
            answer = await client.answered(bulk("bulkCreate", rows))
            statuses = [next(iter(item.values()))["status"] for item in answer.json["items"]]
            assert set(statuses) <= {201, 409, *REFUSALS, 504}, set(statuses)
            rows = [row for row, status in zip(rows, statuses, strict=True) if status not in {201, 409}]
    return ids


def bulk(action: str, rows: Sequence[Any], refresh: str = "true") -> Request:
    """A bulk of one row a line."""
    lines = "".join(json.dumps(row) + "\n" for row in rows).encode()
    return Request("POST", f"/_im/incidents/{action}?refresh={refresh}", lines, NDJSON)


async def life(client: Client, ledger: Ledger, changes: int) -> None:
    """Makes an incident through a dialect by lot, and changes it so many times through all that know it."""
    making = writes.making(ledger, client.chance.choice(list(writes.MAKES)))
    if not await client.insist(making):
        return
    for _ in range(changes):
        if making.subject.id is None and making.subject.number is None and making.subject.hex is None:
            return
        await client.insist(writes.any_of(ledger, making.subject, client.chance))


async def lives(client: Client, ledger: Ledger, total: int, changes: int = 9) -> None:
    """Lives, one after another, until the ledger has as many writes as that."""
    while len(ledger.writes) < total:
        await life(client, ledger, min(changes, total - len(ledger.writes) - 1))
