"""Definitions of tags: one name whatever its case, what may change of one, how many there may be."""

from collections.abc import Callable
from typing import Any

import anyio
import pytest

from gateway.dialects.bigpanda import endpoints_definitions as definitions
from gateway.incidents.session import Context
from gateway.store.bulk import Write
from tests.clock import Clock
from tests.dialects.bigpanda.acts import DEFINITIONS, answer, define, refused
from tests.dialects.bigpanda.calls import NOW, Client, Json

pytestmark = pytest.mark.anyio


def shown(at: int, name: str, kind: str = "Text", **further: Any) -> Json:
    """A definition that ann made at that time."""
    stamps = {"created_by": "ann", "created_at": at, "updated_by": "ann", "updated_at": at}
    found = {"id": name.lower(), "name": name, "description": "", "type": kind, "active": True, "config": {}}
    return found | stamps | further


async def test_a_definition_is_read_as_it_was_made(shared: Client, clock: Clock) -> None:
    levels = {"ordered_list": ["P1", "P2"]}
    sent = {"name": "Urgency", "description": "how soon", "type": "Priority", "config": levels}
    expected = shown(clock.seconds, "Urgency", "Priority", description="how soon", config=levels)
    assert answer(await shared.post(DEFINITIONS, json=sent)) == (200, expected)
    assert answer(await shared.get(f"{DEFINITIONS}/urgency")) == (200, expected)


async def test_a_name_is_taken_whatever_its_case(shared: Client, clock: Clock) -> None:
    await define(shared, "Owner")
    response = await shared.post(DEFINITIONS, json={"name": "OWNER", "type": "MultiValue"})
    assert answer(response) == refused(409, 'name: there is an incident tag "OWNER" already')
    assert (await shared.get(f"{DEFINITIONS}/owner")).json() == shown(clock.seconds, "Owner")


async def test_a_change_is_stamped_with_who_made_it_and_keeps_who_made_the_definition(
    shared: Client, clock: Clock
) -> None:
    await define(shared, "Site", "ClosedListValuesSingle", "north", description="where")
    made_at = clock.seconds
    clock.move(minutes=1)
    values = {"config": {"incident_tag_values": ["north", "south"]}}
    sent = {"name": "SITE", "type": "ClosedListValuesSingle", "active": False, **values}
    expected = shown(made_at, "Site", updated_by="bob", updated_at=clock.seconds) | sent
    response = await shared.put(f"{DEFINITIONS}/site", json=sent, headers={"User-ID": "bob"})
    assert answer(response) == (200, expected)
    assert answer(await shared.get(f"{DEFINITIONS}/site")) == (200, expected)


@pytest.mark.parametrize(
    ("tag_id", "sent", "expected"),
    [
        pytest.param(
            "fixed",
            {"name": "Other", "type": "Text"},
            refused(400, 'name: a name makes the id, and may change in case alone; "Fixed" stays'),
            id="another name",
        ),
        pytest.param(
            "fixed",
            {"name": "Fixed", "type": "MultiValue"},
            refused(400, 'type: an incident tag stays of its type, which is "Text"'),
            id="another type",
        ),
        pytest.param(
            "gone", {"name": "gone", "type": "Text"}, refused(404, 'no incident tag "gone" is defined'), id="none there"
        ),
        pytest.param(
            "FIXED",
            {"name": "Fixed", "type": "MultiValue"},
            refused(400, 'type: an incident tag stays of its type, which is "Text"'),
            id="an id in another case",
        ),
    ],
)
async def test_what_may_not_change(
    shared: Client, clock: Clock, tag_id: str, sent: Any, expected: tuple[int, Json]
) -> None:
    if (await shared.get(f"{DEFINITIONS}/fixed")).status_code == 404:
        await define(shared, "Fixed")
    before = (await shared.get(f"{DEFINITIONS}/fixed")).json()
    assert answer(await shared.put(f"{DEFINITIONS}/{tag_id}", json=sent)) == expected
    assert (await shared.get(f"{DEFINITIONS}/fixed")).json() == before


@pytest.fixture(scope="module")
async def listed(shared: Client, new_tenant: Callable[[], str]) -> Json:
    """The headers of a tenant that has four definitions, one of them no longer active."""
    headers = {"X-Scope-OrgID": new_tenant()}
    level = {"type": "Priority", "config": {"ordered_list": ["P1"]}}
    for each in ({"name": "Team"}, {"name": "Old", "active": False}, {"name": "Level", **level}, {"name": "Area"}):
        response = await shared.post(DEFINITIONS, json={"type": "Text", **each}, headers=headers)
        assert response.status_code == 200, response.text
    return headers


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        pytest.param({}, ["Team", "Level", "Area"], id="those that are active"),
        pytest.param({"active": "true"}, ["Team", "Level", "Area"], id="the same in words"),
        pytest.param({"active": "false"}, ["Team", "Old", "Level", "Area"], id="all of them"),
        pytest.param({"type": "Text"}, ["Team", "Area"], id="those of a type"),
        pytest.param({"type": "Text", "active": "false"}, ["Team", "Old", "Area"], id="all of a type"),
        pytest.param({"type": "MultiValue"}, [], id="a type that none is of"),
        pytest.param({"types": "MultiValue"}, ["Team", "Level", "Area"], id="an unknown parameter"),
    ],
)
async def test_the_list_is_in_the_order_made(
    shared: Client, listed: Json, query: dict[str, str], expected: list[str]
) -> None:
    response = await shared.get(DEFINITIONS, params=query, headers=listed)
    assert [each["name"] for each in response.json()] == expected


async def test_one_parameter_twice_is_refused(client: Client) -> None:
    assert answer(await client.get(f"{DEFINITIONS}?type=Text&type=Text")) == refused(400, 'type: "type" is given twice')


async def test_as_many_as_there_may_be_and_no_more(client: Client, ctx: Context, tenant: str) -> None:
    held = {f"tag{i}": shown(NOW, f"tag{i}") for i in range(definitions.MOST - 1)}
    await ctx.store.registry.put(Write(definitions.entry_id(tenant), definitions.entry(tenant, held)))
    await define(client, "last")
    response = await client.post(DEFINITIONS, json={"name": "more", "type": "Text"})
    assert answer(response) == refused(400, "a tenant may have at most 200 incident tags")
    assert answer(await client.put(f"{DEFINITIONS}/last", json={"name": "LAST", "type": "Text"}))[0] == 200


async def test_of_writers_at_once_none_loses_its_definition(client: Client) -> None:
    names = [f"tag{i}" for i in range(8)]
    async with anyio.create_task_group() as group:
        for each in names:
            group.start_soon(define, client, each)
    assert sorted(each["name"] for each in (await client.get(DEFINITIONS)).json()) == names
