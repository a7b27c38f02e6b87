"""Views: filters, columns and an order, kept under a name, one's own or shared."""

import asyncio
from typing import Any

import httpx2
import pytest
from dirty_equals import IsStr

from tests.conftest import Serve
from tests.dialects.im.calls import IM, Client, Json, Refusal, refusal

pytestmark = pytest.mark.anyio

ANN, BOB = {"User-ID": "ann"}, {"User-ID": "bob"}
FILTERS = {"start_time": "now-7d", "search_query": {"bool": {"must": [{"term": {"assignee.name": ""}}]}}}
WHOLE: Json = {
    "name": "Mine", "shared": False, "default": False, "filters": FILTERS, "columns": ["title", "x.y"],
    "sort": [{"field": "severity", "order": "asc"}],
}  # fmt: skip


async def kept(client: Client, who: Json = ANN, /, **view: Any) -> Json:
    """A new view."""
    response = await client.post(f"{IM}/views", json={"name": "a view", **view}, headers=who)
    assert response.status_code == 201, response.text
    made: Json = response.json()
    assert response.headers["Location"] == f"{IM}/views/{made['id']}"
    assert response.headers["ETag"] == f'"{made["version"]}"'
    return made


async def changed(client: Client, view: Json, who: Json = ANN, /, **headers: str) -> httpx2.Response:
    """The answer to the view, sent back."""
    return await client.put(f"{IM}/views/{view['id']}", json=view, headers={**who, **headers})


async def names(client: Client, who: Json = ANN) -> list[tuple[str, bool]]:
    """The views that somebody sees, and which is the default."""
    rows = (await client.get(f"{IM}/views", headers=who)).json()["views"]
    return [(row["name"], row["default"]) for row in rows]


async def test_kept_read_listed_and_sent_back(client: Client) -> None:
    view = await kept(client, **WHOLE)
    assert view == {**WHOLE, "id": IsStr(regex="[0-9a-f]{24}"), "owner": "ann", "version": "1"}
    assert (await client.get(f"{IM}/views/{view['id']}", headers=ANN)).json() == view
    assert (await client.get(f"{IM}/views", headers=ANN)).json() == {"views": [view]}
    same = await changed(client, view)
    assert (same.status_code, same.json(), same.headers["ETag"]) == (200, view, '"1"')


async def test_what_is_not_said_is_empty(client: Client) -> None:
    view = await kept(client, name="bare")
    empty = {"shared": False, "default": False, "filters": {}, "columns": [], "sort": []}
    assert view == {"id": view["id"], "name": "bare", "owner": "ann", "version": "1", **empty}


async def test_a_change_is_of_the_version_that_was_read(client: Client) -> None:
    view = await kept(client)
    newer = await changed(client, {**view, "name": "newer"})
    assert (newer.json()["name"], newer.json()["version"]) == ("newer", "2")
    assert refusal(await changed(client, {**view, "name": "late"})) == (409, "version_conflict", None)
    unlocked = {name: value for name, value in view.items() if name != "version"}
    late = await changed(client, unlocked, ANN, **{"If-Match": '"1"'})
    assert refusal(late) == (409, "version_conflict", None)
    gone = await client.delete(f"{IM}/views/{view['id']}", headers={**ANN, "If-Match": '"1"'})
    assert refusal(gone) == (409, "version_conflict", None)
    assert (await changed(client, {**unlocked, "name": "last"})).json()["version"] == "3"
    any_of = {"If-Match": '"1", "3"'}
    assert (await changed(client, {**unlocked, "name": "any"}, ANN, **any_of)).json()["version"] == "4"
    assert refusal(await client.delete(f"{IM}/views/{view['id']}", headers={**ANN, **any_of})) == (
        409, "version_conflict", None,
    )  # fmt: skip
    gone = await client.delete(f"{IM}/views/{view['id']}", headers={**ANN, "If-Match": '"1", "4"'})
    assert gone.status_code == 200


async def test_one_of_ones_own_is_nobody_elses(client: Client) -> None:
    view = await kept(client, ANN, name="secret")
    path = f"{IM}/views/{view['id']}"
    assert await names(client, BOB) == []
    assert refusal(await client.get(path, headers=BOB)) == (404, "not_found", None)
    assert refusal(await changed(client, view, BOB)) == (404, "not_found", None)
    assert refusal(await client.delete(path, headers=BOB)) == (404, "not_found", None)
    assert await names(client, ANN) == [("secret", False)]


async def test_a_shared_one_is_seen_by_all_and_changed_by_its_owner(client: Client) -> None:
    view = await kept(client, ANN, name="ours", shared=True, default=True)
    path = f"{IM}/views/{view['id']}"
    assert await names(client, BOB) == [("ours", False)]
    assert (await client.get(path, headers=BOB)).json() == {**view, "default": False}
    assert refusal(await changed(client, {**view, "name": "bob's"}, BOB)) == (403, "forbidden", None)
    assert refusal(await client.delete(path, headers=BOB)) == (403, "forbidden", None)
    assert (await changed(client, {**view, "shared": False})).status_code == 200
    assert await names(client, BOB) == []


async def test_one_default_at_most(client: Client) -> None:
    first = await kept(client, name="first", default=True)
    second = await kept(client, name="second", default=True)
    await kept(client, BOB, name="third", default=True)
    assert await names(client) == [("first", False), ("second", True)]
    assert (await changed(client, {**first, "default": True})).json()["default"] is True
    assert await names(client) == [("first", True), ("second", False)]
    assert (await changed(client, {**first, "default": False})).json()["default"] is False
    assert await names(client) == [("first", False), ("second", False)]
    assert (await changed(client, {**second, "default": True})).json()["version"] == "1"
    assert (await client.delete(f"{IM}/views/{second['id']}", headers=ANN)).json() == {
        "id": second["id"], "result": "deleted",
    }  # fmt: skip
    assert await names(client) == [("first", False)]
    assert await names(client, BOB) == [("third", True)]


async def test_writers_at_once_lose_nothing_unseen(client: Client) -> None:
    view = await kept(client)
    answers = await asyncio.gather(*(changed(client, {**view, "name": f"n{i}"}) for i in range(6)))
    assert sorted(each.status_code for each in answers) == [200, 409, 409, 409, 409, 409]


async def test_a_hundred_of_one_owner(client: Client) -> None:
    for i in range(100):
        await kept(client, name=f"{i:03}")
    full = await client.post(f"{IM}/views", json={"name": "one more"}, headers=ANN)
    assert refusal(full) == (400, "too_many_views", None)
    await kept(client, BOB, name="bob's")
    assert len(await names(client)) == 100


async def test_another_tenant_sees_none(client: Client, serve: Serve) -> None:
    view = await kept(client, shared=True)
    async with serve(headers={"X-Scope-OrgID": "nobody-at-all"}) as other:
        assert (await other.get(f"{IM}/views", headers=ANN)).json() == {"views": []}
        assert refusal(await other.get(f"{IM}/views/{view['id']}", headers=ANN)) == (404, "not_found", None)


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        pytest.param({}, (400, "bad_request", "name"), id="no name"),
        pytest.param({"name": ""}, (400, "bad_request", "name"), id="an empty name"),
        pytest.param({"name": " "}, (400, "bad_request", "name"), id="a blank name"),
        pytest.param({"name": "n" * 129}, (400, "bad_request", "name"), id="a long name"),
        pytest.param({"name": "n", "x": 1}, (400, "unknown_field", "x"), id="an unknown word"),
        pytest.param({"name": "n", "id": "x"}, (400, "read_only", "id"), id="an id"),
        pytest.param({"name": "n", "owner": "bob"}, (400, "read_only", "owner"), id="an owner"),
        pytest.param({"name": "n", "filters": {"pit": "x"}}, (400, "unknown_field", "filters.pit"), id="a snapshot"),
        pytest.param(
            {"name": "n", "filters": {"start_time": "x"}}, (400, "bad_request", "filters.start_time"), id="no time"
        ),
        pytest.param(
            {"name": "n", "filters": {"end_time": {"a": [1]}}}, (400, "bad_request", "filters.end_time"), id="an object"
        ),
        pytest.param(
            {"name": "n", "filters": {"search_query": {"script": {}}}},
            (400, "bad_request", "filters.search_query.script"),
            id="a query that no search takes",
        ),
        pytest.param(
            {"name": "n", "filters": {"additional_fields": [{"name": "a", "type": "number", "value": "x"}]}},
            (400, "bad_request", "filters.additional_fields[0].value"),
            id="a filter that no search takes",
        ),
        pytest.param({"name": "n", "columns": ["c" * 1024] * 17}, (400, "bad_request", "filters"), id="too large"),
        pytest.param({"name": "n", "columns": ["c"] * 65}, (400, "bad_request", "columns"), id="many columns"),
        pytest.param(
            {"name": "n", "sort": [{"field": "title"}, {"field": "assignee"}]},
            (400, "bad_request", "sort[1].field"),
            id="an order by an object",
        ),
        pytest.param({"name": "n", "sort": [{"order": "asc"}]}, (400, "bad_request", "sort[0].field"), id="no order"),
    ],
)
async def test_refused(shared: Client, sent: Json, expected: Refusal) -> None:
    assert refusal(await shared.post(f"{IM}/views", json=sent)) == expected


@pytest.mark.parametrize("name", ["id", "owner"])
async def test_what_is_given_once_stays(client: Client, name: str) -> None:
    view = await kept(client)
    path, sent = f"{IM}/views/{view['id']}", {**view, name: "other"}
    assert refusal(await client.put(path, json=sent, headers=ANN)) == (400, "read_only", name)
