"""An engine that is killed takes nothing with it that was acknowledged; the gateway goes on with the next one."""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import pytest

from gateway.engine import Engine, start
from tests.live import loading

pytestmark = [pytest.mark.anyio, pytest.mark.outside]

INCIDENTS = "/_im/incidents"
HEAP = "512m"


@dataclass
class Ledger:
    """What was acknowledged, as it must be read later; and the ids of what nobody knows the fate of."""

    values: dict[str, int] = field(default_factory=dict)
    deleted: set[str] = field(default_factory=set)
    unsure: set[str] = field(default_factory=set)
    refused: int = 0


async def write(client: httpx2.AsyncClient, name: str, ledger: Ledger, stop: asyncio.Event) -> None:
    """Creates, changes and deletes in turn, in ones and in bulks, until told to stop."""
    for number in range(10**9):
        if stop.is_set():
            return
        ids = [f"{name}-{number}-{each}" for each in range(4)]
        rows = [{"_meta": {"id": each}, "title": each, "value": number} for each in ids]
        await _try(client.post(f"{INCIDENTS}/bulkCreate", **loading.lines(rows)), ledger, dict.fromkeys(ids, number))
        await _try(client.put(f"{INCIDENTS}/{ids[0]}", json={"value": -number}), ledger, {ids[0]: -number})
        reply = await client.delete(f"{INCIDENTS}/{ids[1]}")
        (ledger.deleted if reply.is_success else ledger.unsure).add(ids[1])


async def _try(asked: Any, ledger: Ledger, values: dict[str, int]) -> None:
    reply = await asked
    answers = [next(iter(each.values())) for each in reply.json().get("items", [])]
    done = (
        {each["_id"] for each in answers if each["status"] < 300}
        if answers
        else set(values if reply.is_success else ())
    )
    ledger.values |= {each: values[each] for each in done}
    ledger.unsure |= values.keys() - done
    ledger.refused += len(values.keys() - done)


async def found(client: httpx2.AsyncClient, ids: set[str]) -> dict[str, int | None]:
    """The value of each incident as it is read by its id; None where there is none."""
    replies = {each: await client.get(f"{INCIDENTS}/{each}") for each in ids}
    assert {each.status_code for each in replies.values()} <= {200, 404}
    return {name: reply.json()["value"] if reply.is_success else None for name, reply in replies.items()}


async def total(client: httpx2.AsyncClient) -> int:
    """How many a new point in time shows."""
    words = {"pit": await loading.open_pit(client), "size": 0, "with_total_docs": True}
    return int((await loading.page(client, **words))["total_docs"])


async def crash_amid_writes(engine: Engine, clients: loading.Clients) -> Ledger:
    """Kills the engine while four write, and lets them try for a while longer; what they were told."""
    ledger, stop = Ledger(), asyncio.Event()
    writers = [asyncio.create_task(write(clients[i % 2], f"w{i}", ledger, stop)) for i in range(4)]
    while len(ledger.values) < 300:
        await asyncio.sleep(0.01)
    await asyncio.to_thread(engine.kill, 0)
    while ledger.refused < 20:
        await asyncio.sleep(0.01)
    stop.set()
    await asyncio.gather(*writers)
    return ledger


async def test_nothing_acknowledged_is_lost_when_the_engine_is_killed(tmp_path: Path) -> None:
    engine = await asyncio.to_thread(start, tmp_path / "engine", heap=HEAP)
    try:
        async with loading.gateways(engine.url, 2, opensearch_timeout=60) as clients:
            await loading.create(clients[0], [{"title": "first"}])
            pit = await loading.open_pit(clients[0])
            ledger = await crash_amid_writes(engine, clients)
            await asyncio.to_thread(engine.restart, 0)
            open_to_doubt = ledger.unsure | ledger.deleted
            sure = {name: value for name, value in ledger.values.items() if name not in open_to_doubt}
            assert await found(clients[0], set(sure)) == sure
            gone = ledger.deleted - ledger.unsure
            assert await found(clients[1], gone) == dict.fromkeys(gone)
            assert [(await each.post(loading.SEARCH, json={"pit": pit})).status_code for each in clients] == [410, 410]
            assert 1 + len(sure) <= await total(clients[1]) <= 1 + len(sure) + len(ledger.unsure)
    finally:
        await asyncio.to_thread(engine.stop)
