"""Storm: minutes of mixed load of which one request in a hundred is left; nothing grows."""

import asyncio
import os
import time
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from statistics import mean

from benchmarks import process
from tests.storms.clients import Client, bulk, clients, fill
from tests.storms.gateways import Gateway, serving
from tests.storms.report import Row, holds_if
from tests.storms.run import Run, ground
from tests.storms.wire import Broken, Connection, Request, Unsent, asked

MINUTES, CLIENTS, INCIDENTS = 30.0, 16, 2_000
LEAVING, LINGER = 0.01, 0.03
SAMPLES = 60
FREED_WITHIN = 5.0
GROWTH, GROWTH_LEAST = 10.0, 8.0
"""Mebibytes by which memory may grow in the whole storm's last two thirds, and in a shorter one's."""
SPARE = CLIENTS
"""Descriptors that may be more: connections to the engine that are kept, one for each that waited at once."""
LOOK_EVERY = 0.1
PIT = "/_im/incidents/pit"
KINDS: Mapping[str, tuple[int, Callable[[str, int], Request]]] = {
    "page": (60, lambda _id, _n: Request("GET", "/_im/incidents?size=25")),
    "statistics": (10, lambda _id, _n: Request("POST", "/_im/incidents_full_types/stats/severity", {})),
    "change": (12, lambda id_, number: Request("PUT", f"/_im/incidents/{id_}", {"turn": number})),
    "note": (4, lambda id_, number: Request("POST", f"/_im/incidents/{id_}/notes", {"body": f"{number}"})),
    "bulk": (4, lambda id_, number: bulk("bulkUpdate", [{"_meta": {"id": id_}, "bulk": number}] * 20, "false")),
    "export": (4, lambda _id, _n: Request("GET", "/_im/incidents/export")),
    "point in time": (6, lambda _id, _n: Request("GET", PIT)),
}
"""Of a hundred requests, how many are of each kind."""


@dataclass(slots=True)
class Sample:
    """What the gateway and the engine hold at a moment."""

    at: float
    memory: float
    descriptors: int
    places: int
    contexts: int


async def soak(run: Run) -> AsyncGenerator[Row, None]:
    """Pages, statistics, changes, notes, bulks, exports and points in time, some of which are left."""
    seconds = MINUTES * 60 * run.size
    async with ground(run) as url, serving(url) as gateway, clients(1, [gateway.url], run) as [reader]:
        ids = await fill(reader, INCIDENTS)
        watch = Watch(url, gateway, reader)
        await watch.look()
        until = time.monotonic() + seconds
        loading = asyncio.gather(*(_load(gateway, run, ids, number, until) for number in range(CLIENTS)))
        while not loading.done():
            await asyncio.wait([loading], timeout=seconds / SAMPLES)
            await watch.look()
        loads = await loading
        left = await watch.settled()
    test = f"{seconds / 60:g} minutes, {sum(loads):,} requests, {LEAVING:.0%} left"
    yield _flat(watch.samples, test, seconds)
    yield _returned(watch.samples[0], left, test)


@dataclass(slots=True)
class Watch:
    """Samples of what is held, the first of them from before the load."""

    engine: str
    gateway: Gateway
    reader: Client
    samples: list[Sample] = field(default_factory=list)

    async def look(self) -> Sample:
        """One more sample."""
        places = (await self.reader.read("/_im/incidents/pits"))["active_pits"]
        stats = (await asked(self.engine, "", Request("GET", "/_nodes/stats/indices/search"))).json
        contexts = sum(node["indices"]["search"]["point_in_time_current"] for node in stats["nodes"].values())
        descriptors = len(os.listdir(f"/proc/{self.gateway.pid}/fd"))
        memory = process.resident(self.gateway.pid) or 0
        self.samples.append(Sample(time.monotonic(), memory, descriptors, places, contexts))
        return self.samples[-1]

    async def settled(self) -> Sample:
        """What is held once it is no more than before, or after a while in which it was."""
        first, until = self.samples[0], time.monotonic() + FREED_WITHIN
        while True:
            now = await self.look()
            if (now.places <= first.places and now.contexts <= first.contexts) or time.monotonic() > until:
                return now
            await asyncio.sleep(LOOK_EVERY)


def _flat(samples: Sequence[Sample], test: str, seconds: float) -> Row:
    """Whether memory grows between the second third of the time and the last."""
    third = len(samples) // 3
    middle, last = samples[third : 2 * third] or samples, samples[2 * third :]
    growth = mean(each.memory for each in last) - mean(each.memory for each in middle)
    bound = max(GROWTH_LEAST, GROWTH * seconds / 1800)
    figure = f"{samples[0].memory:.0f} MiB before, {last[-1].memory:.0f} at last, {growth:+.1f} from 2nd third to 3rd"
    return holds_if(growth <= bound, "memory does not grow", test, figure)


def _returned(before: Sample, after: Sample, test: str) -> Row:
    """Whether descriptors, places and contexts are as they were."""
    pairs = {
        "descriptors": (before.descriptors, after.descriptors - SPARE),
        "places": (before.places, after.places),
        "contexts": (before.contexts, after.contexts),
    }
    figure = f"descriptors {before.descriptors} -> {after.descriptors}, places {before.places} -> {after.places}, "
    figure += f"contexts {before.contexts} -> {after.contexts}"
    holds = all(then >= now for then, now in pairs.values())
    return holds_if(holds, f"all is given back within {FREED_WITHIN:g} s", test, figure)


async def _load(gateway: Gateway, run: Run, ids: Sequence[str], number: int, until: float) -> int:
    """How many requests one client has made by then."""
    chance, count, connection = run.chance(f"load-{number}"), 0, Connection(gateway.url, run.tenant)
    while time.monotonic() < until:
        count += 1
        try:
            if chance.random() < LEAVING:
                await _left(connection, _drawn(chance, ids, count), chance.random() * LINGER)
            else:
                await _done(connection, _drawn(chance, ids, count))
        except (Unsent, Broken):
            pass
    connection.close()
    return count


def _drawn(chance: Random, ids: Sequence[str], count: int) -> Request:
    name = chance.choices(list(KINDS), [share for share, _ in KINDS.values()])[0]
    return KINDS[name][1](chance.choice(ids), count)


async def _done(connection: Connection, request: Request) -> None:
    """The request is answered; a point in time is given back."""
    answer = await connection.ask(request)
    if request.path == PIT and answer.is_success:
        await connection.ask(Request("DELETE", PIT, {"id": answer.json["id"]}))


async def _left(connection: Connection, request: Request, seconds: float) -> None:
    """The request is sent, and nobody stays for its answer; a point in time that came in time would be the client's."""
    _, writer = await connection.opened()
    writer.write(connection.head(request) + request.content)
    await asyncio.sleep(0 if request.path == PIT else seconds)
    connection.close()
