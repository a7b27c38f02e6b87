"""The gateway's own small documents, each read by id as it is now and changed by compare-and-set."""

from collections.abc import Callable
from typing import Any

from gateway.problems import Conflict, Unavailable
from gateway.store import OpenSearch

REGISTRY = "im-registry"
_TRIES = 50

Entry = dict[str, Any]


async def read(store: OpenSearch, entry_id: str) -> Entry | None:
    """The entry as it is now, or None."""
    found = await store.get(REGISTRY, entry_id)
    return found["_source"] if found else None


async def revise(store: OpenSearch, entry_id: str, edit: Callable[[Entry | None], Entry]) -> Entry:
    """The entry after `edit` was applied to it as it stood; tried again whenever another writer was first."""
    for _ in range(_TRIES):
        seen = await store.get(REGISTRY, entry_id)
        before = seen["_source"] if seen else None
        after = edit(before)
        if after == before:
            return after
        try:
            await store.put(REGISTRY, entry_id, after, seen=seen)
        except Conflict:
            continue
        return after
    raise Unavailable(f'registry entry "{entry_id}" is changing too fast')
