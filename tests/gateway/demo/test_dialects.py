"""What happens every day comes through the API of each team, and is shown there as it was told."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from gateway.client import Caller
from gateway.demo.background import attack, background, teams
from gateway.demo.playing import play
from gateway.demo.stories import Names, Story, filled
from tests.gateway.demo.conftest import COUNT, Loaded

pytestmark = pytest.mark.anyio

ALL = "/resources/v2.0/environments/all/incidents"


@pytest.fixture
def told(loaded: Loaded) -> list[Names]:
    """What every story of the load knows."""
    at = loaded.begun.at
    return [each.names for each in background(COUNT - attack(at).incidents, at)]


async def test_im_shows_the_detections(viewer: Caller, told: list[Names]) -> None:
    soc = {each["id"]: each for each in told if each.get("rule")}
    page = await viewer.ask("GET /_im/incidents?team=soc&source=*&size=1000")
    shown = {each["_meta"]["id"]: each for each in page["docs"] if each["_meta"]["id"] in soc}
    assert {name: (each["title"], each["severity"]) for name, each in shown.items()} == {
        name: (each["title"], each["severity"]) for name, each in soc.items()
    }
    for name, each in soc.items():
        times = {
            kept: filled(f"{{{time}}}", each) for kept, time in (("acknowledged_at", "taken"), ("resolved_at", "ended"))
        }
        # Reopened, it is resolved no more.
        expected = times if each["again"] is None else times | {"resolved_at": None}
        found = {kept: shown[name].get(kept) for kept in times}
        assert found == {kept: at and at.replace("Z", ".000Z") for kept, at in expected.items()}, name


async def test_v1_shows_the_incidents_of_services(viewer: Caller, told: list[Names]) -> None:
    listed = (await viewer.ask("GET /v1/incidents?source=service-monitor&pageSize=100"))["data"]
    shown = {each["incidentId"]: (each["title"], each["status"], bool(each["ackTime"])) for each in listed}
    expected = {
        each["id"]: (each["heading"], each["status"], bool(each["acknowledged"])) for each in told if "heading" in each
    }
    assert shown.items() >= expected.items()


async def test_actian_shows_the_incidents_of_data(viewer: Caller, told: list[Names]) -> None:
    listed = await viewer.ask(f"GET /api/backend/{viewer.target.tenant}/incidents?project_ids=1,2,3,4")
    shown = {each["ticket_id"]: (each["alert_policy_name"], each["status"]) for each in listed}
    expected = {
        each["number"]: (each["name"], "CLOSED" if each["ended"] else "OPEN") for each in told if "policy" in each
    }
    assert shown.items() >= expected.items()


async def test_bigpanda_shows_the_incidents_of_hosts(viewer: Caller, told: list[Names]) -> None:
    for each in [each for each in told if "tool" in each]:
        [shown] = (await viewer.ask(f"GET {ALL}?query=host={each['host']}"))["items"]
        ended = "ok" if each["recovered"] else each["latest_status"]
        where = "snoozed" if each["snoozed"] else "resolved" if each["recovered"] else "active"
        found = (shown["status"], shown["start"], where in shown["folders"], shown["assignee"] is not None)
        expected = (ended, int(each["started"].timestamp()), True, each["assigned"] is not None)
        assert found == expected, each["host"]
        assert shown["flapping"] == (each["flapped"] is not None)


async def test_whatever_a_team_does_is_accepted(caller: Caller) -> None:
    now, known = datetime.now(UTC), teams()
    # The tags have to be defined.
    await play(caller, [replace(attack(now), steps=attack(now).steps[:5])])
    wanted = {(team.team, i) for team in known for i in range(len(team.steps))}
    happening: list[Story] = []
    for each in background(5000, now):
        [team] = [team.team for team in known if team.steps == each.steps]
        done = {(team, i) for i in range(len(each.steps)) if each.step(i)}
        if done & wanted:
            wanted -= done
            happening.append(each)
    await play(caller, happening)
    assert wanted == set()
