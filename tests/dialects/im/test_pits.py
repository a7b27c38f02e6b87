"""Points in time: opened, used, listed and deleted; how long they live, and how many there may be."""

from datetime import UTC, datetime, timedelta
from typing import Any

import anyio
import pytest
from dirty_equals import IsInt, IsStr

from tests.conftest import Serve
from tests.dialects.im.calls import (
    IM,
    TIME,
    Client,
    Json,
    Refusal,
    answer,
    created,
    deleted,
    found,
    ids,
    listed,
    opened,
    put,
    refusal,
    searched,
    used,
)  # fmt: skip

pytestmark = pytest.mark.anyio

NOW = datetime(2126, 11, 22, 4, 15, 30, tzinfo=UTC)


async def active(client: Client) -> int:
    count: int = answer(await client.get(f"{IM}/incidents/pits"))["active_pits"]
    return count


async def test_opened(client: Client) -> None:
    response = await client.get(f"{IM}/incidents/pit")
    described = {
        "id": IsStr(min_length=20),
        "keep_alive": "300s",
        "expires_at": IsStr(regex=TIME),
        "is_show_aggs": True,
    }
    assert (response.status_code, answer(response)) == (200, {**described, "active_pits": 1, "max_pits": 100})
    assert answer(await client.get(f"{IM}/incidents/pit"))["active_pits"] == 2


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        pytest.param("is_show_aggs=false", {"is_show_aggs": False}, id="incidents only"),
        pytest.param("is_show_aggs=true", {"is_show_aggs": True}, id="results too"),
        pytest.param("keep_alive=90s", {"keep_alive": "90s", "expires_at": "2126-11-22T04:17:00.000Z"}, id="seconds"),
        pytest.param("keep_alive=1h", {"keep_alive": "3600s", "expires_at": "2126-11-22T05:15:30.000Z"}, id="an hour"),
        pytest.param("keep_alive=1500ms", {"keep_alive": "1500ms"}, id="no whole number of seconds"),
        pytest.param("", {"keep_alive": "300s", "expires_at": "2126-11-22T04:20:30.000Z"}, id="what is set"),
    ],
)
async def test_parameters(serve: Serve, query: str, expected: Json) -> None:
    async with serve(clock=lambda: NOW) as client:
        assert expected.items() <= answer(await client.get(f"{IM}/incidents/pit?{query}")).items()


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        pytest.param("is_show_aggs=maybe", (400, "bad_request", "is_show_aggs"), id="no boolean"),
        pytest.param("keep_alive=5", (400, "bad_request", "keep_alive"), id="no unit"),
        pytest.param("keep_alive=0s", (400, "bad_request", "keep_alive"), id="no time at all"),
        pytest.param("keep_alive=3601s", (400, "bad_request", "keep_alive"), id="over the longest"),
        pytest.param("keepalive=1m", (400, "unknown_field", "keepalive"), id="an unknown word"),
        pytest.param("keep_alive=1m&keep_alive=1m", (400, "bad_request", "keep_alive"), id="a word given twice"),
    ],
)
async def test_parameters_refused(shared: Client, query: str, expected: Refusal) -> None:
    assert refusal(await shared.get(f"{IM}/incidents/pit?{query}")) == expected


async def test_the_lengths_are_settings(serve: Serve) -> None:
    async with serve(pit_keep_alive="7s", pit_max_keep_alive="2m") as client:
        assert answer(await client.get(f"{IM}/incidents/pit"))["keep_alive"] == "7s"
        assert answer(await client.get(f"{IM}/incidents/pit?keep_alive=2m"))["keep_alive"] == "120s"
        response = await client.get(f"{IM}/incidents/pit?keep_alive=121s")
        assert refusal(response) == (400, "bad_request", "keep_alive")


@pytest.mark.parametrize("way", ["in the body", "in the query"])
async def test_deleted(client: Client, way: str) -> None:
    pit = await opened(client)
    response = await (deleted(client, pit) if way == "in the body" else client.delete(f"{IM}/incidents/pit?id={pit}"))
    assert (response.status_code, answer(response)) == (200, {"id": pit, "deleted": True})
    assert await active(client) == 0
    assert refusal(await deleted(client, pit)) == (404, "not_found", "id")
    assert refusal(await used(client, pit)) == (410, "pit_expired", "pit")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param({}, (400, "bad_request", "id"), id="no id"),
        pytest.param({"id": 5}, (400, "bad_request", "id"), id="a number"),
        pytest.param({"pit": "x"}, (400, "bad_request", "id"), id="another word"),
        pytest.param({"id": "x"}, (404, "not_found", "id"), id="an id that is none"),
        pytest.param({"id": "A" * 38}, (404, "not_found", "id"), id="an id that looks like one"),
        pytest.param({"id": ""}, (404, "not_found", "id"), id="an empty id"),
    ],
)
async def test_deletions_refused(shared: Client, body: Json, expected: Refusal) -> None:
    response = await shared.request("DELETE", f"{IM}/incidents/pit", json=body)
    assert refusal(response) == expected


async def test_an_expired_one_is_not_there_to_delete(serve: Serve) -> None:
    now = NOW
    async with serve(clock=lambda: now) as client:
        pit = await opened(client, "keep_alive=1m")
        now += timedelta(minutes=1)
        assert refusal(await deleted(client, pit)) == (404, "not_found", "id")


def row(pit: str, **described: Any) -> Json:
    """A point in time, as it is listed."""
    return {"id": pit, **described}


async def test_listed(serve: Serve) -> None:
    now = NOW
    async with serve(clock=lambda: now) as client:
        assert answer(await client.get(f"{IM}/incidents/pits")) == {"docs": [], "active_pits": 0, "max_pits": 100}
        first = await opened(client, "keep_alive=1m")
        now += timedelta(seconds=20)
        second = await opened(client, "is_show_aggs=false")
        now += timedelta(seconds=5)
        rows = [
            row(first, keep_alive="60s", expires_at="2126-11-22T04:16:30.000Z", is_show_aggs=True, age="25s"),
            row(second, keep_alive="300s", expires_at="2126-11-22T04:20:50.000Z", is_show_aggs=False, age="5s"),
        ]
        assert answer(await client.get(f"{IM}/incidents/pits")) == {"docs": rows, "active_pits": 2, "max_pits": 100}
        now += timedelta(seconds=36)
        assert [each["id"] for each in answer(await client.get(f"{IM}/incidents/pits"))["docs"]] == [second]
        assert refusal(await client.get(f"{IM}/incidents/pits?all=true")) == (400, "unknown_field", "all")


async def test_it_shows_the_moment_of_its_opening(client: Client) -> None:
    for name in ("a", "b", "c"):
        await client.post(f"{IM}/incidents/{name}", json={"title": name})
    pit = await opened(client)
    await put(client, "a", title="changed")
    await client.delete(f"{IM}/incidents/b?refresh=true")
    await created(client, "d")
    page = await searched(client, pit=pit, with_total_docs=True, fields=["title"])
    assert (ids(page), page["total_docs"], page["pit"]) == (["c", "b", "a"], 3, pit)
    assert [each["title"] for each in page["docs"]] == ["c", "b", "a"]
    assert await listed(client, f"pit={pit}") == ["c", "b", "a"]
    assert await found(client) == ["d", "c", "a"]


async def test_before_the_first_write_there_is_nothing_in_it(client: Client) -> None:
    pit = await opened(client)
    await created(client, "a")
    page = await searched(client, pit=pit, with_total_docs=True, explain=True)
    assert page == {
        "took": IsInt(ge=0), "timed_out": False, "pit": pit, "docs": [], "next": None, "total_docs": 0, "explain": {},
    }  # fmt: skip
    stats = await client.post(f"{IM}/incidents_full_types/stats/severity", json={"pit": pit})
    assert answer(stats)["total_docs"] == 0
    assert (await deleted(client, pit)).status_code == 200


async def test_one_of_incidents_only(client: Client) -> None:
    await created(client, "a")
    await client.post(f"{IM}/aggregations/results/r/1?refresh=true", json={"title": "r"})
    pit = await opened(client, "is_show_aggs=false")
    assert await found(client, pit=pit, is_show_aggs=False) == ["a"]
    for words in ({"pit": pit}, {"pit": pit, "is_show_aggs": True}):
        response = await client.post(f"{IM}/incidents_full_types", json=words)
        assert refusal(response) == (400, "pit_scope", "is_show_aggs")
    full = await opened(client)
    assert sorted(await found(client, pit=full)) == ["a", "r~1"]
    assert await found(client, pit=full, is_show_aggs=False) == ["a"]


async def kept_until(client: Client, moment: str) -> None:
    """Waits until the only point in time is known, to every gateway, to live that long."""
    with anyio.fail_after(60):
        while [each["expires_at"] for each in answer(await client.get(f"{IM}/incidents/pits"))["docs"]] != [moment]:
            await anyio.sleep(0.02)


async def test_it_ends_and_each_use_puts_that_off(serve: Serve) -> None:
    now = NOW
    async with serve(clock=lambda: now) as client:
        await created(client, "a")
        pit = await opened(client, "keep_alive=1m")
        for until in ("2126-11-22T04:17:29.000Z", "2126-11-22T04:18:28.000Z"):
            now += timedelta(seconds=59)
            assert (await used(client, pit)).status_code == 200
            await kept_until(client, until)
        now += timedelta(seconds=60)
        assert refusal(await used(client, pit)) == (410, "pit_expired", "pit")
        assert await active(client) == 0


async def test_a_use_can_ask_for_longer(serve: Serve) -> None:
    now = NOW
    async with serve(clock=lambda: now) as client:
        await created(client, "a")
        pit = await opened(client, "keep_alive=1m")
        assert await found(client, pit=pit, keep_alive="10m") == ["a"]
        now += timedelta(minutes=9)
        assert (await used(client, pit)).status_code == 200
        response = await client.post(f"{IM}/incidents_full_types", json={"pit": pit, "keep_alive": "61m"})
        assert refusal(response) == (400, "bad_request", "keep_alive")
        response = await client.post(f"{IM}/incidents_full_types", json={"pit": pit, "keep_alive": "soon"})
        assert refusal(response) == (400, "bad_request", "keep_alive")
