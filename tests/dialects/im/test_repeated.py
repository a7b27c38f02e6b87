"""The same request again: what is remembered of it changes no answer, and what must be looked at anew is."""

from datetime import UTC, datetime
from typing import Any

import pytest

from gateway.dialects.im.readings import Reading
from gateway.dialects.im.repeated import is_timeless
from gateway.dialects.im.requests import Search
from tests.clock import Clock
from tests.conftest import Serve
from tests.dialects.im.again import AGAIN, PAGES, STATS, ask
from tests.dialects.im.calls import (
    Client,
    Json,
    answer,
    created,
    deleted,
    ids,
    loaded,
    opened,
    refusal,
    searched,
    used,
)  # fmt: skip
from tests.faults import Proxy, failing

pytestmark = pytest.mark.anyio

NOW = datetime(2126, 11, 22, 4, 15, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("sent", "timeless"),
    [
        pytest.param(b'{"start_time":"2026-11-01"}', True, id="a date"),
        pytest.param(b'{"start_time":"now-1d"}', False, id="relative to now"),
        pytest.param(b'{"start_time":"NOW"}', False, id="in other case"),
        pytest.param(b'{"start_time":"\\u006eow-1d"}', False, id="an escape"),
        pytest.param(b'{"search_query":"{\\"a\\":\\"\\\\u006eow\\"}"}', False, id="an escape in JSON text"),
        pytest.param(b'{"search_query":"know"}', False, id="another word with it: to be sure"),
    ],
)
def test_what_is_timeless(sent: bytes, timeless: bool) -> None:
    assert is_timeless(b"", sent) == timeless


@pytest.mark.parametrize("query", [b"start_time=now-1d", b"start_time=%6eow-1d", b"a=%5Cu006eow"])
def test_what_is_not_timeless_in_a_query(query: bytes) -> None:
    assert not is_timeless(query, b"")


@pytest.mark.parametrize(
    ("timeless", "bases", "made"),
    [
        pytest.param(True, [({"a": 1}, NOW), ({"a": 1}, None)], 1, id="timeless: the columns are the same"),
        pytest.param(True, [({"a": 1}, NOW), ({"a": 2}, NOW)], 2, id="timeless: the columns changed"),
        pytest.param(False, [({"a": 1}, NOW), ({"a": 1}, NOW)], 1, id="relative: the same moment"),
        pytest.param(False, [({"a": 1}, NOW), ({"a": 1}, NOW.replace(second=31))], 2, id="relative: another moment"),
    ],
)
def test_what_is_made_anew(timeless: bool, bases: list[tuple[Any, Any]], made: int) -> None:
    reading, calls = Reading(Search(), timeless=timeless), list[None]()
    for columns, now in bases:
        reading.once("x", lambda: calls.append(None), columns, now and reading.since(now))
    assert len(calls) == made


def test_what_cannot_be_made_is_not_kept() -> None:
    reading = Reading(Search())
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            reading.once("x", lambda: 1 // 0)


async def test_the_same_page_shows_what_was_written_in_between(client: Client) -> None:
    body: Json = {"sort": [{"field": "numeric_id", "order": "asc"}]}
    assert ids(await searched(client, **body)) == []
    for i in range(2):
        await loaded(client, [{"id": f"i{i}"}])
        assert len(ids(await searched(client, **body))) == i + 1


async def test_a_field_that_came_to_be_is_filtered_and_ordered_by(client: Client) -> None:
    fields = [{"name": "risk", "type": "number", "value": {"gte": 5}}]
    body: Json = {"additional_fields": fields, "sort": [{"field": "risk", "order": "asc"}]}
    await loaded(client, [{"id": "a"}])
    for _ in range(2):
        page = await searched(client, **body)
        assert (ids(page), page["unknown_fields"]) == ([], ["risk"])
    await loaded(client, [{"id": "b", "risk": 7}, {"id": "c", "risk": 6}])
    for _ in range(2):
        page = await searched(client, **body)
        assert (ids(page), page.get("unknown_fields")) == (["c", "b"], None)


async def test_now_is_this_moment_each_time(serve: Serve) -> None:
    clock = Clock(NOW)
    async with serve(clock, stats_step=0) as client:
        await loaded(client, [{"id": "a", "started_at": "2126-11-22T04:15:20.000Z"}])
        counts = []
        for _ in range(3):
            page = await searched(client, start_time="now-15s")
            stats = answer(await client.post(f"{STATS}/severity", json={"start_time": "now-15s"}))
            counts.append((len(ids(page)), stats["total_docs"]))
            clock.move(seconds=4)
        assert counts == [(1, 1), (1, 1), (0, 0)]


async def test_a_refusal_is_the_same_each_time(client: Client) -> None:
    bodies: list[Json] = [{"size": -1}, {"search_query": {"script": {}}}, {"start_time": "never"}, {"after": "x"}]
    for body in bodies:
        first, second = [await client.post(PAGES, json=body) for _ in range(2)]
        assert (first.status_code, refusal(first)) == (second.status_code, refusal(second))
        assert first.status_code == 400


async def test_a_media_type_is_looked_at_each_time(client: Client) -> None:
    sent = b'{"size":1}'
    types = ("application/json", "text/plain", "application/json")
    statuses = [(await client.post(PAGES, content=sent, headers={"content-type": each})).status_code for each in types]
    assert statuses == [200, 415, 200]


def fail(proxy: Proxy) -> None:
    """From here on the engine searches nothing."""
    proxy.hits, proxy.fault = (lambda request: "/_search" in request.path), failing(503, "x")


@pytest.mark.parametrize(("line", "body"), AGAIN)
async def test_a_snapshots_answer_is_given_again_without_the_engine(
    proxied: Client, proxy: Proxy, line: str, body: Json
) -> None:
    await created(proxied, severity="high")
    sent = {**body, "pit": await opened(proxied)}
    first = await ask(proxied, line, sent)
    assert first.status_code == 200
    await created(proxied, severity="low")
    fail(proxy)
    again = await ask(proxied, line, sent)
    assert (again.status_code, again.content) == (200, first.content)
    for other in ({**sent, "start_time": "2020"}, body):
        assert (await ask(proxied, line, other)).status_code == 503


async def test_a_longer_life_is_told_to_the_engine(proxied: Client, proxy: Proxy) -> None:
    sent = {"pit": await opened(proxied), "keep_alive": "10m"}
    assert (await proxied.post(PAGES, json=sent)).status_code == 200
    fail(proxy)
    assert (await proxied.post(PAGES, json=sent)).status_code == 503


@pytest.mark.parametrize(("line", "body"), AGAIN)
async def test_a_closed_snapshot_has_no_answer_left(shared: Client, line: str, body: Json) -> None:
    pit = await opened(shared)
    sent = {**body, "pit": pit}
    assert (await ask(shared, line, sent)).status_code == 200
    assert (await deleted(shared, pit)).status_code == 200
    assert refusal(await ask(shared, line, sent)) == (410, "pit_expired", "pit")


async def test_an_expired_snapshot_has_no_answer_left(serve: Serve) -> None:
    clock = Clock(NOW)
    async with serve(clock) as client:
        pit = await opened(client, "keep_alive=60s")
        statuses = []
        for seconds in (0, 50, 50, 61):
            clock.move(seconds=seconds)
            statuses.append((await used(client, pit)).status_code)
    assert statuses == [200, 200, 200, 410]


async def test_a_snapshots_width_is_looked_at_each_time(shared: Client) -> None:
    pit = await opened(shared, "is_show_aggs=false")
    narrow, wide = {"pit": pit, "is_show_aggs": False}, {"pit": pit}
    statuses = [(await shared.post(PAGES, json=each)).status_code for each in (narrow, wide, narrow, wide)]
    assert statuses == [200, 400, 200, 400]
