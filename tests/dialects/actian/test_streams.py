"""A list longer than a page: each incident of its moment once, never a part that looks whole, nothing left open."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import httpx2
import orjson
import pytest
from starlette.applications import Starlette

from gateway.dialects.actian.walking import PAGE
from gateway.dialects.settings import load
from gateway.serving.app import create_app
from tests.cluster import searched
from tests.dialects.actian.calls import Client, alerts, attach, change, get, make, make_many, path

pytestmark = pytest.mark.anyio

IDS = [f"i{i:05}" for i in range(2 * PAGE + 1)]
Between = Callable[[], Awaitable[None]]


class Listing:
    """A list as it goes out, with something done after its first piece; `done` once the server has ended it.

    The caller leaves when `gone` is set.
    """

    def __init__(self, between: Between) -> None:
        self._between: Between | None = between
        self.status, self.text, self.done = 0, b"", False
        self.gone = asyncio.Event()

    async def receive(self) -> Any:
        """Tells the server that the caller has left, once it has."""
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Any) -> None:
        """Takes a message of the server's."""
        self.status = message.get("status", self.status)
        self.text += message.get("body", b"")
        self.done = message["type"] == "http.response.body" and not message.get("more_body", False)
        if self.text and self._between:
            between, self._between = self._between, None
            await between()


@asynccontextmanager
async def serving(url: str, tenant: str) -> AsyncIterator[tuple[Client, Callable[[Listing], Awaitable[None]]]]:
    """A client, and the same gateway's list, message by message."""
    app = create_app(load(opensearch_url=url))
    async with app.router.lifespan_context(app) as state:
        inner = _with_state(app, dict(state or {}))
        transport = httpx2.ASGITransport(app=inner, raise_app_exceptions=False)
        headers = {"X-Scope-OrgID": tenant}
        async with httpx2.AsyncClient(transport=transport, base_url="http://gateway", headers=headers) as client:

            async def listed(into: Listing) -> None:
                await inner(_scope(path(client)), into.receive, into.send)

            yield client, listed


def _with_state(app: Starlette, state: Any) -> Any:
    async def inner(scope: Any, receive: Any, send: Any) -> None:
        await app(scope | {"state": dict(state)}, receive, send)

    return inner


def _scope(where: str) -> dict[str, Any]:
    told = {"type": "http", "method": "GET", "path": where, "raw_path": where.encode(), "query_string": b""}
    return told | {"headers": [], "http_version": "1.1", "asgi": {"version": "3.0", "spec_version": "2.3"}}


async def open_pits(client: Client) -> list[str]:
    """The tenant's points in time."""
    return [each["id"] for each in (await client.get("/_im/incidents/pits")).json()["docs"]]


async def test_a_list_while_others_write(opensearch_url: str, tenant: str) -> None:
    async with serving(opensearch_url, tenant) as (client, listed):
        await make_many(client, IDS)

        async def write() -> None:
            await make(client, "late")
            await change(client, IDS[0], title="changed")
            assert (await client.delete(f"/_im/incidents/{IDS[1]}?refresh=true")).status_code == 200

        listing = Listing(write)
        await listed(listing)
        assert (listing.status, listing.done) == (200, True)
        assert [each["alert_policy_name"] for each in orjson.loads(listing.text)] == IDS[::-1]
        assert await open_pits(client) == []
        after = [each["alert_policy_name"] for each in await get(client)]
        assert after == ["late", *IDS[:1:-1], "changed"]

        await _head(client, partial(searched, opensearch_url, tenant))
        await _cut(client, listed)
        await _left(client, listed)


async def _head(client: Client, searches: Callable[[], Awaitable[int]]) -> None:
    """The headers of a list take its first page to tell, and none of the others."""
    began = await searches()
    await get(client)
    listed = await searches()
    response = await client.head(path(client))
    assert (response.status_code, response.headers["content-type"]) == (200, "application/json")
    assert 0 < await searches() - listed < listed - began
    assert await open_pits(client) == []


async def _cut(client: Client, listed: Callable[[Listing], Awaitable[None]]) -> None:
    """What fails on the way leaves the answer without an end: a server then breaks the connection."""

    async def lose() -> None:
        [handle] = await open_pits(client)
        assert (await client.delete(f"/_im/incidents/pit?id={handle}")).status_code == 200

    listing = Listing(lose)
    await listed(listing)
    assert (listing.status, listing.done, listing.text[-1:]) == (200, False, b"}")


async def _left(client: Client, listed: Callable[[Listing], Awaitable[None]]) -> None:
    """A caller that leaves keeps nothing open."""

    async def leave() -> None:
        listing.gone.set()
        await asyncio.Event().wait()

    listing = Listing(leave)
    await listed(listing)
    assert (listing.done, await open_pits(client)) == (False, [])


async def test_more_alerts_than_a_page(shared: Client) -> None:
    number = await make(shared, "many", ext={"actian": {"asset_id": "many"}})
    ids = [f"many-{i:05}" for i in range(PAGE + 1)]
    for some in (ids[:PAGE], ids[PAGE:]):
        await attach(shared, "many", *({"alert_id": each, "started_at": "2026-01-01"} for each in some))
    found = [each["violation_name"] for each in await alerts(shared, sources=["many"])]
    assert found == ids[::-1]
    detail = await get(shared, f"incidents/{number}")
    assert [each["violation_name"] for entry in detail["history"] for each in entry["alert_refs"]] == ids
