"""What is refused: where each refusal points, and the detail of those in our own words; nothing of it is done."""

from typing import Any

import pytest
from pydantic import BaseModel

from gateway.dialects.log360.requests import Create, Delete, Detail, Update
from tests.conftest import Serve
from tests.dialects.log360.calls import PATH, Client, create, detail, fresh_name, make, native, refusal
from tests.refusals import refused

pytestmark = pytest.mark.anyio

UNKNOWN = 2**53 - 2
NO_DATE = "is no ISO 8601 date-time such as 2027-10-03T10:30:00Z or 2027-10-03 10:30:00"
NO_SOURCE = "evidence needs its source: search, report or alert"


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        pytest.param({"name": ""}, "name", id="an empty name"),
        pytest.param({"name": " \t"}, "name", id="a blank name"),
        pytest.param({"name": "x" * 8192}, "name", id="a long name"),
        pytest.param({"name": 7}, "name", id="a name that is a number"),
        pytest.param({"name": None}, "name", id="no name"),
        pytest.param({"description": 7}, "description", id="a number as description"),
        pytest.param({"severity": "high"}, "severity", id="another severity"),
        pytest.param({"severity": 1}, "severity", id="a severity by number"),
        pytest.param({"status": "In Progress"}, "status", id="a label"),
        pytest.param({"assignee": "7"}, "assignee", id="an assignee as text"),
        pytest.param({"assignee": True}, "assignee", id="an assignee as a boolean"),
        pytest.param({"assignee": -2}, "assignee", id="less than nobody"),
        pytest.param({"assignee": 2**53}, "assignee", id="a large number"),
        pytest.param({"due_date": 0}, "due_date", id="a date as a number"),
        pytest.param({"notes": "n"}, "notes", id="a note alone"),
        pytest.param({"notes": ["n", 7]}, "notes[1]", id="a note that is no text"),
        pytest.param({"notes": [""]}, "notes[0]", id="an empty note"),
        pytest.param({"notes": ["n" * 100_001]}, "notes[0]", id="a long note"),
        pytest.param({"notes": ["n"] * 101}, "notes", id="many notes"),
        pytest.param({"source": "log"}, "source", id="another source"),
        pytest.param({"evidence": [""], "source": "alert"}, "evidence[0]", id="an empty uuid"),
        pytest.param({"evidence": ["u" * 257], "source": "alert"}, "evidence[0]", id="a long uuid"),
        pytest.param({"evidence": ["u"] * 101, "source": "alert"}, "evidence", id="much evidence"),
    ],
)
def test_where_the_refusal_of_a_write_points(fields: dict[str, Any], where: str) -> None:
    assert refused(lambda: Create.model_validate({"name": "n", **fields}))[0] == where


@pytest.mark.parametrize(
    ("model", "sent", "where"),
    [
        pytest.param(Create, {}, "name", id="a new incident without a name"),
        pytest.param(Update, {"incident_id": 1}, "name", id="an update without the name"),
        pytest.param(Update, {"name": "n"}, "incident_id", id="an update of none"),
        pytest.param(Update, {"incident_id": "1", "name": "n"}, "incident_id", id="id as text"),
        pytest.param(Detail, {"response_type": ""}, "response_type", id="a form unheard of"),
        pytest.param(Delete, {"incident_ids": []}, "incident_ids", id="none to delete"),
        pytest.param(Delete, {"incident_ids": ["1", "x"]}, "incident_ids[1]", id="a query of no numbers"),
        pytest.param(Delete, {"incident_ids": [1] * 101}, "incident_ids", id="too many to delete"),
        pytest.param(Delete, {}, "incident_ids", id="ids by another name"),
    ],
)
def test_where_another_refusal_points(model: type[BaseModel], sent: dict[str, Any], where: str) -> None:
    assert refused(lambda: model.model_validate(sent))[0] == where


@pytest.mark.parametrize("source", [{}, {"source": ""}], ids=["none", "an empty one"])
def test_evidence_without_a_source(source: dict[str, str]) -> None:
    sent = {"name": "n", "evidence": ["u"], **source}
    assert refused(lambda: Create.model_validate(sent)) == (None, NO_SOURCE)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        pytest.param({"due_date": "soon"}, f'due_date: "soon" {NO_DATE}', id="no date"),
        pytest.param(
            {"due_date": "1969-12-31 23:59:59"},
            'due_date: "1969-12-31 23:59:59" is before 1970-01-01T00:00:00Z',
            id="a date before all dates",
        ),
        pytest.param({"evidence": ["u"]}, NO_SOURCE, id="what only the body as a whole can tell"),
    ],
)
async def test_a_write(shared: Client, fields: dict[str, Any], reason: str) -> None:
    response = await shared.post(PATH, json={"name": fresh_name(), **fields})
    assert (response.status_code, response.json()) == (400, refusal(reason))


@pytest.mark.parametrize(
    ("fields", "within"),
    [
        pytest.param({"name": "x" * 8191}, {}, id="a name"),
        pytest.param({"notes": ["n" * 100_000] + ["n"] * 99}, {"note_count": 100}, id="notes"),
        pytest.param(
            {"evidence": ["u" * 256, *map(str, range(99))], "source": "search"}, {"alert_count": 100}, id="evidence"
        ),
        pytest.param({"assignee": 2**53 - 1}, {"assignee": {"numeric_id": 2**53 - 1}}, id="an assignee"),
    ],
)
async def test_what_is_just_within_the_bounds_is_taken(
    shared: Client, fields: dict[str, Any], within: dict[str, Any]
) -> None:
    document = await native(shared, await create(shared, **fields))
    assert {name: document[name] for name in within} == within


@pytest.mark.parametrize(
    ("method", "path", "body", "reason"),
    [
        pytest.param("POST", "", [], "a JSON object is wanted as the body", id="a list of them"),
        pytest.param("POST", "", None, "a JSON object is wanted as the body", id="no body"),
        pytest.param("PUT", "", {"incident_id": UNKNOWN, "name": "n"}, f'no incident "{UNKNOWN}"', id="of an unknown"),
        pytest.param("GET", f"/{UNKNOWN}", None, f'no incident "{UNKNOWN}"', id="an unknown detail"),
        pytest.param("GET", "/i1", None, 'incident_id: "i1" is no incident id', id="a detail by no number"),
        pytest.param("GET", "/-1", None, 'incident_id: "-1" is no incident id', id="a detail by less than none"),
        pytest.param("GET", f"/{10**16}", None, f'incident_id: "{10**16}" is no incident id', id="by a large number"),
        pytest.param("GET", "/\u0661", None, 'incident_id: "\u0661" is no incident id', id="by other digits"),
        pytest.param("GET", "/1/notes", None, "no such path", id="a path unheard of"),
        pytest.param("DELETE", "", [1], "a JSON object is wanted as the body", id="a list of ids"),
        pytest.param(
            "DELETE",
            "?incident_ids=1",
            {"incident_ids": [1]},
            "incident_ids: the ids stand in the body or in the query, not in both",
            id="ids in both places",
        ),
        pytest.param(
            "DELETE", "", {"incident_ids": [UNKNOWN]}, f"incident_ids: no incident {UNKNOWN}", id="unknown to delete"
        ),
    ],
)
async def test_a_request(shared: Client, method: str, path: str, body: Any, reason: str) -> None:
    response = await shared.request(method, PATH + path, json=body) if body is not None else None
    response = response or await shared.request(method, PATH + path)
    assert (response.status_code, response.json()) == (400, refusal(reason))


@pytest.mark.parametrize(
    ("body", "where"),
    [
        pytest.param({"incident_ids": ["1"]}, "incident_ids[0]", id="ids as text, which only a query has"),
        pytest.param(None, "incident_ids", id="none anywhere"),
    ],
)
async def test_where_the_refusal_of_a_deletion_points(shared: Client, body: Any, where: str) -> None:
    response = await shared.request("DELETE", PATH, **({"json": body} if body else {}))
    assert response.status_code == 400
    assert response.json()["error"]["detail"].partition(":")[0] == where


async def test_a_method_that_there_is_not(shared: Client) -> None:
    response = await shared.patch(PATH, json={})
    told = refusal("this path does not take that method", "Method Not Allowed")
    assert (response.status_code, response.json()) == (405, told)
    assert set(response.headers["allow"].split(", ")) == {"GET", "HEAD", "POST", "PUT", "DELETE"}


async def test_a_status_that_the_workflow_lacks(serve: Serve, tmp_path: Any) -> None:
    workflows = tmp_path / "workflows.json"
    workflows.write_text('{"default": {"new": "open", "done": "closed"}}')
    async with serve(workflows=workflows) as client:
        incident_id = await create(client, status="closed")
        name = (await native(client, incident_id))["title"]
        body = {"incident_id": incident_id, "name": name, "status": "in_progress"}
        response = await client.put(PATH, json=body)
    told = refusal('status: workflow "default" has no status that is in_progress')
    assert (response.status_code, response.json()) == (400, told)


async def test_a_severity_that_the_gateway_lacks(serve: Serve) -> None:
    async with serve(severities=("bad", "critical")) as client:
        incident_id = await create(client, severity="critical")
        assert await detail(client, incident_id)
        response = await client.post(PATH, json={"name": "n", "severity": "trouble"})
        assert await create(client, name="n")
    told = refusal('severity: no severity "high"; there are bad, critical')
    assert (response.status_code, response.json()) == (400, told)


async def test_an_aggregation_result_is_no_incident(client: Client) -> None:
    await make(client)
    response = await client.post("/_im/aggregations/results/a/r", json={"title": "t", "incident_ids": []})
    number = response.json()["numeric_id"]
    response = await client.get(f"{PATH}/{number}")
    assert (response.status_code, response.json()) == (400, refusal(f'no incident "{number}"'))
