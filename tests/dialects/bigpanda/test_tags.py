"""An incident's tags: what values the definitions let them have, and what is told of each change."""

import pytest

from tests.clock import Clock
from tests.dialects.bigpanda.acts import DEFINITIONS, act, define, define_each, made, refused, told
from tests.dialects.bigpanda.calls import Client, Json, change

pytestmark = pytest.mark.anyio

DONE = (204, None)
NOBODY = "0" * 24


@pytest.fixture(scope="module")
async def defined(shared: Client) -> Client:
    """A client of a tenant that has a tag of each type, and one that is no longer active."""
    await define_each(shared)
    return shared


async def native(client: Client, hex_id: str) -> Json:
    """The incident as the native dialect lists it."""
    await client.get("/resources/v2.0/environments/all/incidents/0")
    [found] = (await client.get("/_im/incidents", params={"hex_id": hex_id})).json()["docs"]
    document: Json = found
    return document


async def test_several_at_once_are_one_write_and_an_activity_each(defined: Client) -> None:
    incident_id = await made(defined)
    sent = [{"tag_id": "team", "tag_value": "a"}, {"tag_id": "level", "tag_value": "P1"}]
    before = (await native(defined, incident_id))["_meta"]["version"]
    assert await act(defined, "POST", incident_id, "tags", sent) == DONE
    assert await act(defined, "GET", incident_id, "tags") == (200, sent)
    assert (await native(defined, incident_id))["_meta"]["version"] == _next(before)
    assert await told(defined, incident_id, types="incident_tag_updated") == [
        ("incident_tag_updated", {"tag_id": "level", "tag_value": "P1"}),
        ("incident_tag_updated", {"tag_id": "team", "tag_value": "a"}),
    ]


def _next(version: str) -> str:
    """The version that one write makes."""
    term, _, number = version.partition("-")
    return f"{term}-{int(number) + 1}"


async def test_the_same_value_again_is_no_news(defined: Client) -> None:
    incident_id = await made(defined)
    await act(defined, "POST", incident_id, "tags/team", {"tag_value": "a"})
    before = await native(defined, incident_id)
    assert await act(defined, "POST", incident_id, "tags/team", {"tag_value": "a"}) == DONE
    assert await act(defined, "POST", incident_id, "tags", [{"tag_id": "team", "tag_value": "a"}]) == DONE
    assert await native(defined, incident_id) == before
    assert len(await told(defined, incident_id)) == 2


async def test_of_several_only_what_is_new_is_told(defined: Client) -> None:
    incident_id = await made(defined)
    await act(defined, "POST", incident_id, "tags/team", {"tag_value": "a"})
    sent = [{"tag_id": "team", "tag_value": "a"}, {"tag_id": "places", "tag_value": ["x"]}]
    assert await act(defined, "POST", incident_id, "tags", sent) == DONE
    assert await told(defined, incident_id) == [
        ("incident_tag_updated", {"tag_id": "places", "tag_value": ["x"]}),
        ("incident_tag_updated", {"tag_id": "team", "tag_value": "a"}),
        ("incident_created", None),
    ]


async def test_one_tag_tells_who_gave_it_and_when(defined: Client, clock: Clock) -> None:
    incident_id = await made(defined)
    await act(defined, "POST", incident_id, "tags/team", {"tag_value": "a"})
    clock.move(seconds=5)
    await act(defined, "POST", incident_id, "tags/team", {"tag_value": "b"})
    at = clock.seconds
    clock.move(seconds=5)
    await act(defined, "POST", incident_id, "tags/level", {"tag_value": "P1"})
    shown: Json = {"tag_id": "team", "incident_id": incident_id, "tag_value": "b"}
    shown |= {"name": "ann", "email": None, "timestamp": at}
    assert await act(defined, "GET", incident_id, "tags/team") == (200, shown)


async def test_a_tag_of_another_dialect_is_shown_by_its_name(defined: Client) -> None:
    incident_id = await made(defined, labels=[{"name": "Shift", "value": "night"}])
    assert await act(defined, "GET", incident_id, "tags") == (200, [{"tag_id": "shift", "tag_value": "night"}])
    shown: Json = {"tag_id": "shift", "incident_id": incident_id, "tag_value": "night"}
    shown |= {"name": None, "email": None, "timestamp": None}
    assert await act(defined, "GET", incident_id, "tags/shift") == (200, shown)
    assert await act(defined, "DELETE", incident_id, "tags/shift") == DONE
    assert await act(defined, "GET", incident_id, "tags") == (200, [])


async def test_a_tag_is_named_whatever_the_case(defined: Client) -> None:
    incident_id = await made(defined)
    assert await act(defined, "POST", incident_id, "tags/TEAM", {"tag_value": "a"}) == DONE
    assert await act(defined, "POST", incident_id, "tags", [{"tag_id": "Places", "tag_value": ["x"]}]) == DONE
    shown = [{"tag_id": "team", "tag_value": "a"}, {"tag_id": "places", "tag_value": ["x"]}]
    assert await act(defined, "GET", incident_id, "tags") == (200, shown)
    status, body = await act(defined, "GET", incident_id, "tags/Team")
    assert (status, body["tag_id"], body["tag_value"], body["name"]) == (200, "team", "a", "ann")
    twice = [{"tag_id": each, "tag_value": "b"} for each in ("team", "TEAM")]
    assert await act(defined, "POST", incident_id, "tags", twice) == refused(400, '[1].tag_id: "TEAM" is given twice')
    assert await act(defined, "DELETE", incident_id, "tags/Team") == DONE
    assert await act(defined, "GET", incident_id, "tags") == (200, shown[1:])
    assert (await defined.get(f"{DEFINITIONS}/TEAM")).json()["id"] == "team"


async def test_tags_of_other_dialects_stay_beside_one_that_is_given(defined: Client) -> None:
    labels = [{"name": "Shift", "value": "night"}, {"name": "Shift", "value": "day"}, {"value": "nameless"}]
    incident_id = await made(defined, labels=labels)
    assert await act(defined, "POST", incident_id, "tags/team", {"tag_value": "a"}) == DONE
    given = {"id": "team", "name": "Team", "type": "Text", "value": "a"}
    assert (await native(defined, incident_id))["labels"] == [*labels, given]
    assert await act(defined, "GET", incident_id, "tags") == (
        200,
        [
            {"tag_id": "shift", "tag_value": "night"},
            {"tag_id": "shift", "tag_value": "day"},
            {"tag_id": "", "tag_value": "nameless"},
            {"tag_id": "team", "tag_value": "a"},
        ],
    )
    assert await told(defined, incident_id) == [
        ("incident_tag_updated", {"tag_id": "team", "tag_value": "a"}),
        ("incident_created", None),
    ]
    assert await act(defined, "DELETE", incident_id, "tags/team") == DONE
    assert (await native(defined, incident_id))["labels"] == labels


async def test_a_tag_that_is_given_takes_the_place_of_all_of_its_id(defined: Client) -> None:
    given = {"id": "team", "name": "Team", "type": "Text"}
    incident_id = await made(defined, labels=[{**given, "value": "a"}, {**given, "value": "b"}])
    assert await act(defined, "POST", incident_id, "tags/team", {"tag_value": "b"}) == DONE
    assert (await native(defined, incident_id))["labels"] == [{**given, "value": "b"}]


async def test_a_tag_that_is_taken_away_is_gone_and_told(defined: Client) -> None:
    incident_id = await made(defined)
    sent = [{"tag_id": "team", "tag_value": "a"}, {"tag_id": "places", "tag_value": ["x"]}]
    await act(defined, "POST", incident_id, "tags", sent)
    assert await act(defined, "DELETE", incident_id, "tags/team") == DONE
    assert await act(defined, "GET", incident_id, "tags") == (200, sent[1:])
    assert (await told(defined, incident_id))[0] == ("incident_tag_removed", {"tag_id": "team"})
    missing = refused(404, 'the incident has no tag "team"')
    assert await act(defined, "DELETE", incident_id, "tags/team") == missing
    assert await act(defined, "GET", incident_id, "tags/team") == missing


async def test_all_tags_go_at_once_and_nothing_is_told_of_none(defined: Client) -> None:
    incident_id = await made(defined)
    await act(defined, "POST", incident_id, "tags", [{"tag_id": each, "tag_value": "a"} for each in ("team", "places")])
    assert await act(defined, "DELETE", incident_id, "tags") == DONE
    assert await act(defined, "DELETE", incident_id, "tags") == DONE
    assert await act(defined, "GET", incident_id, "tags") == (200, [])
    assert (await told(defined, incident_id))[:-1] == [
        ("incident_tag_removed", {"tag_id": "places"}),
        ("incident_tag_removed", {"tag_id": "team"}),
        ("incident_tag_updated", {"tag_id": "places", "tag_value": ["a"]}),
        ("incident_tag_updated", {"tag_id": "team", "tag_value": "a"}),
    ]


async def test_a_priority_is_the_incidents_in_every_dialect(defined: Client) -> None:
    incident_id = await made(defined, priority="low")
    await act(defined, "POST", incident_id, "tags/level", {"tag_value": "P1"})
    assert (await native(defined, incident_id))["priority"] == "P1"
    await act(defined, "DELETE", incident_id, "tags/level")
    assert "priority" not in await native(defined, incident_id)


async def test_a_priority_that_another_dialect_gave_since_outlives_the_tag(defined: Client) -> None:
    incident_id = await made(defined)
    await act(defined, "POST", incident_id, "tags/level", {"tag_value": "P1"})
    await change(defined, await native(defined, incident_id), priority="urgent")
    await act(defined, "DELETE", incident_id, "tags")
    assert (await native(defined, incident_id))["priority"] == "urgent"


async def test_a_priority_is_set_again_where_another_dialect_changed_it(defined: Client) -> None:
    incident_id = await made(defined)
    await act(defined, "POST", incident_id, "tags/level", {"tag_value": "P1"})
    found = await native(defined, incident_id)
    await change(defined, found, priority="urgent")
    assert await act(defined, "POST", incident_id, "tags/level", {"tag_value": "P1"}) == DONE
    assert (await native(defined, incident_id))["priority"] == "P1"
    history = (await defined.get(f"/_im/incidents/{found['_meta']['id']}/activities")).json()["docs"]
    assert [(each["type"], each["changes"]) for each in history[:1]] == [
        ("updated", [{"field": "priority", "from": "urgent", "to": "P1"}])
    ]


async def test_a_tag_stays_when_its_definition_is_no_longer_active(shared: Client) -> None:
    await define(shared, "Brief")
    incident_id = await made(shared)
    await act(shared, "POST", incident_id, "tags/brief", {"tag_value": "a"})
    await shared.put(f"{DEFINITIONS}/brief", json={"name": "Brief", "type": "Text", "active": False})
    error = 'tag_id: the incident tag "Brief" is not active'
    assert await act(shared, "POST", incident_id, "tags/brief", {"tag_value": "b"}) == refused(400, error)
    assert await act(shared, "GET", incident_id, "tags") == (200, [{"tag_id": "brief", "tag_value": "a"}])
    assert await act(shared, "DELETE", incident_id, "tags/brief") == DONE


@pytest.mark.parametrize("rest", [pytest.param("tags", id="all"), pytest.param("tags/team", id="one")])
async def test_without_the_incident_there_are_no_tags(defined: Client, rest: str) -> None:
    assert await act(defined, "GET", NOBODY, rest) == refused(404, f'no incident "{NOBODY}"')
    nowhere = refused(404, 'no environment "nowhere"')
    assert await act(defined, "GET", NOBODY, rest, environment="nowhere") == nowhere
