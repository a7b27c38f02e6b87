"""Numbers of a tenant: never given twice, whatever of the registry is lost or comes back from another day."""

from collections.abc import Callable

import httpx2
import pytest

from tests.conftest import Serve

pytestmark = pytest.mark.anyio

Client = httpx2.AsyncClient
NDJSON = {"Content-Type": "application/x-ndjson"}
Loss = Callable[[str, str], httpx2.Response]


def lost_entry(url: str, tenant: str) -> httpx2.Response:
    return httpx2.delete(f"{url}/im-registry/_doc/sequence:{tenant}", timeout=60)


def lost_index(url: str, tenant: str) -> httpx2.Response:
    return httpx2.delete(f"{url}/im-registry", timeout=60)


def older_entry(url: str, tenant: str) -> httpx2.Response:
    entry = {"kind": "sequence", "tenant": tenant, "next": 2}
    return httpx2.put(f"{url}/im-registry/_doc/sequence:{tenant}", json=entry, timeout=60)


LOSSES = pytest.mark.parametrize(
    "lose",
    [
        pytest.param(lost_entry, id="its entry lost"),
        pytest.param(older_entry, id="its entry of another day"),
        pytest.param(lost_index, id="the registry lost"),
    ],
)


async def numbers(client: Client, name: str, count: int) -> set[int]:
    """The numbers of so many new incidents and of the activities that tell of them; what was refused is made again."""
    given: set[int] = set()
    for place in range(count):
        path = f"/_im/incidents/{name}{place}"
        answers = [await client.post(path, json={"title": "t"})]
        if answers[0].status_code == 503:
            answers.append(await client.post(path, json={"title": "t"}))
        assert answers[-1].status_code == 201, answers[-1].text
        [activity] = (await client.get(f"{path}/activities")).json()["docs"]
        given |= {answers[-1].json()["numeric_id"], int(activity["activity_id"])}
    assert len(given) == 2 * count
    return given


async def test_a_new_tenant_begins_at_one(client: Client) -> None:
    assert await numbers(client, "a", 3) == set(range(1, 7))


async def test_who_needs_many_leases_twice_as_many_the_next_time(
    client: Client, opensearch_url: str, tenant: str
) -> None:
    body = b'{"title":"t"}\n' * 200
    for _ in range(5):
        answer = await client.post("/_im/incidents/bulkCreate", content=body, headers=NDJSON)
        assert not answer.json()["errors"]
    entry = httpx2.get(f"{opensearch_url}/im-registry/_doc/sequence:{tenant}", timeout=60).json()["_source"]
    assert entry["next"] == 1 + 8 * 200 + 2 * 8 * 200


@LOSSES
async def test_a_gateway_that_starts_goes_on_above_all_that_is_in_use(
    serve: Serve, opensearch_url: str, tenant: str, lose: Loss
) -> None:
    async with serve() as client:
        before = await numbers(client, "a", 3)
    lose(opensearch_url, tenant).raise_for_status()
    async with serve() as client:
        assert min(await numbers(client, "b", 3)) > max(before)


@LOSSES
async def test_gateways_that_run_share_no_number_behind_a_loss(
    serve: Serve, opensearch_url: str, tenant: str, lose: Loss
) -> None:
    """One has numbers left that it leased before, the other's are used up."""
    async with serve() as one, serve() as other:
        before = await numbers(one, "a", 2) | await numbers(other, "b", 49)
        lose(opensearch_url, tenant).raise_for_status()
        behind = [await numbers(other, "c", 3), await numbers(one, "d", 49), await numbers(other, "e", 50)]
    given = [before, *behind]
    assert sum(map(len, given)) == len(set().union(*given))


async def test_numbers_of_deleted_incidents_stay_theirs(serve: Serve, opensearch_url: str, tenant: str) -> None:
    async with serve() as client:
        before = await numbers(client, "a", 2)
        assert (await client.delete("/_im/incidents/a1")).status_code == 200
    lost_entry(opensearch_url, tenant).raise_for_status()
    async with serve() as client:
        assert min(await numbers(client, "b", 1)) > max(before)
