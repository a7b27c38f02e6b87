"""The same request again: what is remembered of it changes no answer, and is of one tenant."""

import pytest

from tests.dialects.actian.calls import Client, get, make, path

pytestmark = pytest.mark.anyio

PATHS = ("incidents", "incidents/summary", "incidents/distribution")


async def counted(client: Client, **query: str) -> list[int]:
    """How many incidents the list, the summary and the distribution have."""
    rows, whole, days = [await get(client, each, **query) for each in PATHS]
    return [len(rows), whole["total"], sum(sum(each["counts"].values()) for each in days["incidents"])]


async def test_what_was_written_in_between(own: Client) -> None:
    for i in range(3):
        assert await counted(own, project_ids="81") == [i] * 3
        await make(own, f"between-{i}", ext={"actian": {"project_id": 81}})
    assert await counted(own, project_ids="82") == [0] * 3


async def test_the_same_query_is_each_tenants_own(own: Client, shared: Client) -> None:
    await make(own, "whose", severity="high", ext={"actian": {"project_id": 83}})
    for _ in range(2):
        assert await counted(own, project_ids="83") == [1] * 3
        assert await counted(shared, project_ids="83") == [0] * 3


@pytest.mark.parametrize("rest", PATHS)
async def test_a_refusal_is_the_same_each_time(own: Client, rest: str) -> None:
    for query in (
        {"from_time": "never"},
        {"severities": "worst"},
        {"from_time": "2026-01-02", "to_time": "2026-01-01"},
    ):
        first, second = [await own.get(path(own, rest), params=query) for _ in range(2)]
        assert (first.status_code, first.json()) == (second.status_code, second.json())
        assert first.status_code == 400
