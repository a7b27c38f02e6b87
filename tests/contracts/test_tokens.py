"""Tokens of an issuer beside keys: each dialect takes either, in each way that it has, and refuses in its own shape."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import pytest

from gateway import audit
from gateway.dialects.dialect import Dialect
from gateway.dialects.settings import load
from gateway.serving.app import create_app
from tests import keyring
from tests.conftest import live
from tests.contracts.conftest import error_of, status_of
from tests.contracts.examples.tables import EACH_DIALECT
from tests.dialects.im.calls import IM, Client, answer, events, refusal
from tests.issuer import RULES, SigningKey, published

pytestmark = pytest.mark.anyio

KEY = SigningKey("one")
LISTS = {
    "im": f"{IM}/incidents",
    "incidents_v1": "/v1/incidents",
    "log360": "/api/v2/incident",
    "bigpanda": "/resources/v2.0/environments",
    "actian": "/api/backend/{tenant}/incidents",
}


@dataclass(frozen=True)
class Callers:
    """A client of a gateway that takes keys and tokens, and a key of the tenant."""

    client: Client
    tenant: str
    key: str

    def token(self, **claims: Any) -> str:
        """A token of the tenant."""
        return KEY.token(**{"tenant": self.tenant, **claims})


@pytest.fixture
async def callers(opensearch_url: str, tenant: str, tmp_path: Path) -> AsyncIterator[Callers]:
    [key] = (await keyring.tokens(opensearch_url, tenant, "read")).values()
    file = str(published(tmp_path / "keys.json", KEY))
    settings = load(opensearch_url=opensearch_url, jwt_jwks=file, **{**RULES, "auth": "keys,jwt"})
    async with live(create_app(settings)) as client:
        yield Callers(client, tenant, key)


@EACH_DIALECT
async def test_each_way_to_carry_a_credential_takes_either(callers: Callers, dialect: Dialect) -> None:
    path = LISTS[dialect.name].format(tenant=callers.tenant)
    for header in ("Authorization", *([dialect.key_header] if dialect.key_header else [])):
        said = "Bearer {}" if header == "Authorization" else "{}"
        rows = {
            callers.key: 200,
            callers.token(): 200,
            callers.token(scope="admin"): 200,
            callers.token(scope="write"): 403,
            callers.token(tenant=None): 403,
            callers.token(exp=1): 401,
            SigningKey("two").token(tenant=callers.tenant): 401,
            f"{callers.key}x": 401,
        }
        got = [await callers.client.get(path, headers={header: said.format(each)}) for each in rows]
        statuses = [each.status_code if each.is_success else error_of(dialect, each) for each in got]
        assert statuses == [200 if each == 200 else status_of(dialect, each) for each in rows.values()]


async def test_who_calls_is_the_user_of_the_token(callers: Callers) -> None:
    bearing = {"Authorization": f"Bearer {callers.token(scope='read write openid')}"}
    who = answer(await callers.client.get(f"{IM}/whoami", headers=bearing))
    assert who == {"user": "ann", "tenant": callers.tenant, "scopes": ["read", "write"], "auth": "jwt"}
    by_key = answer(await callers.client.get(f"{IM}/whoami", headers={"Authorization": f"Bearer {callers.key}"}))
    assert (by_key["user"], by_key["auth"]) == ("a key", "keys")
    made = await callers.client.post(f"{IM}/incidents", json={"title": "t"}, headers=bearing)
    assert answer(made)["created_by"] == "ann"


async def test_a_token_may_act_for_others_by_the_scope_alone(callers: Callers) -> None:
    plain, acting = callers.token(scope="admin"), callers.token(scope="read write act_as", sub="console")
    headers = [{"Authorization": f"Bearer {token}", "User-ID": "bob"} for token in (plain, acting)]
    refused = await callers.client.post(f"{IM}/incidents/b", json={"title": "t"}, headers=headers[0])
    assert (refusal(refused), refused.json()["error"]["reason"]) == (
        (403, "forbidden", "User-ID"),
        'the token of "ann" has no scope "act_as", and cannot say who acts',
    )
    made = await callers.client.post(f"{IM}/incidents/b", json={"title": "t"}, headers=headers[1])
    callers.client.headers["Authorization"] = headers[1]["Authorization"]
    told = [(each["actor"], each["via"]) for each in await events(callers.client, "b", "activities")]
    assert (answer(made)["created_by"], told) == ("bob", [("bob", "console")])


async def test_another_tenants_token_reaches_nothing_of_it(callers: Callers) -> None:
    headers = {"Authorization": f"Bearer {callers.token(tenant='other')}", "X-Scope-OrgID": callers.tenant}
    assert refusal(await callers.client.get(f"{IM}/incidents", headers=headers)) == (404, "not_found", None)


async def test_the_audit_log_has_the_user_and_no_token(callers: Callers, tmp_path: Path) -> None:
    audit.configure(load(audit_log=str(tmp_path / "audit.log")))
    try:
        for scope in ("write", "read"):
            headers = {"Authorization": f"Bearer {callers.token(scope=scope)}"}
            await callers.client.post(f"{IM}/incidents", json={"title": "t"}, headers=headers)
    finally:
        audit.configure(load(audit_log=None))
    text = (tmp_path / "audit.log").read_text()
    lines = [orjson.loads(line) for line in text.splitlines()]
    told = [(each["event"], each["actor"], each["tenant"], each["status"]) for each in lines]
    assert told == [("write", "ann", callers.tenant, 201), ("refusal", "ann", callers.tenant, 403)]
    assert "eyJ" not in text
