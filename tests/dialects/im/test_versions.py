"""Versions: a write that carries one is of that version only, in `_meta` or in `If-Match`, and else of any."""

from typing import Any

import pytest

from tests.dialects.im.calls import IM, Client, Json, Refusal, answer, created, fresh_id, put, read, refusal

pytestmark = pytest.mark.anyio

CONFLICT: Refusal = (409, "version_conflict", None)


async def result(client: Client) -> tuple[str, Json]:
    """The path of a new aggregation result, and its `_meta`."""
    path = f"{IM}/aggregations/results/a/{fresh_id()}"
    return path, answer(await client.post(path, json={"title": "r"}))["_meta"]


async def incident(client: Client) -> tuple[str, Json]:
    """The path of a new incident, and its `_meta`."""
    meta = (await created(client))["_meta"]
    return f"{IM}/incidents/{meta['id']}", meta


EITHER = pytest.mark.parametrize("make", [incident, result], ids=["an incident", "an aggregation result"])


def tagged(version: str) -> dict[str, str]:
    return {"If-Match": f'"{version}"'}


@EITHER
async def test_each_write_changes_the_version(shared: Client, make: Any) -> None:
    path, meta = await make(shared)
    versions = [meta["version"]]
    for comment in ("one", "two"):
        response = await shared.put(path, json={"comment": comment})
        versions.append(answer(response)["_meta"]["version"])
        assert response.headers["ETag"] == f'"{versions[-1]}"'
    assert len(set(versions)) == 3


@EITHER
@pytest.mark.parametrize("way", ["_meta", "If-Match"])
async def test_the_version_that_is_there(shared: Client, make: Any, way: str) -> None:
    path, meta = await make(shared)
    body, headers = ({"_meta": meta}, {}) if way == "_meta" else ({}, tagged(meta["version"]))
    assert (await shared.put(path, json={**body, "comment": "c"}, headers=headers)).status_code == 200


@EITHER
@pytest.mark.parametrize("way", ["_meta", "If-Match"])
async def test_a_version_that_is_past(shared: Client, make: Any, way: str) -> None:
    path, meta = await make(shared)
    await shared.put(path, json={"comment": "first"})
    body, headers = ({"_meta": meta}, {}) if way == "_meta" else ({}, tagged(meta["version"]))
    assert refusal(await shared.put(path, json={**body, "comment": "second"}, headers=headers)) == CONFLICT
    assert answer(await shared.put(path, json={"comment": "first"}))["_meta"]["version"] != meta["version"]


async def test_a_past_version_writes_nothing(shared: Client) -> None:
    before = await created(shared)
    after = await put(shared, before["_meta"]["id"], comment="first")
    response = await shared.put(f"{IM}/incidents/{before['_meta']['id']}", json={**before, "title": "second"})
    assert (refusal(response), await read(shared, before["_meta"]["id"])) == (CONFLICT, after)


async def test_a_past_version_conflicts_even_if_nothing_would_change(shared: Client) -> None:
    path, meta = await incident(shared)
    await shared.put(path, json={"comment": "c"})
    assert refusal(await shared.put(path, json={"comment": "c", "_meta": meta})) == CONFLICT


async def test_a_write_without_a_version_leaves_others_alone(shared: Client) -> None:
    meta = (await created(shared))["_meta"]
    await put(shared, meta["id"], reviewer="ann")
    after = await put(shared, meta["id"], severity="low")
    assert (after["reviewer"], after["severity"]) == ("ann", "low")


@pytest.mark.parametrize(
    "header",
    [
        pytest.param('"{version}"', id="quoted, as it is sent"),
        pytest.param("{version}", id="bare"),
        pytest.param('W/"{version}"', id="weak"),
        pytest.param("*", id="any"),
        pytest.param('"1-999", "{version}"', id="one of several"),
        pytest.param('"{version}","1-999"', id="one of several, without a space"),
        pytest.param('W/"1-999", {version} , "1-998"', id="one of several, however they are written"),
    ],
)
@EITHER
async def test_if_match_is_taken(shared: Client, make: Any, header: str) -> None:
    path, meta = await make(shared)
    headers = {"If-Match": header.format(version=meta["version"])}
    assert (await shared.put(path, json={"comment": "c"}, headers=headers)).status_code == 200


@EITHER
async def test_none_of_several_versions_is_a_conflict(shared: Client, make: Any) -> None:
    path, _ = await make(shared)
    response = await shared.put(path, json={"comment": "c"}, headers={"If-Match": '"1-998", "1-999"'})
    assert refusal(response) == CONFLICT


@pytest.mark.parametrize(
    ("header", "status"),
    [
        pytest.param('"{version}"', 304, id="the version that is there"),
        pytest.param('W/"{version}"', 304, id="weak"),
        pytest.param('"1-999", "{version}"', 304, id="among others"),
        pytest.param("*", 304, id="any"),
        pytest.param('"1-999"', 200, id="another version"),
        pytest.param("", 200, id="none"),
    ],
)
async def test_what_the_caller_has_is_not_sent_again(shared: Client, header: str, status: int) -> None:
    path, meta = await incident(shared)
    response = await shared.get(path, headers={"If-None-Match": header.format(version=meta["version"])})
    assert (response.status_code, response.headers["ETag"]) == (status, f'"{meta["version"]}"')
    assert bool(response.content) == (status == 200)


async def test_two_different_versions(shared: Client) -> None:
    path, meta = await incident(shared)
    response = await shared.put(path, json={"_meta": meta, "comment": "c"}, headers=tagged("1-999"))
    assert refusal(response) == (400, "bad_request", "_meta.version")


@EITHER
async def test_deleting(shared: Client, make: Any) -> None:
    path, meta = await make(shared)
    after = answer(await shared.put(path, json={"comment": "c"}))["_meta"]
    assert refusal(await shared.delete(path, headers=tagged(meta["version"]))) == CONFLICT
    assert (await shared.put(path, json={})).status_code == 200
    response = await shared.delete(path, headers=tagged(after["version"]))
    assert (response.status_code, answer(response)) == (200, {"_meta": after, "result": "deleted"})


@pytest.mark.parametrize("way", ["_meta", "If-Match"])
@pytest.mark.parametrize("path", ["incidents", "aggregations/results/a"])
async def test_what_is_not_there_has_no_version(shared: Client, path: str, way: str) -> None:
    target = f"{IM}/{path}/{fresh_id()}"
    body, headers = ({"_meta": {"version": "1-0"}}, {}) if way == "_meta" else ({}, tagged("1-0"))
    assert refusal(await shared.post(target, json={**body, "title": "t"}, headers=headers)) == CONFLICT
    assert (await shared.put(target, json={})).status_code == 404
