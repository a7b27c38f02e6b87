"""A request for every operation of every dialect, as the gateway's own OpenAPI documents describe them."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tests.storms.clients import Client
from tests.storms.wire import JSON, Request
from tests.storms.writes import V1, V1_CHANGED

DIALECTS = ("im", "incidents_v1", "log360", "actian", "bigpanda")
HEADERS = "user-id: storm\r\nx-bp-app-key: storm\r\n"
"""What some operations want, and none minds."""
BODIES: Mapping[str, Any] = {
    "/v1/incidents": {**V1, "incidentId": "route", "title": "route"},
    "/v1/incidents/{id}": {name: V1.get(name, "route") for name in V1_CHANGED},
    "/v1/incidents/{incidentId}/notes": {"body": "route"},
    "/v1/incidents/notes/{noteId}": {"body": "route"},
    "/v1/scan-reports": {"source": "route", "createdAt": 1, "payload": "{}"},
}
"""Bodies of operations whose document has no example."""


@dataclass(frozen=True, slots=True)
class Route:
    """An operation, and a request for it that would succeed."""

    dialect: str
    operation: str
    request: Request


async def routes(client: Client, tenant: str) -> list[Route]:
    """One for each operation, over an incident that is made for it."""
    made = (await client.answered(Request("POST", "/_im/incidents/1?refresh=true", {"title": "route"}))).json
    names = {
        "tenant": tenant, "environment_id": "all", "type": "INCIDENT", "field": "severity", "id": "1",
        "aggregation_id": "rule", "result_id": "run", "incident_id": made["hex_id"],
    }  # fmt: skip
    number = str(made["numeric_id"])
    told: list[Route] = []
    for dialect in DIALECTS:
        document = await client.read(f"/openapi/{dialect}.json")
        filled = names if dialect in {"im", "bigpanda"} else {**names, "id": number, "incident_id": number}
        told += _routes(dialect, document, {**filled, "incidentId": number})
    return told


def _routes(dialect: str, document: Mapping[str, Any], names: Mapping[str, str]) -> Iterator[Route]:
    for path, item in document["paths"].items():
        for method in item.keys() - {"parameters"}:
            operation = item[method]
            where = re.sub(r"\{(\w+)\}", lambda name: names.get(name[1], "1"), path)
            body, media_type = _body(path, operation)
            request = Request(method.upper(), where + _query(operation), body, media_type)
            yield Route(dialect, f"{method.upper()} {path}", request)


def _query(operation: Mapping[str, Any]) -> str:
    wanted = [each for each in operation.get("parameters", ()) if each.get("required") and each["in"] == "query"]
    return "?" + "&".join(f"{each['name']}={each['schema'].get('enum', ['x'])[0]}" for each in wanted)


def _body(path: str, operation: Mapping[str, Any]) -> tuple[Any, str]:
    for media_type, content in operation.get("requestBody", {}).get("content", {}).items():
        if "example" in content:
            example = content["example"]
            return (example.encode() if isinstance(example, str) else example), media_type
        if path in BODIES:
            return BODIES[path], media_type
    return b"", JSON
