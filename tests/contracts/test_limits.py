"""Limits by tenant and by key: each dialect's 429 says when to come again, and nothing was read before it."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from gateway.dialects.dialect import Dialect
from gateway.dialects.settings import load
from gateway.serving.app import create_app
from tests import faults, keyring
from tests.conftest import Serve, live
from tests.contracts.conftest import error_of
from tests.contracts.examples.tables import EACH_DIALECT
from tests.contracts.test_tokens import LISTS
from tests.dialects.im.calls import IM, Client, refusal

pytestmark = pytest.mark.anyio

# A rate at which no other token comes while a test runs.
ONCE = {"rate_requests": 1e-6, "rate_burst": 1}


def limits(response: Any) -> dict[str, str]:
    names = ("retry-after", "ratelimit-limit", "ratelimit-remaining", "ratelimit-reset")
    return {name: response.headers[name] for name in names if name in response.headers}


@EACH_DIALECT
async def test_who_asks_too_often_is_told_when_to_come_again(serve: Serve, tenant: str, dialect: Dialect) -> None:
    path = LISTS[dialect.name].format(tenant=tenant)
    async with serve(**ONCE) as client:
        first, second = await client.get(path), await client.get(path)
        healthy = await client.get("/healthz")
    assert (first.status_code, error_of(dialect, second)) == (200, 429)
    assert limits(first) == {"ratelimit-limit": "1", "ratelimit-remaining": "0", "ratelimit-reset": "1000000"}
    assert 999_000 < int(second.headers["retry-after"]) <= 1_000_000
    assert limits(second).keys() - {"retry-after"} == limits(first).keys()
    assert (healthy.status_code, limits(healthy)) == (200, {})


async def test_a_refused_request_is_not_read_and_has_no_effect(serve: Serve) -> None:
    read = []

    async def body() -> AsyncIterator[bytes]:
        read.append(True)
        yield b'{"title": "t"}'

    async with serve(**ONCE) as client:
        await client.get(f"{IM}/vocabulary")
        refused = await client.post(f"{IM}/incidents/i", content=body(), headers={"Content-Type": "application/json"})
    assert (refusal(refused), read) == ((429, "rate_limited", None), [])


async def test_no_limit_is_told_where_there_is_none(client: Client) -> None:
    assert limits(await client.get(f"{IM}/vocabulary")) == {}


@pytest.mark.parametrize(
    ("by", "statuses"),
    [
        pytest.param("tenant", [200, 429, 429, 200], id="a tenant's together"),
        pytest.param("key", [200, 200, 429, 200], id="each key's alone"),
    ],
)
async def test_whose_requests_are_counted(
    serve: Serve, opensearch_url: str, tenant: str, by: str, statuses: Any
) -> None:
    one, two = [token for _, token in await keyring.made(opensearch_url, tenant, ["read", "read"])]
    [other] = [token for _, token in await keyring.made(opensearch_url, f"{tenant}-o", ["read"])]
    async with serve(auth="keys", headers={}, rate_by=by, **ONCE) as client:
        bearing = [{"Authorization": f"Bearer {token}"} for token in (one, two, one, other)]
        assert [(await client.get(f"{IM}/vocabulary", headers=each)).status_code for each in bearing] == statuses


async def test_one_tenant_has_no_more_under_way_than_it_may(opensearch_url: str, tenant: str) -> None:
    mine, other = {"X-Scope-OrgID": tenant}, {"X-Scope-OrgID": f"{tenant}-o"}
    path, released = f"{IM}/incidents", asyncio.Event()
    async with (
        faults.proxy(opensearch_url) as proxy,
        live(create_app(load(opensearch_url=proxy.url, rate_in_flight=2))) as client,
    ):
        assert (await client.post(path, json={"title": "t"}, headers=mine)).status_code == 201
        proxy.hits, proxy.fault = lambda request: "_search" in request.path, faults.held(released)
        held = [asyncio.create_task(client.get(path, headers=mine)) for _ in range(2)]
        while (refused := await client.get(f"{IM}/vocabulary", headers=mine)).status_code == 200:
            await asyncio.sleep(0.001)
        assert (refusal(refused), limits(refused)) == ((429, "too_many_requests", None), {"retry-after": "1"})
        assert (await client.get(f"{IM}/vocabulary", headers=other)).status_code == 200
        released.set()
        assert [each.status_code for each in await asyncio.gather(*held)] == [200, 200]
        assert (await client.get(path, headers=mine)).status_code == 200


async def test_who_only_listens_has_nothing_under_way(serve: Serve) -> None:
    async with serve(rate_in_flight=1) as client:
        listener = asyncio.create_task(_listened(client))
        statuses = set()
        while not listener.done():
            statuses.add((await client.post(f"{IM}/incidents", json={"title": "t"})).status_code)
            # In which the listener, too, finds nobody under way.
            await asyncio.sleep(0.01)
    assert (listener.result() > 0, 201 in statuses) == (True, True)


async def _listened(client: Client) -> int:
    """How many changes came while it listened, once it was let."""
    while (response := await client.get(f"{IM}/incidents/changes", params={"wait": "60"})).status_code == 429:
        await asyncio.sleep(0.001)
    return len(response.json()["changes"])
