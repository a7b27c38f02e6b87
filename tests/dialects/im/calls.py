"""What a test says to `_im`, and the part of the answer that it compares."""

import uuid
from collections.abc import Sequence
from typing import Any

import httpx2
import orjson

IM = "/_im"
TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"

Client = httpx2.AsyncClient
Json = dict[str, Any]
Refusal = tuple[int, str, str | None]


def fresh_id() -> str:
    """An id that no incident has."""
    return f"i{uuid.uuid4()}"


async def created(client: Client, incident_id: str | None = None, /, **fields: Any) -> Json:
    """The incident made of the fields, a title where none is given; it can be searched."""
    path = f"{IM}/incidents/{incident_id or fresh_id()}?refresh=true"
    response = await client.post(path, json={"title": "an incident", **fields})
    assert response.status_code == 201, response.text
    return answer(response)


async def loaded(client: Client, drafts: Sequence[Json]) -> None:
    """Makes the incidents, `id` and fields each; they can be searched."""
    lines = [{"_meta": {"id": each["id"]}, "title": each["id"], **each} for each in drafts]
    body = b"".join(orjson.dumps({k: v for k, v in line.items() if k != "id"}) + b"\n" for line in lines)
    response = await client.post(f"{IM}/incidents/bulkCreate?refresh=true", content=body, headers=NDJSON)
    assert (response.status_code, response.json()["errors"]) == (200, False), response.text


async def read(client: Client, incident_id: str) -> Json:
    """The incident as it is now."""
    response = await client.get(f"{IM}/incidents/{incident_id}")
    assert response.status_code == 200, response.text
    return answer(response)


async def put(client: Client, incident_id: str, /, **fields: Any) -> Json:
    """The incident after the fields were set."""
    response = await client.put(f"{IM}/incidents/{incident_id}?refresh=true", json=fields)
    assert response.status_code == 200, response.text
    return answer(response)


async def searched(client: Client, **words: Any) -> Json:
    """The answer of `incidents_full_types`."""
    response = await client.post(f"{IM}/incidents_full_types", json=words)
    assert response.status_code == 200, response.text
    return answer(response)


async def found(client: Client, **words: Any) -> list[str]:
    """The ids that a search finds, in its order."""
    return ids(await searched(client, **words))


async def listed(client: Client, query: str = "") -> list[str]:
    """The ids that a list finds, in its order."""
    response = await client.get(f"{IM}/incidents?{query}")
    assert response.status_code == 200, response.text
    return ids(response.json())


async def opened(client: Client, query: str = "") -> str:
    """A new point in time."""
    response = await client.get(f"{IM}/incidents/pit?{query}")
    assert response.status_code == 200, response.text
    handle: str = response.json()["id"]
    return handle


async def used(client: Client, pit: str) -> httpx2.Response:
    """The answer to a search in the point in time."""
    return await client.post(f"{IM}/incidents_full_types", json={"pit": pit})


async def deleted(client: Client, pit: str) -> httpx2.Response:
    """The answer to the deletion of the point in time."""
    return await client.request("DELETE", f"{IM}/incidents/pit", json={"id": pit})


async def events(client: Client, incident_id: str, kind: str) -> list[Json]:
    """The incident's notes, alerts or activities, newest first."""
    response = await client.get(f"{IM}/incidents/{incident_id}/{kind}?size=1000")
    assert response.status_code == 200, response.text
    rows: list[Json] = response.json()["docs"]
    return rows


def answer(response: httpx2.Response) -> Json:
    """The answer, which is a JSON object."""
    value: Json = response.json()
    assert isinstance(value, dict)
    return value


def ids(page: Json) -> list[str]:
    """The ids on a page."""
    return [each["_meta"]["id"] for each in page["docs"]]


def fields_of(document: Json) -> Json:
    """A document without its `_meta`."""
    return {name: value for name, value in document.items() if name != "_meta"}


def refusal(response: httpx2.Response) -> Refusal:
    """Status, type and place of an error, which has the shape of every error and a reason."""
    body = answer(response)
    assert body.keys() == {"error", "status"}, response.text
    assert body["error"].keys() == {"type", "reason", "where"}, response.text
    assert (body["status"], bool(body["error"]["reason"])) == (response.status_code, True)
    return response.status_code, body["error"]["type"], body["error"]["where"]


NDJSON = {"Content-Type": "application/x-ndjson"}
