"""Paths that are not quite an operation's, in every dialect: refused there in its own words, and never misread."""

import json
import re
import uuid
from collections.abc import AsyncIterator
from urllib.parse import urljoin

import httpx2
import pytest

from gateway.dialects import DIALECTS
from gateway.dialects.dialect import Dialect, Operation
from gateway.dialects.settings import load
from gateway.problems import Problem
from gateway.serving.app import create_app
from tests.conftest import live
from tests.contracts.conftest import error_of

pytestmark = pytest.mark.anyio

Client = httpx2.AsyncClient

WITH_IDS = [
    (dialect, each)
    for dialect in DIALECTS
    for each in dialect.operations
    if re.search(r"\{(?!tenant\})", dialect.path_of(each))
]
IDS = {
    "4 kB": "a" * 4096,
    "4 kB of digits": "9" * 4096,
    "more digits than a number may have": "9" * 5000,
    "a thousand letters beyond ASCII": "%C3%A9" * 1000,
    "a slash": "a%2Fb",
    "a way up": "..%2F..%2Fim-registry%2F_doc%2Fsecret",
    "a percent sign": "%25",
    "a null": "a%00b",
    "a line": "a%0Ab",
}


@pytest.fixture(scope="module")
async def client(opensearch_url: str) -> AsyncIterator[Client]:
    """A client of a gateway with default settings, as a tenant that nobody has ever written to."""
    async with live(create_app(load(opensearch_url=opensearch_url))) as opened:
        opened.headers.update({"X-Scope-OrgID": f"t{uuid.uuid4().hex[:12]}", "User-ID": "me"})
        yield opened


OF_ONE = [
    (dialect, each)
    for dialect, each in WITH_IDS
    if each.body and re.search(r"\{(id|incident_?[iI]d|noteId)\}", each.path)
    if (each.method, dialect.path_of(each)) != ("POST", "/_im/incidents/{id}")
]
"""Writes about an incident, or a note, that has to be there."""
MISSING = {"environment_id": "all", "incident_id": "5f7f04f3b7b9b84f4d0b5b2c", "tag_id": "owner"}


@pytest.mark.parametrize(("dialect", "operation"), OF_ONE, ids=lambda each: getattr(each, "path", None) or each.name)
@pytest.mark.parametrize("body", ['"no object"', "{", '{"nobody_knows": 1}'])
async def test_a_body_is_refused_only_for_an_incident_that_is_there(
    client: Client, dialect: Dialect, operation: Operation, body: str
) -> None:
    path = re.sub(r"\{(\w+)\}", lambda name: MISSING.get(name[1], "99999"), dialect.path_of(operation))
    kind = {"Content-Type": operation.media_types[0]}
    refused = await client.request(operation.method, path, content=body, headers=kind)
    assert error_of(dialect, refused) == 404, refused.text


@pytest.mark.parametrize(("dialect", "operation"), WITH_IDS, ids=lambda each: getattr(each, "path", None) or each.name)
@pytest.mark.parametrize("sent", IDS.values(), ids=IDS)
async def test_an_id_that_nothing_has_is_refused_in_the_dialects_words(
    client: Client, dialect: Dialect, operation: Operation, sent: str
) -> None:
    path = dialect.path_of(operation).replace("{tenant}", client.headers["X-Scope-OrgID"])
    kind = {"Content-Type": operation.media_types[0]} if operation.example else {}
    target = re.sub(r"\{\w+\}", sent, path)
    found = await client.request(operation.method, target, content=operation.example, headers=kind)
    assert error_of(dialect, found) in {400, 404}
    assert "engine" not in found.text


async def test_an_id_that_is_too_long_is_not_found(client: Client) -> None:
    for length in (513, 4096, 30_000):
        found = await client.get(f"/_im/incidents/{'a' * length}")
        assert (found.status_code, found.json()["error"]["type"]) == (404, "not_found")


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda each: each.name)
@pytest.mark.parametrize("change", [lambda path: f"/{path}", lambda path: path.replace("/", "//")], ids=["one", "all"])
async def test_two_slashes_are_not_one(client: Client, dialect: Dialect, change: object) -> None:
    assert callable(change)
    path = dialect.path_of(dialect.operations[0]).replace("{tenant}", client.headers["X-Scope-OrgID"])
    found = await client.get(f"http://gateway{change(path)}")
    expected = dialect.render(Problem(404, "not_found", "no such path", path=change(path)))
    assert (found.status_code, found.json().keys()) == (
        expected.status_code,
        json.loads(bytes(expected.body)).keys(),
    )


@pytest.mark.parametrize("path", ["/_im%2Fincidents", "/_im/incidents%2Fi1", "/v1%2Fincidents", "%2F_im/incidents"])
async def test_an_encoded_slash_does_not_divide_a_path(client: Client, path: str) -> None:
    found = await client.get(f"http://gateway/{path.lstrip('/')}")
    assert found.status_code == 404


async def test_everything_that_leads_on_leads_under_the_root(opensearch_url: str, tenant: str) -> None:
    async with live(create_app(load(opensearch_url=opensearch_url, root_path="/siem"))) as client:
        client.headers["X-Scope-OrgID"] = tenant
        made = await client.post("/siem/_im/incidents/i1", json={"title": "x"})
        change = await client.get("/siem/v1/incidents/0")
        document = (await client.get("/siem/openapi/im.json")).json()
        pages = {each: (await client.get(each)).text for each in ("/siem/docs", "/siem/docs/im")}
        links = {urljoin(page, link) for page, text in pages.items() for link in re.findall('href="([^#"]+)', text)}
        statuses = {(await client.get(each)).status_code for each in links}
    assert (made.status_code, made.headers["Location"]) == (201, "/siem/_im/incidents/i1")
    assert change.json()["_links"]["self"]["href"] == "/siem/v1/incidents/0"
    assert document["servers"] == [{"url": "/siem"}]
    assert (statuses, {each.split("/")[1] for each in links}) == ({200}, {"siem"})
