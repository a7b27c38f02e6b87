"""Tenants of one gateway that asks for keys; its clock stands, so that two who do the same are answered the same."""

import secrets
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

import httpx2
import pytest
from starlette.applications import Starlette

from gateway.dialects.dialect import Dialect
from gateway.dialects.settings import load
from gateway.serving.app import create_app
from tests import keyring
from tests.conftest import client_of, transport
from tests.contracts.examples.example import Client, Things
from tests.contracts.examples.tables import MAKERS

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
LIMIT = 8192


@dataclass(frozen=True)
class Tenant:
    """A tenant, whose client may do everything, a client that is anybody's, and the engine that keeps what it has.

    All that it has bears its name, so that no byte of it can show elsewhere unseen.
    """

    name: str
    client: Client
    anybody: Client
    tokens: Mapping[str, str]
    engine: Client

    def bearing(self, scope: str) -> dict[str, str]:
        """The header of its key for the scope alone."""
        return {"Authorization": f"Bearer {self.tokens[scope]}"}

    def things(self, dialect: Dialect, number: int) -> Things:
        """What it has for one request of the dialect."""
        return Things(self.client, self.name, self.name, number, MAKERS[dialect.name])

    async def refresh(self) -> None:
        """Makes every write so far visible to searches."""
        (await self._engine("_refresh")).raise_for_status()

    async def kept(self, *, source: bool = False) -> dict[str, Any]:
        """Each document of it by index and id: the number of its last write, or what it holds.

        Its keys are left out, as they know when they were used.
        """
        await self.refresh()
        mine = {"filter": {"term": {"tenant": self.name}}, "must_not": {"term": {"kind": "key"}}}
        asked = {"query": {"bool": mine}, "size": 10_000, "seq_no_primary_term": True}
        found = await self._engine("_search", {**asked, "_source": source})
        hits = found.raise_for_status().json()["hits"]["hits"]
        return {f"{each['_index']}/{each['_id']}": each["_source" if source else "_seq_no"] for each in hits}

    async def changed(self, before: Mapping[str, object], ids: Collection[object]) -> dict[str, object]:
        """What is not as it was before, but for history of incidents of other ids.

        That may have waited for whoever reads changes.
        """
        now = await self.kept()
        differing = {name: now.get(name) for name in {**now, **before} if now.get(name) != before.get(name)}
        held: dict[str, Any] = await self.kept(source=True) if differing else {}
        return {name: held.get(name) for name in differing if name in before or not _of_others(held[name], ids)}

    async def exists(self) -> bool:
        """Whether the engine has anything under its name."""
        answer = await self.engine.get(f"/_cat/indices/im-incidents-{self.name}*,im-events-{self.name}*")
        return bool(answer.raise_for_status().content)

    async def _engine(self, action: str, body: object = None) -> httpx2.Response:
        indices = f"im-incidents-{self.name},im-events-{self.name},im-registry"
        return await self.engine.post(f"/{indices}/{action}", params={"ignore_unavailable": "true"}, json=body)


def _of_others(document: Mapping[str, Any], ids: Collection[object]) -> bool:
    return "incident_id" in document and document["incident_id"] not in ids


class Join(Protocol):
    """How a tenant comes to be."""

    async def __call__(self, kind: str, *, provision: bool = True) -> Tenant: ...


def status_of(dialect: Dialect, status: int) -> int:
    """The dialect's own status for it: Log360 prints none for what is forbidden, or not there (docs/dialects)."""
    return {"log360": {403: 401, 404: 400}}.get(dialect.name, {}).get(status, status)


def error_of(dialect: Dialect, response: httpx2.Response) -> int:
    """The status of an answer that is an error in the dialect's own shape."""
    assert dialect.error_model is not None
    dialect.error_model.model_validate(response.json())
    return response.status_code


@pytest.fixture(scope="module")
async def join(opensearch_url: str) -> AsyncIterator[Join]:
    """Makes a new tenant of one gateway, or of one that makes none; what it has is taken away at the end."""
    made: list[str] = []
    async with AsyncExitStack() as stack:
        ways = {
            each: await stack.enter_async_context(transport(gateway(opensearch_url, each))) for each in (True, False)
        }
        engine = await stack.enter_async_context(httpx2.AsyncClient(base_url=opensearch_url, timeout=60))

        async def joined(kind: str, *, provision: bool = True) -> Tenant:
            name = f"{kind}{secrets.token_hex(6)}"
            made.append(name)
            tokens = await keyring.tokens(opensearch_url, name, *keyring.SCOPES)
            client, anybody = [await stack.enter_async_context(client_of(ways[provision])) for _ in range(2)]
            client.headers["Authorization"] = f"Bearer {tokens['admin']}"
            return Tenant(name, client, anybody, tokens, engine)

        yield joined
        gone = ",".join(f"im-incidents-{each}*,im-events-{each}*" for each in made)
        (await engine.delete(f"/{gone}")).raise_for_status()


def gateway(url: str, provision: bool) -> Starlette:
    """A gateway that asks for keys, with a small limit on bodies."""
    words: dict[str, Any] = {"auth": "keys", "body_limit": LIMIT, "bulk_limit": LIMIT, "provision": provision}
    return create_app(load(opensearch_url=url, **words), lambda: NOW)
