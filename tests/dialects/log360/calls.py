"""What the tests of this folder say to a gateway, and what it answers."""

import uuid
from typing import Any

import httpx2

Client = httpx2.AsyncClient
Json = dict[str, Any]

PATH = "/api/v2/incident"
BODIES = {"POST": "created", "PUT": "updated", "DELETE": "deleted"}


def fresh_name(word: str = "incident") -> str:
    """A name that no incident has."""
    return f"{word} {uuid.uuid4().hex[:12]}"


def refusal(detail: str, title: str = "Bad Request") -> Json:
    """The nested error."""
    return {"error": {"code": "07001110", "title": title, "detail": detail}}


def taken(name: str) -> Json:
    """The refusal of a name that is another incident's."""
    return refusal(f'name: there is an incident "{name}" already')


async def create(client: Client, **fields: Any) -> int:
    """The id of a new incident, under a name of its own unless one is given."""
    response = await client.post(PATH, json={"name": fresh_name(), **fields})
    assert response.status_code == 200, response.text
    incident_id: int = response.json()["data"]["incident_id"]
    return incident_id


async def update(client: Client, incident_id: int, **fields: Any) -> None:
    """Changes an incident; its name stays unless one is given."""
    name = fields.pop("name", None) or (await native(client, incident_id))["title"]
    response = await client.put(PATH, json={"incident_id": incident_id, "name": name, **fields})
    assert (response.status_code, response.json()) == (200, {"data": {"message": message("PUT")}}), response.text


def message(method: str) -> str:
    """What the gateway says of a write that was made."""
    return f"Incident has been {BODIES[method]} successfully."


async def delete(client: Client, *ids: int) -> httpx2.Response:
    """Deletes incidents."""
    return await client.request("DELETE", PATH, json={"incident_ids": list(ids)})


async def detail(client: Client, incident_id: int, **query: Any) -> Json:
    """All that hangs on an incident."""
    response = await client.get(f"{PATH}/{incident_id}", params=query)
    assert response.status_code == 200, response.text
    found: Json = response.json()["data"]
    return found


async def listed(client: Client, **query: Any) -> list[Json]:
    """The rows of a list that shows every write so far."""
    response = await fresh_list(client, **query)
    assert response.status_code == 200, response.text
    rows: list[Json] = response.json()["data"]
    return rows


async def fresh_list(client: Client, **query: Any) -> httpx2.Response:
    """The answer of a list that shows every write so far: an id that nobody knows makes the engine look anew."""
    await client.get(f"{PATH}/{2**53 - 1}")
    return await client.get(PATH, params=query)


async def native(client: Client, incident_id: int) -> Json:
    """The incident as the native dialect lists it."""
    await client.get(f"{PATH}/{2**53 - 1}")
    response = await client.get("/_im/incidents", params={"numeric_id": incident_id})
    [found] = response.json()["docs"]
    document: Json = found
    return document


async def change(client: Client, incident_id: int, **fields: Any) -> None:
    """Changes an incident through the native dialect."""
    found = await native(client, incident_id)
    response = await client.put(f"/_im/incidents/{found['_meta']['id']}", json=fields)
    assert response.status_code == 200, response.text


async def make(client: Client, **fields: Any) -> int:
    """The numeric id of a new incident that the native dialect made."""
    response = await client.post("/_im/incidents", json={"title": fresh_name(), **fields})
    assert response.status_code == 201, response.text
    number: int = response.json()["numeric_id"]
    return number


async def attach(client: Client, incident_id: int, *alerts: Json) -> None:
    """Attaches alerts through the native dialect."""
    found = await native(client, incident_id)
    response = await client.post(f"/_im/incidents/{found['_meta']['id']}/alerts", json=list(alerts))
    assert response.status_code == 201, response.text
