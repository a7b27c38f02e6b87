"""What every dialect owes, asked of all of them at once; a new one in DIALECTS is asked the same."""

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import httpx2
import pytest
from markupsafe import escape
from openapi_spec_validator import OpenAPIV31SpecValidator

from gateway.access import keys
from gateway.dialects import DIALECTS
from gateway.dialects.dialect import Dialect, Operation
from gateway.dialects.settings import load
from gateway.serving.app import running
from tests.conftest import Serve

pytestmark = pytest.mark.anyio

Client = httpx2.AsyncClient

ROWS = [(dialect, operation) for dialect in DIALECTS for operation in dialect.operations]
EACH = pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.name)
EACH_OPERATION = pytest.mark.parametrize(
    ("dialect", "operation"), [pytest.param(*row, id=f"{row[1].method} {row[0].path_of(row[1])}") for row in ROWS]
)
STATUSES = {"log360": {403: 401, 404: 400}}
"""Where a vendor prints no status for something, the one that it has instead (dialects.md, L2 and L3)."""


def path_of(dialect: Dialect, operation: Operation, tenant: str) -> str:
    """The operation's path with its names filled in."""
    return _filled(dialect.path_of(operation), {"tenant": tenant})


def refused(dialect: Dialect, response: httpx2.Response, status: int) -> None:
    """The answer is an error of that status, in the dialect's own shape."""
    assert response.status_code == STATUSES.get(dialect.name, {}).get(status, status), response.text
    assert dialect.error_model is not None
    dialect.error_model.model_validate(response.json())


@pytest.fixture(scope="module")
async def tokens(opensearch_url: str) -> dict[str, str]:
    """A key for each scope, of a tenant that has nothing."""
    async with running(load(opensearch_url=opensearch_url)) as gateway:
        store, now = gateway.ctx.store, datetime.now(UTC)
        made = [
            keys.make(store.registry, name=scope, tenant="keyed", scopes=[scope], now=now, expires_at=None)
            for scope in keys.SCOPES
        ]
        return {key.name: token for key, token in await asyncio.gather(*made)}


@pytest.fixture(scope="module")
async def keyed(opensearch_url: str) -> AsyncIterator[Client]:
    """A client of a gateway that asks for keys."""
    from gateway.serving.app import create_app  # noqa: PLC0415
    from tests.conftest import live  # noqa: PLC0415

    async with live(create_app(load(opensearch_url=opensearch_url, auth="keys"))) as client:
        yield client


@EACH_OPERATION
async def test_without_a_key_there_is_no_answer(keyed: Client, dialect: Dialect, operation: Operation) -> None:
    response = await keyed.request(operation.method, path_of(dialect, operation, "keyed"))
    refused(dialect, response, 401)
    assert response.headers["WWW-Authenticate"] == "Bearer"


@EACH_OPERATION
async def test_a_key_without_the_scope_is_refused(
    keyed: Client, tokens: dict[str, str], dialect: Dialect, operation: Operation
) -> None:
    other = next(scope for scope in keys.SCOPES if scope not in {operation.scope, "admin"})
    headers = {"Authorization": f"Bearer {tokens[other]}"}
    refused(dialect, await keyed.request(operation.method, path_of(dialect, operation, "keyed"), headers=headers), 403)


@EACH
async def test_a_tenant_of_others_looks_like_none(keyed: Client, tokens: dict[str, str], dialect: Dialect) -> None:
    operation = next(each for each in dialect.operations if each.method == "GET")
    headers = {"Authorization": f"Bearer {tokens['read']}", "X-Scope-OrgID": "somebody"}
    refused(dialect, await keyed.get(path_of(dialect, operation, "somebody"), headers=headers), 404)


@EACH
async def test_an_unknown_path_is_told_in_the_dialects_shape(client: Client, dialect: Dialect) -> None:
    for prefix in {each.prefix or dialect.prefix for each in dialect.operations}:
        refused(dialect, await client.get(f"{prefix}/no/such/path/at/all"), 404)


@EACH
async def test_a_wrong_method_is_told_the_right_ones_in_the_dialects_shape(client: Client, dialect: Dialect) -> None:
    operation = dialect.operations[0]
    response = await client.request("TRACE", path_of(dialect, operation, "t"))
    assert response.status_code == 405
    assert operation.method in response.headers["Allow"]
    assert dialect.error_model is not None
    dialect.error_model.model_validate(response.json())


TAKING = [(dialect, each) for dialect, each in ROWS if each.body is not None and each.method != "DELETE"]


@pytest.mark.parametrize(
    ("dialect", "operation"), [pytest.param(*row, id=f"{row[1].method} {row[0].path_of(row[1])}") for row in TAKING]
)
async def test_what_is_no_json_is_refused(client: Client, tenant: str, dialect: Dialect, operation: Operation) -> None:
    headers = {"content-type": "application/json"}
    path = path_of(dialect, operation, tenant)
    refused(dialect, await client.request(operation.method, path, content=b"{no", headers=headers), 400)


@EACH
async def test_a_body_over_the_limit_is_refused(serve: Serve, tenant: str, dialect: Dialect) -> None:
    operation = next(each for owner, each in TAKING if owner is dialect)
    async with serve(body_limit=1024) as client:
        path, headers = path_of(dialect, operation, tenant), {"content-type": "application/json"}
        response = await client.request(operation.method, path, content=b" " * 1025, headers=headers)
        refused(dialect, response, 413)


@EACH
async def test_a_failure_of_ours_shows_nothing_of_it(
    client: Client, tenant: str, dialect: Dialect, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_args: object, **_words: object) -> None:
        raise RuntimeError("the password is 1234")

    monkeypatch.setattr("gateway.dialects.dialect.principal", broken)
    operation = next(each for each in dialect.operations if each.method == "GET")
    response = await client.get(path_of(dialect, operation, tenant))
    refused(dialect, response, 500)
    assert "1234" not in response.text
    assert response.headers["X-Request-Id"]


@EACH
async def test_its_openapi_is_valid_and_names_every_operation(client: Client, dialect: Dialect) -> None:
    document = (await client.get(f"/openapi/{dialect.name}.json")).json()
    OpenAPIV31SpecValidator(document).validate()
    named = {
        f"{method.upper()} {path}"
        for path, item in document["paths"].items()
        for method in item
        if method != "parameters"
    }
    assert named == {f"{each.method} {dialect.path_of(each)}" for each in dialect.operations}


@EACH
async def test_it_has_a_page_for_people(client: Client, dialect: Dialect) -> None:
    page = await client.get(f"/docs/{dialect.name}")
    assert page.status_code == 200
    assert all(escape(each.summary) in page.text for each in dialect.operations)


CANARY = "canary-of-the-other"
NAMED = {
    "environment_id": "environment",
    "tag_id": "definition",
    "noteId": "note",
    "change_id": "change",
    "related_change_id": "relation",
}
BIGPANDA = "/resources/v2.0"


async def furnished(client: Client) -> dict[str, str]:
    """The ids of what a tenant has, all of which bears the canary."""
    sent = {"title": CANARY, "comment": CANARY, "tags": [CANARY], "source": CANARY, "severity": "high"}
    made = (await client.post("/_im/incidents/1?refresh=true", json=sent)).json()
    assert made["numeric_id"] == 1
    alert = {"app_key": CANARY, "status": "critical", "host": CANARY}
    [alerted] = (await client.post("/data/v2/alerts", json=alert)).json()["data"]["alerts"]
    environment = {"name": CANARY, "description": CANARY, "filter": f"host = {CANARY}"}
    definition = {"name": "canary", "description": CANARY, "type": "Text"}
    change = {"identifier": CANARY, "status": "Done", "summary": CANARY, "start": 1, "end": 2}
    taken = await client.post("/data/changes", json=change, headers={"x-bp-app-key": CANARY})
    assert taken.status_code == 204, taken.text
    [known] = (await client.get(f"{BIGPANDA}/changes", params={"start_time_frame": 0})).json()
    relation = {"change_id": known["id"], "incident_id": made["hex_id"], "match_certainty": "MATCH", "comment": CANARY}
    related = await client.post(f"{BIGPANDA}/rcc", json=relation)
    await client.post("/_im/incidents?refresh=true", json={"title": CANARY})
    return {
        "incident": made["hex_id"],
        "alerted": alerted["incident_id"],
        "note": (await client.get("/_im/incidents/1/notes")).json()["docs"][0]["note_id"],
        "environment": (await client.post(f"{BIGPANDA}/environments", json=environment)).json()["id"],
        "definition": (await client.post(f"{BIGPANDA}/incidents/tags/definitions", json=definition)).json()["id"],
        "change": known["id"],
        "relation": related.json(),
    }


def paths_of(dialect: Dialect, operation: Operation, tenant: str, ids: dict[str, str]) -> list[str]:
    """The operation's path with the other tenant's ids in it, and with those that both have."""
    own = {"tenant": tenant, "environment_id": "all"}
    foreign = {name: str(ids[kind]) for name, kind in NAMED.items()}
    hexes = ("incident", "alerted") if dialect.name == "bigpanda" else ()
    filled = [own, *({**own, "incident_id": ids[each]} for each in hexes), {**foreign, "tenant": tenant}]
    return list(dict.fromkeys(_filled(dialect.path_of(operation), names) for names in filled))


def _filled(path: str, names: dict[str, str]) -> str:
    return re.sub(r"\{(\w+)\}", lambda name: names.get(name[1], "1"), path)


async def everything(client: Client) -> list[object]:
    """All that the furnished tenant has, but the times at which it is read."""
    pages = ("/_im/incidents", "/_im/incidents/1/notes", "/_im/incidents/1/alerts", "/_im/incidents/1/activities")
    lists = ("environments", "incidents/tags/definitions", "environments/all/incidents?expand=alerts")
    found = [(await client.get(each)).json() for each in (*pages, *(f"{BIGPANDA}/{each}" for each in lists))]
    return [{**each, "took_ms": 0} if "took_ms" in each else each for each in found]


@EACH
async def test_no_answer_to_one_tenant_holds_anything_of_another(serve: Serve, tenant: str, dialect: Dialect) -> None:
    """Whatever is asked with the other's ids: its words are in no byte of any answer, and nothing of it changes."""
    other = {"X-Scope-OrgID": f"{tenant}-other"}
    async with serve(headers=other) as client:
        ids = await furnished(client)
        before = await everything(client)
    async with serve() as client:
        await client.post("/_im/incidents?refresh=true", json={"title": "mine"})
        for operation in dialect.operations:
            for path in paths_of(dialect, operation, tenant, ids):
                query = {"status": "OPEN", "source": "x"} if operation.method == "GET" and "stats" in path else {}
                headers = {"content-type": operation.media_types[0]} if operation.example else {}
                response = await client.request(
                    operation.method, path, params=query, content=operation.example, headers=headers
                )
                said = response.text.replace(str(ids["environment"]), "").replace(str(ids["definition"]), "")
                assert CANARY not in said, f"{operation.method} {path}"
                assert response.status_code < 500, f"{operation.method} {path}: {response.text}"
    async with serve(headers=other) as client:
        assert await everything(client) == before
