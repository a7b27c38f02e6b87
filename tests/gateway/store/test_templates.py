"""Templates put in place, again, over older indices, and where that cannot be."""

import asyncio
from collections.abc import AsyncIterator

import orjson
import pytest

import index_templates
from gateway.dialects import EXTENSIONS
from gateway.dialects.settings import load
from gateway.store import Store, templates
from gateway.store.bulk import Write
from gateway.store.client import Client
from gateway.store.tenants import Tenants
from queries.criteria import Everything
from queries.extensions import Extension
from queries.fields import TYPED_COLUMNS, Field
from queries.searches import Search

pytestmark = pytest.mark.anyio


@pytest.fixture
async def store(opensearch_url: str) -> AsyncIterator[Store]:
    """The engine, with this gateway's templates in place, before and after."""
    opened = Store(load(opensearch_url=opensearch_url), TYPED_COLUMNS)
    await templates.apply(opened.client, EXTENSIONS)
    yield opened
    for name in index_templates.NAMES:
        body = orjson.dumps(templates.composed(name, EXTENSIONS))
        await opened.client.call("PUT", f"/_index_template/im-{name}", body, write=True)
    await opened.close()


def newer(*fields: Field, version: int = 1) -> tuple[Extension, ...]:
    """What a gateway declares that has a dialect more, with these fields of alerts."""
    return (*EXTENSIONS, Extension("acme", alert_fields=fields, version=version))


def revision_of(name: str) -> int:
    """The revision of this gateway's template of that name."""
    revision: int = templates.composed(name, EXTENSIONS)["_meta"]["revision"]
    return revision


def makers(client: Client) -> Tenants:
    """A process that may make tenants."""
    return Tenants(client, TYPED_COLUMNS, custom_fields=10, provision=True)


async def test_a_second_time_there_is_nothing_to_do(store: Store) -> None:
    assert await templates.apply(store.client, EXTENSIONS) == []
    assert await templates.in_place(store.client, EXTENSIONS)


async def test_without_a_template_the_gateway_is_not_ready_until_it_is_put(store: Store) -> None:
    await store.client.call("DELETE", "/_index_template/im-events", write=True)
    assert not await templates.in_place(store.client, EXTENSIONS)
    told = f"template im-events: version {templates.VERSION}, revision {revision_of('events')}"
    assert await templates.apply(store.client, EXTENSIONS) == [told]
    assert await templates.in_place(store.client, EXTENSIONS)


async def test_a_new_column_comes_to_the_indices_that_are_there(store: Store, tenant: str) -> None:
    await makers(store.client).provision(tenant)
    extensions, revision = newer(Field("ext.acme.weight", "number")), revision_of("events") + 1
    assert not await templates.in_place(store.client, extensions)
    done = await templates.apply(store.client, extensions)
    assert f"index im-events-{tenant}.000001: mapping revision {revision - 1} to {revision}" in done
    index = f"im-events-{tenant}.000001"
    columns = orjson.loads(await store.client.call("GET", f"/{index}/_mapping"))[index]["mappings"]["properties"]
    acme = {"dynamic": "strict", "properties": {"weight": {"type": "double"}}}
    assert (columns["ext"]["properties"]["acme"], columns["tenant"]) == (
        acme,
        {"type": "constant_keyword", "value": tenant},
    )
    assert await templates.apply(store.client, extensions) == []


async def test_a_column_of_another_type_is_refused_with_the_index_named(store: Store, tenant: str) -> None:
    await makers(store.client).provision(tenant)
    await templates.apply(store.client, newer(Field("ext.acme.author", "keyword")))
    with pytest.raises(templates.TemplateError, match=r"index im-events-\S+ cannot be upgraded in place: .*author"):
        await templates.apply(store.client, newer(Field("ext.acme.author", "whole"), version=2))


async def test_an_index_that_the_gateway_did_not_make_shows_nothing(store: Store, tenant: str) -> None:
    """Made by the template alone, it belongs to no tenant: a filter on any tenant's name finds nothing in it."""
    await store.client.call("PUT", f"/im-incidents-{tenant}", b"{}", write=True)
    await store.incidents(tenant).put(Write("a", {"title": "stray", "kind": "incident"}), refresh="true")
    assert (await store.incidents(tenant).search(Search(Everything(), (), 0, total=True))).total == 0


async def test_a_tenant_that_many_make_at_once_can_be_written_and_read_by_each(store: Store, tenant: str) -> None:
    """Eight processes meet over indices that are just being made."""

    async def met(number: int) -> bool:
        await makers(store.client).ensure(tenant)
        await store.incidents(tenant).put(Write(f"i{number}", {"title": "t", "kind": "incident"}))
        return await store.incidents(tenant).get(f"i{number}") is not None

    assert await asyncio.gather(*(met(number) for number in range(8))) == [True] * 8
