"""Writers that keep on creating, changing and deleting until they are told to stop."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from random import Random

import httpx2

SEVERITIES = ("critical", "high", "medium", "low", "info")


@asynccontextmanager
async def writing(client: httpx2.AsyncClient, ids: Sequence[str], writers: int = 4) -> AsyncIterator[Counter[str]]:
    """Writers at work within the block, each on ids of its own; what they did and was acknowledged."""
    done: Counter[str] = Counter()
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(_write(client, list(ids[i::writers]), i, done)) for i in range(writers)]
        while not done:
            await asyncio.sleep(0)
        yield done
        for each in tasks:
            each.cancel()


async def _write(client: httpx2.AsyncClient, own: list[str], seed: int, done: Counter[str]) -> None:
    chance = Random(seed)
    for number in range(10**9):
        match chance.choice(("create", "update", "update", "delete")):
            case "create":
                own.append(f"new-{seed}-{number}")
                fields = {"title": "new", "cost": chance.randrange(50), "severity": chance.choice(SEVERITIES)}
                reply = await client.post(f"/_im/incidents/{own[-1]}", json=fields)
            case "update":
                fields = {"cost": chance.randrange(50), "severity": chance.choice(SEVERITIES), "started_at": number}
                reply = await client.put(f"/_im/incidents/{chance.choice(own)}", json=fields)
            case _:
                reply = await client.delete(f"/_im/incidents/{own.pop(chance.randrange(len(own)))}")
        assert reply.is_success, reply.text
        done[reply.request.method] += 1
