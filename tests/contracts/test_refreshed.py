"""Each write that says `refresh` has searches of notes and alerts find what it did, not those of incidents alone."""

import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from gateway.dialects.settings import load
from gateway.serving.app import create_app
from tests.conftest import live
from tests.dialects.im.calls import Client

pytestmark = pytest.mark.anyio

IM, NDJSON = "/_im/incidents", {"Content-Type": "application/x-ndjson"}
FOUND = "/resources/v2.0/environments/all/incidents"


@pytest.fixture(scope="module")
async def client(opensearch_url: str, new_tenant: Callable[[], str]) -> AsyncIterator[Client]:
    """A client of a gateway, as a tenant of its own."""
    async with live(create_app(load(opensearch_url=opensearch_url))) as opened:
        opened.headers["X-Scope-OrgID"] = new_tenant()
        yield opened


async def done(client: Client, method: str, path: str, body: Any = None) -> Any:
    """The answer to a request that succeeds; a text is sent as lines."""
    sent: dict[str, Any] = {"content": body, "headers": NDJSON} if isinstance(body, str) else {"json": body}
    answer = await client.request(method, path, **(sent if body is not None else {}))
    assert answer.is_success, answer.text
    return answer.json()


async def prepared(client: Client, name: str) -> dict[str, Any]:
    """An incident with a note, two alerts and another incident beside it; what a path or a body may name of them."""
    await done(client, "POST", f"{IM}/{name}", {"title": "t", "comment": "first"})
    await done(client, "POST", f"{IM}/{name}-2", {"title": "t"})
    note = await done(client, "POST", f"{IM}/{name}/notes?refresh=true", {"body": f"old of {name}"})
    await done(client, "POST", f"{IM}/{name}/alerts", [{"alert_id": f"{name}-a{i}"} for i in range(2)])
    result = {"title": "r", "incident_ids": [name]}
    await done(client, "POST", f"/_im/aggregations/results/r/{name}", result)
    return {"name": name, "note": note["note_id"]}


async def token(client: Client, action: str, said: dict[str, Any], name: str) -> str:
    """The token of a dry run over the incident alone."""
    filters = {"search_query": {"ids": {"values": [name]}}}
    dry = await done(client, "POST", f"{IM}/{action}/byFilter?refresh=true", {"dry_run": True, **filters, **said})
    assert dry["total"] == 1
    return str(dry["token"])


NEW = "new of {name}"
Row = tuple[str, str, Any]
SAID: dict[str, Row] = {
    "an incident with a comment": ("POST", "{name}-3", {"title": "t", "comment": NEW}),
    "an incident under a new id": ("POST", "", {"title": "t", "comment": NEW}),
    "a comment": ("PUT", "{name}", {"comment": NEW}),
    "a note": ("POST", "{name}/notes", {"body": NEW}),
    "a note that is changed": ("PUT", "{name}/notes/{note}", {"body": NEW}),
    "an assignment": ("POST", "{name}/assign", {"assignee": "ann", "comment": NEW}),
    "a snooze": ("POST", "{name}/snooze", {"until": "now+1h", "comment": NEW}),
    "a merge": ("POST", "{name}/merge", {"sources": ["{name}-2"], "comment": NEW}),
    "a split": ("POST", "{name}/split", {"alerts": ["{name}-a1"], "comment": NEW}),
    "a bulk of changes": ("POST", "bulkUpdate", [{"_meta": {"id": "{name}"}, "comment": NEW}]),
    "a bulk of new ones": ("POST", "bulkCreate", [{"_meta": {"id": "{name}-3"}, "title": "t", "comment": NEW}]),
    "a result that its incidents follow": ("PUT", "../aggregations/results/r/{name}", {"comment": NEW}),
}
GONE: dict[str, Row] = {
    "a note that is taken away": ("DELETE", "{name}/notes/{note}", None),
    "an incident that is deleted": ("DELETE", "{name}", None),
    "a bulk of deletions": ("POST", "bulkDelete", {"ids": ["{name}"]}),
}


def filled(template: Any, things: dict[str, Any]) -> Any:
    """What is sent: a list as lines, everything with the names of the incident's own things."""
    if template is None:
        return None
    text = "\n".join(map(json.dumps, template)) if isinstance(template, list) else json.dumps(template)
    for name, value in things.items():
        text = text.replace(f"{{{name}}}", str(value))
    return text if isinstance(template, list) else json.loads(text)


async def commented(client: Client, text: str) -> int:
    """How many incidents BigPanda finds by a comment."""
    answer = await done(client, "GET", f'{FOUND}?query=comment = "{text}"')
    return len(answer["items"])


async def write(client: Client, row: Row, things: dict[str, Any], refresh: str) -> None:
    """Does what the row says."""
    method, rest, body = row
    path = f"{IM}/{rest.format(**things)}".replace("incidents/../", "").removesuffix("/")
    sync = "sync=true&" if "results" in path else ""
    await done(client, method, f"{path}?{sync}refresh={refresh}", filled(body, things))


@pytest.mark.parametrize(("said", "row"), SAID.items(), ids=SAID)
async def test_a_comment_is_found(client: Client, said: str, row: Row) -> None:
    name = "said-" + said.replace(" ", "-")
    await write(client, row, await prepared(client, name), "true")
    assert await commented(client, f"new of {name}") == 1


@pytest.mark.parametrize(("said", "row"), GONE.items(), ids=GONE)
async def test_a_note_that_is_gone_is_not(client: Client, said: str, row: Row) -> None:
    name = "gone-" + said.replace(" ", "-")
    await write(client, row, await prepared(client, name), "true")
    assert await commented(client, f"old of {name}") == 0


@pytest.mark.parametrize("lines", [False, True], ids=["answered whole", "answered in lines"])
@pytest.mark.parametrize(("action", "said"), [("bulkUpdate", {"change": {"comment": "by filter"}}), ("bulkDelete", {})])
async def test_by_filter_it_is_so_too(client: Client, action: str, said: dict[str, Any], lines: bool) -> None:
    name = f"{action}-{lines}"
    await prepared(client, name)
    said = {each: {"comment": f"new of {name}"} for each in said}
    body = {"token": await token(client, action, said, name), **said}
    headers = {"Accept": "application/x-ndjson"} if lines else {}
    answer = await client.post(f"{IM}/{action}/byFilter?refresh=true", json=body, headers=headers)
    assert answer.is_success, answer.text
    counts = [await commented(client, f"{each} of {name}") for each in ("new", "old")]
    assert counts == ([1, 1] if said else [0, 0])


async def test_waiting_for_it_finds_it_too(client: Client) -> None:
    things = await prepared(client, "waiting")
    await write(client, SAID["a note that is changed"], things, "wait_for")
    assert await commented(client, "new of waiting") == 1


@pytest.mark.parametrize("refresh", ["true", "wait_for"])
async def test_the_incidents_of_a_result_are_found(client: Client, refresh: str) -> None:
    name = f"members-{refresh}"
    await prepared(client, name)
    path, found = f"/_im/aggregations/results/r/{name}-new?refresh={refresh}", {"incident_ids": [name]}
    await done(client, "POST", path, {"title": "r", **found})
    shown = f"/_im/aggregations/results?incident_aggregation_result_id={name}-new"
    [result] = (await done(client, "GET", shown))["docs"]
    assert result["incidents_total"] == 1
    await done(client, "DELETE", path)
    listed = await done(client, "GET", f"{IM}?aggregation_results=r~{name}-new")
    assert listed["docs"] == []
