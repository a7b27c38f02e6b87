"""Who follows changes, and the book of what was acknowledged and what was told."""

import asyncio
import json
import re
import time
from collections import Counter, defaultdict
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Sequence
from contextlib import aclosing, contextmanager
from dataclasses import dataclass, field
from random import Random
from typing import Any

import httpx2

PATH = "/_im/incidents/changes"
EVENTS = {"accept": "text/event-stream"}
LONGEST_LIFE, PAUSE = 150, 0.05
_AT_ONCE = 100
SETTLING = 5.0
"""Seconds after what was killed is back, until it is as before: the engine's caches, a gateway's connections."""

Key = tuple[str, int | None]
Block = dict[str, str]


@dataclass
class Book:
    """Each write as (incident, value), without one where it is a deletion, by when it was acknowledged and told."""

    acknowledged: dict[Key, float] = field(default_factory=dict)
    told: dict[Key, float] = field(default_factory=dict)
    activities: Counter[str] = field(default_factory=Counter)
    _order: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    _outages: list[tuple[float, float]] = field(default_factory=list)

    def acknowledge(self, incident_id: str, value: int | None) -> None:
        """A writer was told that it is done."""
        self.acknowledged[incident_id, value] = time.monotonic()

    def tell(self, change: dict[str, Any]) -> None:
        """The reader was told of it."""
        for activity in change["activities"]:
            self.activities[activity["activity_id"]] += 1
            value = _value(activity)
            self.told.setdefault((change["id"], value), time.monotonic())
            self._order[change["id"]].append(float("inf") if value is None else value)

    @contextmanager
    def outage(self) -> Iterator[None]:
        """Whatever is acknowledged or told meanwhile has no time to be judged by."""
        began = time.monotonic()
        yield
        self._outages.append((began, time.monotonic() + SETTLING))

    def missing(self) -> list[Key]:
        """What was acknowledged and not told; of a deleted incident the deletion is enough."""
        untold = self.acknowledged.keys() - self.told.keys()
        return [key for key in untold if key[1] is None or (key[0], None) not in self.acknowledged]

    def twice(self) -> list[str]:
        """Activities that were told more than once."""
        return [each for each, count in self.activities.items() if count > 1]

    def disordered(self) -> list[str]:
        """Incidents whose changes were not told in the order in which they were made."""
        return [incident_id for incident_id, values in self._order.items() if values != sorted(values)]

    def waits(self) -> list[float]:
        """The seconds from each acknowledgement to the telling, shortest first."""
        both = [(self.acknowledged[key], at) for key, at in self.told.items() if key in self.acknowledged]
        return sorted(max(0.0, at - done) for done, at in both if not self._is_in_outage(done, at))

    def _is_in_outage(self, start: float, end: float) -> bool:
        return any(start < last and end > first for first, last in self._outages)


def _value(activity: dict[str, Any]) -> int | None:
    if activity["type"] == "deleted":
        return None
    return next((int(each["to"]) for each in activity["changes"] if each["field"] == "score"), 0)


@dataclass
class Follower:
    """A reader that is cut at random, and goes on at another gateway with the last id that it has."""

    urls: Sequence[str]
    tenant: str
    chance: Random
    book: Book
    last: str = ""
    cuts: int = 0

    async def begun(self) -> None:
        """From here on all is told."""
        async with httpx2.AsyncClient(base_url=self.urls[0], headers={"x-scope-orgid": self.tenant}) as client:
            self.last = (await client.get(PATH, params={"wait": 0})).raise_for_status().json()["next"]

    async def follow(self) -> None:
        """Listens until it is cancelled."""
        while True:
            try:
                await self._stretch(self.chance.choice(self.urls), self.chance.randint(1, LONGEST_LIFE))
            except httpx2.HTTPError:
                await asyncio.sleep(PAUSE)
            self.cuts += 1

    async def _stretch(self, url: str, events: int) -> None:
        """Takes so many events from one gateway, or those that come before it ends."""
        headers = {"x-scope-orgid": self.tenant}
        async with (
            httpx2.AsyncClient(base_url=url, headers=headers, timeout=20) as client,
            aclosing(blocks(client, self.last)) as stream,
        ):
            async for block in stream:
                if "data" in block:
                    self.book.tell(json.loads(block["data"]))
                    events -= 1
                self.last = block.get("id", self.last)
                if not events:
                    return


async def blocks(client: httpx2.AsyncClient, last: str | None = None) -> AsyncGenerator[Block, None]:
    """The blocks of a stream, each as its words. Raises HTTPError."""
    headers = EVENTS | ({"last-event-id": last} if last else {})
    async with client.stream("GET", PATH, headers=headers) as answer:
        answer.raise_for_status()
        block: Block = {}
        async for line in answer.aiter_lines():
            name, _, value = line.partition(":")
            if line:
                block[name] = value.strip()
            else:
                yield block
                block = {}


async def crowd(url: str, tenant: str, count: int, write: Callable[[], Awaitable[None]]) -> int:
    """The calls of the engine while so many listen to the last of what is written."""
    limits = httpx2.Limits(max_connections=None)
    async with httpx2.AsyncClient(base_url=url, headers={"x-scope-orgid": tenant}, timeout=60, limits=limits) as client:
        streams = [blocks(client) for _ in range(count)]
        # More at once would wait for a place longer than a gateway lets them.
        for start in range(0, count, _AT_ONCE):
            await asyncio.gather(*(anext(each) for each in streams[start : start + _AT_ONCE]))
        before = await _calls(client)
        await write()
        await asyncio.gather(*(_to_the_last(each) for each in streams))
        after = await _calls(client)
        await asyncio.gather(*(each.aclose() for each in streams))
    return after - before


async def _to_the_last(stream: AsyncGenerator[Block, None]) -> None:
    told = 0
    async for block in stream:
        told += "data" in block
        if told == 20:
            return


async def _calls(client: httpx2.AsyncClient) -> int:
    text = (await client.get("/metrics")).text
    return sum(int(float(each)) for each in re.findall(r"(?m)^gateway_engine_seconds_count{.*} (\S+)$", text))
