"""Environments: how they are kept, and which incidents are in which at any moment."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest
from dirty_equals import IsStr

from gateway.incidents.session import Context
from tests.conftest import Serve
from tests.dialects.bigpanda.calls import (
    V2,
    Client,
    Json,
    attach,
    change,
    detail,
    environment,
    found,
    make,
    refusal,
    searched,
    within,
)

pytestmark = pytest.mark.anyio

PATH = f"{V2}/environments"
ALL = {"id": "all", "name": "All", "description": "every incident", "filter": "*"}
ID = IsStr(regex="[0-9a-f]{24}")


@pytest.fixture
async def own(serve: Serve) -> AsyncIterator[Client]:
    """A client of a tenant without environments."""
    async with serve() as client:
        yield client


async def create(client: Client, **sent: object) -> Json:
    response = await client.post(PATH, json=sent)
    assert response.status_code == 200, response.text
    made: Json = response.json()
    return made


def told(response: httpx2.Response) -> tuple[int, Any]:
    return response.status_code, response.json()


async def test_made_listed_read_changed_and_deleted(own: Client) -> None:
    assert told(await own.get(PATH)) == (200, [ALL])
    made = await create(own, name="Production", description="d", filter="host = prod-*")
    assert list(made.items()) == list(
        {"id": ID, "name": "Production", "description": "d", "filter": "host = prod-*"}.items()
    )
    other = await create(own, name="Other")
    assert other == {"id": ID, "name": "Other", "description": "", "filter": "*"}
    assert told(await own.get(PATH)) == (200, [ALL, made, other])
    one = f"{PATH}/{made['id']}"
    assert told(await own.get(one)) == (200, made)
    changed = made | {"description": "", "filter": "*"}
    assert told(await own.patch(one, json={"description": "", "filter": "*", "name": None})) == (202, changed)
    assert told(await own.get(PATH)) == (200, [ALL, changed, other])
    assert told(await own.patch(one, json={})) == (202, changed)
    assert told(await own.delete(one)) == (200, {"status": 200, "data": {}})
    assert told(await own.get(PATH)) == (200, [ALL, other])
    assert told(await own.get(f"{PATH}/all")) == (200, ALL)


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
async def test_one_that_there_is_not(shared: Client, method: str) -> None:
    response = await shared.request(method, f"{PATH}/{'5f' * 12}", json={})
    assert told(response) == (404, refusal(404, f'no environment "{"5f" * 12}"'))


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
async def test_the_one_that_every_tenant_has_stays_as_it_is(shared: Client, method: str) -> None:
    reason = 'environment_id: the environment "all" can be neither changed nor deleted'
    assert told(await shared.request(method, f"{PATH}/all", json={})) == (400, refusal(400, reason))


@pytest.mark.parametrize(
    ("sent", "reason"),
    [
        pytest.param(
            {"name": "a", "filter": "host = = a"},
            "filter: column 8: a value is wanted here\nhost = = a\n       ^",
            id="a filter that is no query",
        ),
        pytest.param(
            {"name": "a", "filter": "host = a AND comment = b"},
            "filter: column 24: a filter cannot look at comments, as this does\nhost = a AND comment = b\n"
            + " " * 23
            + "^",
            id="comments",
        ),
        pytest.param(
            {"name": "a", "filter": '"out of memory"'},
            'filter: column 1: a filter cannot look at comments, as this does\n"out of memory"\n^',
            id="words that may be anywhere, in comments too",
        ),
        pytest.param(
            {"name": "a", "filter": "status = gone"},
            "filter: column 10: status is one of ok, unknown, warning, critical\nstatus = gone\n         ^",
            id="a word that there is not",
        ),
    ],
)
async def test_what_is_refused(shared: Client, sent: object, reason: str) -> None:
    before = (await shared.get(PATH)).json()
    assert told(await shared.post(PATH, json=sent)) == (400, refusal(400, reason))
    assert (await shared.get(PATH)).json() == before


@pytest.mark.parametrize("text", ["host = = a", "comment = a", "host = /[/", "host = /[ab]*a[ab]{20}/"])
async def test_a_filter_that_is_none_changes_nothing(shared: Client, text: str) -> None:
    made = await create(shared, name=f"kept for {text}")
    before = await shared.get(PATH)
    for response in (
        await shared.post(PATH, json={"name": "new", "filter": text}),
        await shared.patch(f"{PATH}/{made['id']}", json={"filter": text}),
    ):
        assert response.status_code == 400
        assert response.json()["errors"][0].startswith("filter: column ")
    assert told(await shared.get(PATH)) == told(before)


async def test_the_largest_query_within_the_largest_filters(own: Client) -> None:
    """The engine takes 1,024 clauses in all, and says no to the whole search of a tenant that has more."""
    values = [f"é{number}" for number in range(200)]
    everything = f"host IN [{','.join(values[:50])}]"
    ids = [await environment(own, f"e{i}", everything) for i in range(5)]
    refused = await own.post(PATH, json={"name": "more", "filter": "host = a"})
    reason = "filter: with this filter, those of the tenant compare too much for one search"
    assert told(refused) == (400, refusal(400, reason))
    incident = await make(own, labels=[{"id": "h", "name": "host", "type": "Text", "value": "É7"}])
    query = {"query": f"host IN [{','.join(values)}]", "from": 0, "folder": "unhandled"}
    answer = await searched(own, ids[0], **query)
    assert [(each["id"], each["environments"]) for each in answer["items"]] == [(incident["hex_id"], ["all", *ids])]


async def test_names_are_unique_whatever_their_case(own: Client) -> None:
    first, second = await create(own, name="One"), await create(own, name="Two")
    for name in ("ONE", " one ", "All"):
        reason = f'name: there is an environment "{name.strip()}" already'
        assert told(await own.post(PATH, json={"name": name})) == (409, refusal(409, reason))
        assert told(await own.patch(f"{PATH}/{second['id']}", json={"name": name})) == (409, refusal(409, reason))
    assert told(await own.patch(f"{PATH}/{first['id']}", json={"name": "ONE"})) == (202, first | {"name": "ONE"})


async def test_many_made_at_once_are_all_kept_and_one_of_a_name(own: Client) -> None:
    names = [str(number % 10) for number in range(20)]
    answers = await asyncio.gather(*(own.post(PATH, json={"name": name}) for name in names))
    assert sorted(each.status_code for each in answers) == [200] * 10 + [409] * 10
    kept = (await own.get(PATH)).json()[1:]
    assert sorted(each["name"] for each in kept) == sorted(set(names))
    assert {each["id"] for each in kept} == {each.json()["id"] for each in answers if each.status_code == 200}


async def test_there_may_be_a_hundred(own: Client) -> None:
    for first in range(0, 100, 20):
        await asyncio.gather(*(create(own, name=f"e{first + i}") for i in range(20)))
    assert told(await own.post(PATH, json={"name": "one more"})) == (
        400,
        refusal(400, "a tenant may have at most 100 environments"),
    )
    assert len((await own.get(PATH)).json()) == 101


async def test_filters_may_hold_twenty_regexes(own: Client) -> None:
    for number in range(4):
        await create(own, name=str(number), filter="host IN [/a/, /b/, /c/, /d/, /e/]")
    response = await own.post(PATH, json={"name": "one more", "filter": "host = a OR host = /f/"})
    assert told(response) == (400, refusal(400, "filter: the filters of a tenant may hold at most 20 regexes"))


async def test_an_incident_is_in_those_whose_filter_holds_for_it_now(own: Client, ctx: Context) -> None:
    severe = await environment(own, "severe", "status = critical")
    warned = await environment(own, "warned", "status = warning OR status = critical")
    hosts = await environment(own, "hosts", "host = prod-* OR incident_tag.host = prod-*")
    critical, low = await make(own, severity="critical"), await make(own, severity="low")
    tagged = await make(own, labels=[{"id": "h", "name": "host", "type": "Text", "value": "prod-1"}])
    await attach(own, low, {"status": "warning", "tags": [{"name": "Host", "value": ["a", "PROD-2"]}]})
    inside = {
        critical["hex_id"]: ["all", severe, warned],
        low["hex_id"]: ["all", warned, hosts],
        tagged["hex_id"]: ["all", hosts],
    }
    answer = await searched(own)
    assert {each["id"]: each["environments"] for each in answer["items"]} == inside
    for hex_id, environments in inside.items():
        for each in environments:
            assert (await detail(own, hex_id, each))["environments"] == environments
    for each in (severe, warned, hosts):
        members = [hex_id for hex_id in inside if each in inside[hex_id]]
        assert sorted(await found(own, each)) == sorted(members)
        assert (await searched(own, each))["total"] == len(members)
        for outside in inside.keys() - members:
            response = await own.get(within(each, f"/{outside}"))
            assert told(response) == (404, refusal(404, f'no incident "{outside}"'))
    assert await found(own, warned, query="host = prod-2") == [low["hex_id"]]


async def test_what_was_written_a_moment_ago_counts(own: Client) -> None:
    severe, incident = await environment(own, "severe", "status = critical"), await make(own, severity="low")
    assert (await detail(own, incident["hex_id"]))["environments"] == ["all"]
    await change(own, incident, severity="critical")
    assert (await detail(own, incident["hex_id"], severe))["environments"] == ["all", severe]
    await own.patch(f"{PATH}/{severe}", json={"filter": "status = ok"})
    assert (await own.get(within(severe, f"/{incident['hex_id']}"))).status_code == 404
    await own.delete(f"{PATH}/{severe}")
    response = await own.get(within(severe, f"/{incident['hex_id']}"))
    assert told(response) == (404, refusal(404, f'no environment "{severe}"'))
    assert (await detail(own, incident["hex_id"]))["environments"] == ["all"]
