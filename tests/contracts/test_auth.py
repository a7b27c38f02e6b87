"""Keys: what is one, how long, and for whom. Which operation wants which is asked of all of them in test_flaws.py."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from gateway.access import keys
from gateway.dialects.settings import load
from gateway.serving.app import create_app, running
from tests import keyring
from tests.conftest import Serve, live
from tests.dialects.im.calls import IM, Client, answer, events, refusal

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 11, 22, 4, 15, 30, tzinfo=UTC)


def bearing(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


@dataclass(frozen=True)
class Callers:
    """A client of a gateway that asks for keys, and a tenant's key for each scope."""

    client: Client
    tenant: str
    tokens: dict[str, str]


@pytest.fixture
async def callers(opensearch_url: str, tenant: str) -> AsyncIterator[Callers]:
    tokens = await keyring.tokens(opensearch_url, tenant, *keyring.SCOPES)
    async with live(create_app(load(opensearch_url=opensearch_url, auth="keys"))) as client:
        yield Callers(client, tenant, tokens)


@pytest.mark.parametrize(
    "header",
    [
        pytest.param("", id="nothing"),
        pytest.param("Bearer", id="no key"),
        pytest.param("Bearer ", id="an empty key"),
        pytest.param("Bearer x", id="no key of ours"),
        pytest.param("Basic {read}", id="another scheme"),
        pytest.param("{read}", id="no scheme"),
        pytest.param("Bearer {read}x", id="a key and something after it"),
        pytest.param("Bearer igk_0123456789abcdef_secret", id="a key that nobody made"),
        pytest.param("Bearer igk_../../../x_secret", id="a path for a key"),
    ],
)
async def test_no_keys(callers: Callers, header: str) -> None:
    headers = {"Authorization": header.format(**callers.tokens)} if header else {}
    response = await callers.client.get(f"{IM}/incidents", headers=headers)
    assert refusal(response) == (401, "unauthenticated", None)


async def test_the_scheme_in_any_case(callers: Callers) -> None:
    headers = {"Authorization": f"bEaReR   {callers.tokens['read']} "}
    assert (await callers.client.get(f"{IM}/incidents", headers=headers)).status_code == 200


async def test_the_tenant_is_the_keys(callers: Callers) -> None:
    own = bearing(callers.tokens["write"]) | {"X-Scope-OrgID": callers.tenant}
    made = await callers.client.post(f"{IM}/incidents/mine", json={"title": "t"}, headers=own)
    assert (made.status_code, answer(made)["created_by"]) == (201, "a key")
    other = bearing(callers.tokens["read"]) | {"X-Scope-OrgID": "someone-else"}
    for path in ("incidents/mine", "incidents", "incidents/nothing"):
        assert refusal(await callers.client.get(f"{IM}/{path}", headers=other)) == (404, "not_found", None)


async def test_who_acted_is_the_name_of_the_key(callers: Callers) -> None:
    admin = bearing(callers.tokens["admin"])
    await callers.client.post(f"{IM}/incidents/acted", json={"title": "t"}, headers=admin)
    callers.client.headers.update(admin)
    try:
        assert [each["actor"] for each in await events(callers.client, "acted", "activities")] == ["a key"]
    finally:
        del callers.client.headers["Authorization"]


@pytest.mark.parametrize("scope", ["write", "admin"])
async def test_who_acts_can_be_named_by_a_key_that_may_do_so_alone(callers: Callers, scope: str) -> None:
    headers = bearing(callers.tokens[scope]) | {"User-ID": "ann"}
    refused = await callers.client.put(f"{IM}/incidents/nobody", json={"title": "t"}, headers=headers)
    assert refusal(refused) == (403, "forbidden", "User-ID")
    by_itself = await callers.client.put(f"{IM}/incidents/nobody", headers=bearing(callers.tokens[scope]))
    assert by_itself.status_code != 403


async def test_a_front_end_names_who_acts(callers: Callers, opensearch_url: str) -> None:
    [token] = (await keyring.tokens(opensearch_url, callers.tenant, "read write act_as", name="console")).values()
    ann, console = bearing(token) | {"User-ID": "ann"}, bearing(token)
    made = await callers.client.post(f"{IM}/incidents/named", json={"title": "t"}, headers=ann)
    assert (made.status_code, answer(made)["created_by"]) == (201, "ann")
    note = await callers.client.post(f"{IM}/incidents/named/notes", json={"body": "seen"}, headers=ann)
    assert [answer(note)[name] for name in ("author", "via")] == ["ann", "console"]
    await callers.client.post(f"{IM}/incidents/named/notes", json={"body": "by itself"}, headers=console)
    callers.client.headers.update(console)
    activities = await events(callers.client, "named", "activities")
    told = [(each["type"], each["actor"], each.get("via")) for each in activities]
    notes = [(each["body"], each["author"], each.get("via")) for each in await events(callers.client, "named", "notes")]
    assert told == [
        ("note_added", "console", None),
        ("note_added", "ann", "console"),
        ("created", "ann", "console"),
    ]
    assert notes == [("by itself", "console", None), ("seen", "ann", "console")]
    who = answer(await callers.client.get(f"{IM}/whoami", headers=ann))
    assert (who["user"], who["via"]) == ("ann", "console")


async def test_users_of_one_key_do_not_share_their_idempotency_keys(callers: Callers, opensearch_url: str) -> None:
    [token] = (await keyring.tokens(opensearch_url, callers.tenant, "write act_as", name="console")).values()
    made = []
    for user in ("ann", "bob", "ann"):
        headers = bearing(token) | {"User-ID": user, "Idempotency-Key": "1"}
        response = await callers.client.post(f"{IM}/incidents", json={"title": "t"}, headers=headers)
        made.append(answer(response)["_meta"]["id"])
    assert made[0] == made[2] != made[1]


async def test_a_rotated_key(serve: Serve, opensearch_url: str, tenant: str) -> None:
    now = NOW
    [(key, old)] = await keyring.made(opensearch_url, tenant, ["read"])
    async with running(load(opensearch_url=opensearch_url)) as gateway:
        registry = gateway.ctx.store.registry
        rotated = await keys.rotate(registry, key.key_id, NOW, timedelta(hours=1))
        assert rotated is not None
        assert rotated[0] == key
        assert await keys.rotate(registry, "0123456789abcdef", NOW, timedelta()) is None
    async with serve(clock=lambda: now, auth="keys", key_cache=300) as client:
        for at, statuses in ((NOW, [200, 200]), (NOW + timedelta(hours=1), [401, 200])):
            now = at
            tokens = (old, rotated[1])
            answers = [await client.get(f"{IM}/incidents", headers=bearing(each)) for each in tokens]
            assert [each.status_code for each in answers] == statuses


async def test_when_a_key_was_used_last_is_known_to_ten_minutes(serve: Serve, opensearch_url: str, tenant: str) -> None:
    now = NOW
    [(_, token)] = await keyring.made(opensearch_url, tenant, ["read"])
    async with (
        serve(clock=lambda: now, headers=bearing(token), auth="keys", key_cache=0) as client,
        running(load(opensearch_url=opensearch_url)) as gateway,
    ):
        told = []
        for minutes in (0, 9, 10):
            now = NOW + timedelta(minutes=minutes)
            assert (await client.get(f"{IM}/incidents")).status_code == 200
            [key] = await keys.listed(gateway.ctx.store.registry, tenant)
            told.append(key.used_at and (key.used_at - NOW) // timedelta(minutes=1))
        assert told == [0, 0, 10]


async def test_several_scopes(callers: Callers, opensearch_url: str) -> None:
    [token] = (await keyring.tokens(opensearch_url, callers.tenant, "read delete")).values()
    for method, status in (("GET", 404), ("PUT", 403), ("DELETE", 404)):
        response = await callers.client.request(method, f"{IM}/incidents/nobody", headers=bearing(token))
        assert response.status_code == status


async def test_a_key_ends_when_it_was_said_to(serve: Serve, opensearch_url: str, tenant: str) -> None:
    now = NOW
    [(_, token)] = await keyring.made(opensearch_url, tenant, ["read"], expires_at=NOW + timedelta(hours=1))
    async with serve(clock=lambda: now, headers=bearing(token), auth="keys") as client:
        now = NOW + timedelta(minutes=59)
        assert (await client.get(f"{IM}/incidents")).status_code == 200
        now = NOW + timedelta(hours=1)
        assert refusal(await client.get(f"{IM}/incidents")) == (401, "unauthenticated", None)


@pytest.mark.parametrize(("trusted", "status"), [(0, 401), (300, 200)], ids=["asked each time", "within its trust"])
async def test_a_revoked_key(serve: Serve, opensearch_url: str, tenant: str, trusted: int, status: int) -> None:
    [(key, token)] = await keyring.made(opensearch_url, tenant, ["read"])
    async with serve(headers=bearing(token), auth="keys", key_cache=trusted) as client:
        assert (await client.get(f"{IM}/incidents")).status_code == 200
        async with running(load(opensearch_url=opensearch_url)) as gateway:
            assert await keys.revoke(gateway.ctx.store.registry, key.key_id)
        assert (await client.get(f"{IM}/incidents")).status_code == status


async def test_without_authentication_the_header_names_the_tenant(serve: Serve, tenant: str) -> None:
    async with serve(headers={}, default_tenant=f"{tenant}-b") as client:
        await client.post(f"{IM}/incidents/a", json={"title": "default"})
        await client.post(f"{IM}/incidents/a", json={"title": "named"}, headers={"X-Scope-OrgID": tenant})
        for headers, title in (
            ({}, "default"),
            ({"X-Scope-OrgID": tenant}, "named"),
            ({"X-Scope-OrgID": ""}, "default"),
        ):
            assert answer(await client.get(f"{IM}/incidents/a", headers=headers))["title"] == title


@pytest.mark.parametrize("name", ["UPPER", "a b", "-a", "_a", "a.b", "a*", "x" * 64, "ä".encode().decode("latin-1")])
async def test_no_tenants(serve: Serve, name: str) -> None:
    async with serve(headers={}) as client:
        response = await client.get(f"{IM}/incidents", headers=[(b"X-Scope-OrgID", name.encode("latin-1"))])
        assert refusal(response) == (400, "bad_request", "X-Scope-OrgID")
