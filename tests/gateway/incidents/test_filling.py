"""Documents of older gateways, to which `templates apply` gives the columns that they lack."""

from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest

from gateway.dialects.settings import load
from gateway.incidents.writing.filling import fill
from gateway.store import Store
from queries.fields import TYPED_COLUMNS

pytestmark = pytest.mark.anyio

LENGTHS = {"ms_to_acknowledge": 60_000, "ms_to_resolve": 86_400_000}
Json = dict[str, Any]


@pytest.fixture
async def engine(opensearch_url: str) -> AsyncIterator[httpx2.AsyncClient]:
    """The engine itself."""
    async with httpx2.AsyncClient(base_url=opensearch_url, timeout=60) as client:
        yield client


@pytest.fixture
async def store(opensearch_url: str) -> AsyncIterator[Store]:
    """A store of its own."""
    opened = Store(load(opensearch_url=opensearch_url), TYPED_COLUMNS)
    yield opened
    await opened.close()


async def stored(engine: httpx2.AsyncClient, tenant: str, incident_id: str) -> Json:
    """The document as the engine keeps it."""
    source: Json = (await engine.get(f"/im-incidents-{tenant}/_doc/{incident_id}")).json()["_source"]
    return source


async def aged(client: httpx2.AsyncClient, engine: httpx2.AsyncClient, tenant: str, **fields: Any) -> Json:
    """An incident as an older gateway kept it."""
    path = f"/_im/incidents/{fields['title']}"
    assert (await client.post(path, json={"started_at": "2026-11-01", **fields})).status_code == 201
    whole = await stored(engine, tenant, fields["title"])
    old = {name: value for name, value in whole.items() if name not in {*LENGTHS, "long_texts"}}
    (await engine.put(f"/im-incidents-{tenant}/_doc/{fields['title']}?refresh=true", json=old)).raise_for_status()
    return old


async def filled(store: Store, tenant: str) -> list[str]:
    """What was done for the tenant."""
    await store.incidents(tenant).refresh()
    await store.events(tenant).refresh()
    return [line for line in await fill(store) if tenant in line]


async def test_documents_are_filled_once(
    client: httpx2.AsyncClient, engine: httpx2.AsyncClient, store: Store, tenant: str
) -> None:
    ends = {"acknowledged_at": "2026-11-01T00:01:00Z", "status": "closed", "resolved_at": "2026-11-02T00:00:00Z"}
    both = await aged(client, engine, tenant, title="both", **ends)
    backwards = await aged(client, engine, tenant, title="backwards", acknowledged_at="2026-10-31")
    half = await aged(client, engine, tenant, title="half", **{**ends, "acknowledged_at": "2026-10-31"})
    neither = await aged(client, engine, tenant, title="neither")
    assert await filled(store, tenant) == [f"index im-incidents-{tenant}: 2 documents filled"]
    assert await filled(store, tenant) == []
    whole = [await stored(engine, tenant, name) for name in ("both", "backwards", "half", "neither")]
    resolved = {"ms_to_resolve": LENGTHS["ms_to_resolve"]}
    assert whole == [{**both, **LENGTHS}, backwards, {**half, **resolved}, neither]


async def test_nothing_of_it_is_shown_or_told(
    client: httpx2.AsyncClient, engine: httpx2.AsyncClient, store: Store, tenant: str
) -> None:
    await aged(client, engine, tenant, title="old", acknowledged_at="2026-11-01T00:01:00Z")
    before = (await client.get("/_im/incidents/old")).json()
    assert await filled(store, tenant)
    after = (await client.get("/_im/incidents/old")).json()
    assert after == {**before, "_meta": after["_meta"]}
    history = (await client.get("/_im/incidents/old/activities")).json()["docs"]
    assert [each["type"] for each in history] == ["created"]


async def test_long_texts_are_filled_so_that_they_are_found(
    client: httpx2.AsyncClient, engine: httpx2.AsyncClient, store: Store, tenant: str
) -> None:
    text = "x" * 9000 + " at last"
    old = await aged(client, engine, tenant, title="long", comment=text)
    [note] = (await client.get("/_im/incidents/long/notes")).json()["docs"]
    path = f"/im-events-{tenant}/_doc/note-{note['note_id']}"
    whole = (await engine.get(path)).json()["_source"]
    kept = {name: value for name, value in whole.items() if name != "long_texts"}
    (await engine.put(path, json=kept)).raise_for_status()
    filling = [f"index im-{kind}-{tenant}: 1 documents filled" for kind in ("incidents", "events")]
    assert (await filled(store, tenant), await filled(store, tenant)) == (filling, [])
    assert await stored(engine, tenant, "long") == {**old, "long_texts": {"comment": text}}
    assert (await engine.get(path)).json()["_source"] == {**kept, "long_texts": {"body": text}}
