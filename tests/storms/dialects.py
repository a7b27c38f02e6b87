"""Whether every dialect tells of the same incidents, and the same of each."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from tests.storms import holdings
from tests.storms.clients import Client
from tests.storms.holdings import Incident, Json

SAMPLE = 50
"""Incidents whose notes and history are read through each dialect; all are compared in the lists."""


async def differences(incidents: list[Incident], client: Client, tenant: str) -> list[str]:
    """What a dialect shows otherwise than `_im` does, in words."""
    v1, log360 = await holdings.v1(client), await holdings.log360(client)
    actian, bigpanda = await holdings.actian(client, tenant), await holdings.bigpanda(client)
    told = list(_in_lists(incidents, v1, log360, actian))
    told += _in_bigpanda(incidents, bigpanda)
    for each in sorted(incidents, key=lambda incident: -len(incident.activities))[:SAMPLE]:
        told += await _in_detail(each, client, tenant)
    return told


def _in_lists(
    incidents: list[Incident], v1: dict[int, Json], log360: dict[int, Json], actian: dict[int, Json]
) -> Iterator[str]:
    numbers = {each.number for each in incidents}
    for name, shown in {"v1": v1, "log360": log360, "actian": actian}.items():
        if shown.keys() != numbers:
            yield f"{name} shows {len(shown)} incidents, and {len(shown.keys() ^ numbers)} other than _im"
    for each in incidents:
        document = each.document
        wanted = (document["title"], document.get("description"))
        for name, row, names in (
            ("v1", v1.get(each.number), ("title", "description")),
            ("log360", log360.get(each.number), ("incident_name", "incident_description")),
            ("actian", actian.get(each.number), ("alert_policy_name", "description")),
        ):
            if row and tuple(row[name] for name in names) != wanted:
                yield f"{name} shows {each.id} with other values"


def _in_bigpanda(incidents: list[Incident], shown: dict[str, Json]) -> Iterator[str]:
    if len(incidents) < holdings.REACH and len(shown) != len(incidents):
        yield f"bigpanda shows {len(shown)} incidents of {len(incidents)}"
    for each in incidents:
        row = shown.get(each.document["hex_id"])
        if row and {alert["alert_id"] for alert in row["alerts"]} != {alert["alert_id"] for alert in each.alerts}:
            yield f"bigpanda shows other alerts in {each.id}"


async def _in_detail(each: Incident, client: Client, tenant: str) -> list[str]:
    """Which of the notes and the history of one incident a dialect tells otherwise."""
    v1 = await client.read(f"/v1/incidents/{each.number}/notes")
    log360 = (await client.read(f"/api/v2/incident/{each.number}"))["data"]
    actian = await client.read(f"/api/backend/{tenant}/incidents/{each.number}")
    path = f"/resources/v2.0/incidents/{each.document['hex_id']}/activities?types=incident_commented&per_page=100"
    bigpanda = await client.read(path)
    types = Counter(activity["type"] for activity in each.activities)
    bodies = Counter(note["body"] for note in each.notes)
    told: dict[str, tuple[Any, Any]] = {
        "notes of v1": (Counter(note["body"] for note in v1), bodies),
        "notes of log360": (Counter(note["note"] for note in log360["notes"]), bodies),
        "history of log360": (len(log360["activity"]), len(each.activities)),
        "history of actian": (sum(row["state"] == "NEW" for row in actian["history"]), types["created"]),
        "comments of bigpanda": (bigpanda["total"], types["note_added"]),
    }
    return [f"{each.id}: {name}: {shown} for {wanted}" for name, (shown, wanted) in told.items() if shown != wanted]
