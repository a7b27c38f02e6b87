"""Tenants: their indices, made from the templates when first written to."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Collection, Mapping, Sequence
from typing import Any

from gateway.problems import NotFound
from gateway.store import making, templates
from gateway.store.client import Client
from gateway.store.columns import CustomColumns
from gateway.store.making import Shape, in_use
from gateway.store.names import REGISTRY, all_of, by_alias, events_of, incidents_of
from gateway.store.replies import parsed
from queries.errors import QueryError
from queries.fields import Columns


class Tenants:
    """What this process knows of each tenant's indices and of its columns."""

    def __init__(
        self, client: Client, typed: Columns, *, custom_fields: int, provision: bool, shape: Shape | None = None
    ) -> None:
        self._client, self._shape = client, shape or Shape()
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
        prefix = incidents_of("")
        return sorted(each.removeprefix(prefix) for each in await in_use(self._client, incidents_of("*")))

    async def exists(self, tenant: str) -> bool:
        """Whether the tenant has an index for its incidents."""
        return await self._exists(incidents_of(tenant))

    async def provision(self, tenant: str, shape: Shape | None = None) -> None:
        """Makes the tenant's indices; those that are there stay as they are."""
        for kind, index in (("incidents", incidents_of(tenant)), ("events", events_of(tenant))):
            if not await self._exists(index):
                await making.make(self._client, kind, tenant, self._most, shape or self._shape)
            await self._client.started(index)
        self._provisioned.add(tenant)

    async def delete(self, tenant: str) -> None:
        """Takes the tenant's indices away, with all that is in them."""
        names = f"{all_of(incidents_of(tenant))},{all_of(events_of(tenant))}"
        held = parsed(await self._client.call("GET", f"/{names}/_alias", params={"ignore_unavailable": "true"}))
        if held:
            await self._client.call("DELETE", f"/{','.join(sorted(held))}", missing_ok=True, write=True)
        self._provisioned.discard(tenant)
        self._columns.forget(tenant)

    def columns(self, tenant: str, names: Collection[str] = ()) -> Awaitable[Columns]:
        """Columns by field name, typed and custom; asked of the engine anew if one of `names` is not known."""
        return self._columns.of(tenant, names)

    async def all_columns(self, tenant: str) -> Columns:
        """Every column by field name, typed and custom, as the engine has them now."""
        return await self._columns.all(tenant)

    async def admit(self, tenant: str, documents: Sequence[Mapping[str, Any]]) -> list[QueryError | None]:
        """For each document, why its custom fields cannot be stored, or None; columns that they need are made."""
        return await self._columns.admit(tenant, documents, self._mend_or_refuse)

    def refusal(self, tenant: str, document: Mapping[str, Any]) -> Awaitable[QueryError | None]:
        """Why the document's custom fields cannot be stored, or None; nothing is made for them."""
        return self._columns.refusal(tenant, document)

    async def _mend_or_refuse(self, index: str) -> None:
        if not self._provisions:
            raise NotFound("no such tenant")
        await self.mend(index)

    async def _exists(self, index: str) -> bool:
        reply = await self._client.call("GET", f"/{index}/_settings", missing_ok=True)
        return by_alias(parsed(reply), index) is not None
