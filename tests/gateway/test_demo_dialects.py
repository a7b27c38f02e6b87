"""What came into the demo through each dialect, as that dialect shows it."""

from contextlib import nullcontext
from datetime import UTC, datetime

import httpx2
import orjson
import pytest

from gateway.demo import holdings, reliability
from gateway.demo.calendar import moments
from gateway.demo.holdings import fill
from gateway.demo.plans import PART, Plan, plan
from gateway.demo.reliability import Case
from gateway.demo.tour import elsewhere
from gateway.dialects.actian.words import LEVELS
from gateway.dialects.log360.requests import NOBODY
from gateway.dialects.log360.uniqueness import take
from gateway.dialects.settings import load
from gateway.serving.app import running
from queries.criteria import Everything
from queries.searches import Search

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture
async def told(opensearch_url: str, tenant: str) -> Plan:
    """What a load of a few incidents tells, once they are there."""
    async with running(load(opensearch_url=opensearch_url), lambda: NOW) as opened:
        await fill(opened, tenant, 2 * PART, lambda _total: nullcontext(_unheard))
    return plan(2 * PART, moments(NOW), holdings.SEED)


def _unheard(_done: int) -> None:
    """How far it is, told to nobody."""


@pytest.mark.anyio
async def test_incidents_v1_shows_its_own(client: httpx2.AsyncClient, told: Plan) -> None:
    listed = (await client.get("/v1/incidents", params={"source": reliability.MONITOR})).json()["data"]
    notes = {each["incidentId"]: (await client.get(f"/v1/incidents/{each['id']}/notes")).json() for each in listed}
    shown = {
        each["incidentId"]: (
            each["title"],
            each["status"],
            each["ackUserId"],
            [note["body"] for note in notes[each["incidentId"]]],
        )
        for each in listed
    }
    assert shown == {each.id: _shown_case(each) for each in told.cases}
    assert {each["services"][0]["namespace"] for each in listed} <= {"shop", "payments", "platform"}


def _shown_case(told: Case) -> tuple[str, str, str | None, list[str]]:
    status = "RESOLVED" if told.resolved else "OPEN"
    name, notes = (told.acknowledged[1], [told.note]) if told.acknowledged else (None, [])
    return told.opened.title, status, name, notes


@pytest.mark.anyio
async def test_the_latest_scan_report_of_each_scanner_is_shown(client: httpx2.AsyncClient, told: Plan) -> None:
    latest = {each.source: each.payload for each in told.reports}
    for source, payload in latest.items():
        assert (await client.get("/v1/scan-reports", params={"source": source})).json()["payload"] == payload
    scores = [orjson.loads(each)["score"] for each in latest.values()]
    assert (await client.get("/v1/scan-reports/score")).json()["score"] == sum(scores) / len(scores)


@pytest.mark.anyio
async def test_log360_shows_its_own(client: httpx2.AsyncClient, told: Plan) -> None:
    listed = (await client.get("/api/v2/incident", params={"limit": 100, "response_type": "client"})).json()["data"]
    rows = {each["incident_name"]: each for each in listed}
    for each in told.investigations:
        row = rows[each.opened.name]
        last = [step for _, step in each.steps if "status" in step][-1:] or [{"status": "open"}]
        found = (await client.get(f"/api/v2/incident/{row['incident_id']}")).json()["data"]
        assert (row["status"], row["due_date"]) == (last[0]["status"], each.opened.due_date)
        assert (row["assign_to"] == NOBODY) == (each.steps == [])
        assert {item["incident_uuid"] for item in found["evidence"]} == set(each.opened.evidence or [])
        assert [note["note"] for note in found["notes"]] == [step["notes"][0] for _, step in reversed(each.steps)]
        assert bool(found["actors"]) == (each.opened.source == "alert")


@pytest.mark.anyio
async def test_actian_shows_the_incidents_of_data(client: httpx2.AsyncClient, tenant: str, told: Plan) -> None:
    address, wanted = f"/api/backend/{tenant}/incidents", {"project_ids": "1,2,3,4"}
    listed = (await client.get(address, params=wanted)).json()
    stories = {each.fields["ext"]["actian"]["ticket_id"]: each for each in told.stories if each.id.startswith("DQ-")}
    assert {each["ticket_id"]: each["alert_policy_name"] for each in listed} == {
        number: each.fields["title"] for number, each in stories.items()
    }
    for each in listed:
        found = (await client.get(f"{address}/{each['id']}")).json()
        alerts = stories[each["ticket_id"]].alerts
        names = {ref["violation_name"] for entry in found["history"] for ref in entry["alert_refs"]}
        assert names == {alert["ext"]["actian"]["violation_name"] for alert in alerts}
        assert found["metrics"] == stories[each["ticket_id"]].fields["ext"]["actian"]["metrics"]
        assert (each["severity"], each["impact"] in LEVELS) == (alerts[0]["severity"].upper(), True)


@pytest.mark.anyio
async def test_a_name_that_an_interrupted_load_took_is_free_again(opensearch_url: str, tenant: str) -> None:
    [first] = plan(PART, moments(NOW), holdings.SEED).investigations
    async with running(load(opensearch_url=opensearch_url), lambda: NOW) as opened:
        await take(opened.ctx, tenant, first.opened.name, "never-made", given=False)
        await fill(opened, tenant, PART, lambda _total: nullcontext(_unheard))
        page = await opened.reader.find(tenant, Search(Everything(), (), 0, total=True))
    assert page.total == PART


@pytest.mark.anyio
async def test_the_addresses_named_at_the_end_answer(client: httpx2.AsyncClient, tenant: str, told: Plan) -> None:
    for each in elsewhere("", tenant):
        answer = (await client.get(each)).json()
        rows = answer if isinstance(answer, list) else answer.get("data") or answer["items"]
        assert len(rows) >= len(told.cases), each
