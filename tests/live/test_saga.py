"""Merges and splits in any order, over a gateway that ends at any write: alerts, fields and history are whole.

`MOVES` says how many there are.
"""

import asyncio
import os
from collections import Counter
from collections.abc import AsyncIterator, Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from random import Random
from typing import Any

import pytest

from gateway.alerts.documents import ALERT_ID
from gateway.alerts.saga import merge, replay, split
from gateway.dialects.bigpanda.extension import own
from gateway.incidents.reading.history import Order
from gateway.incidents.writing.change import Change, change, own_edit
from gateway.store.documents import Documents
from queries.criteria import Is, Where
from queries.kinds import KIND
from queries.searches import Search
from tests import faults
from tests.faults import Forward, Proxy, Request, Send
from tests.gateway.alerts.stage import Stage, event, staged

pytestmark = pytest.mark.anyio

MOVES = int(os.environ.get("MOVES", "40"))
INCIDENTS = 16
AS_ATTACHED: Order = ({"sequence": {"order": "asc"}}, {ALERT_ID.path: {"order": "asc", "missing": "_last"}})
OVER = timedelta(minutes=1)


@dataclass(slots=True)
class Theatre:
    """A stage, and the proxy before its engine."""

    stage: Stage
    proxy: Proxy

    async def ended(self, work: Coroutine[Any, Any, Any], writes: int, *, after: bool) -> bool:
        """Whether the gateway ended at its next write but so many, before or after the engine had it."""
        over, left = asyncio.Event(), count(writes, -1)

        async def never(forward: Forward, _send: Send) -> bool:
            if after:
                await forward()
            over.set()
            await asyncio.Event().wait()
            return False

        self.proxy.hits, self.proxy.fault = lambda request: is_write(request) and next(left) == 0, never
        task, end = asyncio.create_task(work), asyncio.create_task(over.wait())
        await asyncio.wait({task, end}, return_when=asyncio.FIRST_COMPLETED)
        self.proxy.fault = None
        if over.is_set():
            task.cancel()
        end.cancel()
        with suppress(asyncio.CancelledError):
            await task
        return over.is_set()


def is_write(request: Request) -> bool:
    """Whether the engine is to change something."""
    one = request.method != "GET" and "/_doc/" in request.path
    return one or request.path.endswith(("/_bulk", "/_delete_by_query", "/_mapping"))


@pytest.fixture
async def theatre(opensearch_url: str, tenant: str) -> AsyncIterator[Theatre]:
    async with (
        faults.proxy(opensearch_url) as proxy,
        staged(proxy.url, tenant, custom_fields=100, lease_watch=0) as stage,
    ):
        yield Theatre(stage, proxy)


@dataclass(slots=True)
class Model:
    """What the incidents should be: which alerts each has, which custom fields, and what happened to it."""

    alerts: dict[str, set[str]]
    fields: dict[str, set[str]]
    told: Counter[tuple[str, str]] = field(default_factory=Counter)

    def merged(self, destination: str, sources: list[str]) -> None:
        for source in sources:
            self.alerts[destination] |= self.alerts.pop(source)
            self.fields[destination] |= self.fields[source]
            self.told[source, "merged_source"] += 1
        self.told[destination, "merged_destination"] += 1

    def split(self, source: str, new: str, moved: set[str]) -> None:
        self.alerts[source] -= moved
        self.alerts[new], self.fields[new] = moved, set(self.fields[source])
        self.told[source, "split_source"] += 1
        self.told[new, "split_destination"] += 1
        self.told[new, "created"] += 1


@pytest.mark.timeout(600 + MOVES)
async def test_merges_and_splits_whatever_happens(theatre: Theatre) -> None:
    stage, random = theatre.stage, Random(20261122)
    model, crashes, done = await _begin(stage), 0, Counter[str]()
    for _ in range(MOVES):
        stage.now += timedelta(seconds=1)
        crashed = await _move(theatre, model, random, done)
        crashes += crashed
        if crashed or random.random() < 0.1:
            stage.now += OVER
            await replay(stage.ctx)
            await _check(stage, model)
    await _check(stage, model)
    assert crashes > MOVES / 4, "the crashes have to be met to be tested"
    assert min(done["merge"], done["split"]) > MOVES / 5


async def _begin(stage: Stage) -> Model:
    """Incidents of two alerts and of one custom field each, by the ids of their documents."""
    made = await stage.send(*(event(f"h{i}", "critical", stage.now) for i in range(2 * INCIDENTS)))
    pairs = list(zip(made[::2], made[1::2], strict=True))
    for first, second in pairs:
        await merge(stage.session, first.incident_id, [second.incident_id], None)
    named = [Change(first.incident_id, own_edit({f"c{i}": i})) for i, (first, _) in enumerate(pairs)]
    await change(stage.session, named)
    return Model(
        {first.incident_id: {first.alert_id, second.alert_id} for first, second in pairs},
        {first.incident_id: {f"c{i}"} for i, (first, _) in enumerate(pairs)},
        Counter({(first.incident_id, "merged_destination"): 1 for first, _ in pairs}),
    )


async def _move(theatre: Theatre, model: Model, random: Random, done: Counter[str]) -> bool:
    """One merge or split, ended at any write or not at all; whether it was."""
    stage = theatre.stage
    divisible = sorted(each for each, held in model.alerts.items() if len(held) > 1)
    merges = len(model.alerts) > 2 and (not divisible or random.random() < len(model.alerts) / (2 * INCIDENTS))
    operation = "merge" if merges else "split"
    seen = set(model.alerts) | {each for each, _ in model.told}
    asked = _merge(model, random) if merges else _split(model, random, divisible)
    crashed = await theatre.ended(asked.run(stage), random.randrange(30), after=random.random() < 0.5)
    if crashed:
        stage.now += OVER
        await replay(stage.ctx)
    if await asked.happened(stage, seen):
        done[operation] += 1
        asked.apply(model)
    return crashed


@dataclass(slots=True)
class Merge:
    destination: str
    sources: list[str]

    async def run(self, stage: Stage) -> None:
        await merge(stage.session, self.destination, self.sources, "merged")

    async def happened(self, stage: Stage, _seen: set[str]) -> bool:
        found = [own(await stage.incident(each)).get("merged_into") for each in self.sources]
        assert found in ([self.destination] * len(self.sources), [None] * len(self.sources)), "all or nothing"
        return found[0] is not None

    def apply(self, model: Model) -> None:
        model.merged(self.destination, self.sources)


@dataclass(slots=True)
class Split:
    source: str
    moved: list[str]
    new: str = ""

    async def run(self, stage: Stage) -> None:
        await split(stage.session, self.source, self.moved, None)

    async def happened(self, stage: Stage, seen: set[str]) -> bool:
        held = {each["alert_id"]: each["incident_id"] for _, each in await _alerts(stage)}
        [now] = {held[each] for each in self.moved}
        self.new = now
        return now not in seen

    def apply(self, model: Model) -> None:
        model.split(self.source, self.new, set(self.moved))


def _merge(model: Model, random: Random) -> Merge:
    destination, *sources = random.sample(sorted(model.alerts), random.choice([2, 2, 3]))
    return Merge(destination, sources)


def _split(model: Model, random: Random, divisible: list[str]) -> Split:
    source = random.choice(divisible)
    held = sorted(model.alerts[source])
    return Split(source, random.sample(held, random.randrange(1, len(held))))


async def _check(stage: Stage, model: Model) -> None:
    """Everything is as the model has it, and nothing is under way."""
    held: dict[str, set[str]] = {}
    for _, each in await _alerts(stage):
        held.setdefault(each["incident_id"], set()).add(each["alert_id"])
    assert not {each: held.get(each) for each in held.keys() | model.alerts if held.get(each) != model.alerts.get(each)}
    for incident_id, incident in await _all(stage.session.incidents, "incident", ({"numeric_id": {"order": "asc"}},)):
        _check_incident(incident_id, incident, model)
    activities = await _all(stage.session.events, "activity", AS_ATTACHED)
    told = Counter((each["incident_id"], each["type"]) for _, each in activities)
    assert not {each: told[each] for each, times in model.told.items() if told[each] != times}
    assert await stage.ctx.store.registry.get(f"move:{stage.tenant}") is None


def _check_incident(incident_id: str, incident: dict[str, Any], model: Model) -> None:
    alerts = model.alerts.get(incident_id, set())
    gone = "merged_into" in own(incident)
    assert gone == (not alerts)
    assert (incident["state"], incident["alert_count"]) == ("closed" if gone else "open", len(alerts))
    if incident_id in model.fields:
        assert {name for name in incident if name[0] == "c" and name[1:].isdigit()} == model.fields[incident_id]


async def _alerts(stage: Stage) -> list[tuple[str, dict[str, Any]]]:
    return await _all(stage.session.events, "alert", AS_ATTACHED)


async def _all(documents: Documents, kind: str, order: Order) -> list[tuple[str, dict[str, Any]]]:
    """Every document of the kind, with its id."""
    await documents.refresh()
    pages = documents.pages(Search(Where(KIND, Is((kind,))), order, 0))
    return [(hit.id, hit.document) async for page in pages for hit in page]
