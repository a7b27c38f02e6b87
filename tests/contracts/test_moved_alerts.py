"""A merge and a split, followed through every dialect."""

from typing import Any

import httpx2
import pytest

from tests.contracts.faces import ALL, answered, native, settle, words

pytestmark = pytest.mark.anyio

Client = httpx2.AsyncClient


async def alerted(client: Client, host: str, status: str = "critical") -> tuple[str, str, int]:
    """An incident made by an alert: (hex id of the incident, id of the alert, number of the incident)."""
    sent = {"app_key": "one", "status": status, "host": host, "check": "cpu"}
    [made] = answered(await client.post("/data/v2/alerts", json=sent))["data"]["alerts"]
    await settle(client)
    [found] = answered(await client.get("/_im/incidents", params={"hex_id": made["incident_id"]}))["docs"]
    return made["incident_id"], made["alert_id"], found["numeric_id"]


async def merged(client: Client, destination: str, source: str) -> None:
    sent = {"source_incidents": [source], "comment": "same cause"}
    answered(await client.post(f"{ALL}/{destination}/merge", json=sent))
    await settle(client)


async def alert_ids(client: Client, number: int) -> dict[str, list[str]]:
    """The incident's alerts, as each dialect that shows them names them."""
    incident = await native(client, number)
    native_rows = answered(await client.get(f"/_im/incidents/{incident['_meta']['id']}/alerts"))["docs"]
    evidence = answered(await client.get(f"/api/v2/incident/{number}"))["data"]["evidence"]
    rows = answered(await client.get(f"{ALL}/{incident['hex_id']}"))["alerts"]
    found = [each["alert_id"] for each in native_rows], [each["incident_uuid"] for each in evidence]
    named = dict(zip(("im", "log360", "bigpanda"), (*found, [each["alert_id"] for each in rows]), strict=True))
    assert incident["alert_count"] == len(rows)
    return {name: sorted(ids) for name, ids in named.items()}


def everywhere(*alert_ids: str) -> dict[str, list[str]]:
    return {name: sorted(alert_ids) for name in ("im", "log360", "bigpanda")}


async def told(client: Client, number: int) -> dict[str, list[str]]:
    """What each dialect tells of the incident's history, oldest first."""
    incident, tenant = await native(client, number), client.headers["X-Scope-OrgID"]
    activities = answered(await client.get(f"/_im/incidents/{incident['_meta']['id']}/activities"))["docs"]
    items = answered(await client.get(f"/resources/v2.0/incidents/{incident['hex_id']}/activities"))["items"]
    history = answered(await client.get(f"/api/backend/{tenant}/incidents/{number}"))["history"]
    return {
        "im": [each["type"] for each in activities][::-1],
        "bigpanda": [each["type"] for each in items][::-1],
        "actian": [each["state"] for each in history],
    }


async def listed(client: Client) -> dict[str, set[int]]:
    """The numbers of the incidents that each dialect lists as open."""
    tenant = client.headers["X-Scope-OrgID"]
    found = answered(await client.get(ALL, params={"folder": "active"}))["items"]
    numbers = {each["hex_id"]: each["numeric_id"] for each in answered(await client.get("/_im/incidents"))["docs"]}
    rows = {
        "im": answered(await client.get("/_im/incidents", params={"state": "open"}))["docs"],
        "incidents_v1": answered(await client.get("/v1/incidents", params={"status": "OPEN"}))["data"],
        "log360": answered(await client.get("/api/v2/incident", params={"status": "open"}))["data"],
        "bigpanda": [{"id": numbers[each["id"]]} for each in found],
        "actian": [
            each for each in answered(await client.get(f"/api/backend/{tenant}/incidents")) if each["status"] == "OPEN"
        ],
    }
    names = ("numeric_id", "incident_id", "id")
    return {
        name: {
            next(each[key] for key in names if isinstance(each.get(key), int)) for each in some if not _settling(each)
        }
        for name, some in rows.items()
    }


def _settling(row: dict[str, Any]) -> bool:
    return "settling" in {row.get("title"), row.get("incident_name"), row.get("alert_policy_name")}


async def test_a_merged_incident_is_closed_in_every_dialect_and_its_alerts_are_elsewhere(client: Client) -> None:
    (destination, first, one), (source, second, two) = await alerted(client, "db-1"), await alerted(client, "db-2")
    await merged(client, destination, source)
    closed = {"im": "closed", "incidents_v1": "RESOLVED", "log360": "Closed", "bigpanda": "ok", "actian": "CLOSED"}
    assert {name: (await words(client, name, two))[1] for name in closed} == closed
    assert await alert_ids(client, one) == everywhere(first, second)
    assert await alert_ids(client, two) == everywhere()
    open_numbers = await listed(client)
    assert all(two not in numbers for numbers in open_numbers.values())
    assert all(one in numbers for numbers in open_numbers.values())
    items = answered(await client.get(ALL, params={"page_size": 100}))["items"]
    assert source not in {each["id"] for each in items}


async def test_a_merge_is_told_on_both_sides(client: Client) -> None:
    (destination, _, one), (source, _, two) = await alerted(client, "db-1"), await alerted(client, "db-2")
    await merged(client, destination, source)
    assert await told(client, one) == {
        "im": ["created", "alerts_added", "alerts_added", "merged_destination", "note_added"],
        "bigpanda": ["incident_created", "incident_merged_destination", "incident_commented"],
        "actian": ["NEW", "ONGOING", "ONGOING"],
    }
    assert await told(client, two) == {
        "im": ["created", "alerts_added", "merged_source", "resolved"],
        "bigpanda": ["incident_created", "incident_merged_source"],
        "actian": ["NEW", "ONGOING", "RESOLVED"],
    }
    for number, count in ((one, 5), (two, 4)):
        activity = answered(await client.get(f"/api/v2/incident/{number}"))["data"]["activity"]
        assert len(activity) == count
    notes = answered(await client.get(f"/v1/incidents/{one}/notes"))
    assert [each["body"] for each in notes] == ["same cause"]


async def test_a_split_makes_an_incident_of_every_dialect(client: Client) -> None:
    (destination, _, one), (source, second, _) = await alerted(client, "db-1"), await alerted(client, "db-2", "warning")
    await merged(client, destination, source)
    answered(await client.post(f"{ALL}/{destination}/split", json={"alerts": [second]}))
    await settle(client)
    [moved] = answered(await client.get(ALL, params={"query": "host = db-2"}))["items"]
    assert [each["alert_id"] for each in moved["alerts"]] == [second]
    [found] = answered(await client.get("/_im/incidents", params={"hex_id": moved["id"]}))["docs"]
    number = found["numeric_id"]
    assert {
        name: await words(client, name, number) for name in ("im", "incidents_v1", "log360", "bigpanda", "actian")
    } == {
        "im": ("medium", "new"),
        "incidents_v1": ("MEDIUM", "OPEN"),
        "log360": ("Trouble", "Open"),
        "bigpanda": ("warning", "warning"),
        "actian": ("MEDIUM", "OPEN"),
    }
    assert await alert_ids(client, number) == everywhere(second)
    assert (await told(client, number))["bigpanda"] == ["incident_created", "incident_splitted_destination"]
    assert (await told(client, one))["bigpanda"][-1] == "incident_splitted_source"


async def test_what_is_resolved_elsewhere_reopens_by_the_next_alert(client: Client) -> None:
    hex_id, _, number = await alerted(client, "db-1")
    answered(
        await client.put("/api/v2/incident", json={"incident_id": number, "name": "db-1: cpu", "status": "closed"})
    )
    assert await words(client, "bigpanda", number) == ("critical", "ok")
    assert (await alerted(client, "db-1", "warning"))[0] == hex_id
    assert await words(client, "bigpanda", number) == ("critical", "warning")
    assert (await words(client, "log360", number))[1] == "Open"
    assert (await told(client, number))["actian"] == ["NEW", "ONGOING", "RESOLVED", "REOPENED"]
