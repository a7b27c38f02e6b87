"""The limits of the reference, each at its last value and one beyond it."""

from typing import Any

import pytest

from tests.dialects.incidents_v1.bodies import BODY, PATCH
from tests.dialects.incidents_v1.calls import Client, answer, fresh, made, read, refusal

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


def too_long(most: int) -> str:
    return f"string should have at most {most} character{'s' if most > 1 else ''}"


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


@pytest.mark.parametrize("name", LONGEST)
async def test_one_character_more(shared: Client, name: str) -> None:
    sent = {name: "x" * (LONGEST[name] + 1)}
    told = (400, too_long(LONGEST[name]), name)
    assert refusal(await shared.post("/v1/incidents", json=BODY | sent)) == told
    if name in PATCH:
        assert refusal(await shared.patch("/v1/incidents/1", json=PATCH | sent)) == told


LEAST = "string should have at least 1 character"
BIG = 2**31


@pytest.mark.parametrize(
    ("request_line", "body", "told"),
    [
        pytest.param("POST incidents", BODY | {"incidentId": ""}, (LEAST, "incidentId"), id="an empty incidentId"),
        pytest.param("POST incidents", BODY | {"title": ""}, (LEAST, "title"), id="an empty title"),
        pytest.param("PATCH incidents/1", PATCH | {"title": ""}, (LEAST, "title"), id="an empty title of a patch"),
        pytest.param(
            "POST incidents",
            BODY | {"services": []},
            ("list should have at least 1 item after validation, not 0", "services"),
            id="no services",
        ),
        pytest.param(
            "POST incidents",
            BODY | {"services": [{"name": "x" * 8192}]},
            (too_long(8191), "services[0].name"),
            id="a service's name that no filter would find",
        ),
        pytest.param(
            "POST incidents",
            BODY | {"metricNames": ["x", "x" * 8192]},
            (too_long(8191), "metricNames[1]"),
            id="a metric that no filter would find",
        ),
        pytest.param("POST incidents/1/notes", {"body": ""}, (LEAST, "body"), id="an empty note"),
        pytest.param("PUT incidents/notes/1", {"body": ""}, (LEAST, "body"), id="an empty text for a note"),
        pytest.param("POST incidents/1/notes", {"body": "x" * 100_001}, (too_long(100_000), "body"), id="a long note"),
        pytest.param(
            "POST scan-reports",
            {"source": "", "createdAt": "2026-11-22T00:00:00Z", "payload": ""},
            (LEAST, "source"),
            id="a report without a source",
        ),
        pytest.param(
            "POST scan-reports",
            {"source": "x" * 256, "createdAt": "2026-11-22T00:00:00Z", "payload": ""},
            (too_long(255), "source"),
            id="a report of too long a source",
        ),
        pytest.param("GET scan-reports?source=", None, (LEAST, "source"), id="reports of no source"),
        pytest.param(
            f"GET scan-reports?source={'x' * 256}", None, (too_long(255), "source"), id="of too long a source"
        ),
        *(
            pytest.param(f"GET {path}={value}", None, (f"input should be {bound}", path.rpartition("?")[2]), id=told)
            for path, value, bound, told in (
                ("incidents?pageSize", 0, "greater than or equal to 1", "no page"),
                ("incidents?pageSize", 101, "less than or equal to 100", "too large a page"),
                ("incidents/facets?limit", 0, "greater than or equal to 1", "no page with facets"),
                ("incidents/facets?limit", 101, "less than or equal to 100", "too large a page with facets"),
                ("incidents/facets?startTimestamp", -1, "greater than or equal to 0", "a facet's start"),
                ("incidents/facets?endTimestamp", -1, "greater than or equal to 0", "a facet's end"),
                ("incidents?startTimestamp", -62135596801, "greater than or equal to -62135596800", "year 0"),
                ("incidents?endTimestamp", 253402300800, "less than or equal to 253402300799", "year 10000"),
                ("incidents/stats/types?timestampFrom", -1, "greater than or equal to 0", "a frame's start"),
                ("incidents/stats/types?timestampTo", -1, "greater than or equal to 0", "a frame's end"),
                ("incidents/stats/types?buckets", 0, "greater than or equal to 1", "no buckets"),
                ("incidents/stats/types?buckets", 1001, "less than or equal to 1000", "too many buckets"),
                ("incidents/stats/severities?buckets", BIG, "less than or equal to 1000", "far too many buckets"),
                ("incidents/stats/ALERT/count?timestampTo", -1, "greater than or equal to 0", "a count's end"),
                ("incidents/stats/ALERT/services?startTimestampFrom", -1, "greater than or equal to 0", "services"),
            )
        ),
    ],
)
async def test_beyond_a_limit(shared: Client, request_line: str, body: Any, told: tuple[str, str]) -> None:
    method, _, path = request_line.partition(" ")
    assert refusal(await shared.request(method, f"/v1/{path}", json=body)) == (400, *told)


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
