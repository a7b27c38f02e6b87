"""What the tests of this folder say to a gateway, and what it answers."""

from datetime import UTC, datetime
from typing import Any

import httpx2

from gateway.incidents.session import Context, Session
from gateway.incidents.writing.change import Change, change_one, own_edit
from tests.clock import START

Client = httpx2.AsyncClient
Json = dict[str, Any]

V2 = "/resources/v2.0"
NOW = int(START.timestamp())


def within(environment: str = "all", rest: str = "") -> str:
    """A path of an environment's incidents."""
    return f"{V2}/environments/{environment}/incidents{rest}"


def refusal(status: int, *errors: str) -> Json:
    """The body of an error."""
    return {"status": status, "errors": list(errors)}


def iso(seconds: int) -> str:
    """A time as it is stored, from one on the wire."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


async def make(client: Client, **fields: Any) -> Json:
    """A new incident, as the native dialect shows it."""
    response = await client.post("/_im/incidents", json={"title": "t", **fields})
    assert response.status_code == 201, response.text
    found: Json = response.json()
    return found


async def change(client: Client, incident: Json, **fields: Any) -> None:
    """Changes an incident through the native dialect."""
    response = await client.put(f"/_im/incidents/{incident['_meta']['id']}", json=fields)
    assert response.status_code == 200, response.text


async def attach(client: Client, incident: Json, *alerts: Json) -> None:
    """Attaches alerts through the native dialect."""
    response = await client.post(f"/_im/incidents/{incident['_meta']['id']}/alerts", json=list(alerts))
    assert response.status_code == 201, response.text


def as_ann(ctx: Context, tenant: str) -> Session:
    """Someone at work in the tenant."""
    return Session(ctx, tenant, "ann", "bigpanda")


async def hold(ctx: Context, client: Client, incident: Json, **fields: Any) -> None:
    """Writes what only actions write: fields of the incident's own part for BigPanda."""
    edit = own_edit({"ext": {"bigpanda": fields}})
    await change_one(as_ann(ctx, client.headers["X-Scope-OrgID"]), Change(incident["_meta"]["id"], edit))


async def settle(client: Client) -> None:
    """Makes every write so far visible to searches: an id that nobody knows makes the engine look anew."""
    assert (await client.get(within(rest="/0"))).status_code == 404


async def searched(client: Client, environment: str = "all", **query: Any) -> Json:
    """The answer of a search that shows every write so far."""
    await settle(client)
    response = await client.get(within(environment), params=query)
    assert response.status_code == 200, response.text
    found: Json = response.json()
    return found


async def found(client: Client, environment: str = "all", **query: Any) -> list[str]:
    """The ids that a search finds, in its order."""
    return [each["id"] for each in (await searched(client, environment, **query))["items"]]


async def detail(client: Client, hex_id: str, environment: str = "all", **query: Any) -> Json:
    """An incident by its id."""
    response = await client.get(within(environment, f"/{hex_id}"), params=query)
    assert response.status_code == 200, response.text
    shown: Json = response.json()
    return shown


async def environment(client: Client, name: str, filter_: str) -> str:
    """The id of a new environment."""
    response = await client.post(f"{V2}/environments", json={"name": name, "filter": filter_})
    assert response.status_code == 200, response.text
    made: str = response.json()["id"]
    return made
