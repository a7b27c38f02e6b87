"""Who may do what: keys, their scopes, and the flat answer to whoever may not."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any

import httpx2
import pytest

from gateway.access import keys
from gateway.dialects import SCOPE_WORDS
from gateway.dialects.settings import load
from gateway.serving.app import create_app, running
from queries.errors import QueryError
from tests.conftest import live
from tests.dialects.log360.calls import PATH, Client, create, native, refusal

pytestmark = pytest.mark.anyio

INVALID = "Invalid or missing AuthToken. Check whether the AuthToken is not revoked or expired"
READ, WRITE = {"detail", "list"}, {"create", "update"}
OPERATIONS: dict[str, tuple[str, str, Any]] = {
    "detail": ("GET", "/1", None),
    "list": ("GET", "", None),
    "create": ("POST", "", {"name": "n"}),
    "update": ("PUT", "", {"incident_id": 1, "name": "n"}),
    "delete": ("DELETE", "", {"incident_ids": [1]}),
}
MAY = {
    "read": READ,
    "write": WRITE,
    "delete": {"delete"},
    "admin": {*OPERATIONS},
    "incident.READ": READ,
    "INCIDENTS.read Incidents.Delete": {*READ, "delete"},
    "incident.CREATE": WRITE,
    "incidents.update": WRITE,
}


def flat(detail: str = INVALID) -> dict[str, str]:
    return {"code": "07001113", "title": "Unauthorized", "detail": detail}


async def ask(client: Client, operation: str, token: str) -> httpx2.Response:
    method, path, body = OPERATIONS[operation]
    headers = {"Authorization": f"Bearer {token}"}
    sent = {} if body is None else {"json": body}
    return await client.request(method, PATH + path, headers=headers, **sent)


def scopes_of(said: str) -> list[str]:
    """Our scopes, for the vendor's words or ours."""
    return [keys.scope(word, SCOPE_WORDS) for word in said.split()]


@pytest.fixture(scope="module")
async def tokens(opensearch_url: str, new_tenant: Callable[[], str]) -> dict[str, str]:
    """The token of a key for each row of the table, all of one tenant; and of one of another tenant."""
    now, tenants = datetime.now(UTC), [new_tenant(), new_tenant()]
    asked = [*((tenants[0], each) for each in MAY), (tenants[1], "admin")]
    async with running(load(opensearch_url=opensearch_url)) as gateway:
        registry, scopes = gateway.ctx.store.registry, [scopes_of(said) for _, said in asked]
        made = [
            keys.make(registry, name="user001", tenant=tenant, scopes=each, now=now, expires_at=None)
            for (tenant, _), each in zip(asked, scopes, strict=True)
        ]
        told = [token for _, token in await asyncio.gather(*made)]
    return dict(zip([*MAY, "foreign"], told, strict=True)) | {"tenant": tenants[0]}


@pytest.fixture(scope="module")
async def guarded(opensearch_url: str) -> AsyncIterator[Client]:
    """A client of a gateway that asks for keys."""
    async with live(create_app(load(opensearch_url=opensearch_url, auth="keys"))) as client:
        yield client


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("token", ["", "REPLACE_BEARER_TOKEN", "igk_0000000000000000_x"])
async def test_no_key_no_answer(guarded: Client, operation: str, token: str) -> None:
    response = await ask(guarded, operation, token)
    assert (response.status_code, response.json()) == (401, flat())


@pytest.mark.parametrize(("said", "may"), MAY.items(), ids=MAY)
async def test_a_key_does_what_its_scopes_say(
    guarded: Client, tokens: dict[str, str], said: str, may: set[str]
) -> None:
    refused = {each for each in OPERATIONS if (await ask(guarded, each, tokens[said])).status_code == 401}
    assert refused == {*OPERATIONS} - may


async def test_a_missing_scope_is_told(guarded: Client, tokens: dict[str, str]) -> None:
    response = await ask(guarded, "create", tokens["incident.READ"])
    assert (response.status_code, response.json()) == (401, flat('the key "user001" has no scope "write"'))


async def test_who_made_it_is_the_keys_name_and_nobody_elses_key_reads_it(
    guarded: Client, tokens: dict[str, str]
) -> None:
    guarded.headers["Authorization"] = f"Bearer {tokens['admin']}"
    incident_id = await create(guarded, notes=["n"])
    document = await native(guarded, incident_id)
    notes = (await guarded.get(f"{PATH}/{incident_id}")).json()["data"]["notes"]
    assert (document["created_by"], notes[0]["added_by"]) == ("user001", "user001")
    foreign = {"Authorization": f"Bearer {tokens['foreign']}"}
    response = await guarded.get(f"{PATH}/{incident_id}", headers=foreign)
    assert (response.status_code, response.json()) == (400, refusal(f'no incident "{incident_id}"'))
    named = await guarded.get(PATH, headers=foreign | {"X-Scope-OrgID": tokens["tenant"]})
    assert (named.status_code, named.json()) == (400, refusal("no such tenant"))


@pytest.mark.parametrize("said", ["", "incident", "incident.read.all", "user.read", "incident.admin", "reads"])
def test_words_that_are_no_scope(said: str) -> None:
    with pytest.raises(QueryError) as raised:
        keys.scope(said, SCOPE_WORDS)
    assert raised.value.reason == f'no scope "{said}"; there are read, write, delete, admin'
