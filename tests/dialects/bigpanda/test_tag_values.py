"""What values tags can have, by the type of their definition."""

from typing import Any

import pytest

from tests.dialects.bigpanda.acts import DEFINITIONS, act, define_each, made, refused, told
from tests.dialects.bigpanda.calls import Client, Json, detail

pytestmark = pytest.mark.anyio

DONE = (204, None)


@pytest.fixture(scope="module")
async def defined(shared: Client) -> Client:
    """A client of a tenant that has a tag of each type, and one that is no longer active."""
    await define_each(shared)
    return shared


HELD: Json = {
    "team": "SRE, nights",
    "places": ["hall 1", "hall 2"],
    "level": "P2",
    "site": ["south"],
    "teams": ["net", "web"],
}


async def test_a_value_is_held_as_its_type_has_it(defined: Client) -> None:
    incident_id = await made(defined)
    tags = [{"tag_id": tag_id, "tag_value": value} for tag_id, value in HELD.items()]
    assert await act(defined, "POST", incident_id, "tags", tags) == DONE
    assert await act(defined, "GET", incident_id, "tags") == (200, tags)
    known = {each["id"]: each for each in (await defined.get(DEFINITIONS)).json()}
    labels = [
        {"id": tag_id, "name": known[tag_id]["name"], "type": known[tag_id]["type"], "value": value}
        for tag_id, value in HELD.items()
    ]
    assert (await detail(defined, incident_id))["incident_tags"] == labels
    assert await told(defined, incident_id, types="incident_tag_updated") == [
        ("incident_tag_updated", each) for each in reversed(tags)
    ]


async def test_one_of_several_values_is_held_as_a_list(defined: Client) -> None:
    incident_id = await made(defined)
    assert await act(defined, "POST", incident_id, "tags/places", {"tag_value": "hall 1"}) == DONE
    assert await act(defined, "GET", incident_id, "tags") == (200, [{"tag_id": "places", "tag_value": ["hall 1"]}])


@pytest.fixture(scope="module")
async def untouched(defined: Client) -> str:
    """The id of an incident that no refused request may change."""
    return await made(defined)


@pytest.mark.parametrize(
    ("tag_id", "value", "expected"),
    [
        pytest.param("team", ["a"], (400, "tag_value: a tag of type Text has one text as its value"), id="texts"),
        pytest.param(
            "level", ["P1"], (400, "tag_value: a tag of type Priority has one text as its value"), id="priorities"
        ),
        pytest.param("level", "p1", (400, 'tag_value: "p1" is none of P1, P2'), id="a priority in another case"),
        pytest.param(
            "site",
            "north",
            (400, "tag_value: a tag of type ClosedListValuesSingle has a list as its value"),
            id="one of a closed list without brackets",
        ),
        pytest.param(
            "site",
            ["north", "south"],
            (400, "tag_value: a tag of type ClosedListValuesSingle has one value in its list"),
            id="two of a list that one is chosen of",
        ),
        pytest.param("site", ["west"], (400, 'tag_value: "west" is none of north, south'), id="one that is not listed"),
        pytest.param(
            "teams", ["web", "ops"], (400, 'tag_value: "ops" is none of web, db, net'), id="one among some listed"
        ),
        pytest.param(
            "teams",
            "web",
            (400, "tag_value: a tag of type ClosedListValuesMulti has a list as its value"),
            id="one that is listed without brackets",
        ),
        pytest.param("old", "x", (400, 'tag_id: the incident tag "Old" is not active'), id="a tag of the past"),
        pytest.param("none", "x", (404, 'no incident tag "none" is defined'), id="a tag that is not defined"),
        pytest.param("team", 5, (400, "tag_value: a text or a list of texts is wanted here"), id="a number"),
    ],
)
async def test_what_a_tag_cannot_be(
    defined: Client, untouched: str, tag_id: str, value: Any, expected: tuple[int, str]
) -> None:
    assert await act(defined, "POST", untouched, f"tags/{tag_id}", {"tag_value": value}) == refused(*expected)
    assert await act(defined, "GET", untouched, "tags") == (200, [])


@pytest.mark.parametrize(
    ("sent", "error"),
    [
        pytest.param(
            [{"tag_id": "team", "tag_value": "a"}, {"tag_id": "level", "tag_value": "P9"}],
            '[1].tag_value: "P9" is none of P1, P2',
            id="a bad value after a good one",
        ),
        pytest.param(
            [{"tag_id": "team", "tag_value": "a"}, {"tag_id": "none", "tag_value": "b"}],
            '[1].tag_id: no incident tag "none" is defined',
            id="one that is not defined",
        ),
        pytest.param(
            [{"tag_id": "team", "tag_value": "a"}, {"tag_id": "team", "tag_value": "b"}],
            '[1].tag_id: "team" is given twice',
            id="one tag twice",
        ),
        pytest.param(
            [{"tag_id": "old", "tag_value": "a"}],
            '[0].tag_id: the incident tag "Old" is not active',
            id="a tag of the past",
        ),
    ],
)
async def test_several_are_all_given_or_none(defined: Client, untouched: str, sent: Any, error: str) -> None:
    assert await act(defined, "POST", untouched, "tags", sent) == refused(400, error)
    assert await act(defined, "GET", untouched, "tags") == (200, [])
