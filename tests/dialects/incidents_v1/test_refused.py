"""What v1 refuses, and how: its whole error body, where a refusal points, and the words that are ours."""

import json
from typing import Any

import pytest
from pydantic import BaseModel

from gateway.dialects.incidents_v1 import errors
from gateway.dialects.incidents_v1.requests import Incident, Patch, ScanReport
from gateway.problems import Problem
from tests.dialects.incidents_v1.bodies import BODY, PATCH
from tests.dialects.incidents_v1.calls import Client, answer, fresh, made, read, refusal
from tests.refusals import refused

pytestmark = pytest.mark.anyio

OBJECT = "a JSON object is wanted as the body"
TIME = "a time is wanted here, in ISO 8601 or in epoch seconds"
REPORT = {"source": "s", "createdAt": "2026-11-22T00:00:00Z", "payload": "p"}
WANTED = BODY.keys() - {"startTime", "endTime"}
MISSING = 9007199254740000


def without(body: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in body.items() if key != name}


def id_of(text: str) -> str:
    return f'"{text}" is no id; a whole number is wanted here'


@pytest.mark.parametrize(
    ("request_line", "body", "told"),
    [
        pytest.param("POST incidents", BODY | {"startTime": "soon"}, (400, TIME, "startTime"), id="no start"),
        pytest.param("POST incidents", BODY | {"endTime": True}, (400, TIME, "endTime"), id="no end"),
        pytest.param("POST scan-reports", REPORT | {"createdAt": "now"}, (400, TIME, "createdAt"), id="no time"),
        pytest.param("POST incidents", None, (400, OBJECT, None), id="no body"),
        pytest.param("POST incidents", [BODY], (400, OBJECT, None), id="a list of incidents"),
        pytest.param("POST scan-reports", "x", (400, OBJECT, None), id="a report that is bare text"),
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


@pytest.mark.parametrize(
    ("model", "sent", "where"),
    [
        *(pytest.param(Incident, without(BODY, name), name, id=f"no {name}") for name in sorted(WANTED)),
        *(pytest.param(Patch, without(PATCH, name), name, id=f"patch: no {name}") for name in PATCH),
        *(pytest.param(ScanReport, without(REPORT, name), name, id=f"report: no {name}") for name in REPORT),
        pytest.param(Incident, BODY | {"type": "incident"}, "type", id="no type"),
        pytest.param(Incident, BODY | {"status": "CLOSED"}, "status", id="no status"),
        pytest.param(Patch, PATCH | {"status": None}, "status", id="patch: null"),
        pytest.param(Incident, BODY | {"category": "COST"}, "category", id="no category"),
        pytest.param(Incident, BODY | {"title": 5}, "title", id="no text"),
        pytest.param(
            Incident,
            BODY | {"services": [{"name": "a"}, {"namespace": "b"}]},
            "services[1].name",
            id="a service without a name",
        ),
        pytest.param(Incident, BODY | {"metadata": []}, "metadata", id="metadata that is no object"),
    ],
)
def test_where_the_refusal_of_a_body_points(model: type[BaseModel], sent: dict[str, Any], where: str) -> None:
    assert refused(lambda: model.model_validate(sent))[0] == where


@pytest.mark.parametrize(
    ("path", "where"),
    [
        pytest.param("incidents?type=X", "type[0]", id="no type"),
        pytest.param("incidents?type=ALERT,", "type[1]", id="an empty type"),
        pytest.param("incidents?status=open", "status[0]", id="no status"),
        pytest.param("incidents?acknowledged=perhaps", "acknowledged", id="no boolean"),
        pytest.param("incidents?" + "&".join(["service=x"] * 101), "service", id="too many"),
        pytest.param("incidents?direction=BACK", "direction", id="no direction"),
        pytest.param("incidents/stats/current", "status", id="current: no status"),
        pytest.param("incidents/stats/current/priorities?status=X", "status", id="by priority: no status"),
        pytest.param("incidents/stats/X/count", "type", id="count of no type"),
        pytest.param("incidents/stats/alert/services", "type", id="services of no type"),
        pytest.param("scan-reports", "source", id="reports of what"),
    ],
)
async def test_where_the_refusal_of_a_query_points(shared: Client, path: str, where: str) -> None:
    assert refusal(await shared.get(f"/v1/{path}"))[::2] == (400, where)


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
    expected = b'{"_links":{},"_embedded":{},"message":"the engine cannot be reached","logref":null}'
    assert (rendered.status_code, bytes(rendered.body)) == (503, expected)


@pytest.mark.parametrize(("length", "links"), [(200, {"href": "/" * 200, "templated": False}), (201, None)])
def test_a_link_is_whole_or_none(length: int, links: dict[str, Any] | None) -> None:
    rendered = errors.render(Problem(404, "not_found", "no such path", path="/" * length))
    assert json.loads(bytes(rendered.body))["_links"].get("self") == links
