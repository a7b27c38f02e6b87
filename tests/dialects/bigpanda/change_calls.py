"""What the tests of changes say to a gateway, and what it answers."""

from typing import Any

import httpx2

from gateway.dialects.bigpanda import records
from tests.dialects.bigpanda.acts import answer
from tests.dialects.bigpanda.calls import NOW, V2, Client, Json

DATA, CHANGES, RELATIONS = "/data/changes", f"{V2}/changes", f"{V2}/rcc"
APP = {"x-bp-app-key": "itsm"}
CHANGE: Json = {"identifier": "CHG-1", "status": "In Progress", "summary": "new kernel", "start": NOW}


async def send(client: Client, headers: dict[str, str] = APP, **fields: Any) -> httpx2.Response:
    """The answer to a change that is sent."""
    return await client.post(DATA, json=CHANGE | fields, headers=headers)


async def sent(client: Client, headers: dict[str, str] = APP, **fields: Any) -> str:
    """The id of a change that is sent."""
    assert answer(await send(client, headers, **fields)) == (204, None)
    identifier = str(fields.get("identifier", CHANGE["identifier"]))
    return records.change_id(client.headers["X-Scope-OrgID"], headers["x-bp-app-key"], identifier)


async def relate(client: Client, change_id: str, incident_id: str, certainty: str = "MATCH", **further: Any) -> str:
    """The id of a relation that is made."""
    body = {"change_id": change_id, "incident_id": incident_id, "match_certainty": certainty, **further}
    status, relation_id = answer(await client.post(RELATIONS, json=body))
    assert status == 201, relation_id
    return str(relation_id)


def deep(levels: int) -> Json:
    """Objects in one another."""
    data: Json = {}
    for _ in range(levels - 1):
        data = {"a": data}
    return data
