"""What is remembered of the registry: for a moment, and nothing that this process has changed since."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from gateway.dialects.settings import load
from gateway.serving.app import running
from gateway.store.recent import Recent
from gateway.store.registry import Registry

pytestmark = pytest.mark.anyio

ENTRY = "environments:a-tenant-of-this-test"


@pytest.fixture(scope="module")
async def registry(opensearch_url: str) -> AsyncIterator[Registry]:
    """A registry with one entry more."""
    async with running(load(opensearch_url=opensearch_url)) as gateway:
        yield gateway.ctx.store.registry
        await gateway.ctx.store.registry.delete(ENTRY)


async def put(registry: Registry, name: str) -> None:
    entry = {"tenant": "a", "kind": "environments", "name": name}
    await registry.revise(ENTRY, lambda _held: entry)


@pytest.mark.parametrize(
    ("seconds", "forget", "read"),
    [
        pytest.param(60, False, "first", id="remembered"),
        pytest.param(60, True, "second", id="forgotten"),
        pytest.param(0, False, "second", id="too old"),
    ],
)
async def test_an_entry(registry: Registry, seconds: float, forget: bool, read: str) -> None:
    recent = Recent(registry, seconds)
    await put(registry, "first")
    assert (await recent.read(ENTRY) or {})["name"] == "first"
    await put(registry, "second")
    if forget:
        recent.forget(ENTRY)
    assert (await recent.read(ENTRY) or {})["name"] == read


async def test_an_entry_that_is_not_there_is_remembered_too(registry: Registry) -> None:
    recent = Recent(registry, 60)
    await registry.delete(ENTRY)
    assert await recent.read(ENTRY) is None
    await put(registry, "made since")
    assert await recent.read(ENTRY) is None


async def test_what_was_forgotten_while_it_was_read_is_not_remembered(registry: Registry) -> None:
    recent = Recent(registry, 60)
    await put(registry, "first")
    reading = asyncio.create_task(recent.read(ENTRY))
    await asyncio.sleep(0)
    recent.forget(ENTRY)
    await reading
    await put(registry, "second")
    assert (await recent.read(ENTRY) or {})["name"] == "second"
