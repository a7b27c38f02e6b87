"""Tenants: their indices, made from the templates when first written to."""

import asyncio
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import orjson

import index_templates
from gateway.problems import NotFound, Unavailable
from gateway.store import templates
from gateway.store.client import Client
from gateway.store.columns import CustomColumns
from gateway.store.errors import AlreadyExists, Refused
from gateway.store.names import REGISTRY, events_of, incidents_of
from gateway.store.replies import Json, parsed
from queries.errors import QueryError
from queries.fields import Columns


class Tenants:
    """What this process knows of each tenant's indices and of its columns."""

    def __init__(self, client: Client, typed: Columns, *, custom_fields: int, provision: bool) -> None:
        self._client = client
        self._most = custom_fields
        self._provisions = provision
        self._provisioned: set[str] = set()
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._columns = CustomColumns(client, typed, custom_fields)

    async def ensure(self, tenant: str) -> None:
        """Makes the tenant's indices if this may be done on a write. Raises NotFound if it may not."""
        if tenant in self._provisioned:
            return
        async with self._locks[tenant]:
            if tenant in self._provisioned:
                return
            if not self._provisions and not await self.exists(tenant):
                raise NotFound(f'no tenant "{tenant}"')
            await self.provision(tenant)

    async def mend(self, index: str) -> None:
        """Makes an index anew that a write has missed: the registry, or a tenant's if this may be done on a write."""
        if index == REGISTRY:
            await templates.make_registry(self._client)
        for prefix in (incidents_of(""), events_of("")):
            if index.startswith(prefix):
                tenant = index.removeprefix(prefix)
                self._provisioned.discard(tenant)
                self._columns.forget(tenant)
                if self._provisions:
                    await self.ensure(tenant)

    async def all(self) -> list[str]:
        """Every tenant that has an index for its incidents, by name."""
        reply = parsed(await self._client.call("GET", f"/{incidents_of('*')}/_alias", missing_ok=True))
        prefix = incidents_of("")
        return sorted(index.removeprefix(prefix) for index in reply if index.startswith(prefix))

    async def exists(self, tenant: str) -> bool:
        """Whether the tenant has an index for its incidents."""
        return await self._exists(incidents_of(tenant))

    async def provision(self, tenant: str) -> None:
        """Makes the tenant's indices; those that are there stay as they are."""
        for kind, index in (("incidents", incidents_of(tenant)), ("events", events_of(tenant))):
            if not await self._exists(index):
                await self._create(kind, index, tenant)
            await self._client.started(index)
        self._provisioned.add(tenant)

    async def delete(self, tenant: str) -> None:
        """Takes the tenant's indices away, with all that is in them."""
        names = f"{incidents_of(tenant)},{events_of(tenant)}"
        await self._client.call("DELETE", f"/{names}", params={"ignore_unavailable": "true"}, write=True)
        self._provisioned.discard(tenant)
        self._columns.forget(tenant)

    async def columns(self, tenant: str, names: Collection[str] = ()) -> Columns:
        """Columns by field name, typed and custom; asked of the engine anew if one of `names` is not known."""
        return await self._columns.of(tenant, names)

    async def all_columns(self, tenant: str) -> Columns:
        """Every column by field name, typed and custom, as the engine has them now."""
        return await self._columns.all(tenant)

    async def admit(self, tenant: str, documents: Sequence[Mapping[str, Any]]) -> list[QueryError | None]:
        """For each document, why its custom fields cannot be stored, or None; columns that they need are made."""
        return await self._columns.admit(tenant, documents, self._mend_or_refuse)

    async def _mend_or_refuse(self, index: str) -> None:
        if not self._provisions:
            raise NotFound("no such tenant")
        await self.mend(index)

    async def _exists(self, index: str) -> bool:
        reply = await self._client.call("GET", f"/{index}/_settings", missing_ok=True)
        return index in parsed(reply)

    async def _create(self, kind: str, index: str, tenant: str) -> None:
        mapped = _count(index_templates.load(kind)["template"]["mappings"])
        body: Json = {
            "settings": {"index.mapping.total_fields.limit": mapped + 2 * self._most + 200},
            "mappings": {"properties": {"tenant": {"type": "constant_keyword", "value": tenant}}},
        }
        try:
            await self._client.call("PUT", f"/{index}", orjson.dumps(body), write=True)
        except AlreadyExists:
            return
        except Refused as error:
            raise Unavailable(f"the engine makes no index for this tenant: {error.reason}") from error


def _count(mapping: Mapping[str, Any]) -> int:
    """How many columns a mapping has, objects and sub-fields counted as the engine counts them."""
    inner = [*mapping.get("properties", {}).values(), *mapping.get("fields", {}).values()]
    return len(inner) + sum(_count(column) for column in inner)
