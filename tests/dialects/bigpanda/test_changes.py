"""Changes taken in, read and listed."""

from collections.abc import Callable
from functools import partial
from typing import Any

import anyio
import pytest

from gateway.dialects.bigpanda.records import change_id
from tests.clock import Clock
from tests.dialects.bigpanda.acts import answer, made, refused
from tests.dialects.bigpanda.calls import NOW, Client, Json
from tests.dialects.bigpanda.change_calls import APP, CHANGE, CHANGES, deep, relate, send, sent

pytestmark = pytest.mark.anyio

NOBODY = "0" * 24
WHOLE: Json = {
    **CHANGE, "end": NOW + 60, "ticket_url": "https://changes.example.org/CHG-1", "tags": {"host": "db-1"},
    "metadata": {"opened_by": "u1", "risk": {"level": 2}},
}  # fmt: skip


def shown(tenant: str, app_key: str = "itsm", **fields: Any) -> Json:
    """A change as it is answered."""
    found = CHANGE | {"end": None, "ticket_url": None, "tags": {}, "metadata": {}} | fields
    return {"id": change_id(tenant, app_key, found["identifier"]), "source_system": f"api.{app_key}", **found}


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        pytest.param({}, {}, id="no more than it must have"),
        pytest.param(WHOLE, WHOLE, id="all there can be"),
        pytest.param({"status": "in progress"}, {}, id="a status in lower case"),
        pytest.param({"status": "CANCELED"}, {"status": "Canceled"}, id="a status in capitals"),
        pytest.param({"metadata": deep(20)}, {"metadata": deep(20)}, id="data as deep as it may be"),
        pytest.param({"metadata": {"": {"a.b": [None]}}}, {"metadata": {"": {"a.b": [None]}}}, id="data of odd names"),
        pytest.param({"end": NOW}, {"end": NOW}, id="one that ends as it starts"),
        pytest.param({"identifier": 'ö "*"'}, {"identifier": 'ö "*"'}, id="a name of symbols"),
    ],
)
async def test_a_change_is_read_as_it_was_sent(shared: Client, fields: Json, expected: Json) -> None:
    found = shown(shared.headers["X-Scope-OrgID"], **expected)
    assert answer(await send(shared, **fields)) == (204, None)
    assert answer(await shared.get(f"{CHANGES}/{found['id']}")) == (200, found)


async def test_sent_again_it_is_the_same_change_and_replaced_whole(client: Client, tenant: str) -> None:
    first = await sent(client, **WHOLE)
    assert await sent(client, status="Done") == first
    assert answer(await client.get(f"{CHANGES}/{first}")) == (200, shown(tenant, status="Done"))
    assert await listed(client, start_time_frame=0, end_time_frame=NOW) == ["CHG-1"]


async def test_two_integrations_may_call_theirs_the_same(client: Client, tenant: str) -> None:
    one, other = await sent(client), await sent(client, {"x-bp-app-key": "other"}, summary="another")
    assert answer(await client.get(f"{CHANGES}/{one}")) == (200, shown(tenant))
    assert answer(await client.get(f"{CHANGES}/{other}")) == (200, shown(tenant, "other", summary="another"))


async def test_of_changes_that_start_at_once_the_newest_made_is_first(client: Client) -> None:
    for identifier, summary in (("one", "a"), ("other", "a"), ("one", "b")):
        await send(client, identifier=identifier, summary=summary)
    assert await listed(client, start_time_frame=0, end_time_frame=NOW) == ["other", "one"]


async def test_of_writers_at_once_one_makes_it(client: Client) -> None:
    async with anyio.create_task_group() as group:
        for i in range(6):
            group.start_soon(partial(send, client, summary=f"by {i}"))
    assert await listed(client, start_time_frame=0, end_time_frame=NOW) == ["CHG-1"]


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({}, id="none"),
        pytest.param({"x-bp-app-key": " "}, id="white space"),
        pytest.param({"x-bp-app-key": "x" * 513}, id="one too long"),
    ],
)
async def test_without_an_app_key_no_change_is_taken(shared: Client, headers: dict[str, str]) -> None:
    expected = refused(400, "x-bp-app-key: an app key of 1 to 512 characters is wanted")
    assert answer(await send(shared, headers)) == expected


@pytest.mark.parametrize("unknown", [pytest.param(NOBODY, id="an id"), pytest.param("x" * 3000, id="no id at all")])
async def test_an_unknown_change_is_missing(shared: Client, unknown: str) -> None:
    assert answer(await shared.get(f"{CHANGES}/{unknown}")) == refused(404, f'no change "{unknown[:128]}"')


async def listed(client: Client, headers: dict[str, str] | None = None, **query: Any) -> list[str]:
    """The identifiers of a page of changes."""
    response = await client.get(CHANGES, params=query, headers=headers)
    assert response.status_code == 200, response.text
    return [each["identifier"] for each in response.json()["results"]]


@pytest.fixture(scope="module")
async def several(shared: Client, new_tenant: Callable[[], str]) -> dict[str, str]:
    """The headers of a tenant that has changes of several hours."""
    headers, before = APP | {"X-Scope-OrgID": new_tenant()}, NOW - 4 * 3600
    for each in (
        {"identifier": "old", "summary": "new disks", "start": before - 1},
        {"identifier": "A-1", "summary": "A kernel", "start": before, "end": NOW + 5},
        {"identifier": "B-1", "summary": "100% of a_disk * there", "start": NOW - 60, "status": "Planned"},
        {"identifier": "B-2", "summary": "a\\b?", "start": NOW - 60, "end": NOW + 9},
        {"identifier": "C-1", "summary": "Disk in a planned rack", "end": NOW + 1, "status": "Done"},
        {"identifier": "later", "start": NOW + 1},
    ):
        assert answer(await send(shared, headers, **each)) == (204, None)
    return headers


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        pytest.param({}, "C-1 B-2 B-1 A-1", id="those of four hours"),
        pytest.param({"end_time_frame": NOW + 1}, "later C-1 B-2 B-1", id="those of other four hours"),
        pytest.param({"start_time_frame": NOW - 60}, "C-1 B-2 B-1", id="since then, that second too"),
        pytest.param({"start_time_frame": 0, "end_time_frame": NOW - 61}, "A-1 old", id="until then"),
        pytest.param({"sort": "end_time_frame"}, "B-2 A-1 C-1 B-1", id="by their end, without one last"),
        pytest.param({"search": "b-"}, "B-2 B-1", id="part of an identifier, whatever its case"),
        pytest.param({"search": '"disk"'}, "C-1 B-1", id="part of a summary, in quotes"),
        pytest.param({"search": "planned"}, "C-1 B-1", id="a status, or a word"),
        pytest.param({"search": "*"}, "B-1", id="a star is itself"),
        pytest.param({"search": "\\b?"}, "B-2", id="symbols are themselves"),
        pytest.param({"search": "nowhere"}, "", id="what is nowhere"),
        pytest.param({"limit": 2}, "C-1 B-2", id="the first two"),
        pytest.param({"include": "change", "other": "x"}, "C-1 B-2 B-1 A-1", id="an unknown parameter"),
    ],
)
async def test_the_list(shared: Client, several: dict[str, str], query: Json, expected: str) -> None:
    assert await listed(shared, several, **query) == expected.split()


@pytest.mark.parametrize("sort", ["start_time_frame", "end_time_frame"])
async def test_pages_show_each_change_once(several: dict[str, str], shared: Client, clock: Clock, sort: str) -> None:
    """The time of the first page is that of all, though the clock moves on."""
    before, whole = clock.now, await listed(shared, several, sort=sort)
    response = await shared.get(CHANGES, params={"sort": sort, "limit": 1}, headers=several)
    rows = response.json()["results"]
    while link := response.headers.get("Link"):
        clock.move(minutes=1)
        assert link.endswith('>; rel="next"')
        response = await shared.get(link.removeprefix("<").partition(">")[0], headers=several)
        rows += response.json()["results"]
    clock.now = before
    assert [each["identifier"] for each in rows] == whole


@pytest.mark.parametrize(
    ("query", "error"),
    [
        pytest.param(f"start_time_frame={NOW + 1}",
                     f"start_time_frame: {NOW + 1} is after end_time_frame, which is {NOW}", id="an end before"),
        pytest.param("cursor=x", "cursor: this cursor was changed, or belongs to another search", id="another cursor"),
        pytest.param("search=a&search=b", 'search: "search" is given twice', id="two searches"),
    ],
)  # fmt: skip
async def test_lists_that_are_refused(shared: Client, query: str, error: str) -> None:
    assert answer(await shared.get(f"{CHANGES}?{query}")) == refused(400, error)


async def test_the_list_shows_what_each_has_to_do_with_an_incident(client: Client, tenant: str) -> None:
    incident_id, related, _ = await made(client), await sent(client), await sent(client, identifier="CHG-2")
    relation_id = await relate(client, related, incident_id, "SUSPECT", comment="the same host")
    ids = {"id": relation_id, "change_id": related, "incident_id": incident_id}
    relation = ids | {"match_certainty": "SUSPECT", "comment": "the same host"}
    expected = [
        shown(tenant, identifier="CHG-2") | {"rcc_metadata": None},
        shown(tenant) | {"rcc_metadata": relation},
    ]
    query = {"start_time_frame": "0", "incident_id": incident_id}
    assert answer(await client.get(CHANGES, params=query)) == (200, {"results": expected})
    missing = refused(404, f'incident_id: no incident "{NOBODY}"')
    assert answer(await client.get(CHANGES, params={"incident_id": NOBODY})) == missing
