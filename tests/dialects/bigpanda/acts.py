"""What the tests of actions do to incidents, and what they are told."""

from typing import Any

import httpx2

from tests.dialects.bigpanda.calls import V2, Client, Json, make, within

DATA = "/data/v2/alerts"
DEFINITIONS = f"{V2}/incidents/tags/definitions"
ACCEPTED = (202, {"status": 202, "data": {}})


def answer(response: httpx2.Response) -> tuple[int, Any]:
    """The status and the body, None if there is none."""
    return response.status_code, response.json() if response.content else None


def refused(status: int, error: str) -> tuple[int, Json]:
    """The answer of a refusal."""
    return status, {"status": status, "errors": [error]}


async def send(client: Client, *alerts: Json) -> list[tuple[str, str]]:
    """The alert and the incident of each event; one that says no more is critical."""
    sent = {"app_key": "app", "alerts": [{"status": "critical", **each} for each in alerts]}
    response = await client.post(DATA, json=sent)
    assert response.status_code == 201, response.text
    return [(each["alert_id"], each["incident_id"]) for each in response.json()["data"]["alerts"]]


async def made(client: Client, **fields: Any) -> str:
    """The id of a new incident without alerts."""
    hex_id: str = (await make(client, **fields))["hex_id"]
    return hex_id


async def alerted(client: Client, *hosts: str) -> list[tuple[str, str]]:
    """An alert and its incident for each host."""
    return await send(client, *({"host": each} for each in hosts))


def shown_alert(alert_id: str, at: int, now: int, **fields: Any) -> Json:
    """A critical alert as it is shown that an event of then made just now."""
    return {
        "id": alert_id,
        "alert_id": alert_id,
        "status": "critical",
        "start": at,
        "end": None,
        "changed_at": now,
        "updated_at": now,
        "last_event_at": at,
        "active": True,
        "primary_property": "host",
        "secondary_property": "check",
        "maintenance_plans": [],
        **fields,
    }


async def act(client: Client, method: str, incident_id: str, rest: str, sent: Any = None, **where: str) -> Any:
    """The answer to an action on an incident."""
    path = within(where.get("environment", "all"), f"/{incident_id}/{rest}")
    return answer(await client.request(method, path, json=sent))


async def activities(client: Client, incident_id: str, **query: Any) -> Json:
    """A page of an incident's activities."""
    response = await client.get(f"{V2}/incidents/{incident_id}/activities", params=query)
    assert response.status_code == 200, response.text
    page: Json = response.json()
    return page


async def told(client: Client, incident_id: str, **query: Any) -> list[tuple[str, Any]]:
    """What happened to an incident, newest first: types and parameters."""
    return [(each["type"], each.get("params")) for each in (await activities(client, incident_id, **query))["items"]]


async def define(client: Client, name: str, kind: str = "Text", *values: str, **further: Any) -> None:
    """Defines a tag; the values are those that it can have."""
    listed = "ordered_list" if kind == "Priority" else "incident_tag_values"
    config = {"config": {listed: list(values)}} if values else {}
    response = await client.post(DEFINITIONS, json={"name": name, "type": kind, **config, **further})
    assert response.status_code == 200, response.text


async def define_each(client: Client) -> None:
    """Defines a tag of each type, and one that is no longer active."""
    await define(client, "Team")
    await define(client, "Places", "MultiValue")
    await define(client, "Level", "Priority", "P1", "P2")
    await define(client, "Site", "ClosedListValuesSingle", "north", "south")
    await define(client, "Teams", "ClosedListValuesMulti", "web", "db", "net")
    await define(client, "Old", active=False)
