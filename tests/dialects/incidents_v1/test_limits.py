"""The limits of the reference, each at its last value and one beyond it."""

from typing import Any

import pytest
from pydantic import BaseModel

from gateway.dialects.incidents_v1.requests import (
    Faceted,
    Incident,
    Listed,
    Note,
    Patch,
    ScanReport,
    ScanSource,
    SeverityBuckets,
    StartWindow,
    Window,
)
from tests.dialects.incidents_v1.bodies import BODY, PATCH
from tests.dialects.incidents_v1.calls import Client, answer, fresh, made, read
from tests.refusals import refused

pytestmark = pytest.mark.anyio

LONGEST = {
    "incidentId": 16,
    "title": 255,
    "description": 2000,
    "recommendation": 2000,
    "source": 255,
    "resolution": 20,
    "sourceSite": 50,
    "severity": 10,
    "priority": 10,
}
SHORTEST = {"incidentId": 1, "title": 1} | dict.fromkeys(LONGEST.keys() - {"incidentId", "title"}, 0)


def at_limit(name: str, most: int) -> str:
    return (fresh() if name == "incidentId" else "").ljust(most, "é")[:most]


async def test_every_text_at_its_longest_is_kept(shared: Client) -> None:
    longest = {name: at_limit(name, most) for name, most in LONGEST.items()}
    number = int((await shared.post("/v1/incidents", json=BODY | longest)).text)
    assert longest.items() <= (await read(shared, number)).items()
    patch = {name: longest[name] for name in PATCH.keys() & longest.keys()}
    assert patch.items() <= answer(await shared.patch(f"/v1/incidents/{number}", json=PATCH | patch)).items()


async def test_every_text_at_its_shortest_is_kept(shared: Client) -> None:
    shortest = {name: at_limit(name, least) for name, least in SHORTEST.items()} | {"incidentId": "~"}
    number = int((await shared.post("/v1/incidents", json=BODY | shortest)).text)
    assert shortest.items() <= (await read(shared, number)).items()


REPORT = {"source": "s", "createdAt": "2026-11-22T00:00:00Z", "payload": ""}
BIG = 2**31


@pytest.mark.parametrize(
    ("model", "sent", "where"),
    [
        *(pytest.param(Incident, BODY | {name: "x" * (LONGEST[name] + 1)}, name, id=name) for name in LONGEST),
        *(
            pytest.param(Patch, PATCH | {name: "x" * (LONGEST[name] + 1)}, name, id=f"patch: {name}")
            for name in PATCH
            if name in LONGEST
        ),
        pytest.param(Incident, BODY | {"incidentId": ""}, "incidentId", id="an empty incidentId"),
        pytest.param(Incident, BODY | {"title": ""}, "title", id="an empty title"),
        pytest.param(Patch, PATCH | {"title": ""}, "title", id="an empty title of a patch"),
        pytest.param(Incident, BODY | {"services": []}, "services", id="no services"),
        pytest.param(
            Incident,
            BODY | {"services": [{"name": "x" * 8192}]},
            "services[0].name",
            id="a service's name that no filter would find",
        ),
        pytest.param(
            Incident,
            BODY | {"metricNames": ["x", "x" * 8192]},
            "metricNames[1]",
            id="a metric that no filter would find",
        ),
        pytest.param(Note, {"body": ""}, "body", id="an empty note"),
        pytest.param(Note, {"body": "x" * 100_001}, "body", id="a long note"),
        pytest.param(ScanReport, REPORT | {"source": ""}, "source", id="a report without a source"),
        pytest.param(ScanReport, REPORT | {"source": "x" * 256}, "source", id="a report of too long a source"),
        pytest.param(ScanSource, {"source": ""}, "source", id="reports of no source"),
        pytest.param(ScanSource, {"source": "x" * 256}, "source", id="reports of too long a source"),
        pytest.param(Listed, {"pageSize": "0"}, "pageSize", id="no page"),
        pytest.param(Listed, {"pageSize": "101"}, "pageSize", id="too large a page"),
        pytest.param(Listed, {"startTimestamp": "-62135596801"}, "startTimestamp", id="year 0"),
        pytest.param(Listed, {"endTimestamp": "253402300800"}, "endTimestamp", id="year 10000"),
        pytest.param(Faceted, {"limit": "0"}, "limit", id="no page with facets"),
        pytest.param(Faceted, {"limit": "101"}, "limit", id="too large a page with facets"),
        pytest.param(Faceted, {"startTimestamp": "-1"}, "startTimestamp", id="a facet's start"),
        pytest.param(Faceted, {"endTimestamp": "-1"}, "endTimestamp", id="a facet's end"),
        pytest.param(Window, {"timestampFrom": "-1"}, "timestampFrom", id="a frame's start"),
        pytest.param(Window, {"timestampTo": "-1"}, "timestampTo", id="a frame's end"),
        pytest.param(SeverityBuckets, {"buckets": "0"}, "buckets", id="no buckets"),
        pytest.param(SeverityBuckets, {"buckets": "1001"}, "buckets", id="too many buckets"),
        pytest.param(SeverityBuckets, {"buckets": f"{BIG}"}, "buckets", id="far too many buckets"),
        pytest.param(StartWindow, {"startTimestampFrom": "-1"}, "startTimestampFrom", id="a start before the epoch"),
    ],
)
def test_beyond_a_limit(model: type[BaseModel], sent: dict[str, Any], where: str) -> None:
    assert refused(lambda: model.model_validate(sent))[0] == where


@pytest.mark.parametrize(
    "path",
    [
        "incidents?pageSize=1&startTimestamp=-62135596800&endTimestamp=253402300799",
        "incidents?pageSize=100&startTimestamp=-1",
        "incidents/facets?limit=1&startTimestamp=0&endTimestamp=0",
        "incidents/facets?limit=100",
        "incidents/stats/types?timestampFrom=0&timestampTo=0&buckets=1000",
        "incidents/stats/severities?timestampTo=253402300799&buckets=1",
        "incidents/stats/ALERT/count?timestampFrom=0",
        "incidents/stats/ALERT/services?startTimestampTo=0",
    ],
)
async def test_numbers_at_their_limits(shared: Client, path: str) -> None:
    assert (await shared.get(f"/v1/{path}")).status_code == 200


async def test_notes_and_reports_at_their_limits(shared: Client) -> None:
    number = await made(shared, fresh(), {})
    note = answer(await shared.post(f"/v1/incidents/{number}/notes", json={"body": "é" * 100_000}), 201)
    assert answer(await shared.get(f"/v1/incidents/notes/{note['id']}"))["body"] == "é" * 100_000
    for source in ("x", "é" * 255):
        report = {"source": source, "createdAt": "2026-11-22T00:00:00Z", "payload": ""}
        assert answer(await shared.post("/v1/scan-reports", json=report), 201) == report
        found = answer(await shared.get("/v1/scan-reports", params={"source": source}))
        assert found == report
