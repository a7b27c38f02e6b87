"""What the tests of this folder say to a gateway, and what it answers."""

from collections.abc import Sequence
from typing import Any

import httpx2
import orjson

Client = httpx2.AsyncClient
Json = dict[str, Any]


def path(client: Client, rest: str = "incidents") -> str:
    """A path of the client's tenant."""
    return f"/api/backend/{client.headers['X-Scope-OrgID']}/{rest}"


async def get(client: Client, rest: str = "incidents", **query: Any) -> Any:
    """The answer to a read."""
    response = await client.get(path(client, rest), params=query)
    assert response.status_code == 200, response.text
    return response.json()


async def alerts(client: Client, **asked: Sequence[str]) -> list[Json]:
    """The alerts that the filters find."""
    response = await client.post(path(client, "configuration/alerts/by_filters"), json=asked)
    assert response.status_code == 200, response.text
    rows: list[Json] = response.json()
    return rows


def refusal(response: httpx2.Response) -> tuple[int, str]:
    """Status and sentence of an error, which has nothing else."""
    body = response.json()
    assert body.keys() == {"description"}, response.text
    return response.status_code, body["description"]


async def make(client: Client, incident_id: str, /, **fields: Any) -> int:
    """The number of a new incident, which can be searched."""
    sent = {"title": incident_id, **fields}
    response = await client.post(f"/_im/incidents/{incident_id}?refresh=true", json=sent)
    assert response.status_code == 201, response.text
    number: int = response.json()["numeric_id"]
    return number


async def make_many(client: Client, ids: Sequence[str]) -> None:
    """Makes incidents of these ids, which can be searched."""
    body = b"".join(orjson.dumps({"_meta": {"id": each}, "title": each}) + b"\n" for each in ids)
    headers = {"Content-Type": "application/x-ndjson"}
    response = await client.post("/_im/incidents/bulkCreate?refresh=true", content=body, headers=headers)
    assert (response.status_code, response.json()["errors"]) == (200, False), response.text


async def change(client: Client, incident_id: str, /, **fields: Any) -> None:
    """Changes an incident."""
    response = await client.put(f"/_im/incidents/{incident_id}?refresh=true", json=fields)
    assert response.status_code == 200, response.text


async def attach(client: Client, incident_id: str, *sent: Json) -> None:
    """Attaches alerts."""
    response = await client.post(f"/_im/incidents/{incident_id}/alerts", json=list(sent))
    assert response.status_code == 201, response.text
