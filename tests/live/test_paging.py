"""A point in time is a promise: whatever is written meanwhile, each document of its moment comes exactly once."""

from collections import Counter
from collections.abc import AsyncIterator
from random import Random
from typing import Any

import httpx2
import pytest

from gateway.dialects.settings import load
from tests.live import loading
from tests.live.loading import Clients, Json
from tests.live.writers import SEVERITIES, writing

INCIDENTS = loading.number("PAGING_INCIDENTS", 3000)
pytestmark = [pytest.mark.anyio, pytest.mark.timeout(600 + INCIDENTS // 50)]

WINDOW = 500 if INCIDENTS < 10_000 else load().search_window
SIZES = (37, 997) if INCIDENTS < 10_000 else (97, 997)
SORT = [{"field": "cost", "order": "asc"}, {"field": "started_at"}]


@pytest.fixture
async def gateways(opensearch_url: str) -> AsyncIterator[Clients]:
    """Two gateways over one engine; with few incidents, their windows are as small."""
    async with loading.gateways(opensearch_url, search_window=WINDOW) as clients:
        yield clients


def incident(number: int) -> Json:
    """One of many that tie on what they are sorted by."""
    fields = {"cost": number % 50, "severity": SEVERITIES[number % 4], "started_at": number % 7}
    return {"_meta": {"id": f"p{number}"}, "title": f"incident {number}", **fields}


async def by_offset(client: httpx2.AsyncClient, rows: int, *, shuffled: bool, **words: Any) -> list[tuple[str, str]]:
    """Every document of a search by `from`, in order or page by page at random."""
    offsets = list(range(0, rows + 1, words["size"]))
    if shuffled:
        Random(rows).shuffle(offsets)
    pages = {each: (await loading.page(client, **words, **{"from": each}))["docs"] for each in offsets}
    return [each for offset in sorted(pages) for each in loading.seen(pages[offset])]


async def counted(client: httpx2.AsyncClient, pit: str) -> Json:
    reply = await client.post(f"{loading.SEARCH}/stats/severity", json={"pit": pit})
    answer: Json = reply.json()
    return {"total_docs": answer["total_docs"], "severity": answer["severity"]}


Walk = list[tuple[str, str]]


async def walks(here: httpx2.AsyncClient, there: httpx2.AsyncClient, pit: str, rows: int) -> dict[str, Walk]:
    """The snapshot as it is seen in every way there is."""
    everything = {"pit": pit, "sort": SORT}
    found = {f"by cursor, {size}": await loading.by_cursor(here, there, **everything, size=size) for size in SIZES}
    for size in SIZES:
        found[f"by offset, {size}"] = await by_offset(there, rows, shuffled=False, **everything, size=size)
    found["by offset, shuffled"] = await by_offset(there, rows, shuffled=True, **everything, size=SIZES[-1])
    found["by cursor, 10,000"] = await loading.by_cursor(here, **everything, size=10_000, fields=["title"])
    docs, status = await loading.exported(there, **everything)
    assert status == {"complete": True, "count": len(docs), "next": None, "pit": pit}
    costs = [each.get("cost", 50) for each in docs]
    assert costs == sorted(costs)
    return found | {"exported": loading.seen(docs)}


async def test_every_walk_of_a_snapshot_sees_it_whole_while_others_write(gateways: Clients) -> None:
    here, there = gateways
    snapshot = await loading.create(here, map(incident, range(INCIDENTS)))
    late = await here.post("/_im/incidents/late", json={"title": "acknowledged before, refreshed by nobody"})
    snapshot["late"] = late.json()["_meta"]["version"]
    pit = await loading.open_pit(here)
    async with writing(there, list(snapshot)) as written:
        found = await walks(here, there, pit, len(snapshot))
        stats = await counted(there, pit)
        total = await loading.page(here, pit=pit, size=0, with_total_docs=True)
    print(f"{len(snapshot)} incidents, walked {len(found)} times, while these were acknowledged: {dict(written)}")
    assert set(written) == {"POST", "PUT", "DELETE"}
    assert {name: len(walk) for name, walk in found.items()} == dict.fromkeys(found, len(snapshot))
    assert {name: dict(walk) == snapshot for name, walk in found.items()} == dict.fromkeys(found, True)
    assert {name: walk == found["exported"] for name, walk in found.items()} == dict.fromkeys(found, True)
    levels = Counter(SEVERITIES[number % 4] for number in range(INCIDENTS))
    assert stats == {"total_docs": len(snapshot), "severity": {**dict.fromkeys(SEVERITIES, 0), **levels, "": 1}}
    assert total["total_docs"] == len(snapshot)


async def test_without_a_point_in_time_the_window_is_the_limit(gateways: Clients) -> None:
    deepest = WINDOW - 37
    replies = [await gateways[0].post(loading.SEARCH, json={"from": at, "size": 37}) for at in (deepest, deepest + 1)]
    assert [each.status_code for each in replies] == [200, 400]
    assert replies[1].json()["error"]["type"] == "window_exceeded"
