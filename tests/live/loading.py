"""Incidents by the thousand through the gateway, and walks over them; a document is known by its id and version."""

import json
import os
import uuid
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime
from typing import Any

import httpx2

from gateway.dialects.settings import load
from gateway.incidents.session import utc_now
from gateway.serving.app import create_app
from tests.conftest import live

Json = dict[str, Any]
Clients = list[httpx2.AsyncClient]
NDJSON = {"content-type": "application/x-ndjson"}
SEARCH = "/_im/incidents_full_types"
_PART = 5000


def number(variable: str, default: int) -> int:
    """How many, as the environment says."""
    return int(os.environ.get(variable, str(default)))


@asynccontextmanager
async def gateways(
    url: str, count: int = 2, clock: Callable[[], datetime] = utc_now, **settings: Any
) -> AsyncIterator[Clients]:
    """Clients of as many gateways over one engine, all as a tenant that is new and is gone afterwards."""
    tenant = f"t{uuid.uuid4().hex[:12]}"
    async with AsyncExitStack() as stack:
        apps = [create_app(load(opensearch_url=url, **settings), clock) for _ in range(count)]
        clients = [await stack.enter_async_context(live(app)) for app in apps]
        for each in clients:
            each.headers["X-Scope-OrgID"] = tenant
        yield clients
    async with httpx2.AsyncClient(base_url=url, timeout=60) as engine:
        await engine.delete(f"/im-incidents-{tenant}*,im-events-{tenant}*", params={"ignore_unavailable": "true"})


async def create(client: httpx2.AsyncClient, incidents: Iterable[Json]) -> dict[str, str]:
    """Makes incidents, all of them searchable when it returns; their versions by id."""
    waiting, versions = list(incidents), dict[str, str]()
    for start in range(0, len(waiting), _PART):
        items = await bulk(client, "bulkCreate", waiting[start : start + _PART], refresh="true")
        assert {each["status"] for each in items} == {201}
        versions |= {each["_id"]: each["version"] for each in items}
    return versions


def lines(rows: Iterable[Json]) -> Any:
    """A bulk's body and what it says it is."""
    return {"content": "".join(json.dumps(each) + "\n" for each in rows), "headers": NDJSON}


async def bulk(client: httpx2.AsyncClient, action: str, rows: Iterable[Json], refresh: str = "false") -> list[Json]:
    """What became of each row, in order."""
    reply = await client.post(f"/_im/incidents/{action}?refresh={refresh}", **lines(rows))
    assert reply.status_code == 200, reply.text
    items: list[Json] = [next(iter(each.values())) for each in reply.json()["items"]]
    return items


async def page(client: httpx2.AsyncClient, **words: Any) -> Json:
    """A page of a search that must succeed."""
    reply = await client.post(SEARCH, json=words)
    assert reply.status_code == 200, reply.text
    answer: Json = reply.json()
    return answer


def seen(docs: Iterable[Json]) -> list[tuple[str, str]]:
    """(id, version) of each document, in order."""
    return [(each["_meta"]["id"], each["_meta"]["version"]) for each in docs]


async def by_cursor(*clients: httpx2.AsyncClient, **words: Any) -> list[tuple[str, str]]:
    """Every document of a search, page after page by `after`; the gateways take turns."""
    found, token, turn = list[tuple[str, str]](), None, 0
    while turn == 0 or token is not None:
        answer = await page(clients[turn % len(clients)], **words, **({"after": token} if token else {}))
        found, token, turn = found + seen(answer["docs"]), answer["next"], turn + 1
    return found


async def exported(client: httpx2.AsyncClient, **words: Any) -> tuple[list[Json], Json]:
    """The documents of an export, and its last line."""
    reply = await client.post("/_im/incidents/export", json=words)
    assert reply.status_code == 200, reply.text
    *docs, status = [json.loads(line) for line in reply.text.split("\n") if line]
    return docs, status["_status"]


async def open_pit(client: httpx2.AsyncClient, **words: str) -> str:
    """The id of a new point in time."""
    reply = await client.get("/_im/incidents/pit", params=words)
    assert reply.status_code == 200, reply.text
    handle: str = reply.json()["id"]
    return handle
