"""Keys: the vendor's words for their scopes, and the flat answer to whoever has none that does."""

from collections.abc import AsyncIterator

import pytest

from gateway.access import keys
from gateway.dialects import SCOPE_WORDS
from gateway.dialects.settings import load
from gateway.serving.app import create_app
from queries.errors import QueryError
from tests import keyring
from tests.conftest import live
from tests.dialects.log360.calls import PATH, Client, create, native

pytestmark = pytest.mark.anyio

INVALID = "Invalid or missing AuthToken. Check whether the AuthToken is not revoked or expired"
WORDS = {
    "read": "read",
    "Write": "write",
    "delete": "delete",
    "ADMIN": "admin",
    "incident.READ": "read",
    "INCIDENTS.read": "read",
    "Incidents.Delete": "delete",
    "incident.CREATE": "write",
    "incidents.update": "write",
}


def flat(detail: str = INVALID) -> dict[str, str]:
    return {"code": "07001113", "title": "Unauthorized", "detail": detail}


@pytest.fixture(scope="module")
async def guarded(opensearch_url: str) -> AsyncIterator[Client]:
    """A client of a gateway that asks for keys."""
    async with live(create_app(load(opensearch_url=opensearch_url, auth="keys"))) as client:
        yield client


@pytest.mark.parametrize("token", ["", "REPLACE_BEARER_TOKEN", "igk_0000000000000000_x"])
async def test_no_key_no_answer(guarded: Client, token: str) -> None:
    response = await guarded.get(PATH, headers={"Authorization": f"Bearer {token}"})
    assert (response.status_code, response.json()) == (401, flat())


async def test_a_missing_scope_is_told(guarded: Client, opensearch_url: str, tenant: str) -> None:
    [token] = (await keyring.tokens(opensearch_url, tenant, "incident.READ", name="user001")).values()
    response = await guarded.post(PATH, json={"name": "n"}, headers={"Authorization": f"Bearer {token}"})
    assert (response.status_code, response.json()) == (401, flat('the key "user001" has no scope "write"'))


async def test_who_made_it_is_the_name_of_the_key(guarded: Client, opensearch_url: str, tenant: str) -> None:
    [token] = (await keyring.tokens(opensearch_url, tenant, "admin", name="user001")).values()
    guarded.headers["Authorization"] = f"Bearer {token}"
    incident_id = await create(guarded, notes=["n"])
    document = await native(guarded, incident_id)
    notes = (await guarded.get(f"{PATH}/{incident_id}")).json()["data"]["notes"]
    assert (document["created_by"], notes[0]["added_by"]) == ("user001", "user001")


@pytest.mark.parametrize(("said", "scope"), WORDS.items(), ids=WORDS)
def test_the_vendors_words_for_scopes(said: str, scope: str) -> None:
    assert keys.scope(said, SCOPE_WORDS) == scope


@pytest.mark.parametrize("said", ["", "incident", "incident.read.all", "user.read", "incident.admin", "reads"])
def test_words_that_are_no_scope(said: str) -> None:
    with pytest.raises(QueryError) as raised:
        keys.scope(said, SCOPE_WORDS)
    assert raised.value.reason == f'no scope "{said}"; there are read, write, delete, admin, act_as'
