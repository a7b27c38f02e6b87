"""What a tenant has, as each dialect shows it."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

from tests.storms.clients import Client
from tests.storms.wire import Request
from tests.storms.writes import ALL

Json = dict[str, Any]
PAGE = 100
REACH = 10_000
"""How many incidents BigPanda's pages reach."""


@dataclass(slots=True)
class Incident:
    """An incident with all that hangs on it."""

    document: Json
    activities: list[Json] = field(default_factory=list)
    notes: list[Json] = field(default_factory=list)
    alerts: list[Json] = field(default_factory=list)

    @property
    def id(self) -> str:
        """Its id in `_im`."""
        return str(self.document["_meta"]["id"])

    @property
    def number(self) -> int:
        """Its number in v1, Log360 and Actian."""
        return int(self.document["numeric_id"])


async def incidents(readers: list[Client]) -> list[Incident]:
    """All of a tenant's incidents through `_im`, whole; the readers share the work."""
    await settle(readers[0])
    answer = await readers[0].answered(Request("GET", "/_im/incidents/export?is_show_aggs=false"))
    *documents, last = [json.loads(line) for line in answer.body.splitlines() if line]
    assert last["_status"]["complete"], last
    read = [Incident(document) for document in documents]
    await asyncio.gather(*(_complete(reader, read[at :: len(readers)]) for at, reader in enumerate(readers)))
    return read


async def settle(client: Client) -> None:
    """Makes every write visible to searches, by an incident of nobody's that is gone at once."""
    made = await client.answered(Request("POST", "/_im/incidents", {"title": "settling"}))
    await client.answered(Request("DELETE", f"/_im/incidents/{made.json['_meta']['id']}?refresh=true"))


async def _complete(client: Client, some: list[Incident]) -> None:
    for each in some:
        for name in ("activities", "notes", "alerts"):
            rows = [row async for row in _rows(client, f"/_im/incidents/{each.id}/{name}")]
            setattr(each, name, rows)


async def _rows(client: Client, path: str) -> AsyncIterator[Json]:
    """The rows of a list, page after page."""
    after = ""
    while True:
        answer = await client.read(f"{path}?size={PAGE}{after}")
        for row in answer["docs"]:
            yield row
        if answer["next"] is None:
            return
        after = f"&after={answer['next']}"


async def v1(client: Client) -> dict[int, Json]:
    """All incidents through incidents v1, by number."""
    shown: dict[int, Json] = {}
    path = f"/v1/incidents?pageSize={PAGE}"
    cursor = ""
    while True:
        answer = await client.read(path + cursor)
        shown |= {row["id"]: row for row in answer["data"]}
        if not answer["paging"]["hasNext"]:
            return shown
        cursor = f"&cursor={answer['paging']['cursor']['lastId']}&direction=NEXT"


async def log360(client: Client) -> dict[int, Json]:
    """All incidents through Log360, by number."""
    shown: dict[int, Json] = {}
    total = 1
    while len(shown) < total:
        answer = await client.read(f"/api/v2/incident?from={len(shown)}&limit={PAGE}")
        total = answer["meta"]["total_items"]
        shown |= {row["incident_id"]: row for row in answer["data"]}
        if not answer["data"]:
            return shown
    return shown


async def actian(client: Client, tenant: str) -> dict[int, Json]:
    """All incidents through Actian, by number."""
    return {row["id"]: row for row in await client.read(f"/api/backend/{tenant}/incidents")}


async def bigpanda(client: Client) -> dict[str, Json]:
    """The incidents through BigPanda by their ids, as far as its pages reach."""
    shown: dict[str, Json] = {}
    for page in range(1, REACH // PAGE + 1):
        answer = await client.read(f"{ALL}?page={page}&page_size={PAGE}&sort_by=start")
        shown |= {row["id"]: row for row in answer["items"]}
        if len(answer["items"]) < PAGE:
            break
    return shown
