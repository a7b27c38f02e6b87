"""This version beside the one before, each against what the other put into the engine; as 0.1.0 had it, recorded."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx2
import orjson
import pytest

import index_templates
from gateway.dialects import EXTENSIONS
from gateway.dialects.settings import load
from gateway.store import Store, templates
from tests.conftest import Serve

pytestmark = pytest.mark.anyio

Json = dict[str, Any]
OLD: dict[str, Json] = json.loads((Path(__file__).parent / "recorded" / "templates-0.1.0.json").read_text())
INCIDENTS, EVENTS = "im-incidents", "im-events"


@pytest.fixture
async def engine(opensearch_url: str) -> AsyncIterator[httpx2.AsyncClient]:
    """The engine as 0.1.0 left it: its templates; this gateway's are there again behind the test."""
    async with httpx2.AsyncClient(base_url=opensearch_url, timeout=60) as client:
        for name, template in OLD.items():
            await put(client, name, template)
        yield client
        for name in index_templates.NAMES:
            await put(client, name, templates.composed(name, EXTENSIONS))


async def put(engine: httpx2.AsyncClient, name: str, template: Json) -> None:
    (await engine.put(f"/_index_template/im-{name}", json=template)).raise_for_status()


async def held(engine: httpx2.AsyncClient) -> dict[str, Json]:
    found = (await engine.get("/_index_template/im-*")).raise_for_status().json()["index_templates"]
    return {each["name"].removeprefix("im-"): each["index_template"] for each in found}


async def made_by_the_old(engine: httpx2.AsyncClient, tenant: str, **columns: Json) -> None:
    """The indices that 0.1.0 makes for a tenant; with columns of another type, one before that."""
    own = {"tenant": {"type": "constant_keyword", "value": tenant}}
    older = {"_meta": {"version": 1, "revision": 1}, "properties": own | columns}
    for name, mappings in ((INCIDENTS, older if columns else {"properties": own}), (EVENTS, {"properties": own})):
        (await engine.put(f"/{name}-{tenant}", json={"mappings": mappings})).raise_for_status()


async def indices(engine: httpx2.AsyncClient, tenant: str) -> list[str]:
    names = f"{INCIDENTS}-{tenant},{INCIDENTS}-{tenant}.*,{EVENTS}-{tenant},{EVENTS}-{tenant}.*"
    return sorted((await engine.get(f"/{names}/_settings", params={"ignore_unavailable": "true"})).json())


async def test_the_old_starts_beside_this_one_until_that_is_finished(
    engine: httpx2.AsyncClient, serve: Serve, tenant: str
) -> None:
    """It starts with templates of its version at most, and writes to indices of a tenant's own name."""
    async with serve() as client:
        (await client.post("/_im/incidents/a", json={"title": "t"})).raise_for_status()
        beside = await held(engine)
    assert {name: each["version"] for name, each in beside.items()} == {
        name: each["version"] for name, each in OLD.items()
    }
    assert await indices(engine, tenant) == [f"{EVENTS}-{tenant}", f"{INCIDENTS}-{tenant}"]


async def test_its_tenants_go_on_and_new_ones_are_behind_aliases_once_it_is_finished(
    engine: httpx2.AsyncClient, serve: Serve, tenant: str, opensearch_url: str
) -> None:
    await made_by_the_old(engine, tenant)
    store = Store(load(opensearch_url=opensearch_url), {})
    async with serve() as client:
        assert (await client.post("/_im/incidents/a", json={"title": "t"})).status_code == 201
        done = await templates.apply(store.client, EXTENSIONS, finish=True)
        assert [each for each in done if "template" in each] == [
            f"template im-{name}: version 100, revision {templates.composed(name, EXTENSIONS)['_meta']['revision']}"
            for name in index_templates.NAMES
        ]
        answers = [await client.put("/_im/incidents/a", json={"reviewer": "ann"})]
        client.headers["X-Scope-OrgID"] = f"{tenant}-b"
        answers += [await client.post("/_im/incidents/a", json={"title": "t"})]
    await store.close()
    assert [each.status_code for each in answers] == [200, 201]
    assert await indices(engine, tenant) == [f"{EVENTS}-{tenant}", f"{INCIDENTS}-{tenant}"]
    assert await indices(engine, f"{tenant}-b") == [f"{EVENTS}-{tenant}-b.000001", f"{INCIDENTS}-{tenant}-b.000001"]


def test_columns_are_only_added() -> None:
    """A gateway of the version before writes to every column that it knows."""

    def changed(old: Json, new: Json, path: str = "") -> list[str]:
        gone = [f"{path}{name}" for name in old if name not in new]
        same = {name for name in old if name in new}
        other = [f"{path}{name}" for name in same if old[name].get("type") != new[name].get("type")]
        inner = [
            each
            for name in same
            for each in changed(old[name].get("properties", {}), new[name].get("properties", {}), f"{path}{name}.")
        ]
        return gone + other + inner

    for name, old in OLD.items():
        new = templates.composed(name, EXTENSIONS)["template"]["mappings"]["properties"]
        assert changed(old["template"]["mappings"]["properties"], new) == []


@pytest.mark.parametrize(
    ("version", "revision", "refused"),
    [
        pytest.param(101, 1000, True, id="of a version that this one does not know"),
        pytest.param(100, 1000, False, id="with columns that this one does not know"),
    ],
)
async def test_templates_of_a_later_gateway_are_left_alone(
    engine: httpx2.AsyncClient, opensearch_url: str, version: int, revision: int, refused: bool
) -> None:
    later = {name: templates.composed(name, EXTENSIONS) for name in index_templates.NAMES}
    for name, template in later.items():
        template |= {"version": version, "_meta": {"revision": revision}}
        await put(engine, name, template)
    store, told = Store(load(opensearch_url=opensearch_url), {}), ""
    try:
        assert await templates.apply(store.client, EXTENSIONS) == []
    except templates.TemplateError as error:
        told = str(error)
    ready = await templates.in_place(store.client, EXTENSIONS)
    await store.close()
    way = "start the gateway that put it there, or restore a snapshot from before"
    assert told == (f"template im-incidents is at version 101, newer than this gateway's 100: {way}" if refused else "")
    assert ready
    assert orjson.dumps((await held(engine))["events"]["_meta"]) == b'{"revision":1000}'
