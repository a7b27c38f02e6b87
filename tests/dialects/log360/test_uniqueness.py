"""Names are unique among what Log360 makes and renames, whoever races, dies or is slow; unused ones are free."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest

from gateway.dialects.log360.uniqueness import IN_FLIGHT, name_key, take
from gateway.dialects.settings import load
from gateway.incidents.session import Session
from gateway.problems import Conflict
from gateway.serving.app import running
from tests.conftest import Serve
from tests.dialects.log360.calls import (
    PATH,
    Client,
    change,
    create,
    delete,
    detail,
    fresh_name,
    listed,
    make,
    native,
    taken,
    update,
)

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 11, 22, 4, 15, tzinfo=UTC)


async def refused(client: Client, name: str) -> None:
    response = await client.post(PATH, json={"name": name})
    assert (response.status_code, response.json()) == (400, taken(name))


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        pytest.param("Brute force", "brute FORCE", True, id="in another case"),
        pytest.param("STRASSE", "straße", True, id="in another case of another language"),
        pytest.param("caf\u00e9", "cafe\u0301", True, id="written with other signs"),
        pytest.param("brute force", "brute  force", False, id="with another space"),
    ],
)
def test_which_names_are_the_same(one: str, other: str, same: bool) -> None:
    assert (name_key(one) == name_key(other)) is same


async def test_a_name_is_taken_whatever_its_case(shared: Client) -> None:
    name = fresh_name("Disk")
    await create(shared, name=name)
    await refused(shared, name)
    await refused(shared, name.upper())


async def test_of_a_hundred_that_race_for_a_name_one_gets_it(serve: Serve) -> None:
    """Through two gateways."""
    async with serve() as one, serve() as other:
        calls = [each.post(PATH, json={"name": "race"}) for each in (one, other) for _ in range(50)]
        answers = [(each.status_code, each.json()) for each in await asyncio.gather(*calls)]
        assert sorted(status for status, _ in answers) == [200] + [400] * 99
        assert all(body == taken("race") for status, body in answers if status == 400)
        assert [each["incident_name"] for each in await listed(one)] == ["race"]


async def test_of_many_that_are_renamed_to_one_name_one_gets_it(shared: Client) -> None:
    ids, name = [await create(shared) for _ in range(10)], fresh_name()
    calls = [shared.put(PATH, json={"incident_id": each, "name": name}) for each in ids]
    statuses = [each.status_code for each in await asyncio.gather(*calls)]
    assert sorted(statuses) == [200] + [400] * 9
    assert [each["incident_name"] for each in await listed(shared)].count(name) == 1


async def test_one_renamed_twice_at_once_keeps_a_name_that_is_its_own(shared: Client) -> None:
    incident_id, names = await create(shared), [fresh_name(), fresh_name()]
    calls = [shared.put(PATH, json={"incident_id": incident_id, "name": each}) for each in names]
    assert [each.status_code for each in await asyncio.gather(*calls)] == [200, 200]
    held = (await native(shared, incident_id))["title"]
    await refused(shared, held)
    [free] = {*names} - {held}
    await create(shared, name=free)


async def test_a_rename_frees_the_old_name_and_takes_the_new_one(shared: Client) -> None:
    old, new = fresh_name("old"), fresh_name("new")
    incident_id = await create(shared, name=old)
    await update(shared, incident_id, name=new)
    await refused(shared, new)
    await create(shared, name=old)


async def test_a_name_may_change_its_case(shared: Client) -> None:
    name = fresh_name("disk")
    incident_id = await create(shared, name=name)
    await update(shared, incident_id, name=name.upper())
    assert (await native(shared, incident_id))["title"] == name.upper()
    await refused(shared, name)


async def test_a_rename_to_anothers_name_changes_nothing(shared: Client) -> None:
    name = fresh_name()
    await create(shared, name=name)
    incident_id = await create(shared)
    before = await native(shared, incident_id)
    body = {"incident_id": incident_id, "name": name, "severity": "critical", "notes": ["n"]}
    response = await shared.put(PATH, json=body)
    assert (response.status_code, response.json()) == (400, taken(name))
    assert await native(shared, incident_id) == before


async def vanish(client: Client, incident_id: int) -> None:
    found = await native(client, incident_id)
    await client.delete(f"/_im/incidents/{found['_meta']['id']}")


async def rename(client: Client, incident_id: int) -> None:
    await change(client, incident_id, title=fresh_name("another"))


async def swap(client: Client, incident_id: int) -> None:
    await update(client, incident_id, name=fresh_name("another"))


@pytest.mark.parametrize(
    "leave",
    [
        pytest.param(delete, id="is deleted"),
        pytest.param(swap, id="is renamed"),
        pytest.param(vanish, id="is deleted through another dialect"),
        pytest.param(rename, id="is renamed through another dialect"),
    ],
)
async def test_a_name_is_free_when_its_incident(
    shared: Client, leave: Callable[[Client, int], Awaitable[object]]
) -> None:
    name = fresh_name()
    await leave(shared, await create(shared, name=name))
    await create(shared, name=name)
    await refused(shared, name)


async def test_titles_made_elsewhere_take_no_name(shared: Client) -> None:
    name = fresh_name()
    first = await make(shared, title=name)
    second = await create(shared, name=name)
    await update(shared, first, name=name, severity="critical")
    await update(shared, second, name=name, severity="critical")
    assert [(await native(shared, each))["severity"] for each in (first, second)] == ["critical"] * 2


async def test_a_title_made_elsewhere_and_given_again_here_is_a_name(shared: Client) -> None:
    incident_id, name = await make(shared), fresh_name()
    await update(shared, incident_id, name=name)
    await refused(shared, name)


async def test_a_write_that_is_refused_leaves_the_name_free(shared: Client) -> None:
    """Refused by the incident as it is, after its name was claimed."""
    name, incident_id = fresh_name(), await create(shared)
    body = {"incident_id": incident_id, "name": name, "due_date": "soon"}
    assert (await shared.put(PATH, json=body)).status_code == 400
    await create(shared, name=name)


async def test_tenants_have_names_of_their_own(shared: Client, client: Client) -> None:
    name = fresh_name()
    await create(shared, name=name)
    await create(client, name=name)


async def test_a_name_that_a_dead_writer_claimed_is_free_after_a_while(opensearch_url: str, tenant: str) -> None:
    now = NOW
    async with running(load(opensearch_url=opensearch_url), lambda: now) as gateway:
        session = Session(gateway.ctx, tenant, "ann", "log360")
        await take(session, "name", "i-dead", given=False)
        now = NOW + IN_FLIGHT - timedelta(milliseconds=1)
        with pytest.raises(Conflict):
            await take(session, "name", "i-2", given=False)
        now = NOW + IN_FLIGHT
        await take(session, "name", "i-2", given=False)
        with pytest.raises(Conflict):
            await take(session, "name", "i-dead", given=True)


async def test_a_name_that_was_claimed_at_once_by_many_is_one_ones(opensearch_url: str, tenant: str) -> None:
    """After a dead writer too."""
    now = NOW
    async with running(load(opensearch_url=opensearch_url), lambda: now) as gateway:
        session = Session(gateway.ctx, tenant, "ann", "log360")
        for _ in range(2):
            calls = [take(session, "name", f"i-{i}", given=False) for i in range(20)]
            lost = [each for each in await asyncio.gather(*calls, return_exceptions=True) if each is not None]
            assert (len(lost), {type(each) for each in lost}) == (19, {Conflict})
            now += IN_FLIGHT


def overtaking(opensearch_url: str, tenant: str, name: str) -> Callable[[], datetime]:
    """A clock that, once the name is claimed, gives it to somebody else: time has passed, and a writer was slow."""
    entry = f"{opensearch_url}/im-registry/_doc/name:{tenant}:{name_key(name)}"

    def clock() -> datetime:
        found = httpx2.get(entry, timeout=60).json()
        if found.get("found") and found["_source"]["incident_id"] != "i-other":
            other: dict[str, Any] = found["_source"] | {"incident_id": "i-other"}
            httpx2.put(entry, json=other, timeout=60).raise_for_status()
        return NOW

    return clock


async def test_a_slow_writer_takes_back_what_it_made(serve: Serve, opensearch_url: str, tenant: str) -> None:
    async with serve(overtaking(opensearch_url, tenant, "name")) as client:
        await refused(client, "name")
        assert await listed(client) == []


async def test_a_slow_writer_takes_back_its_renaming(serve: Serve, opensearch_url: str, tenant: str) -> None:
    async with serve(overtaking(opensearch_url, tenant, "name")) as client:
        incident_id = await create(client, name="before")
        response = await client.put(PATH, json={"incident_id": incident_id, "name": "name"})
        assert (response.status_code, response.json()) == (400, taken("name"))
        document = await native(client, incident_id)
        assert (document["title"], document["ext"]["log360"]["name_key"]) == ("before", name_key("before"))
        await refused(client, "before")


async def test_an_incident_that_was_made_but_never_confirmed_has_its_name(serve: Serve, opensearch_url: str) -> None:
    """Its writer died in between; no time frees the name."""
    now = NOW
    async with serve(lambda: now) as client:
        incident_id = await create(client, name="name")
        tenant = client.headers["X-Scope-OrgID"]
        entry = f"{opensearch_url}/im-registry/_doc/name:{tenant}:{name_key('name')}"
        held = httpx2.get(entry, timeout=60).json()["_source"]
        httpx2.put(entry, json=held | {"given": False}, timeout=60).raise_for_status()
        now += 2 * IN_FLIGHT
        await refused(client, "name")
        assert await detail(client, incident_id)
