"""The same request by many at the same time: they share an answer that shows their writes, and only theirs."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from tests import faults
from tests.dialects.im.again import AGAIN, STATS, ask
from tests.dialects.im.calls import (
    IM,
    Client,
    Json,
    answer,
    created,
    fresh_id,
    searched,
)  # fmt: skip
from tests.faults import Proxy, Request

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("line", "body", "word"),
    [
        pytest.param(f"POST {STATS}/title", {"size": 9}, b'"title"', id="by a field"),
        pytest.param("GET /_im/mitre", None, b'"names"', id="the matrix"),
        pytest.param("GET /v1/incidents/facets", None, b'"namespace"', id="facets"),
        pytest.param(
            "GET /v1/incidents/stats/types?timestampFrom=0&timestampTo=900&buckets=3",
            None,
            b'"over_time"',
            id="types",
        ),
    ],
)
async def test_of_a_hundred_widgets_at_once_the_engine_hears_of_few(
    proxied: Client, proxy: Proxy, line: str, body: dict[str, int] | None, word: bytes
) -> None:
    method, path = line.split()
    await created(proxied, severity="high")
    heard = list[Request]()

    def note(request: Request) -> bool:
        heard.append(request)
        return False

    proxy.fault, proxy.hits = faults.nothing, note
    replies = await asyncio.gather(*(proxied.request(method, path, json=body) for _ in range(100)))
    assert {each.status_code for each in replies} == {200}
    assert len({each.content for each in replies}) <= 5
    assert 1 <= sum(b'"aggs"' in each.body and word in each.body for each in heard) <= 5


async def page_of(client: Client) -> set[str]:
    """The titles on a page of all."""
    return {each["title"] for each in (await searched(client, size=1000))["docs"]}


async def list_of(client: Client) -> set[str]:
    """The titles in a list of all."""
    return {each["title"] for each in answer(await client.get(f"{IM}/incidents", params={"size": 1000}))["docs"]}


async def counts_of(client: Client) -> set[str]:
    """The titles that are counted."""
    return set(answer(await client.post(f"{STATS}/title", json={"size": 1000}))["title"])


@pytest.mark.parametrize("look", [page_of, list_of, counts_of])
async def test_what_was_written_is_in_answers_that_others_share(
    shared: Client, look: Callable[[Client], Awaitable[set[str]]]
) -> None:
    async def write_and_look(name: str) -> bool:
        await created(shared, title=name)
        return name in await look(shared)

    assert await asyncio.gather(*(write_and_look(fresh_id()) for _ in range(12))) == [True] * 12


@pytest.mark.parametrize(("line", "body"), AGAIN)
async def test_who_asks_the_same_of_another_tenant_shares_nothing(
    shared: Client, new_tenant: Callable[[], str], line: str, body: Json
) -> None:
    await created(shared, severity="high", mitre=["T1059"])

    async def bytes_of(tenant: str) -> bytes:
        return (await ask(shared, line, body, **{"X-Scope-OrgID": tenant})).content

    tenants = [shared.headers["X-Scope-OrgID"], new_tenant()] * 5
    answers = await asyncio.gather(*(bytes_of(each) for each in tenants))
    assert not set(answers[::2]) & set(answers[1::2])
