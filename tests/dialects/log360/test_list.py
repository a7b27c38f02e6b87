"""The list: what each filter finds, where a page starts and ends, and how many there are."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from gateway.dialects.log360.requests import List
from tests.conftest import Serve
from tests.dialects.log360.calls import PATH, Client, create, delete, fresh_list, listed, make, refusal
from tests.refusals import refused

pytestmark = pytest.mark.anyio

NAMES: dict[str, dict[str, Any]] = {
    "plain": {},
    "worst": {"severity": "critical", "status": "closed", "assignee": 7},
    "bad": {"severity": "trouble", "status": "in_progress", "assignee": 8},
    "mild": {"severity": "attention", "status": "open"},
}


@pytest.fixture(scope="module")
async def incidents_of_all_kinds(shared: Client) -> Client:
    """Four made here and by Ann, two made elsewhere and by Bob; the last made is the first listed."""
    for name, fields in NAMES.items():
        await create(shared, name=name, **fields)
    shared.headers["User-ID"] = "bob"
    await make(shared, title="finer", severity="medium", status="on_hold", assignee={"name": "Carl"})
    await make(shared, title="finest", severity="info", status="resolved")
    shared.headers["User-ID"] = "ann"
    return shared


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        pytest.param({}, "finest finer mild bad worst plain", id="all, the newest first"),
        pytest.param({"severity": "critical"}, "worst", id="critical"),
        pytest.param({"severity": "trouble"}, "finer bad", id="trouble, medium with it"),
        pytest.param({"severity": "attention"}, "finest mild plain", id="attention, and what has no severity"),
        pytest.param({"severity": "Attention"}, "finest mild plain", id="whatever the case"),
        pytest.param({"status": "open"}, "mild plain", id="open"),
        pytest.param({"status": "in_progress"}, "finer bad", id="in progress, on hold with it"),
        pytest.param({"status": "CLOSED"}, "finest worst", id="closed, resolved with it"),
        pytest.param({"created_by": "ann"}, "mild bad worst plain", id="made by Ann"),
        pytest.param({"created_by": "bob"}, "finest finer", id="made by Bob"),
        pytest.param({"created_by": "Bob"}, "", id="by her or his name as it is"),
        pytest.param({"assignee": 7}, "worst", id="whose it is"),
        pytest.param({"assignee": -1}, "finest finer mild plain", id="nobody's, or of somebody without a number"),
        pytest.param({"severity": "trouble", "created_by": "ann"}, "bad", id="both"),
        pytest.param({"from": 1}, "finer mild bad worst plain", id="from the second on"),
        pytest.param({"limit": 2}, "finest finer", id="no more than two"),
        pytest.param({"from": 2, "limit": 2}, "mild bad", id="the second page"),
        pytest.param({"from": 6}, "", id="past the end"),
        pytest.param({"from": 9_990}, "", id="at the end of the engine's window"),
        pytest.param({"from": 12_000}, "", id="past the engine's window"),
        pytest.param({"sort": "name", "page": 2}, "finest finer mild bad worst plain", id="unknown words are ignored"),
    ],
)
async def test_found(incidents_of_all_kinds: Client, query: dict[str, Any], expected: str) -> None:
    rows = await listed(incidents_of_all_kinds, **query)
    assert [each["incident_name"] for each in rows] == expected.split()


@pytest.mark.parametrize(
    ("query", "meta"),
    [
        pytest.param({}, {"per_page": 100, "total_pages": 1, "total_items": 6}, id="all on one page"),
        pytest.param({"limit": 4}, {"per_page": 4, "total_pages": 2, "total_items": 6}, id="on two"),
        pytest.param({"limit": 4, "from": 4}, {"per_page": 4, "total_pages": 2, "total_items": 6}, id="on the second"),
        pytest.param({"from": 12_000}, {"per_page": 100, "total_pages": 1, "total_items": 6}, id="far past the end"),
        pytest.param({"assignee": 9}, {"per_page": 100, "total_pages": 0, "total_items": 0}, id="none found"),
    ],
)
async def test_totals(incidents_of_all_kinds: Client, query: dict[str, Any], meta: dict[str, int]) -> None:
    assert (await fresh_list(incidents_of_all_kinds, **query)).json()["meta"] == meta


@pytest.mark.parametrize(
    ("query", "where"),
    [
        pytest.param({"severity": "low"}, "severity", id="another severity"),
        pytest.param({"severity": ""}, "severity", id="an empty one"),
        pytest.param({"status": "new"}, "status", id="another status"),
        pytest.param({"assignee": "ann"}, "assignee", id="an assignee by name"),
        pytest.param({"assignee": "-2"}, "assignee", id="an assignee less than nobody"),
        pytest.param({"from": "-1"}, "from", id="before the start"),
        pytest.param({"limit": "0"}, "limit", id="no row"),
        pytest.param({"limit": "101"}, "limit", id="more than the vendor allows"),
        pytest.param({"response_type": "raw"}, "response_type", id="another form"),
    ],
)
def test_where_a_refusal_points(query: dict[str, str], where: str) -> None:
    assert refused(lambda: List.model_validate(query))[0] == where


async def test_a_filter_twice_is_refused(shared: Client) -> None:
    response = await shared.get(f"{PATH}?status=open&status=closed")
    assert (response.status_code, response.json()) == (400, refusal('status: "status" is given twice'))


async def test_an_unknown_word_may_be_given_twice(shared: Client) -> None:
    assert (await shared.get(f"{PATH}?page=1&page=2")).status_code == 200


async def test_a_tenant_without_incidents_has_none(client: Client) -> None:
    response = await client.get(PATH)
    assert response.json() == {"data": [], "meta": {"per_page": 100, "total_pages": 0, "total_items": 0}}


async def test_pages_past_the_window_are_whole(serve: Serve) -> None:
    """Of two made in one millisecond too, and whatever the page."""
    now = datetime(2026, 11, 22, tzinfo=UTC)
    async with serve(lambda: now, search_window=5) as client:
        names = [str(i) for i in range(13)]
        for each in names:
            now += timedelta(milliseconds=int(each) % 2)
            await create(client, name=each)
        assert (await fresh_list(client, **{"from": 40})).json()["meta"]["total_items"] == 13
        for limit in (1, 3, 7):
            found = [await client.get(PATH, params={"from": at, "limit": limit}) for at in range(0, 15, limit)]
            rows = [row for page in found for row in page.json()["data"]]
            assert [each["incident_name"] for each in rows] == names[::-1]


async def test_whoever_pages_while_others_write_misses_nobody(client: Client) -> None:
    """Rows may repeat as others are made in front; what was there at the start and stays is on some page."""
    held = {await create(client, name=f"held {i}") for i in range(12)}
    found: set[int] = set()
    for at in range(0, 24, 3):
        found |= {each["incident_id"] for each in await listed(client, **{"from": at, "limit": 3})}
        await create(client, name=f"new {at}")
    assert held <= found


async def test_what_is_deleted_is_listed_no_more(client: Client) -> None:
    first, second = await create(client), await create(client)
    await delete(client, first)
    assert [each["incident_id"] for each in await listed(client)] == [second]
