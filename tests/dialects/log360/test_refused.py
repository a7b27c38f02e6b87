"""What is refused, with its exact detail; nothing of it is done."""

from typing import Any

import pytest

from tests.conftest import Serve
from tests.dialects.log360.calls import PATH, Client, attach, create, delete, detail, fresh_name, make, native, refusal

pytestmark = pytest.mark.anyio

UNKNOWN = 2**53 - 2
SEVERITIES = "input should be 'critical', 'trouble' or 'attention'"
TOO_LONG = "list should have at most 100 items after validation, not 101"
NO_DATE = "is no ISO 8601 date-time such as 2027-10-03T10:30:00Z or 2027-10-03 10:30:00"


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        pytest.param({"name": ""}, r"name: string should match pattern '\S'", id="an empty name"),
        pytest.param({"name": " \t"}, r"name: string should match pattern '\S'", id="a blank name"),
        pytest.param({"name": "x" * 8192}, "name: string should have at most 8191 characters", id="a long name"),
        pytest.param({"name": 7}, "name: input should be a valid string", id="a name that is a number"),
        pytest.param({"name": None}, "name: input should be a valid string", id="no name"),
        pytest.param({"title": "t"}, 'title: no parameter "title" here', id="a word of another dialect"),
        pytest.param({"description": 7}, "description: input should be a valid string", id="a number as description"),
        pytest.param({"severity": "high"}, f"severity: {SEVERITIES}", id="another severity"),
        pytest.param({"severity": 1}, f"severity: {SEVERITIES}", id="a severity by number"),
        pytest.param(
            {"status": "In Progress"}, "status: input should be 'open', 'in_progress' or 'closed'", id="a label"
        ),
        pytest.param({"assignee": "7"}, "assignee: input should be a valid integer", id="an assignee as text"),
        pytest.param({"assignee": True}, "assignee: input should be a valid integer", id="an assignee as a boolean"),
        pytest.param({"assignee": -2}, "assignee: input should be greater than or equal to -1", id="less than nobody"),
        pytest.param(
            {"assignee": 2**53}, f"assignee: input should be less than or equal to {2**53 - 1}", id="a large number"
        ),
        pytest.param({"due_date": "soon"}, f'due_date: "soon" {NO_DATE}', id="no date"),
        pytest.param(
            {"due_date": "1969-12-31 23:59:59"},
            'due_date: "1969-12-31 23:59:59" is before 1970-01-01T00:00:00Z',
            id="a date before all dates",
        ),
        pytest.param({"due_date": 0}, "due_date: input should be a valid string", id="a date as a number"),
        pytest.param({"notes": "n"}, "notes: input should be a valid list", id="a note alone"),
        pytest.param({"notes": ["n", 7]}, "notes[1]: input should be a valid string", id="a note that is no text"),
        pytest.param({"notes": [""]}, "notes[0]: string should have at least 1 character", id="an empty note"),
        pytest.param(
            {"notes": ["n" * 100_001]}, "notes[0]: string should have at most 100000 characters", id="a long note"
        ),
        pytest.param({"notes": ["n"] * 101}, f"notes: {TOO_LONG}", id="many notes"),
        pytest.param({"evidence": ["u"]}, "evidence needs its source: search, report or alert", id="no source"),
        pytest.param(
            {"evidence": ["u"], "source": ""},
            "evidence needs its source: search, report or alert",
            id="an empty source",
        ),
        pytest.param(
            {"source": "log"}, "source: input should be 'search', 'report', 'alert' or ''", id="another source"
        ),
        pytest.param(
            {"evidence": [""], "source": "alert"},
            "evidence[0]: string should have at least 1 character",
            id="an empty uuid",
        ),
        pytest.param(
            {"evidence": ["u" * 257], "source": "alert"},
            "evidence[0]: string should have at most 256 characters",
            id="a long uuid",
        ),
        pytest.param({"evidence": ["u"] * 101, "source": "alert"}, f"evidence: {TOO_LONG}", id="much evidence"),
    ],
)
@pytest.mark.parametrize("method", ["POST", "PUT"])
async def test_a_write(shared: Client, method: str, fields: dict[str, Any], reason: str) -> None:
    body = {"name": fresh_name(), **fields} | ({"incident_id": UNKNOWN} if method == "PUT" else {})
    response = await shared.request(method, PATH, json=body)
    reason = f'no incident "{UNKNOWN}"' if method == "PUT" and reason.startswith('due_date: "') else reason
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
        pytest.param("POST", "", {}, "name: field required", id="a new incident without a name"),
        pytest.param("POST", "", [], "a JSON object is wanted as the body", id="a list of them"),
        pytest.param("POST", "", None, "a JSON object is wanted as the body", id="no body"),
        pytest.param("PUT", "", {"incident_id": 1}, "name: field required", id="an update without the name"),
        pytest.param("PUT", "", {"name": "n"}, "incident_id: field required", id="an update of none"),
        pytest.param(
            "PUT",
            "",
            {"incident_id": "1", "name": "n"},
            "incident_id: input should be a valid integer",
            id="id as text",
        ),
        pytest.param("PUT", "", {"incident_id": UNKNOWN, "name": "n"}, f'no incident "{UNKNOWN}"', id="of an unknown"),
        pytest.param("GET", f"/{UNKNOWN}", None, f'no incident "{UNKNOWN}"', id="an unknown detail"),
        pytest.param("GET", "/i1", None, 'incident_id: "i1" is no incident id', id="a detail by no number"),
        pytest.param("GET", "/-1", None, 'incident_id: "-1" is no incident id', id="a detail by less than none"),
        pytest.param("GET", f"/{10**16}", None, f'incident_id: "{10**16}" is no incident id', id="by a large number"),
        pytest.param("GET", "/\u0661", None, 'incident_id: "\u0661" is no incident id', id="by other digits"),
        pytest.param(
            "GET",
            f"/{UNKNOWN}?response_type=",
            None,
            "response_type: input should be 'client' or 'server'",
            id="a form unheard of",
        ),
        pytest.param("GET", "/1/notes", None, "no such path", id="a path unheard of"),
        pytest.param(
            "DELETE",
            "",
            {"incident_ids": []},
            "incident_ids: list should have at least 1 item after validation, not 0",
            id="none to delete",
        ),
        pytest.param(
            "DELETE",
            "",
            None,
            "incident_ids: list should have at least 1 item after validation, not 0",
            id="none to delete anywhere",
        ),
        pytest.param(
            "DELETE",
            "?incident_ids=1,x",
            None,
            "incident_ids[1]: input should be a valid integer, unable to parse string as an integer",
            id="a query of no numbers",
        ),
        pytest.param("DELETE", "", {"incident_ids": [1] * 101}, f"incident_ids: {TOO_LONG}", id="too many to delete"),
        pytest.param(
            "DELETE", "", {"incident_ids": ["1"]}, "incident_ids[0]: input should be a valid integer", id="ids as text"
        ),
        pytest.param("DELETE", "", {"ids": [1]}, "incident_ids: field required", id="ids by another name"),
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


async def test_a_body_that_is_no_json(shared: Client) -> None:
    response = await shared.post(PATH, content=b"{", headers={"content-type": "application/json"})
    assert (response.status_code, response.json()["error"]["code"]) == (400, "07001110")
    assert response.json()["error"]["detail"].startswith("the body is not JSON: ")


async def test_a_body_of_another_type(shared: Client) -> None:
    response = await shared.post(PATH, content=b"name=test", headers={"content-type": "text/plain"})
    told = refusal('a body of "text/plain" is not read here; send application/json', "Unsupported Media Type")
    assert (response.status_code, response.json()) == (415, told)


async def test_a_method_that_there_is_not(shared: Client) -> None:
    response = await shared.patch(PATH, json={})
    told = refusal("this path does not take that method", "Method Not Allowed")
    assert (response.status_code, response.json()) == (405, told)
    assert set(response.headers["allow"].split(", ")) == {"GET", "HEAD", "POST", "PUT", "DELETE"}


async def test_a_body_over_the_limit(serve: Serve) -> None:
    async with serve(body_limit=1024) as client:
        response = await client.post(PATH, json={"name": "x" * 1024})
    assert (response.status_code, response.json()["error"]["code"]) == (413, "07001110")
    assert response.json()["error"]["detail"] == "the body may be at most 1,024 bytes"


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


async def test_another_tenants_incident_is_none(shared: Client, client: Client) -> None:
    incident_id = await create(shared, notes=["secret"])
    own = await create(client)
    await attach(client, own, {"alert_id": "a"})
    unknown = 400, refusal(f'no incident "{incident_id}"')
    if incident_id != own:
        response = await client.get(f"{PATH}/{incident_id}")
        assert (response.status_code, response.json()) == unknown
        response = await client.put(PATH, json={"incident_id": incident_id, "name": "mine"})
        assert (response.status_code, response.json()) == unknown
        assert (await delete(client, incident_id)).status_code == 400
    assert (await detail(shared, incident_id))["notes"][0]["note"] == "secret"


async def test_an_aggregation_result_is_no_incident(client: Client) -> None:
    await make(client)
    response = await client.post("/_im/aggregations/results/a/r", json={"title": "t", "incident_ids": []})
    number = response.json()["numeric_id"]
    response = await client.get(f"{PATH}/{number}")
    assert (response.status_code, response.json()) == (400, refusal(f'no incident "{number}"'))
