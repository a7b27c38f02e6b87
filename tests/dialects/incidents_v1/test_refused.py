"""What v1 refuses, and how: its whole error body, and the exact words."""

from typing import Any

import pytest

from gateway.dialects.incidents_v1 import errors
from gateway.problems import Problem
from tests.conftest import Serve
from tests.dialects.incidents_v1.bodies import BODY, PATCH
from tests.dialects.incidents_v1.calls import Client, answer, fresh, made, read, refusal

pytestmark = pytest.mark.anyio

OBJECT = "a JSON object is wanted as the body"
TIME = "a time is wanted here, in ISO 8601 or in epoch seconds"
TYPE = "input should be 'INCIDENT', 'ANOMALY' or 'ALERT'"
STATUS = "input should be 'OPEN' or 'RESOLVED'"
REPORT = {"source": "s", "createdAt": "2026-11-22T00:00:00Z", "payload": "p"}
MISSING = 9007199254740000


def without(body: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in body.items() if key != name}


def id_of(text: str) -> str:
    return f'"{text}" is no id; a whole number is wanted here'


@pytest.mark.parametrize(
    ("request_line", "body", "told"),
    [
        *(
            pytest.param("POST incidents", without(BODY, name), (400, "field required", name), id=f"no {name}")
            for name in BODY
            if name not in {"startTime", "endTime"}
        ),
        *(
            pytest.param(
                "PATCH incidents/1", without(PATCH, name), (400, "field required", name), id=f"patch: no {name}"
            )
            for name in PATCH
        ),
        *(
            pytest.param(
                "POST scan-reports", without(REPORT, name), (400, "field required", name), id=f"report: no {name}"
            )
            for name in REPORT
        ),
        *(
            pytest.param(
                line, {"body": "x", "extra": 1}, (400, 'no parameter "extra" here', "extra"), id=f"{line}: extra"
            )
            for line in ("POST incidents/1/notes", "PUT incidents/notes/1")
        ),
        pytest.param("POST incidents", BODY | {"x": 1}, (400, 'no parameter "x" here', "x"), id="an unknown field"),
        pytest.param("PATCH incidents/1", PATCH | {"x": 1}, (400, 'no parameter "x" here', "x"), id="patch: unknown"),
        pytest.param("POST scan-reports", REPORT | {"x": 1}, (400, 'no parameter "x" here', "x"), id="report: unknown"),
        pytest.param("POST incidents", BODY | {"type": "incident"}, (400, TYPE, "type"), id="no type"),
        pytest.param("POST incidents", BODY | {"status": "CLOSED"}, (400, STATUS, "status"), id="no status"),
        pytest.param("PATCH incidents/1", PATCH | {"status": None}, (400, STATUS, "status"), id="patch: null"),
        pytest.param(
            "POST incidents",
            BODY | {"category": "COST"},
            (400, "input should be 'PERFORMANCE', 'RELIABILITY', 'SECURITY' or 'CONFIGURATION'", "category"),
            id="no category",
        ),
        pytest.param(
            "POST incidents", BODY | {"title": 5}, (400, "input should be a valid string", "title"), id="no text"
        ),
        pytest.param(
            "POST incidents",
            BODY | {"services": [{"name": "a"}, {"namespace": "b"}]},
            (400, "field required", "services[1].name"),
            id="a service without a name",
        ),
        pytest.param(
            "POST incidents",
            BODY | {"metadata": []},
            (400, "input should be a valid dictionary", "metadata"),
            id="metadata that is no object",
        ),
        pytest.param("POST incidents", BODY | {"startTime": "soon"}, (400, TIME, "startTime"), id="no start"),
        pytest.param("POST incidents", BODY | {"endTime": True}, (400, TIME, "endTime"), id="no end"),
        pytest.param("POST scan-reports", REPORT | {"createdAt": "now"}, (400, TIME, "createdAt"), id="no time"),
        pytest.param("POST incidents", None, (400, OBJECT, None), id="no body"),
        pytest.param("POST incidents", [BODY], (400, OBJECT, None), id="a list of incidents"),
        pytest.param("POST incidents/1/notes", "x", (400, OBJECT, None), id="a note that is bare text"),
        pytest.param("GET incidents/abc", None, (400, id_of("abc"), "id"), id="no id"),
        pytest.param("GET incidents/1.0", None, (400, id_of("1.0"), "id"), id="no whole id"),
        pytest.param(f"GET incidents/{2**63}", None, (400, id_of(str(2**63)), "id"), id="an id over 64 bits"),
        pytest.param("PATCH incidents/x", PATCH, (400, id_of("x"), "id"), id="patch: no id"),
        pytest.param("GET incidents/notes/-1", None, (400, id_of("-1"), "noteId"), id="no note's id"),
        pytest.param("GET incidents/-1/notes", None, (400, id_of("-1"), "incidentId"), id="no id before notes"),
        pytest.param("GET incidents/-1", None, (404, 'no incident "-1"', None), id="an id that nothing has"),
        pytest.param(f"GET incidents/{2**63 - 1}", None, (404, f'no incident "{2**63 - 1}"', None), id="the last id"),
        pytest.param(f"PATCH incidents/{MISSING}", PATCH, (404, f'no incident "{MISSING}"', None), id="patch: missing"),
        pytest.param(f"GET incidents/{MISSING}/notes", None, (404, f'no incident "{MISSING}"', None), id="its notes"),
        pytest.param(
            f"POST incidents/{MISSING}/notes", {"body": "x"}, (404, f'no incident "{MISSING}"', None), id="its new note"
        ),
        pytest.param(f"GET incidents/notes/{MISSING}", None, (404, f'no note "{MISSING}"', None), id="no such note"),
        pytest.param("GET incidents?type=X", None, (400, TYPE, "type[0]"), id="filter: no type"),
        pytest.param("GET incidents?type=ALERT,", None, (400, TYPE, "type[1]"), id="filter: an empty type"),
        pytest.param("GET incidents?status=open", None, (400, STATUS, "status[0]"), id="filter: no status"),
        pytest.param(
            "GET incidents?acknowledged=perhaps",
            None,
            (400, "input should be a valid boolean, unable to interpret input", "acknowledged"),
            id="filter: no boolean",
        ),
        pytest.param(
            "GET incidents?startTimestamp=1e3", None, (400, "a whole number is wanted here", "startTimestamp"), id="1e3"
        ),
        pytest.param(
            "GET incidents?startTimestamp=2&endTimestamp=1",
            None,
            (400, "startTimestamp 2 is after endTimestamp 1", "startTimestamp"),
            id="filter: a start after the end",
        ),
        pytest.param(
            "GET incidents?resolution=a&resolution=b",
            None,
            (400, '"resolution" is given twice', "resolution"),
            id="two",
        ),
        pytest.param(
            "GET incidents?" + "&".join(["service=x"] * 101),
            None,
            (400, "list should have at most 100 items after validation, not 101", "service"),
            id="filter: too many",
        ),
        pytest.param(
            "GET incidents?direction=BACK", None, (400, "input should be 'NEXT' or 'PREVIOUS'", "direction"), id="BACK"
        ),
        pytest.param(
            "GET incidents?cursor=x",
            None,
            (400, "a cursor is the firstId or the lastId of a page", "cursor"),
            id="cursor",
        ),
        pytest.param(
            "GET incidents/facets?cursor=-1",
            None,
            (400, "a cursor is the firstId or the lastId of a page", "cursor"),
            id="a cursor below every id",
        ),
        pytest.param("GET incidents/stats/current", None, (400, "field required", "status"), id="current: no status"),
        pytest.param(
            "GET incidents/stats/current/priorities?status=X", None, (400, STATUS, "status"), id="by priority"
        ),
        pytest.param("GET incidents/stats/X/count", None, (400, TYPE, "type"), id="count of no type"),
        pytest.param("GET incidents/stats/alert/services", None, (400, TYPE, "type"), id="services of no type"),
        *(
            pytest.param(
                f"GET incidents/stats/{path}=2&{prefix}To=1",
                None,
                (400, "the time frame starts at 2, after its end at 1", f"{prefix}From"),
                id=f"{path}: a start after the end",
            )
            for path, prefix in (
                ("types?timestampFrom", "timestamp"),
                ("severities?timestampFrom", "timestamp"),
                ("ALERT/count?timestampFrom", "timestamp"),
                ("ALERT/services?startTimestampFrom", "startTimestamp"),
            )
        ),
        pytest.param("GET scan-reports", None, (400, "field required", "source"), id="reports of what"),
        pytest.param(
            "GET scan-reports?source=nobody", None, (404, 'no scan report from "nobody"', "source"), id="nobody"
        ),
        pytest.param("GET incident", None, (404, "no such path", None), id="no such path"),
        pytest.param("DELETE incidents/1", None, (405, "this path does not take that method", None), id="a method"),
    ],
)
async def test_a_refusal(shared: Client, request_line: str, body: Any, told: tuple[Any, ...]) -> None:
    method, _, path = request_line.partition(" ")
    assert refusal(await shared.request(method, f"/v1/{path}", json=body)) == told


async def test_bodies_that_are_not_read(shared: Client) -> None:
    broken = await shared.post("/v1/incidents", content=b"[1", headers={"Content-Type": "application/json"})
    assert refusal(broken)[::2] == (400, None)
    text = await shared.post("/v1/incidents", content=b"{}", headers={"Content-Type": "text/plain"})
    assert refusal(text) == (415, 'a body of "text/plain" is not read here; send application/json', None)


async def test_a_body_over_the_limit(serve: Serve) -> None:
    async with serve(body_limit=1024) as client:
        answered = await client.post("/v1/incidents", json=BODY | {"metadata": {"a": "x" * 1024}})
        assert refusal(answered) == (413, "the body may be at most 1,024 bytes", None)


@pytest.mark.parametrize("version", ["1", "v1", "1.0", "1.x", "V1.2.3".lower(), ""])
async def test_versions_that_this_one_is(shared: Client, version: str) -> None:
    assert (await shared.get("/v1/incidents/types", headers={"Api-Version": version})).status_code == 200


@pytest.mark.parametrize(
    "line", ["GET incidents", "POST incidents", "GET scan-reports/score", "DELETE incidents/notes/1"]
)
async def test_another_version(shared: Client, line: str) -> None:
    method, _, path = line.partition(" ")
    answered = await shared.request(method, f"/v1/{path}", headers={"Api-Version": "2"})
    assert refusal(answered) == (400, 'no version "2" here; this is version 1', "Api-Version")


async def test_nobody_acknowledges(shared: Client) -> None:
    number = await made(shared, fresh(), {})
    where = f"/v1/incidents/{number}/acknowledge"
    told = (400, "a user's id of at most 256 characters is wanted", "User-ID")
    assert refusal(await shared.post(where)) == told
    assert refusal(await shared.post(where, headers={"User-ID": " "})) == told
    assert (await read(shared, number))["ackTime"] is None
    assert answer(await shared.post(where, headers={"User-ID": "x" * 256}))["ackUserId"] == "x" * 256


def test_an_error_before_any_request() -> None:
    rendered = errors.render(Problem(503, "unavailable", "the engine cannot be reached"))
    expected = b'{"_links":{},"_embedded":{},"message":"the engine cannot be reached","logref":null,"path":null}'
    assert (rendered.status_code, bytes(rendered.body)) == (503, expected)
