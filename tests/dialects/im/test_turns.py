"""Others go on while what is long is read and made."""

import asyncio
from types import SimpleNamespace
from unittest.mock import AsyncMock

import pytest

from gateway.store import searching
from gateway.work import turns
from tests.dialects.im.calls import IM, Client, Json, fresh_id, loaded

pytestmark = pytest.mark.anyio

PAGES = {
    "rows": ("incidents/export", {"format": "csv"}),
    "lines": ("incidents/export", {"format": "ndjson"}),
    "documents in part": ("incidents_full_types", {"fields": ["title"], "size": 100}),
}


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The turns that are given to others from now on, which are as short as can be."""
    noted: list[float] = []

    async def sleep(seconds: float) -> None:
        noted.append(seconds)
        await asyncio.sleep(seconds)

    loop = SimpleNamespace(sleep=sleep, get_running_loop=asyncio.get_running_loop)
    monkeypatch.setattr(turns, "asyncio", loop)
    monkeypatch.setattr(turns, "LONGEST", 0)
    return noted


@pytest.mark.parametrize(("path", "words"), PAGES.values(), ids=PAGES)
async def test_others_go_on_while_a_long_page_is_made(
    shared: Client, given: list[float], path: str, words: Json
) -> None:
    host = fresh_id()
    await loaded(shared, [{"id": f"{host}-{number}", "host": host} for number in range(100)])
    given.clear()
    body = {"search_query": {"term": {"host": host}}, **words}
    response = await shared.post(f"{IM}/{path}", json=body)
    # Each is there as an id, and as a title.
    assert (response.text.count(f"{host}-"), len(given) >= 100) == (200, True)


async def test_others_go_on_while_many_buckets_are_made(shared: Client, given: list[float]) -> None:
    host, day = fresh_id(), "2026-11-0{}T00:30:00.000Z"
    drafts = [{"id": f"{host}-{at}", "host": host, "started_at": day.format(at)} for at in (1, 4)]
    await loaded(shared, drafts)
    given.clear()
    hours = {"histogram": {"field": "started_at", "interval": "1h", "split": {"field": "host", "size": 3}}}
    words = {"search_query": {"term": {"host": host}}, "widgets": {"it": hours}}
    response = await shared.post(f"{IM}/incidents_full_types/stats", json=words)
    buckets = response.json()["widgets"]["it"]["buckets"]
    assert len(given) >= len(buckets) == 73
    assert [each["split"] for each in buckets if each["count"]] == [[{"value": host, "count": 1}]] * 2


@pytest.mark.parametrize(("longest", "apart"), [(0, True), (searching._LONG, False)], ids=["long", "short"])
async def test_a_long_reply_is_read_in_a_turn_of_its_own(
    shared: Client, monkeypatch: pytest.MonkeyPatch, longest: int, apart: bool
) -> None:
    await loaded(shared, [{"id": fresh_id()}])
    sleep = AsyncMock()
    monkeypatch.setattr(searching, "_LONG", longest)
    monkeypatch.setattr(searching, "asyncio", SimpleNamespace(sleep=sleep))
    response = await shared.post(f"{IM}/incidents_full_types", json={"size": 1})
    assert (len(response.json()["docs"]), sleep.await_count > 0) == (1, apart)
