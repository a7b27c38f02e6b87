"""The attack, as each of the five APIs shows it once its story is told."""

from typing import Any

import pytest

from gateway.client import Caller
from gateway.demo.background import attack, teams
from gateway.demo.stories import filled
from tests.gateway.demo.conftest import Loaded

pytestmark = pytest.mark.anyio

CASE, ALL = "/_im/incidents/INTRUSION-1", "/resources/v2.0/environments/all/incidents"
HOSTS = ["mx-1", "fin-wks-114", "fin-wks-114", "fin-wks-114", "elena.moreau", "fin-db-02", "fin-db-02", "fin-db-02"]


async def case(viewer: Caller, name: str) -> Any:
    return (await viewer.ask(f"GET {CASE}"))[name]


def at(loaded: Loaded, offset: str) -> Any:
    """The moment so long before the load."""
    return filled(f"{{now-{offset}}}", {"now": loaded.begun.at}).replace("Z", ".000Z")


async def test_the_incident_says_when_it_began_who_took_it_and_how_it_ended(viewer: Caller, loaded: Loaded) -> None:
    shown = await viewer.ask(f"GET {CASE}")
    kept = ("severity", "priority", "status", "resolution", "alert_count", "reviewer", "note_count")
    assert [shown[each] for each in kept] == ["critical", "p1", "resolved", "mitigated", 8, "grace.okoye", 7]
    times = [shown[each] for each in ("started_at", "acknowledged_at", "resolved_at")]
    assert times == [at(loaded, "47h"), at(loaded, "46h"), at(loaded, "3h")]
    # Nobody but the gateway says when something was made: the past that is told was entered now.
    assert shown["created_at"] >= loaded.begun.at.isoformat()[:23]


async def test_its_alerts_were_grouped_merged_and_resolved(viewer: Caller) -> None:
    shown = (await viewer.ask(f"GET {CASE}/alerts"))["docs"]
    about = [tag["value"] for each in shown for tag in each["tags"] if tag["name"] in {"host", "user"}]
    assert (sorted(about), {each["status"] for each in shown}) == (sorted(HOSTS), {"ok"})
    happened = (await viewer.ask(f"GET {CASE}/activities?size=100"))["docs"]
    types = [each["type"] for each in reversed(happened)]
    wanted = ["created", "merged_destination", "merged_destination", "split_source", "assigned", "resolved"]
    assert [each for each in types if each in set(wanted)] == wanted
    by_dialect = {each["dialect"] for each in happened}
    assert by_dialect == {"im", "bigpanda"}


async def test_its_techniques_are_those_of_the_catalogue(viewer: Caller) -> None:
    matrix = await viewer.ask(f"GET {CASE}/mitre")
    assert (len(matrix["tactics"]) >= 6, matrix["unknown"]) == (True, [])


async def test_so_are_the_techniques_of_every_detection(caller: Caller) -> None:
    known = {each for team in teams() for kind in team.kinds for each in kind.get("mitre", ())}
    await caller.ask("POST /_im/incidents/all", {"title": "all of them", "mitre": sorted(known)})
    assert (len(known) > 30, (await caller.ask("GET /_im/incidents/all/mitre"))["unknown"]) == (True, [])


async def test_bigpanda_shows_it_with_its_tags_and_what_was_split_off_by_itself(viewer: Caller) -> None:
    hex_id = await case(viewer, "hex_id")
    shown = await viewer.ask(f"GET {ALL}/{hex_id}?expand=alerts")
    tags = {each["id"]: each["value"] for each in shown["incident_tags"]}
    assert (shown["status"], shown["severity"], len(shown["alerts"])) == ("ok", "critical", 8)
    assert (tags["priority"], tags["customers"]) == ("p1", ["Alder Foods", "Cedar Bank"])
    [apart] = (await viewer.ask(f"GET {ALL}?query=host=fin-db-03&expand=alerts"))["items"]
    names = {each["id"]: each["name"] for each in await viewer.ask("GET /resources/v2.0/environments")}
    assert (apart["status"], [names[each] for each in apart["environments"]]) == (
        "warning",
        ["All", "Databases", "What customers see"],
    )


async def test_changes_are_related_to_it(viewer: Caller) -> None:
    hex_id = await case(viewer, "hex_id")
    relations = (await viewer.ask(f"GET /resources/v2.0/rcc?incident_id={hex_id}&include=change"))["relatedChanges"]
    said = {each["change"]["identifier"]: each["match_certainty"] for each in relations}
    assert said == {"CHG-2231": "MATCH", "CHG-2234": "NONE"}


async def test_log360_shows_the_investigations_with_their_evidence(viewer: Caller) -> None:
    listed = (await viewer.ask("GET /api/v2/incident?created_by=ada.novak&response_type=client"))["data"]
    shown = {each["incident_name"]: each for each in listed}
    statuses = {name: shown[name]["status"] for name in ("Who else opened order.iso", "What order_2.iso does")}
    assert list(statuses.values()) == ["closed", "open"]
    number = shown["Who else opened order.iso"]["incident_id"]
    detail = (await viewer.ask(f"GET /api/v2/incident/{number}"))["data"]
    assert (len(detail["evidence"]), len(detail["notes"])) == (2, 2)


async def test_the_services_and_their_scan_reports_show_in_v1(viewer: Caller, loaded: Loaded) -> None:
    listed = (await viewer.ask("GET /v1/incidents?service=identity&metric=auth_clients"))["data"]
    times = [(each["incidentId"], each["startTime"], each["endTime"]) for each in listed]
    began, ended = (at(loaded, each).replace(".000Z", "Z") for each in ("39h", "37h"))
    assert times == [("RLB-IDENTITY-7", began, ended)]
    assert (await viewer.ask("GET /v1/scan-reports/score")) == {"score": 81, "grade": "B"}


async def test_actian_shows_the_data_that_was_read(viewer: Caller) -> None:
    path = f"/api/backend/{viewer.target.tenant}/incidents"
    [listed] = await viewer.ask(f"GET {path}?text_to_search=CUSTOMER_LEDGER")
    shown = await viewer.ask(f"GET {path}/{listed['id']}")
    assert (shown["status"], shown["impact"], shown["ticket_id"]) == ("CLOSED", "HIGH", 4711)
    assert [each["state"] for each in shown["history"]] == ["NEW", "ONGOING", "RESOLVED"]


async def test_two_incidents_are_one_aggregation_result(viewer: Caller) -> None:
    asked = "incident_aggregation_id=same-customer-data&incident_aggregation_result_id=ledger-1"
    [shown] = (await viewer.ask(f"GET /_im/aggregations/results?{asked}"))["docs"]
    members = {each["_meta"]["id"]: each["reviewer"] for each in shown["incidents"]}
    assert members == {"INTRUSION-1": "grace.okoye", "DQ-LEDGER-1": "grace.okoye"}
    assert (shown["status"], shown["incidents_count"]) == ("resolved", 2)


async def test_somebody_has_work_to_do(viewer: Caller, loaded: Loaded) -> None:
    page = await viewer.ask(f"GET /_im/incidents?severity=critical&status=new&start_time={at(loaded, '1h')}&size=100")
    titles = [each["title"] for each in page["docs"]]
    assert {"mx-2: Malicious attachment", "sal-wks-031: Encoded PowerShell"} <= set(titles)
    assert attack(loaded.begun.at).incidents < loaded.begun.incidents
