"""Writes that meet a block: while a tenant is swapped to new indices they wait, in the time that they have.

Whoever reindexes writes an entry in the registry before he blocks, and takes the block away, or swaps, before that time
is over. A block without an entry is somebody else's, as of a disk that is full.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import TypeVar

from gateway.problems import Unavailable
from gateway.store.client import Client, document_path
from gateway.store.errors import BLOCK, Blocked
from gateway.store.names import REGISTRY, by_alias
from gateway.store.replies import Json, parsed

Result = TypeVar("Result")

KIND = "reindex"
_PAUSE = 0.02
_LEFT = 0.5
"""Seconds of a request's time that are left for its answer."""


def entry_id(tenant: str) -> str:
    """The registry's id of what is said of reindexing a tenant."""
    return f"{KIND}:{tenant}"


async def past(client: Client, tenant: str, alias: str, write: Callable[[], Awaitable[Result]]) -> Result:
    """What the write comes to, tried again behind a swap. Raises Blocked where somebody else blocks."""
    while True:
        try:
            return await write()
        except Blocked:
            if not await lifted(client, tenant, alias):
                raise


async def lifted(client: Client, tenant: str, alias: str) -> bool:
    """Waits until the tenant's index can be written to; False if nobody reindexes it. Raises Unavailable."""
    loop = asyncio.get_running_loop()
    end = loop.time() + client.time_left() - _LEFT
    while await is_blocked(client, alias):
        entry = await _entry(client, tenant)
        if entry is None:
            return False
        if datetime.fromisoformat(entry["until"]) < datetime.now(UTC):
            await block(client, alias, blocked=False)
        if loop.time() > end:
            raise Unavailable("the tenant is just being swapped to new indices; nothing was done", retry_after=1)
        await asyncio.sleep(_PAUSE)
    return True


def whole(reply: str) -> str:
    """The reply of something done to many documents. Raises Blocked where a block left some of them out."""
    if any(each["cause"]["type"] == BLOCK for each in parsed(reply).get("failures", ())):
        raise Blocked("the engine takes no writes to this index now")
    return reply


async def is_blocked(client: Client, alias: str) -> bool:
    """Whether the engine takes no writes to the index."""
    reply = parsed(await client.call("GET", f"/{alias}/_settings/index.blocks.write", missing_ok=True))
    settings: Json = (by_alias(reply, alias) or {}).get("settings", {})
    return bool(settings.get("index", {}).get("blocks", {}).get("write") == "true")


async def block(client: Client, index: str, *, blocked: bool) -> None:
    """Has the engine take no more writes, once those under way are done; or take them again."""
    if blocked:
        await client.call("PUT", f"/{index}/_block/write", write=True)
    else:
        await client.call("PUT", f"/{index}/_settings", b'{"index.blocks.write":null}', missing_ok=True, write=True)


async def _entry(client: Client, tenant: str) -> Json | None:
    reply = parsed(await client.call("GET", document_path(REGISTRY, entry_id(tenant)), missing_ok=True))
    source: Json | None = reply.get("_source")
    return source
