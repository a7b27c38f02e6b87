"""Keys for tests that ask as somebody."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from gateway import caller_settings
from gateway.access import keys
from gateway.dialects import SCOPE_WORDS
from gateway.dialects.settings import load
from gateway.serving.app import running

SCOPES = caller_settings.SCOPES
THEN = datetime(2026, 3, 1, tzinfo=UTC)


async def tokens(url: str, tenant: str, *scopes: str, name: str = "a key") -> dict[str, str]:
    """The token of a new key of the tenant for each scope, or for all that one text names."""
    return dict(zip(scopes, [token for _, token in await made(url, tenant, scopes, name)], strict=True))


async def made(
    url: str, tenant: str, scopes: Sequence[str], name: str = "a key", expires_at: datetime | None = None
) -> list[tuple[keys.Key, str]]:
    """A new key of the tenant for each of the scopes, and its token."""
    words: dict[str, Any] = {"tenant": tenant, "name": name, "now": THEN, "expires_at": expires_at}
    async with running(load(opensearch_url=url)) as gateway:
        store = gateway.ctx.store
        return await asyncio.gather(*(keys.make(store.registry, scopes=_scopes(each), **words) for each in scopes))


def _scopes(said: str) -> list[str]:
    """Our scopes, for our words or a dialect's."""
    return [keys.scope(word, SCOPE_WORDS) for word in said.split()]
