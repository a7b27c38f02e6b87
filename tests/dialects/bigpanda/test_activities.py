"""An incident's activities: the latest first, and only those asked for."""

import pytest

from tests.clock import Clock
from tests.dialects.bigpanda.acts import act, activities, answer, refused, send, told
from tests.dialects.bigpanda.calls import V2, Client, change, make

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
async def lived(shared: Client, clock: Clock) -> str:
    """The id of an incident that much has happened to."""
    [(_, incident_id)] = await send(shared, {"host": "lived"})
    for rest, sent in (("assignment", {"assignee": "u1"}), ("snooze", {"end_time": clock.seconds + 9, "comment": "c"})):
        clock.move(seconds=1)
        assert await act(shared, "PUT", incident_id, rest, sent) == (204, None)
    for status in ("ok", "critical"):
        clock.move(seconds=1)
        await send(shared, {"host": "lived", "status": status})
    clock.move(seconds=1)
    assert (await act(shared, "POST", incident_id, "resolve"))[0] == 202
    return incident_id


@pytest.mark.parametrize(
    ("types", "expected"),
    [
        pytest.param(
            "",
            "resolved_api reopened resolved_by_alerts commented snoozed assigned created",
            id="all of them, but what has no type",
        ),
        pytest.param("incident_created", "created", id="one type"),
        pytest.param("incident_assigned,incident_snoozed", "snoozed assigned", id="two types"),
        pytest.param(" Incident_Assigned , INCIDENT_SNOOZED ", "snoozed assigned", id="whatever their case"),
        pytest.param("incident_resolved_api", "resolved_api", id="resolved by a person"),
        pytest.param("incident_resolved_by_alerts", "resolved_by_alerts", id="resolved by alerts"),
        pytest.param("incident_reopen", "reopened", id="reopened by its other name"),
        pytest.param("incident_opened", "created", id="created by its other name"),
        pytest.param("incident_resolved_ui_manually", "", id="a type that never is"),
        pytest.param("incident_resolved_ui_manually,incident_created", "created", id="one that never is, and one"),
    ],
)
async def test_only_the_types_that_are_asked_for(shared: Client, lived: str, types: str, expected: str) -> None:
    page = await activities(shared, lived, types=types)
    found = [each["type"].removeprefix("incident_") for each in page["items"]]
    assert found == expected.split()
    assert (page["page"], page["total"]) == (1, len(found))


async def test_pages_show_each_activity_once(shared: Client, lived: str) -> None:
    whole = (await activities(shared, lived))["items"]
    pages = [await activities(shared, lived, page=i, per_page=3) for i in (1, 2, 3, 4)]
    assert [each for page in pages for each in page["items"]] == whole
    assert [len(page["items"]) for page in pages] == [3, 3, 1, 0]
    assert [(page["page"], page["total"]) for page in pages] == [(i, 7) for i in (1, 2, 3, 4)]


async def test_only_what_a_person_did_says_who(shared: Client, lived: str) -> None:
    page = await activities(shared, lived)
    assert {each["type"] for each in page["items"] if "created_by" not in each} == {
        "incident_created",
        "incident_resolved_by_alerts",
        "incident_reopened",
    }


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        pytest.param("page=101&per_page=100", (400, "page: page times per_page may be at most 10,000"), id="too deep"),
        pytest.param("page=1&page=2", (400, 'page: "page" is given twice'), id="two pages"),
        pytest.param("page=x", (400, "page: a whole number is wanted here"), id="a page by name"),
    ],
)
async def test_what_is_refused(shared: Client, lived: str, query: str, expected: tuple[int, str]) -> None:
    response = await shared.get(f"{V2}/incidents/{lived}/activities?{query}")
    assert answer(response) == refused(*expected)


async def test_the_deepest_page(shared: Client, lived: str) -> None:
    assert await activities(shared, lived, page=100, per_page=100, other="x") == {"items": [], "page": 100, "total": 7}


async def test_a_comment_is_told_whichever_dialect_made_it(shared: Client) -> None:
    incident = await make(shared)
    path = f"/_im/incidents/{incident['_meta']['id']}"
    await change(shared, incident, comment="by its field")
    for _ in range(2):
        assert (await shared.post(f"{path}/notes", json={"body": "as a note"})).status_code == 201
    sent = {"incident_id": incident["numeric_id"], "name": "t", "notes": ["first", "last"]}
    assert (await shared.put("/api/v2/incident", json=sent)).status_code == 200
    said = [params["comment"] for _, params in await told(shared, incident["hex_id"], types="incident_commented")]
    assert sorted(said[:2]) == ["first", "last"]
    assert said[2:] == ["as a note", "as a note", "by its field"]


async def test_the_first_share_is_told_apart(shared: Client) -> None:
    incident = await make(shared, ext={"bigpanda": {"shared": False}})
    for value in (True, False, True):
        await change(shared, incident, ext={"bigpanda": {"shared": value}})
    page = await activities(shared, incident["hex_id"], types="incident_shared")
    expected = [
        {"share_target": "im", "share_auto": False, "escalation_id": each["id"], "firstTime": first}
        for each, first in zip(page["items"], (False, True), strict=True)
    ]
    assert [each["params"] for each in page["items"]] == expected


async def test_flapping_is_told(shared: Client, clock: Clock) -> None:
    for status in ("critical", "warning", "critical", "warning", "critical"):
        [(_, incident_id)] = await send(shared, {"host": "flapping", "status": status})
        clock.move(seconds=1)
    assert (await activities(shared, incident_id, types="incident_become_flapping"))["items"][0]["params"] == {
        "flapping": True
    }
