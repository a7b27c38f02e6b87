"""Whose incidents a caller of v1 reaches, and what its key lets it do."""

from datetime import UTC, datetime
from typing import Any

import pytest

from gateway.access import keys
from gateway.dialects.settings import load
from gateway.serving.app import running
from tests.conftest import Serve
from tests.dialects.incidents_v1.bodies import BODY, PATCH
from tests.dialects.incidents_v1.calls import Client, answer, fresh, made, refusal

pytestmark = pytest.mark.anyio


async def test_keys_and_tenants(serve: Serve, opensearch_url: str, tenant: str) -> None:
    asked: dict[str, Any] = {"tenant": tenant, "now": datetime.now(UTC), "expires_at": None}
    async with running(load(opensearch_url=opensearch_url)) as gateway:
        registry = gateway.ctx.store.registry
        _, reading = await keys.make(registry, name="reader", scopes=["read"], **asked)
        _, writing = await keys.make(registry, name="writer", scopes=["read", "write"], **asked)
    reader, writer = {"Authorization": f"Bearer {reading}"}, {"Authorization": f"Bearer {writing}"}
    async with serve(auth="keys", headers={}) as client:
        assert refusal(await client.get("/v1/incidents")) == (401, "a key is wanted: Authorization: Bearer", None)
        assert (await client.get("/v1/incidents", headers=reader | {"X-Scope-OrgID": tenant})).status_code == 200
        other = await client.get("/v1/incidents", headers=reader | {"X-Scope-OrgID": "other"})
        assert refusal(other) == (404, "no such tenant", None)
        forbidden = await client.post("/v1/incidents", json=BODY, headers=reader)
        assert refusal(forbidden) == (403, 'the key "reader" has no scope "write"', None)
        assert (await client.post("/v1/incidents", json=BODY, headers=writer)).status_code == 200
        undeletable = await client.delete("/v1/incidents/notes/1", headers=writer)
        assert refusal(undeletable) == (403, 'the key "writer" has no scope "delete"', None)


async def test_one_tenant_never_reaches_anothers(shared: Client, tenant: str) -> None:
    number = await made(shared, fresh(), {})
    note = answer(await shared.post(f"/v1/incidents/{number}/notes", json={"body": "mine"}), 201)["id"]
    other = {"X-Scope-OrgID": tenant}
    for method, path, body in (
        ("GET", f"incidents/{number}", None),
        ("PATCH", f"incidents/{number}", PATCH),
        ("GET", f"incidents/{number}/notes", None),
        ("POST", f"incidents/{number}/notes", {"body": "x"}),
        ("GET", f"incidents/notes/{note}", None),
        ("PUT", f"incidents/notes/{note}", {"body": "x"}),
        ("DELETE", f"incidents/notes/{note}", None),
        ("POST", f"incidents/{number}/acknowledge", None),
    ):
        headers = other | {"User-ID": "eve"}
        answered = await shared.request(method, f"/v1/{path}", json=body, headers=headers)
        assert answered.status_code == 404, (method, path, answered.text)
    assert (await shared.get("/v1/incidents", headers=other)).json()["data"] == []
