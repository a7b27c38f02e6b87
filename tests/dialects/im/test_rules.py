"""What follows from a change: severity, status and workflow, and the resolution time."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.conftest import Serve
from tests.dialects.im.calls import IM, Client, Json, answer, created, fresh_id, put, refusal, searched

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 11, 22, 4, 15, 30, 123000, tzinfo=UTC)
RESOLVED = {"state": "closed", "resolved_at": "2026-11-22T04:15:30.123Z"}


def said(document: Json) -> tuple[str, str, str | None]:
    return document["status"], document["state"], document.get("resolved_at")


@pytest.mark.parametrize("level", ["critical", "high", "medium", "low", "info"])
async def test_severities(shared: Client, level: str) -> None:
    assert (await created(shared, severity=level))["severity"] == level


@pytest.mark.parametrize("level", ["urgent", "Critical", ""])
async def test_other_severities_are_refused_by_name(shared: Client, level: str) -> None:
    response = await shared.post(f"{IM}/incidents", json={"title": "t", "severity": level})
    reason = f'no severity "{level}"; there are critical, high, medium, low, info'
    assert (refusal(response), answer(response)["error"]["reason"]) == ((400, "bad_request", "severity"), reason)


async def test_severities_are_configured(serve: Serve) -> None:
    async with serve(severities=("sev1", "sev2")) as client:
        await created(client, "two", severity="sev2")
        await created(client, "one", severity="sev1")
        response = await client.post(f"{IM}/incidents", json={"title": "t", "severity": "critical"})
        assert answer(response)["error"]["reason"] == 'no severity "critical"; there are sev1, sev2'
        page = await searched(client, sort=[{"field": "severity"}], fields=["severity"])
        assert [each["severity"] for each in page["docs"]] == ["sev1", "sev2"]


@pytest.mark.parametrize(
    ("status", "state"),
    [
        *(("new", "open"), ("in_progress", "in_progress"), ("on_hold", "in_progress")),
        *(("resolved", "closed"), ("false_positive", "closed"), ("closed", "closed")),
    ],
)
async def test_statuses(shared: Client, status: str, state: str) -> None:
    document = await created(shared, status=status)
    assert (document["status"], document["state"], "resolved_at" in document) == (status, state, state == "closed")
    changed = await put(shared, (await created(shared))["_meta"]["id"], status=status)
    assert (changed["status"], changed["state"], "resolved_at" in changed) == (status, state, state == "closed")


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        pytest.param({"status": "open"}, "status", id="a state is no status"),
        pytest.param({"status": "New"}, "status", id="another case"),
        pytest.param({"workflow_id": "soc"}, "workflow_id", id="no such workflow"),
        pytest.param({"resolved_at": "2026-11-22"}, "resolved_at", id="a resolution time without a resolution"),
        pytest.param({"status": "in_progress", "resolved_at": "now"}, "resolved_at", id="nor while it is worked on"),
    ],
)
async def test_refused(shared: Client, fields: Json, where: str) -> None:
    made = await shared.post(f"{IM}/incidents", json={"title": "t", **fields})
    changed = await shared.put(f"{IM}/incidents/{(await created(shared))['_meta']['id']}", json=fields)
    assert refusal(made) == refusal(changed) == (400, "bad_request", where)


async def test_no_status_is_the_first_one(shared: Client) -> None:
    incident_id = (await created(shared, status="on_hold"))["_meta"]["id"]
    assert said(await put(shared, incident_id, status=None)) == ("new", "open", None)


async def test_resolution_time(serve: Serve) -> None:
    now = NOW
    async with serve(clock=lambda: now) as client:
        await created(client, "a")
        assert said(await put(client, "a", status="resolved")) == ("resolved", "closed", "2026-11-22T04:15:30.123Z")
        now = NOW + timedelta(hours=1)
        assert said(await put(client, "a", status="closed")) == ("closed", "closed", "2026-11-22T04:15:30.123Z")
        assert said(await put(client, "a", status="in_progress")) == ("in_progress", "in_progress", None)
        assert said(await put(client, "a", status="closed")) == ("closed", "closed", "2026-11-22T05:15:30.123Z")
        own = await put(client, "a", resolved_at="2026-11-22T05:00:00Z")
        assert said(own) == ("closed", "closed", "2026-11-22T05:00:00.000Z")
        at_once = await created(client, "b", status="resolved", resolved_at="2026-11-21")
        assert said(at_once) == ("resolved", "closed", "2026-11-21T00:00:00.000Z")


WORKFLOWS = {
    "default": {"new": "open", "closed": "closed"},
    "soc": {"triage": "open", "hunting": "in_progress", "done": "closed"},
}


async def test_workflows_are_configured(serve: Serve, tmp_path: Path) -> None:
    file = tmp_path / "workflows.json"
    file.write_text(json.dumps(WORKFLOWS))
    async with serve(workflows=file) as client:
        made = await created(client, "a", workflow_id="soc")
        assert (made["workflow_id"], *said(made)) == ("soc", "triage", "open", None)
        assert said(await put(client, "a", status="hunting")) == ("hunting", "in_progress", None)
        response = await client.put(f"{IM}/incidents/a", json={"status": "new"})
        assert answer(response)["error"]["reason"] == (
            'workflow "soc" has no status "new"; it has triage, hunting, done'
        )
        assert refusal(await client.put(f"{IM}/incidents/a", json={"workflow_id": "default"})) == (
            400, "bad_request", "status",
        )  # fmt: skip
        moved = await put(client, "a", workflow_id="default", status="closed")
        assert (moved["workflow_id"], moved["state"]) == ("default", "closed")
        response = await client.post(f"{IM}/incidents/{fresh_id()}", json={"title": "t", "workflow_id": "noc"})
        assert answer(response)["error"]["reason"] == 'no workflow "noc"; there are default, soc'


async def test_started_at_is_now_unless_it_is_said(serve: Serve) -> None:
    async with serve(clock=lambda: NOW) as client:
        assert (await created(client, "a"))["started_at"] == "2026-11-22T04:15:30.123Z"
        assert (await created(client, "b", started_at="now-1h/h"))["started_at"] == "2026-11-22T03:00:00.000Z"
        assert (await created(client, "c", started_at=0))["started_at"] == "1970-01-01T00:00:00.000Z"


async def test_assignees_are_replaced_whole_and_ext_is_merged(shared: Client) -> None:
    incident_id = (
        await created(shared, assignee={"id": "1", "name": "ann"}, ext={"actian": {"ticket_id": 1, "asset_id": "a"}})
    )["_meta"]["id"]
    after = await put(shared, incident_id, assignee={"id": "2"}, ext={"actian": {"ticket_id": 2}, "v1": {}})
    assert (after["assignee"], after["ext"]) == ({"id": "2"}, {"actian": {"ticket_id": 2, "asset_id": "a"}})
    bare = await put(shared, incident_id, assignee=None, ext={"actian": {"ticket_id": None, "asset_id": None}})
    assert not bare.keys() & {"assignee", "ext"}


@pytest.mark.parametrize(
    "ext",
    [
        *({"v1": {name: "x"}} for name in ("severity", "priority", "status")),
        *({"log360": {name: "x"}} for name in ("severity", "status", "name_key")),
        {"log360": {"actors": {"entity": ["x"]}}},
        *({"bigpanda": {name: "x"}} for name in ("status", "severity", "merged_into", "incident_key")),
        {"bigpanda": {"flapping_until": 1}},
        {"bigpanda": {"snooze": {"end_time": 1}}},
        {"bigpanda": {"correlation_matchers_log": [{"time_window": 1}]}},
        {"bigpanda": {"changed_at": 1}},
        {"actian": {"severity": "x"}},
    ],
    ids=str,
)
async def test_words_of_other_dialects_are_theirs(shared: Client, ext: Json) -> None:
    response = await shared.post(f"{IM}/incidents", json={"title": "t", "ext": ext})
    status, kind, where = refusal(response)
    assert (status, kind, str(where).split(".")[:2]) == (400, "read_only", ["ext", *ext])
