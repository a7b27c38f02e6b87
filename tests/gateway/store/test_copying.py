"""A copy of an index: ends as the same documents, whatever was written, deleted and made again meanwhile."""

from collections.abc import AsyncIterator
from typing import Any

import httpx2
import orjson
import pytest

from gateway.dialects.settings import load
from gateway.store import Store
from gateway.store.copying import Copy

pytestmark = pytest.mark.anyio


@pytest.fixture
async def copy(opensearch_url: str, tenant: str) -> AsyncIterator[Copy]:
    store, alias = Store(load(opensearch_url=opensearch_url), {}), f"im-incidents-{tenant}"
    names = [f"{alias}.00000{number}" for number in (1, 2)]
    for name, shards in zip(names, (2, 3), strict=True):
        body = orjson.dumps({"settings": {"number_of_shards": shards}})
        await store.client.call("PUT", f"/{name}", body, write=True)
        await store.client.started(name)
    yield Copy(store.client, names[0], names[1])
    await store.close()


async def write(copy: Copy, **documents: int | None) -> None:
    """Each document with its value; None deletes it."""
    for name, value in documents.items():
        path = f"/{copy.source}/_doc/{name}"
        if value is None:
            await copy.client.call("DELETE", path, write=True)
        else:
            await copy.client.call("PUT", path, orjson.dumps({"own": value, "title": name}), write=True)


async def held(copy: Copy, index: str) -> dict[str, tuple[Any, int, int]]:
    """Value and version of each document."""
    await copy.client.call("POST", f"/{index}/_refresh")
    body = orjson.dumps({"size": 100, "seq_no_primary_term": True})
    hits = orjson.loads(await copy.client.call("POST", f"/{index}/_search", body))["hits"]["hits"]
    return {each["_id"]: (each["_source"]["own"], each["_primary_term"], each["_seq_no"]) for each in hits}


async def values(copy: Copy, index: str) -> dict[str, Any]:
    return {name: value for name, (value, _, _) in (await held(copy, index)).items()}


async def test_it_ends_as_the_same_documents(copy: Copy, opensearch_url: str) -> None:
    await write(copy, a=1, b=1, c=1, d=1)
    await copy.prepare()
    reached = await copy.reached()
    assert await copy.copy(()) == 4
    await write(copy, a=2, b=None, c=None, e=5)
    await write(copy, c=7)
    behind, reached = reached, await copy.reached()
    await copy.copy(behind)
    assert (await values(copy, copy.target), await copy.is_whole()) == ({"a": 2, "b": 1, "c": 7, "d": 1, "e": 5}, False)
    await copy.drop_deleted()
    assert (await values(copy, copy.target), await copy.is_whole()) == ({"a": 2, "c": 7, "d": 1, "e": 5}, True)
    assert await values(copy, copy.source) == await values(copy, copy.target)
    columns = httpx2.get(f"{opensearch_url}/{copy.target}/_mapping", timeout=60).json()[copy.target]["mappings"]
    assert columns["properties"]["own"]["type"] == "double"


async def test_no_version_is_one_that_the_source_had_or_will_have(copy: Copy) -> None:
    await write(copy, a=1)
    await copy.prepare()
    await copy.reached()
    await copy.copy(())
    [(_, old, _)], [(_, new, _)] = [list((await held(copy, each)).values()) for each in copy.names]
    assert (new > old, await copy.is_above()) == (True, True)
    for action in ("_close", "_open") * 2:
        await copy.client.call("POST", f"/{copy.source}/{action}", write=True)
        await copy.client.started(copy.source)
    assert not await copy.is_above()
