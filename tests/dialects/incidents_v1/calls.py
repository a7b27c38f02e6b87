"""What a test says to v1, and the part of the answer that it compares."""

import uuid
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import httpx2

from tests.dialects.incidents_v1.bodies import BODY

Client = httpx2.AsyncClient
Json = dict[str, Any]
Refresh = Callable[[], Awaitable[None]]

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
T = 1795300000

CORPUS: dict[str, dict[str, Any]] = {
    "a": {
        "type": "INCIDENT",
        "services": [{"name": "api", "namespace": "prod"}],
        "metricNames": ["cpu"],
        "startTime": T,
        "severity": "critical",
        "priority": "P1",
    },
    "b": {
        "category": "RELIABILITY",
        "services": [{"name": "api", "namespace": "test"}, {"name": "db", "namespace": "prod"}],
        "metricNames": ["cpu", "mem"],
        "source": "zabbix",
        "startTime": T + 100,
        "severity": "Sev2",
    },
    "c": {
        "type": "ALERT",
        "category": "SECURITY",
        "status": "RESOLVED",
        "resolution": "fixed",
        "services": [{"name": "web"}],
        "metricNames": [],
        "source": "a,b",
        "startTime": T + 200.5,
        "endTime": T + 500,
        "severity": "Sev2",
    },
    "d": {
        "type": "INCIDENT",
        "category": "CONFIGURATION",
        "status": "RESOLVED",
        "resolution": "fixed",
        "services": [{"name": "db", "namespace": "prod"}],
        "startTime": T + 300,
        "endTime": T + 1000,
        "severity": "",
        "priority": "",
    },
}
FOREIGN = {"title": "e", "type": "phishing", "category": "malware", "severity": "high", "started_at": (T + 400) * 1000}
"""What the native dialect makes: no source, no services, words that v1 has not."""


async def made(client: httpx2.AsyncClient, name: str, fields: dict[str, Any]) -> int:
    """The number of an incident that v1 made, as `BODY` but for these fields."""
    ends = {"endTime": fields.get("endTime")}
    answer = await client.post("/v1/incidents", json=BODY | {"title": name, "incidentId": name} | fields | ends)
    assert answer.status_code == 200, answer.text
    return int(answer.text)


def fresh() -> str:
    """An `incidentId` that no incident has."""
    return uuid.uuid4().hex[:16]


async def read(client: Client, number: int) -> Json:
    """The incident as it is now."""
    return answer(await client.get(f"/v1/incidents/{number}"))


async def native(client: Client, number: int) -> Json:
    """The incident as `_im` shows it."""
    await read(client, number)
    [found] = answer(await client.get(f"/_im/incidents?numeric_id={number}"))["docs"]
    return answer(await client.get(f"/_im/incidents/{found['_meta']['id']}"))


async def get(client: Client, path: str) -> Any:
    """What a path answers with."""
    response = await client.get(f"/v1/{path}")
    assert response.status_code == 200, response.text
    return response.json()


def answer(response: httpx2.Response, status: int = 200) -> Json:
    """The answer, which is a JSON object and a success."""
    assert response.status_code == status, response.text
    value: Json = response.json()
    return value


def refusal(response: httpx2.Response) -> tuple[int, str, str | None]:
    """Status, message and place of an error, which has the shape of every error."""
    body: Json = response.json()
    links = {"self": {"href": response.request.url.path, "templated": False}}
    place = body.get("path")
    assert body == {
        "_links": links,
        "_embedded": {},
        "message": body["message"],
        "logref": response.headers["x-request-id"],
        **({} if place is None else {"path": place}),
    }
    return response.status_code, body["message"], place
