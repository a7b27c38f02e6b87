"""Single requests of a client: what it is answered, and how a refusal of each dialect is told."""

from collections.abc import AsyncIterator

import pytest

from gateway.client import Caller, RemoteError, Target, calling

pytestmark = pytest.mark.anyio


@pytest.fixture
async def caller(gateway_url: str, tenant: str) -> AsyncIterator[Caller]:
    """A client of it."""
    async with calling(Target(f"{gateway_url}/", tenant=tenant)) as caller:
        yield caller


async def test_an_answer_is_read_whatever_its_dialect(caller: Caller) -> None:
    made = await caller.ask("POST /_im/incidents/i1", {"title": "one"}, headers={"User-ID": "ann"})
    assert (made["title"], made["created_by"]) == ("one", "ann")
    path = f"/resources/v2.0/environments/all/incidents/{made['hex_id']}"
    assert await caller.ask(f"PUT {path}/assignment", {"assignee": "bob"}) is None
    assert (await caller.ask(f"GET {path}"))["assignee"] == {"user_id": "bob", "name": None, "email": None}


async def test_a_status_can_be_no_failure(caller: Caller) -> None:
    for _ in range(2):
        answer = await caller.ask("POST /_im/incidents/i1", {"title": "one"}, passing=409)
    assert answer["error"]["type"] == "already_exists"


@pytest.mark.parametrize(
    ("request_", "reason"),
    [
        pytest.param("GET /_im/incidents?size=x", "size: ", id="the native dialect"),
        pytest.param("GET /v1/incidents?pageSize=x", "pageSize: ", id="incidents v1"),
        pytest.param("GET /api/v2/incident?limit=x", "limit: ", id="Log360"),
        pytest.param("GET /resources/v2.0/environments/all/incidents?page=x", "page: ", id="BigPanda"),
        pytest.param("GET /api/backend/{tenant}/incidents?project_ids=x", "project_ids", id="Actian"),
    ],
)
async def test_a_refusal_is_told_with_its_place(caller: Caller, tenant: str, request_: str, reason: str) -> None:
    with pytest.raises(RemoteError) as refusal:
        await caller.ask(request_.replace("{tenant}", tenant))
    assert str(refusal.value).startswith(f"the gateway answered 400: {reason}")


async def test_an_error_of_anybody_else_is_told_as_one(opensearch_url: str) -> None:
    async with calling(Target(opensearch_url)) as engine:
        with pytest.raises(RemoteError) as refusal:
            await engine.ask("GET /no-such-index/_search")
    assert str(refusal.value) == f"{opensearch_url}/no-such-index/_search answered 404, and not as a gateway does"
