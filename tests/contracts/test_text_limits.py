"""Texts that are too long to be found as a whole are refused, in every dialect and at their place; nothing is done."""

import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from gateway.dialects.settings import load
from gateway.serving.app import create_app
from tests.conftest import live
from tests.dialects.im.calls import Client
from tests.dialects.incidents_v1.bodies import BODY

pytestmark = pytest.mark.anyio

LIST = "/_im/incidents"


@pytest.fixture(scope="module")
async def client(opensearch_url: str, new_tenant: Callable[[], str]) -> AsyncIterator[Client]:
    """A client of a gateway, as a tenant with an incident and a tag that BigPanda may give."""
    async with live(create_app(load(opensearch_url=opensearch_url))) as opened:
        opened.headers["X-Scope-OrgID"] = new_tenant()
        (await opened.post(f"{LIST}/greek", json={"title": "t"})).raise_for_status()
        tag = {"name": "Team", "type": "Text"}
        (await opened.post("/resources/v2.0/incidents/tags/definitions", json=tag)).raise_for_status()
        yield opened


OVER, ODD = "x" * 8192, "🚨" * 4096
ALERT = {"app_key": "k", "status": "ok", "host": "h"}
NDJSON = {"Content-Type": "application/x-ndjson"}
Write = tuple[str, str, Callable[[str], Any], str]
TAGS = "/resources/v2.0/environments/all/incidents/{greek}/tags"
WRITES: dict[str, Write] = {
    "a title": ("POST", f"{LIST}/over", lambda text: {"title": text}, "title"),
    "a title that is changed": ("PUT", f"{LIST}/greek", lambda text: {"title": text}, "title"),
    "a category": ("POST", f"{LIST}/over", lambda text: {"title": "t", "category": text}, "category"),
    "a tag": ("POST", f"{LIST}/over", lambda text: {"title": "t", "tags": ["a", text]}, "tags[1]"),
    "a custom text": ("POST", f"{LIST}/over", lambda text: {"title": "t", "own": text}, "own"),
    "a custom list": ("PUT", f"{LIST}/greek", lambda text: {"own": ["a", text]}, "own[1]"),
    "a label": ("PUT", f"{LIST}/greek", lambda text: {"labels": [{"name": "a", "value": text}]}, "labels[0].value"),
    "a service": ("PUT", f"{LIST}/greek", lambda text: {"services": [{"name": text}]}, "services[0].name"),
    "an assignee": ("PUT", f"{LIST}/greek", lambda text: {"assignee": {"name": text}}, "assignee.name"),
    "a dialect's text": (
        "PUT", f"{LIST}/greek", lambda text: {"ext": {"v1": {"recommendation": text}}}, "ext.v1.recommendation",
    ),
    "a result's title": ("POST", "/_im/aggregations/results/a/r", lambda text: {"title": text}, "title"),
    "an alert's description": ("POST", f"{LIST}/greek/alerts", lambda text: {"description": text}, "description"),
    "an alert's tag": (
        "POST", f"{LIST}/greek/alerts", lambda text: {"tags": [{"name": "a", "value": text}]}, "tags[0].value",
    ),
    "an alert's tags": (
        "POST", f"{LIST}/greek/alerts", lambda text: [{"tags": [{"name": "a", "value": ["b", text]}]}],
        "[0].tags[0].value",
    ),
    "a dialect's text of an alert": (
        "POST", f"{LIST}/greek/alerts", lambda text: {"ext": {"actian": {"violation_name": text}}},
        "ext.actian.violation_name",
    ),
    "v1's metric name": ("POST", "/v1/incidents", lambda text: BODY | {"metricNames": [text]}, "metricNames[0]"),
    "v1's service": ("POST", "/v1/incidents", lambda text: BODY | {"services": [{"name": text}]}, "services[0].name"),
    "BigPanda's tag": ("POST", f"{TAGS}/team", lambda text: {"tag_value": text}, "tag_value"),
    "BigPanda's tag of several": ("POST", f"{TAGS}/team", lambda text: {"tag_value": ["a", text]}, "tag_value"),
    "BigPanda's tags": ("POST", TAGS, lambda text: [{"tag_id": "team", "tag_value": text}], "[0].tag_value"),
    "Log360's name": ("POST", "/api/v2/incident", lambda text: {"name": text}, "name"),
}  # fmt: skip


@pytest.mark.parametrize("said", [OVER, ODD], ids=["over the limit", "over it in units"])
@pytest.mark.parametrize(("method", "path", "body", "where"), WRITES.values(), ids=WRITES)
async def test_a_short_text_over_its_limit_is_refused(
    client: Client, method: str, path: str, body: Callable[[str], Any], where: str, said: str
) -> None:
    greek = (await client.get(f"{LIST}/greek")).json()
    answer = await client.request(method, path.replace("{greek}", greek["hex_id"]), json=body(said))
    assert answer.status_code == 400, answer.text
    assert (await client.get(f"{LIST}/greek")).json() == greek
    assert where in answer.text
    assert len(answer.content) < 2000
    assert (await client.get(f"{LIST}/over")).status_code == 404


@pytest.mark.parametrize("path", ["bulkCreate", "bulkUpdate"])
async def test_a_bulk_refuses_the_item_alone(client: Client, path: str) -> None:
    names = {"bulkCreate": ("made-1", "made-2", "made-3"), "bulkUpdate": ("greek", "greek", "greek")}[path]
    changes: list[dict[str, Any]] = [
        {"title": "ΟΔΟΣ ΣΊΣΥΦΟΣ"},
        {"title": "t", "own": OVER},
        {"title": "t", "tags": [ODD]},
    ]
    lines = [json.dumps({"_meta": {"id": name}, **fields}) for name, fields in zip(names, changes, strict=True)]
    answer = await client.post(
        f"{LIST}/{path}", content="\n".join(lines), headers={"Content-Type": "application/x-ndjson"}
    )
    items = [next(iter(each.values())) for each in answer.json()["items"]]
    assert [each["status"] for each in items] == [201 if path == "bulkCreate" else 200, 400, 400]
    assert [each["error"].get("where") for each in items[1:]] == ["line 2.own", "line 3.tags[0]"]


async def test_a_pair_over_its_limit_is_refused(client: Client) -> None:
    pair = {"name": "n" * 8000, "value": "v" * 8000}
    answer = await client.put(f"{LIST}/greek", json={"labels": [pair]})
    assert (answer.status_code, answer.json()["error"]["where"]) == (400, "labels")
