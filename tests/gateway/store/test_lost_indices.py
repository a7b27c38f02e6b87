"""An index that somebody takes away behind a running gateway: the next write but one finds it made anew."""

from typing import Any

import httpx2
import pytest

from tests.conftest import Serve

pytestmark = pytest.mark.anyio

Client = httpx2.AsyncClient
Json = dict[str, Any]

INCIDENTS, EVENTS = "im-incidents-{tenant}", "im-events-{tenant}"
MISSING = "the engine answered with status 404"


def lose(url: str, tenant: str, *indices: str) -> None:
    """Takes the tenant's indices away."""
    for each in indices:
        httpx2.delete(f"{url}/{each.format(tenant=tenant)}.*", timeout=60).raise_for_status()


async def make(client: Client, incident_id: str, **fields: Any) -> tuple[int, str | None]:
    """Status, and reason if there is one, of making an incident."""
    response = await client.post(f"/_im/incidents/{incident_id}", json={"title": "t", **fields})
    return response.status_code, response.json().get("error", {}).get("reason")


@pytest.mark.parametrize(
    ("lost", "first", "second"),
    [
        pytest.param((INCIDENTS, EVENTS), {}, (503, MISSING), id="both"),
        pytest.param((INCIDENTS,), {}, (503, MISSING), id="of incidents"),
        pytest.param((INCIDENTS, EVENTS), {"own": 5}, (201, None), id="both, before a field of its own is known"),
        pytest.param((EVENTS,), {}, (201, None), id="of events"),
    ],
)
async def test_making(
    client: Client, opensearch_url: str, tenant: str, lost: tuple[str, ...], first: Json, second: tuple[int, str | None]
) -> None:
    for each in ("a", "as"):  # its field is known by the second
        assert await make(client, each, other=1) == (201, None)
    lose(opensearch_url, tenant, *lost)
    assert await make(client, "b", **first) == second
    assert await make(client, "c", **({} if lost == (EVENTS,) else {"other": "of another type"})) == (201, None)
    mapping = httpx2.get(f"{opensearch_url}/im-*-{tenant}.*/_mapping", timeout=60).json()
    assert {name: each["mappings"]["properties"]["tenant"]["value"] for name, each in mapping.items()} == {
        f"im-incidents-{tenant}.000001": tenant,
        f"im-events-{tenant}.000001": tenant,
    }
    activities = (await client.get("/_im/incidents/c/activities")).json()["docs"]
    assert [each["type"] for each in activities] == ["created"]


async def test_changing(client: Client, opensearch_url: str, tenant: str) -> None:
    """Changes make no index by themselves; what they have to tell finds one."""
    assert await make(client, "a") == (201, None)
    lose(opensearch_url, tenant, EVENTS)
    response = await client.put("/_im/incidents/a", json={"reviewer": "ann"})
    assert (response.status_code, response.json().get("reviewer")) == (200, "ann")
    activities = (await client.get("/_im/incidents/a/activities")).json()["docs"]
    assert [each["type"] for each in activities] == ["updated"]


async def test_an_aggregation_result(client: Client, opensearch_url: str, tenant: str) -> None:
    assert await make(client, "a") == (201, None)
    lose(opensearch_url, tenant, INCIDENTS)
    results = [await client.post("/_im/aggregations/results/r/1", json={"title": "t"}) for _ in range(2)]
    assert [each.status_code for each in results] == [503, 201]


async def test_a_tenant_that_writes_may_not_make(serve: Serve, opensearch_url: str, tenant: str) -> None:
    async with serve() as client:
        assert await make(client, "a") == (201, None)
    async with serve(provision=False) as client:
        assert await make(client, "b") == (201, None)
        lose(opensearch_url, tenant, INCIDENTS)
        assert await make(client, "c", own=5) == (404, "no such tenant")
        assert await make(client, "d") == (503, MISSING)
        assert await make(client, "e") == (404, f'no tenant "{tenant}"')
        assert httpx2.head(f"{opensearch_url}/im-incidents-{tenant}", timeout=60).status_code == 404
