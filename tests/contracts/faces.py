"""One incident through each dialect: how it is made, read and changed there, in that dialect's own words."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import httpx2

Client = httpx2.AsyncClient
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Face:
    """A dialect's way with an incident: `make` answers with its numeric id; words are (severity, status).

    Not every dialect can do everything: one shows no title, another only reads.
    """

    words: Callable[[Client, int], Awaitable[tuple[str | None, str]]]
    make: Callable[[Client, str, str, str], Awaitable[int]] | None = None
    title: Callable[[Client, int], Awaitable[str]] | None = None
    write: Callable[[Client, int, Json], Awaitable[None]] | None = None


def answered(response: httpx2.Response) -> Any:
    """The answer of a request that must succeed."""
    assert response.is_success, f"{response.request.method} {response.request.url}: {response.text}"
    return response.json() if response.content else None


async def native(client: Client, number: int) -> Json:
    """The incident as `_im` has it, found by the number that the other dialects use."""
    found = answered(await client.get("/_im/incidents", params={"numeric_id": number}))["docs"]
    if not found:
        await client.post("/_im/incidents_full_types", json={"size": 0})
        found = answered(await client.get("/_im/incidents", params={"numeric_id": number}))["docs"]
    return answered(await client.get(f"/_im/incidents/{found[0]['_meta']['id']}"))  # type: ignore[no-any-return]


async def settle(client: Client) -> None:
    """Makes every write visible to searches."""
    answered(await client.post("/_im/incidents?refresh=true", json={"title": "settling", "category": "none"}))


async def _im_make(client: Client, title: str, severity: str, status: str) -> int:
    sent = {"title": title, "severity": severity, "status": status}
    number: int = answered(await client.post("/_im/incidents?refresh=true", json=sent))["numeric_id"]
    return number


async def _im_words(client: Client, number: int) -> tuple[str | None, str]:
    found = await native(client, number)
    return found.get("severity"), found["status"]


async def _im_title(client: Client, number: int) -> str:
    return str((await native(client, number))["title"])


async def _im_write(client: Client, number: int, fields: Json) -> None:
    incident_id = (await native(client, number))["_meta"]["id"]
    answered(await client.put(f"/_im/incidents/{incident_id}?refresh=true", json=fields))


V1_BODY: Json = {
    "type": "INCIDENT", "incidentId": "X-1", "category": "SECURITY", "description": "d", "recommendation": "r",
    "source": "s", "resolution": "", "services": [{"name": "api"}], "metricNames": [], "sourceSite": "eu",
    "priority": "P1", "metadata": {},
}  # fmt: skip


async def _v1_make(client: Client, title: str, severity: str, status: str) -> int:
    sent = V1_BODY | {"incidentId": title[-16:], "title": title, "severity": severity, "status": status}
    response = await client.post("/v1/incidents", json=sent)
    assert response.is_success, response.text
    await settle(client)
    return int(response.text)


async def _v1(client: Client, number: int) -> Json:
    return answered(await client.get(f"/v1/incidents/{number}"))  # type: ignore[no-any-return]


async def _v1_words(client: Client, number: int) -> tuple[str | None, str]:
    found = await _v1(client, number)
    return found.get("severity"), found["status"]


async def _v1_title(client: Client, number: int) -> str:
    return str((await _v1(client, number))["title"])


async def _v1_write(client: Client, number: int, fields: Json) -> None:
    found = await _v1(client, number)
    names = ("title", "description", "recommendation", "status", "resolution", "severity", "priority")
    sent = {name: found.get(name) or "" for name in names} | fields
    answered(await client.patch(f"/v1/incidents/{number}", json=sent))
    await settle(client)


async def _log360_make(client: Client, title: str, severity: str, status: str) -> int:
    sent = {"name": title, "severity": severity, "status": status}
    number: int = answered(await client.post("/api/v2/incident", json=sent))["data"]["incident_id"]
    await settle(client)
    return number


async def _log360(client: Client, number: int) -> Json:
    rows = answered(await client.get("/api/v2/incident"))["data"]
    return next(each for each in rows if each["incident_id"] == number)


async def _log360_words(client: Client, number: int) -> tuple[str | None, str]:
    found = await _log360(client, number)
    return found["severity"], found["status"]


async def _log360_title(client: Client, number: int) -> str:
    return str((await _log360(client, number))["incident_name"])


async def _log360_write(client: Client, number: int, fields: Json) -> None:
    sent = {"incident_id": number, "name": await _log360_title(client, number)} | fields
    answered(await client.put("/api/v2/incident", json=sent))
    await settle(client)


ALL = "/resources/v2.0/environments/all/incidents"


async def _bigpanda_make(client: Client, title: str, severity: str, _status: str) -> int:
    """By an alert; the status follows from its severity."""
    host, check = title.split(": ")
    sent = {"app_key": "one", "status": severity, "host": host, "check": check}
    [made] = answered(await client.post("/data/v2/alerts", json=sent))["data"]["alerts"]
    await settle(client)
    found = answered(await client.get("/_im/incidents", params={"hex_id": made["incident_id"]}))["docs"]
    return int(found[0]["numeric_id"])


async def bigpanda(client: Client, number: int) -> Json:
    """The incident as BigPanda has it."""
    hex_id = (await native(client, number))["hex_id"]
    return answered(await client.get(f"{ALL}/{hex_id}"))  # type: ignore[no-any-return]


async def _bigpanda_words(client: Client, number: int) -> tuple[str | None, str]:
    found = await bigpanda(client, number)
    assert found["active"] == ("active" in found["folders"])
    return found["severity"], found["status"]


async def _bigpanda_write(client: Client, number: int, fields: Json) -> None:
    """An action by its path, with its body."""
    hex_id = (await native(client, number))["hex_id"]
    for action, body in fields.items():
        answered(await client.post(f"{ALL}/{hex_id}/{action}", json=body))
    await settle(client)


async def actian(client: Client, number: int) -> Json:
    """The incident as Actian has it."""
    tenant = client.headers["X-Scope-OrgID"]
    return answered(await client.get(f"/api/backend/{tenant}/incidents/{number}"))  # type: ignore[no-any-return]


async def _actian_words(client: Client, number: int) -> tuple[str | None, str]:
    found = await actian(client, number)
    return found["severity"], found["status"]


async def _actian_title(client: Client, number: int) -> str:
    return str((await actian(client, number))["alert_policy_name"])


FACES = {
    "im": Face(_im_words, _im_make, _im_title, _im_write),
    "incidents_v1": Face(_v1_words, _v1_make, _v1_title, _v1_write),
    "log360": Face(_log360_words, _log360_make, _log360_title, _log360_write),
    "bigpanda": Face(_bigpanda_words, _bigpanda_make, write=_bigpanda_write),
    "actian": Face(_actian_words, title=_actian_title),
}


async def make(client: Client, through: str, title: str, severity: str, status: str) -> int:
    """The numeric id of an incident made through that dialect."""
    maker = FACES[through].make
    assert maker, f"{through} makes no incidents"
    return await maker(client, title, severity, status)


async def write(client: Client, through: str, number: int, fields: Json) -> None:
    """Changes the incident through that dialect."""
    writer = FACES[through].write
    assert writer, f"{through} changes nothing"
    await writer(client, number, fields)


async def words(client: Client, through: str, number: int) -> tuple[str | None, str]:
    """Severity and status of the incident as that dialect shows them."""
    return await FACES[through].words(client, number)
