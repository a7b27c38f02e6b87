"""The Python client, with await and without, against a gateway."""

import itertools
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing, closing
from datetime import timedelta
from typing import Any

import pytest
from dirty_equals import IsDatetime, IsPartialDict, IsStr

from gateway.client import AsyncClient, Change, Client, Outcome, Refusal, RemoteError, Selection

pytestmark = pytest.mark.anyio

COUNT = 25
VERSION: Any = IsStr(regex=r"\d+-\d+")
TEXT: Any = IsStr()
CREATED: Any = IsPartialDict(type="created")
RECENT: Any = IsDatetime(approx=None, delta=timedelta(minutes=5))


@pytest.fixture
def client(gateway_url: str, tenant: str) -> Iterator[Client]:
    """A client that does not await."""
    with Client(gateway_url, tenant=tenant) as opened:
        yield opened


@pytest.fixture
async def awaiting(gateway_url: str, tenant: str) -> AsyncIterator[AsyncClient]:
    """A client that awaits."""
    async with AsyncClient(gateway_url, tenant=tenant) as opened:
        yield opened


def drafts(count: int = COUNT) -> list[dict[str, object]]:
    """Incidents to be made."""
    return [{"_meta": {"id": f"i{at:04}"}, "title": f"{at}", "severity": "low"} for at in range(count)]


def good(incident_id: str, status: int = 200, result: str = "updated") -> Outcome:
    """An outcome in which all is well."""
    return Outcome(incident_id, status, result, VERSION)


def test_one_incident_is_made_read_changed_and_deleted(client: Client) -> None:
    made = client.create({"title": "one"}, "i1")
    assert (made.id, made.type, made["title"]) == ("i1", "incident", "one")
    changed = client.update("i1", {"severity": "high"}, version=made.version)
    assert client.get("i1") == changed
    with pytest.raises(RemoteError) as conflict:
        client.update("i1", {"severity": "low"}, version=made.version)
    assert (conflict.value.status, conflict.value.kind) == (409, "version_conflict")
    client.delete("i1")
    with pytest.raises(RemoteError) as gone:
        client.get("i1")
    assert (gone.value.status, gone.value.kind) == (404, "not_found")


def test_a_refusal_names_its_place(client: Client) -> None:
    with pytest.raises(RemoteError) as refusal:
        client.create({"title": "one", "severity": "odd"})
    said = refusal.value
    assert (said.status, said.kind, said.where) == (400, "bad_request", "severity")


def test_many_writes_have_their_outcomes_in_order(client: Client) -> None:
    made = list(client.bulk_create(iter(drafts()), refresh="true"))
    assert made == [good(f"i{at:04}", 201, "created") for at in range(COUNT)]
    changes = [{"_meta": {"id": each}, "reviewer": "ann"} for each in ("i0001", "nobody", "i0000")]
    refusal = Refusal("not_found", TEXT, "line 2")
    assert list(client.bulk_update(changes)) == [good("i0001"), Outcome("nobody", 404, error=refusal), good("i0000")]
    deleted = list(client.bulk_delete([{"_meta": {"id": "i0003"}}]))
    assert deleted == [good("i0003", 200, "deleted")]
    assert [each.is_good for each in client.bulk_update(changes)] == [True, False, True]


def test_a_search_goes_on_to_its_end_over_one_moment(client: Client) -> None:
    assert all(each.is_good for each in client.bulk_create(drafts(), refresh="true"))
    with client.pit() as pit:
        walk = client.search(pit=pit, size=4, sort=[{"field": "title", "order": "asc"}], fields=["title"])
        first = list(itertools.islice(walk, 5))
        list(client.bulk_delete([{"_meta": {"id": f"i{at:04}"}} for at in range(COUNT)], refresh="true"))
        titles = [each["title"] for each in [*first, *walk]]
    assert titles == sorted(str(at) for at in range(COUNT))
    assert list(client.search(start_time="now-1d")) == []


async def test_a_walk_that_is_left_gives_its_point_in_time_back(awaiting: AsyncClient, client: Client) -> None:
    assert all(each.is_good for each in client.bulk_create(drafts(), refresh="true"))
    with closing(client.search(size=2)) as walk:
        next(walk)
        assert len((await awaiting.asking.ask("GET", "/incidents/pits"))["docs"]) == 1
    assert (await awaiting.asking.ask("GET", "/incidents/pits"))["docs"] == []


async def test_what_is_not_closed_ends_with_the_client(gateway_url: str, tenant: str, awaiting: AsyncClient) -> None:
    with Client(gateway_url, tenant=tenant) as client:
        assert all(each.is_good for each in client.bulk_create(drafts(), refresh="true"))
        walk = client.search(size=2)
        next(walk)
    async with AsyncClient(gateway_url, tenant=tenant) as other:
        left = other.search(size=2)
        await anext(left)
        assert len((await awaiting.asking.ask("GET", "/incidents/pits"))["docs"]) == 1
    assert (await awaiting.asking.ask("GET", "/incidents/pits"))["docs"] == []
    with pytest.raises(RuntimeError, match="within its `with`"):
        list(walk)


def test_rows_may_be_drawn_from_the_client_that_they_are_for(client: Client) -> None:
    list(client.bulk_create(drafts(), refresh="true"))
    rows = ({"_meta": {"id": each.id, "version": each.version}, "reviewer": "ann"} for each in client.search(size=4))
    assert sorted(str(each.id) for each in client.bulk_update(rows)) == [f"i{at:04}" for at in range(COUNT)]


def test_each_row_is_one_item_whatever_its_fields_are_called(client: Client) -> None:
    rows: list[dict[str, object]] = [{"title": "one"}, {"create": {"_id": "i1"}}, {"title": "two", "update": {"a": 1}}]
    assert [each.status for each in client.bulk_create(rows)] == [201, 400, 201]


def test_what_a_filter_finds_is_changed_once_and_deleted(client: Client) -> None:
    list(client.bulk_create(drafts(), refresh="true"))
    found = client.select({"reviewer": "ann"}, search_query={"term": {"severity": "low"}})
    assert found == Selection(COUNT, found.sample, TEXT, RECENT, {"reviewer": "ann"})
    assert [each.id for each in found.sample] == [f"i{at:04}" for at in range(10)]
    assert list(client.run(found)) == [good(f"i{at:04}") for at in range(COUNT)]
    assert {each.result for each in client.run(found)} == {"done_before"}
    gone = client.select(start_time="now-1d")
    assert [each.result for each in client.run(gone)] == ["deleted"] * COUNT


async def test_changes_are_told_across_sessions(awaiting: AsyncClient, gateway_url: str, tenant: str) -> None:
    start = await now(awaiting)
    await awaiting.create({"title": "one"}, "i1")
    async with aclosing(awaiting.changes(start)) as changes:
        first = await anext(changes)
    assert first == Change("i1", "created", RECENT, "anonymous", [CREATED], TEXT)
    await awaiting.update("i1", {"severity": "high"})
    async with AsyncClient(gateway_url, tenant=tenant) as other, aclosing(other.changes(first.cursor)) as changes:
        assert (await anext(changes)).activities[0]["changes"] == [{"field": "severity", "from": None, "to": "high"}]
    with Client(gateway_url, tenant=tenant) as client:
        assert [each.kind for each in itertools.islice(client.changes(start), 2)] == ["created", "updated"]


async def now(client: AsyncClient) -> str:
    """A cursor from now on."""
    cursor: str = (await client.asking.ask("GET", "/incidents/changes", params={"wait": "0"}))["next"]
    return cursor


async def test_rows_may_be_awaited(awaiting: AsyncClient) -> None:
    async def made() -> AsyncIterator[dict[str, object]]:
        for each in drafts(3):
            yield each

    outcomes = [each async for each in awaiting.bulk_create(made(), refresh="true")]
    assert [each.result for each in outcomes] == ["created"] * 3
    assert len([each async for each in awaiting.search(size=2)]) == 3
