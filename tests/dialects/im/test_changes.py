"""`GET incidents/changes` by long polling: what is told, once each and in order, with filters and without."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import orjson
import pytest
from dirty_equals import IsStr

from tests.conftest import Serve
from tests.dialects.im.calls import IM, TIME, Client, Json, answer, created, fresh_id, put, refusal

pytestmark = pytest.mark.anyio

PATH = f"{IM}/incidents/changes"
LEFT = 9_000_000
AT, NUMBER = IsStr(regex=TIME), IsStr(regex=r"\d+")


@pytest.fixture
async def engine(opensearch_url: str) -> AsyncIterator[Client]:
    """The engine itself."""
    async with httpx2.AsyncClient(base_url=opensearch_url, timeout=60) as client:
        yield client


async def polled(client: Client, after: str | None = None, wait: float = 10, **filters: Any) -> Json:
    """The answer to one poll."""
    words = {name: value if isinstance(value, str) else orjson.dumps(value).decode() for name, value in filters.items()}
    params = {**words, "wait": str(wait)} | ({"after": after} if after is not None else {})
    response = await client.get(PATH, params=params)
    assert response.status_code == 200, response.text
    return answer(response)


async def walked(client: Client, after: str, **filters: Any) -> list[Json]:
    """Every change behind the cursor, until an incident that is made now is told, which is not among them."""
    last = (await created(client, severity="info", host="last"))["_meta"]["id"]
    told: list[Json] = []
    while last not in {each["id"] for each in told}:
        page = await polled(client, after, **filters)
        told, after = told + page["changes"], page["next"]
    return [each for each in told if each["id"] != last]


def activity(incident_id: str, kind: str, **changed: tuple[Any, Any]) -> Json:
    """An activity as it is told."""
    changes = [{"field": name, "from": before, "to": after} for name, (before, after) in changed.items()]
    return {
        "incident_id": incident_id, "activity_id": NUMBER, "type": kind, "at": AT, "actor": "anonymous",
        "dialect": "im", "changes": changes, "params": {},
    }  # fmt: skip


def change(incident_id: str, kind: str, *activities: Json) -> Json:
    """A change as it is told."""
    return {"id": incident_id, "kind": kind, "at": AT, "user": "anonymous", "activities": list(activities)}


async def test_all_that_happens_is_told_whole_and_in_order(shared: Client) -> None:
    start, one = (await polled(shared, wait=0))["next"], fresh_id()
    await created(shared, one, severity="low")
    await put(shared, one, severity="high", assignee={"name": "Alice"})
    await shared.post(f"{IM}/incidents/{one}/notes", json={"body": "called"})
    assert await walked(shared, start) == [
        change(one, "created", activity(one, "created")),
        change(
            one,
            "updated",
            activity(one, "assigned", assignee=(None, {"name": "Alice"})),
            activity(one, "updated", severity=("low", "high")),
        ),
        change(one, "updated", activity(one, "note_added", comment=(None, "called"))),
    ]


async def test_of_what_was_deleted_that_alone_is_told(serve: Serve, client: Client) -> None:
    start, one = (await polled(client, wait=0))["next"], fresh_id()
    await created(client, one)
    assert (await client.delete(f"{IM}/incidents/{one}")).status_code == 200
    async with serve() as other:
        assert (await polled(other, start))["changes"] == [change(one, "deleted", activity(one, "deleted"))]


async def test_a_poll_waits_for_what_comes_and_ends_with_nothing_at_its_time(shared: Client) -> None:
    start = (await polled(shared, wait=0))["next"]
    assert (await polled(shared, start, wait=0.3))["changes"] == []
    one = (await created(shared))["_meta"]["id"]
    assert [each["id"] for each in (await polled(shared, start))["changes"]] == [one]


async def test_each_cursor_goes_on_behind_what_came_with_it(shared: Client) -> None:
    """And one cursor tells the same each time."""
    start = (await polled(shared, wait=0))["next"]
    ids = [(await created(shared))["_meta"]["id"] for _ in range(3)]
    assert [each["id"] for each in await walked(shared, start)] == ids
    assert [each["id"] for each in await walked(shared, start)][:3] == ids


async def test_a_filter_tells_what_it_holds_for_now_and_every_deletion(shared: Client) -> None:
    start = (await polled(shared, wait=0))["next"]
    inside, left, outside, gone = [fresh_id() for _ in range(4)]
    await created(shared, inside, severity="critical")
    await created(shared, left, severity="critical")
    await put(shared, left, severity="info")
    await created(shared, outside, severity="info")
    await created(shared, gone, severity="info")
    await shared.delete(f"{IM}/incidents/{gone}")
    critical = {"bool": {"should": [{"term": {"severity": "critical"}}, {"term": {"host": "last"}}]}}
    told = await walked(shared, start, search_query=critical, start_time="now-1h")
    assert [(each["id"], each["kind"]) for each in told] == [(inside, "created"), (gone, "deleted")]


async def test_history_that_could_not_be_written_at_once_is_told(
    shared: Client, engine: Client, shared_tenant: str
) -> None:
    """The engine refused it after the incident was changed, and the change was acknowledged; as after a kill."""
    start, one = (await polled(shared, wait=0))["next"], fresh_id()
    await created(shared, one)
    await block(engine, shared_tenant, True)
    assert (await shared.put(f"{IM}/incidents/{one}", json={"severity": "high"})).status_code == 200
    await block(engine, shared_tenant, False)
    told: list[Json] = []
    while len(told) < 2:
        page = await polled(shared, start)
        told, start = told + page["changes"], page["next"]
    assert told == [
        change(one, "created", activity(one, "created")),
        change(one, "updated", activity(one, "updated", severity=(None, "high"))),
    ]


async def test_a_deletion_that_its_gateway_did_not_finish_is_told(
    shared: Client, engine: Client, shared_tenant: str
) -> None:
    start, one = (await polled(shared, wait=0))["next"], fresh_id()
    await created(shared, one)
    start = (await polled(shared, start))["next"]
    entry = {**activity(one, "deleted"), "kind": "deletion", "sequence": LEFT, "activity_id": str(LEFT)}
    document = {**entry, "at": "2026-11-01T00:00:00.000Z"}
    (await engine.put(f"/im-events-{shared_tenant}/_create/activity-{LEFT}", json=document)).raise_for_status()
    (await engine.delete(f"/im-incidents-{shared_tenant}/_doc/{one}")).raise_for_status()
    told = (await polled(shared, start))["changes"]
    assert told == [change(one, "deleted", activity(one, "deleted"))]


async def test_where_nothing_ever_was_the_first_change_is_told(serve: Serve, client: Client) -> None:
    start = (await polled(client, wait=0))["next"]
    one = (await created(client))["_meta"]["id"]
    async with serve() as other:
        assert [each["id"] for each in (await polled(other, start))["changes"]] == [one]


async def test_what_incidents_of_several_shards_carry_is_told(serve: Serve, engine: Client, tenant: str) -> None:
    ids = [f"i{number}" for number in range(12)]
    async with serve(shards=3) as client, serve() as other:
        await created(client, "first")
        start = (await polled(client, wait=0))["next"]
        await block(engine, tenant, True)
        for each in ids:
            await created(client, each)
        await block(engine, tenant, False)
        told: list[str] = []
        while len(told) < len(ids):
            page = await polled(other, start)
            told, start = told + [each["id"] for each in page["changes"]], page["next"]
        assert sorted(told) == sorted(ids)


async def test_where_the_indices_were_made_anew_a_cursor_is_gone(
    serve: Serve, client: Client, engine: Client, tenant: str
) -> None:
    await created(client)
    start = (await polled(client, wait=0))["next"]
    (await engine.delete(f"/im-events-{tenant}.*,im-incidents-{tenant}.*")).raise_for_status()
    async with serve() as other:
        await created(other)
        response = await other.get(PATH, params={"after": start})
    reason = "what this cursor was of is gone; begin anew, without one"
    assert (refusal(response), response.json()["error"]["reason"]) == ((410, "cursor_gone", "after"), reason)


@pytest.mark.parametrize(
    ("query", "told"),
    [
        pytest.param("after=abc", (400, "bad_cursor", "after"), id="a text that is no cursor"),
        pytest.param("wait=61", (400, "bad_request", "wait"), id="a longer wait than there is"),
        pytest.param("wait=-1", (400, "bad_request", "wait"), id="a wait backwards"),
        pytest.param("pit=abc", (400, "unknown_field", "pit"), id="a point in time, in which nothing changes"),
        pytest.param("size=5", (400, "unknown_field", "size"), id="a word of other lists"),
        pytest.param("wait=1&wait=2", (400, "bad_request", "wait"), id="a word twice"),
        pytest.param(
            'search_query={"regexp":{"title":"a"}}', (400, "bad_request", "search_query.regexp"), id="no such clause"
        ),
        pytest.param("start_time=now&end_time=now-1d", (400, "bad_request", "start_time"), id="a time backwards"),
        pytest.param(
            'additional_fields=[{"name":"title","type":"number","value":1}]',
            (400, "bad_request", "additional_fields[0].value"),
            id="a number in a text",
        ),
    ],
)
async def test_what_cannot_be_is_refused_at_its_place(shared: Client, query: str, told: tuple[Any, ...]) -> None:
    assert refusal(await shared.get(f"{PATH}?{query}")) == told


async def test_a_stream_is_asked_for_in_any_case(shared: Client) -> None:
    head = await shared.head(PATH, headers={"Accept": "Text/Event-Stream"})
    assert head.headers["content-type"].startswith("text/event-stream")


async def test_too_many_listeners_are_refused(serve: Serve) -> None:
    async with serve(feed_listeners=1) as client:
        await created(client)
        waiting = client.get(PATH, params={"wait": "1"})
        first, second = await asyncio.gather(waiting, client.get(PATH, params={"wait": "1"}))
    assert sorted((first.status_code, second.status_code)) == [200, 429]


async def block(engine: Client, tenant: str, blocked: bool) -> None:
    """Has the engine refuse whatever is written to the tenant's events, or take it again."""
    settings = {"index.blocks.write": blocked}
    (await engine.put(f"/im-events-{tenant}/_settings", json=settings)).raise_for_status()
