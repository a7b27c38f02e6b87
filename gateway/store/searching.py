"""Searches: the one place where a body is sent, with the tenant put in and checked."""

from dataclasses import dataclass
from typing import Any

import orjson

from gateway.store import hits
from gateway.store.client import Client
from gateway.store.hits import Reply
from queries import searches
from queries.scopes import scoped
from queries.searches import Search

__all__ = ["Reply", "Scope", "body", "run", "scoped"]


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a search looks: a tenant's index as it is now, or, without one, its point in time of that engine's id."""

    tenant: str
    index: str | None = None
    pit: str | None = None
    keep_alive: str | None = None


def body(scope: Scope, search: Search) -> dict[str, Any]:
    """What the engine is asked."""
    return searches.body(search, scope.tenant, pit=scope.pit, keep_alive=scope.keep_alive)


async def run(client: Client, scope: Scope, search: Search, *, cached: bool = False) -> Reply:
    """The reply of every shard. A missing index has nothing in it. Raises GatewayError, QueryError."""
    params = {
        "allow_partial_search_results": "false",
        "cancel_after_time_interval": f"{max(client.time_left() * 1000, 1):.0f}ms",
        **({"ignore_unavailable": "true"} if scope.index else {}),
        **({"request_cache": "true"} if cached else {}),
    }
    path = f"/{scope.index}/_search" if scope.index else "/_search"
    return hits.reply(await client.call("POST", path, orjson.dumps(body(scope, search)), params=params))
