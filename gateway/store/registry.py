"""The gateway's own small documents, each read by its id as it is now and changed by compare-and-set."""

from collections.abc import Sequence
from typing import Any

import orjson

from gateway.store.documents import Documents
from gateway.store.names import REGISTRY, incidents_of
from gateway.store.replies import complete, parsed

Entry = dict[str, Any]

MOST = 10_000


class Registry(Documents):
    """The entries of every tenant."""

    async def read(self, entry_id: str) -> Entry | None:
        """The entry as it is now, or None."""
        result = await self.get(entry_id)
        return result.source if result else None

    async def of_kind(self, kind: str, tenant: str | None = None) -> list[Entry]:
        """Every entry of a kind, of one tenant or of all, oldest first, each with its id as `_id`; 10,000 at most."""
        terms = [{"term": {"kind": kind}}, *([{"term": {"tenant": tenant}}] if tenant else [])]
        order = [{"created_at": {"order": "asc", "unmapped_type": "date"}}]
        body = {"query": {"bool": {"filter": terms}}, "size": MOST, "sort": order}
        await self.refresh()
        reply = complete(await self.client.call("POST", f"/{REGISTRY}/_search", orjson.dumps(body)))
        return [{"_id": item["_id"], **item["_source"]} for item in reply["hits"]["hits"]]

    async def loss(self, *, keys: bool) -> str | None:
        """What is missing: the registry, or, where callers need `keys`, those of one that was lost; None if nothing is.

        One that is younger than a tenant's index was made after another was lost; a key made since says that it is
        known. A snapshot brings its day back with it.
        """
        params = {"filter_path": "*.settings.index.creation_date", "ignore_unavailable": "true"}
        names = f"{REGISTRY},{incidents_of('*')}"
        days = await self.client.call("GET", f"/{names}/_settings/index.creation_date", params=params)
        made = {index: int(each["settings"]["index"]["creation_date"]) for index, each in parsed(days).items()}
        if REGISTRY not in made:
            return f"{REGISTRY} is not there; the next write makes it"
        if min(made.values()) == made[REGISTRY] or not keys or await self._count([{"term": {"kind": "key"}}]):
            return None
        return f"{REGISTRY} was lost, and the keys with it: make keys anew, or restore it from a snapshot"

    async def count_open(self, kind: str, now: str) -> int:
        """How many entries of a kind expire after `now`, of all tenants, within the refresh interval."""
        return await self._count([{"term": {"kind": kind}}, {"range": {"expires_at": {"gt": now}}}])

    async def _count(self, terms: Sequence[Entry]) -> int:
        body = orjson.dumps({"query": {"bool": {"filter": list(terms)}}})
        count: int = complete(await self.client.call("POST", f"/{REGISTRY}/_count", body))["count"]
        return count

    async def delete_of(self, tenant: str) -> int:
        """Deletes every entry of the tenant, its keys among them; how many there were."""
        await self.refresh()
        body = orjson.dumps({"query": {"term": {"tenant": tenant}}})
        params = {"conflicts": "proceed", "refresh": "true"}
        reply = await self.client.call("POST", f"/{REGISTRY}/_delete_by_query", body, params=params, write=True)
        return int(complete(reply)["deleted"])

    async def delete_expired(self, kinds: Sequence[str], now: str) -> None:
        """Deletes the entries of these kinds that expired before `now`, of all tenants."""
        terms = [{"terms": {"kind": list(kinds)}}, {"range": {"expires_at": {"lte": now}}}]
        body = orjson.dumps({"query": {"bool": {"filter": terms}}})
        params = {"conflicts": "proceed", "ignore_unavailable": "true"}
        await self.client.call("POST", f"/{REGISTRY}/_delete_by_query", body, params=params, write=True)
