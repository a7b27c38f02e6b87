"""Merges and splits in any order, over a gateway that ends at any write: alerts, fields and history are whole.

`MOVES` says how many there are.
"""

import os
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Any

import pytest

from gateway.alerts import saga as moving
from gateway.alerts.documents import ALERT_ID
from gateway.dialects.bigpanda.extension import own
from gateway.incidents.writing.change import Change, change, own_edit
from gateway.incidents.writing.events import KIND
from gateway.store import OpenSearch, hits
from gateway.store.names import events_of, incidents_of
from queries.criteria import Is, Where
from queries.searches import WINDOW, Search, body
from tests.gateway.alerts.stage import Stage, event, staged

pytestmark = pytest.mark.anyio

MOVES = int(os.environ.get("MOVES", "40"))
INCIDENTS = 16
OVER = moving.LEASE + timedelta(seconds=1)


class Crash(BaseException):
    """The gateway is no more."""


@pytest.fixture
async def stage(opensearch_url: str, tenant: str) -> AsyncIterator[Stage]:
    async with staged(opensearch_url, tenant, custom_fields=100) as opened:
        yield opened


@contextmanager
def crashing(store: OpenSearch, writes: int, *, after: bool) -> Iterator[None]:
    """The store ends the gateway at its next write but so many, before or after the engine has it."""
    left, call = writes, store.call

    async def counted(*args: Any, **options: Any) -> str:
        nonlocal left
        if not options.get("write"):
            return await call(*args, **options)
        left -= 1
        if left == -1 and not after:
            raise Crash
        answer = await call(*args, **options)
        if left == -1 or left < -1:
            raise Crash
        return answer

    store.call = counted  # type: ignore[method-assign]
    try:
        yield
    finally:
        store.call = call  # type: ignore[method-assign]


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
async def test_merges_and_splits_whatever_happens(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moving, "WATCH", 0)
    random = Random(20261122)
    model, crashes, done = await _begin(stage), 0, Counter[str]()
    for _ in range(MOVES):
        stage.now += timedelta(seconds=1)
        crashed = await _move(stage, model, random, done)
        crashes += crashed
        if crashed or random.random() < 0.1:
            stage.now += OVER
            await moving.replay(stage.ctx)
            await _check(stage, model)
    await _check(stage, model)
    assert crashes > MOVES / 4, "the crashes have to be met to be tested"
    assert min(done["merge"], done["split"]) > MOVES / 5


async def _begin(stage: Stage) -> Model:
    """Incidents of two alerts and of one custom field each, by the ids of their documents."""
    made = await stage.send(*(event(f"h{i}", "critical", stage.now) for i in range(2 * INCIDENTS)))
    pairs = list(zip(made[::2], made[1::2], strict=True))
    for first, second in pairs:
        await moving.merge(stage.session, first.incident_id, [second.incident_id], None)
    named = [Change(first.incident_id, own_edit({f"c{i}": i})) for i, (first, _) in enumerate(pairs)]
    await change(stage.session, named)
    return Model(
        {first.incident_id: {first.alert_id, second.alert_id} for first, second in pairs},
        {first.incident_id: {f"c{i}"} for i, (first, _) in enumerate(pairs)},
        Counter({(first.incident_id, "merged_destination"): 1 for first, _ in pairs}),
    )


async def _move(stage: Stage, model: Model, random: Random, done: Counter[str]) -> bool:
    """One merge or split, ended at any write or not at all; whether it was."""
    divisible = sorted(each for each, held in model.alerts.items() if len(held) > 1)
    merges = len(model.alerts) > 2 and (not divisible or random.random() < len(model.alerts) / (2 * INCIDENTS))
    operation = "merge" if merges else "split"
    seen = set(model.alerts) | {each for each, _ in model.told}
    asked = _merge(model, random) if merges else _split(model, random, divisible)
    crashed = False
    try:
        with crashing(stage.ctx.store, random.randrange(30), after=random.random() < 0.5):
            await asked.run(stage)
    except Crash:
        crashed = True
        stage.now += OVER
        await moving.replay(stage.ctx)
    if await asked.happened(stage, seen):
        done[operation] += 1
        asked.apply(model)
    return crashed


@dataclass(slots=True)
class Merge:
    destination: str
    sources: list[str]

    async def run(self, stage: Stage) -> None:
        await moving.merge(stage.session, self.destination, self.sources, "merged")

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
        await moving.split(stage.session, self.source, self.moved, None)

    async def happened(self, stage: Stage, seen: set[str]) -> bool:
        held = {each["alert_id"]: each["incident_id"] for each in await _alerts(stage)}
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
    for each in await _alerts(stage):
        held.setdefault(each["incident_id"], set()).add(each["alert_id"])
    assert not {each: held.get(each) for each in held.keys() | model.alerts if held.get(each) != model.alerts.get(each)}
    for incident in await _incidents(stage):
        _check_incident(incident["_id"], incident["_source"], model)
    told = Counter((each["incident_id"], each["type"]) for each in await _all(stage, "activity"))
    assert not {each: told[each] for each, times in model.told.items() if told[each] != times}
    assert await stage.ctx.store.registry.get(f"move:{stage.tenant}") is None


def _check_incident(incident_id: str, incident: dict[str, Any], model: Model) -> None:
    alerts = model.alerts.get(incident_id, set())
    gone = "merged_into" in own(incident)
    assert gone == (not alerts)
    assert (incident["state"], incident["alert_count"]) == ("closed" if gone else "open", len(alerts))
    if incident_id in model.fields:
        assert {name for name in incident if name[0] == "c" and name[1:].isdigit()} == model.fields[incident_id]


async def _alerts(stage: Stage) -> list[dict[str, Any]]:
    return await _all(stage, "alert")


async def _all(stage: Stage, kind: str) -> list[dict[str, Any]]:
    await stage.ctx.store.events(stage.tenant).refresh()
    order = ({"sequence": {"order": "asc"}}, {ALERT_ID.path: {"order": "asc", "missing": "_last"}})
    found: list[dict[str, Any]] = []
    search = Search(Where(KIND, Is((kind,))), order, WINDOW)
    while True:
        rows = hits.reply(await stage.ctx.store.search(body(search, stage.tenant), events_of(stage.tenant))).hits.hits
        found += [each.document for each in rows]
        if len(rows) < WINDOW:
            return found
        search = Search(search.criterion, order, WINDOW, after=rows[-1].sort)


async def _incidents(stage: Stage) -> list[dict[str, Any]]:
    await stage.ctx.store.incidents(stage.tenant).refresh()
    search = Search(Where(KIND, Is(("incident",))), ({"numeric_id": {"order": "asc"}},), WINDOW)
    rows = hits.reply(await stage.ctx.store.search(body(search, stage.tenant), incidents_of(stage.tenant))).hits.hits
    return [{"_id": each.id, "_source": each.document} for each in rows]
