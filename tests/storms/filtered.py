"""Storm: a change by filter over a gateway that is killed amid it, while others change what it is about."""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator

from gateway.client import AsyncClient, Retries, Selection
from tests.storms.clients import Client, clients, fill
from tests.storms.gateways import DEADLINE, Gateway, several
from tests.storms.report import Row, holds_if
from tests.storms.run import Run, ground
from tests.storms.wire import Broken, Request, Unsent

INCIDENTS, KILLS, WRITERS = 100_000, 3, 4
RETRIES = Retries(tries=30, pause=0.1)
CHANGE = {"comment": "seen", "reviewer": "ann"}
PAUSE = 0.01


async def filtered(run: Run) -> AsyncGenerator[Row, None]:
    """One client insists on its token; the gateway that it asks is killed, and started again, each time."""
    count, kills = run.count(INCIDENTS), run.count(KILLS)
    test = f"{count:,} incidents, kill -9 of its gateway {kills} x, {WRITERS} writers"
    async with (
        ground(run) as url,
        several(2, url, **{DEADLINE: 10}) as [one, other],
        clients(WRITERS, [other.url], run) as writers,
        AsyncClient(one.url, tenant=run.tenant, retries=RETRIES) as client,
    ):
        ids = await fill(writers[0], count, severity="low")
        selection = await client.select(CHANGE, search_query={"term": {"severity": "low"}})
        moving = [asyncio.create_task(_move(each, ids[at :: 7 * WRITERS])) for at, each in enumerate(writers)]
        told = await _insisted(client, one, kills, selection)
        for each in moving:
            each.cancel()
        await asyncio.gather(*moving, return_exceptions=True)
        left, twice = await _audited(client)
        results = Counter(result for _, result in told)
        whole = [incident_id for incident_id, _ in told] == ids
        figure = ", ".join(f"{number:,} {result}" for result, number in sorted(results.items()))
        yield holds_if(whole, "each incident has one outcome, in order", test, figure)
        yield holds_if(not left, "what still fitted is changed", test, f"{len(left)} were left {left[:3] or ''}")
        yield holds_if(not twice, "nothing is changed twice", test, f"{len(twice)} were {twice[:3] or ''}")


async def _move(client: Client, ids: list[str]) -> None:
    """Takes incidents, one after another, out of what the filter is about."""
    for each in ids:
        try:
            await client.ask(Request("PUT", f"/_im/incidents/{each}", {"severity": "high"}))
        except (Unsent, Broken):
            continue
        await asyncio.sleep(PAUSE)


async def _insisted(client: AsyncClient, gateway: Gateway, kills: int, selection: Selection) -> list[tuple[str, str]]:
    """Each incident that was told of, and what became of it."""
    moments = [selection.total * (turn + 1) // (kills + 1) for turn in range(kills)]
    told: list[tuple[str, str]] = []
    killing: asyncio.Task[None] | None = None
    async for outcome in client.run(selection):
        told.append((str(outcome.id), str(outcome.result or outcome.error)))
        if moments and len(told) >= moments[0] and (killing is None or killing.done()):
            moments.pop(0)
            gateway.kill()
            killing = asyncio.create_task(gateway.start_at_last())
    if killing is not None:
        await killing
    return told


async def _audited(client: AsyncClient) -> tuple[list[str], list[str]]:
    """The incidents that still fit and were not changed, and those that were more than once."""
    left, twice = list[str](), list[str]()
    await client.create({"title": "the last"}, refresh="true")
    async for each in client.search(size=10_000, fields=["severity", "note_count"]):
        if each["note_count"] == 0 and each.fields.get("severity") == "low":
            left.append(each.id)
        if each["note_count"] > 1:
            twice.append(each.id)
    return left, twice
