"""Templates put in place, again, over older indices, and where that cannot be."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import orjson
import pytest

import index_templates
from gateway.dialects.settings import Settings
from gateway.store import OpenSearch, templates
from gateway.store.tenants import Tenants

pytestmark = pytest.mark.anyio


@pytest.fixture
async def store(opensearch_url: str) -> AsyncIterator[OpenSearch]:
    """The engine, with this gateway's templates in place, before and after."""
    opened = OpenSearch(Settings(opensearch_url=opensearch_url))
    await templates.apply(opened)
    yield opened
    for name in index_templates.NAMES:
        await opened.call("PUT", f"/_index_template/im-{name}", orjson.dumps(index_templates.load(name)), write=True)
    await opened.close()


def newer(monkeypatch: pytest.MonkeyPatch, name: str, properties: dict[str, Any]) -> None:
    """Makes this gateway one whose template of that name is a version ahead, with more columns."""
    load = index_templates.load

    def loaded(asked: str) -> dict[str, Any]:
        template = load(asked)
        if asked == name:
            mappings = template["template"]["mappings"]
            template["version"] = mappings["_meta"]["version"] = template["version"] + 1
            mappings["properties"] |= properties
        return template

    monkeypatch.setattr(index_templates, "load", loaded)


async def test_a_second_time_there_is_nothing_to_do(store: OpenSearch) -> None:
    assert await templates.apply(store) == []
    assert await templates.in_place(store)


async def test_without_a_template_the_gateway_is_not_ready_until_it_is_put(store: OpenSearch) -> None:
    await store.call("DELETE", "/_index_template/im-events", write=True)
    assert not await templates.in_place(store)
    version = index_templates.load("events")["version"]
    assert await templates.apply(store) == [f"template im-events: version {version}"]
    assert await templates.in_place(store)


async def test_a_new_column_comes_to_the_indices_that_are_there(
    store: OpenSearch, tenant: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await Tenants(store, custom_fields=10, provision=True).provision(tenant)
    newer(monkeypatch, "events", {"weight": {"type": "double"}})
    version = index_templates.load("events")["version"]
    done = await templates.apply(store)
    assert f"index im-events-{tenant}: mapping version {version - 1} to {version}" in done
    mapping = orjson.loads(await store.call("GET", f"/im-events-{tenant}/_mapping"))[f"im-events-{tenant}"]["mappings"]
    assert mapping["properties"]["weight"] == {"type": "double"}
    assert mapping["properties"]["tenant"] == {"type": "constant_keyword", "value": tenant}
    assert await templates.apply(store) == []


async def test_a_column_of_another_type_is_refused_with_the_index_named(
    store: OpenSearch, tenant: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await Tenants(store, custom_fields=10, provision=True).provision(tenant)
    newer(monkeypatch, "events", {"author": {"type": "long"}})
    with pytest.raises(templates.TemplateError, match=r"index im-events-\S+ cannot be upgraded in place: .*author"):
        await templates.apply(store)


async def test_newer_templates_are_left_alone(store: OpenSearch) -> None:
    version = index_templates.load("registry")["version"]
    ahead = index_templates.load("registry") | {"version": version + 1}
    await store.call("PUT", "/_index_template/im-registry", orjson.dumps(ahead), write=True)
    with pytest.raises(templates.TemplateError, match=f"im-registry is at version {version + 1}, newer than"):
        await templates.apply(store)
    assert await templates.in_place(store)


async def test_an_index_that_the_gateway_did_not_make_shows_nothing(store: OpenSearch, tenant: str) -> None:
    """Made by the template alone, it belongs to no tenant: a filter on any tenant's name finds nothing in it."""
    await store.call("PUT", f"/im-incidents-{tenant}", b"{}", write=True)
    await store.put(f"im-incidents-{tenant}", "a", {"title": "stray", "kind": "incident"}, refresh="true")
    found = await store.search({"query": {"term": {"tenant": tenant}}}, f"im-incidents-{tenant}")
    assert orjson.loads(found)["hits"]["total"]["value"] == 0


async def test_a_tenant_that_many_make_at_once_can_be_written_and_read_by_each(store: OpenSearch, tenant: str) -> None:
    """Eight processes meet over indices that are just being made."""

    async def met(number: int) -> bool:
        await Tenants(store, custom_fields=10, provision=True).ensure(tenant)
        await store.put(f"im-incidents-{tenant}", f"i{number}", {"title": "t", "kind": "incident"})
        return await store.get(f"im-incidents-{tenant}", f"i{number}") is not None

    assert await asyncio.gather(*(met(number) for number in range(8))) == [True] * 8
