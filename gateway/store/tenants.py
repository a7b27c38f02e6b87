"""Tenants: their indices, made from the templates when first written to, and the columns of their custom fields."""

import asyncio
import re
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import orjson

import index_templates
from gateway.incidents.model.documents import custom_kind, is_custom
from gateway.problems import NotFound, Unavailable
from gateway.store import Json, OpenSearch, parsed
from queries.errors import QueryError
from queries.fields import TYPED_COLUMNS, Column, Columns, Kind

NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")
_TRIES = 5

_KINDS: Mapping[str, Kind] = {
    "keyword": "keyword",
    "double": "number",
    "boolean": "boolean",
    "flat_object": "object",
}
_SAID: Mapping[Kind, str] = {
    "keyword": "text",
    "number": "a number",
    "boolean": "a boolean",
    "object": "an object",
}
_COLUMNS: Mapping[Kind, Json] = {
    _KINDS[each["mapping"]["type"]]: each["mapping"]
    for template in index_templates.load("incidents")["template"]["mappings"]["dynamic_templates"]
    for each in template.values()
}


def tenant_name(name: str, where: str | None = None) -> str:
    """The name, if a tenant can have it. Raises QueryError."""
    if not NAME.fullmatch(name):
        raise QueryError(f'"{name[:80]}" cannot be a tenant: 1 to 63 of a-z 0-9 _ -, a letter or digit first', where)
    return name


def incidents_of(tenant: str) -> str:
    """The index of a tenant's incidents and aggregation results."""
    return f"im-incidents-{tenant}"


def events_of(tenant: str) -> str:
    """The index of a tenant's notes, alerts and activities."""
    return f"im-events-{tenant}"


class Tenants:
    """What this process knows of each tenant's indices; the engine is asked again for a field that it does not know."""

    def __init__(self, store: OpenSearch, *, custom_fields: int, provision: bool) -> None:
        self._store = store
        self._most = custom_fields
        self._provisions = provision
        self._provisioned: set[str] = set()
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._columns: dict[str, Columns] = {}
        store.mend = self._mend

    async def ensure(self, tenant: str) -> None:
        """Makes the tenant's indices if this may be done on a write. Raises NotFound if it may not."""
        if tenant in self._provisioned:
            return
        async with self._locks[tenant]:
            if tenant in self._provisioned:
                return
            if not self._provisions and not await self._exists(incidents_of(tenant)):
                raise NotFound(f'no tenant "{tenant}"')
            await self.provision(tenant)

    async def _mend(self, index: str) -> None:
        """Makes a tenant's index anew that somebody has taken away, if this may be done on a write."""
        for prefix in (incidents_of(""), events_of("")):
            if index.startswith(prefix):
                tenant = index.removeprefix(prefix)
                self._provisioned.discard(tenant)
                self._columns.pop(tenant, None)
                if self._provisions:
                    await self.ensure(tenant)

    async def exists(self, tenant: str) -> bool:
        """Whether the tenant has an index for its incidents."""
        return await self._exists(incidents_of(tenant))

    async def provision(self, tenant: str) -> None:
        """Makes the tenant's indices; those that are there stay as they are."""
        for kind, index in (("incidents", incidents_of(tenant)), ("events", events_of(tenant))):
            if not await self._exists(index):
                await self._create(kind, index, tenant)
            await self._store.started(index)
        self._provisioned.add(tenant)

    async def columns(self, tenant: str, names: Collection[str] = ()) -> Columns:
        """Columns by field name, typed and custom; asked of the engine anew if one of `names` is not known."""
        columns = self._columns.get(tenant, TYPED_COLUMNS)
        if all(name in columns or name.partition(".")[0] in columns for name in names):
            return columns
        return await self._read_columns(tenant)

    async def admit(self, tenant: str, documents: Sequence[Mapping[str, Any]]) -> list[QueryError | None]:
        """For each document, why its custom fields cannot be stored, or None (specs: canonical, rule 3)."""
        wanted = [
            {name: custom_kind(name, value) for name, value in document.items() if is_custom(name)}
            for document in documents
        ]
        names = {name for each in wanted for name in each}
        for _ in range(_TRIES):
            columns = await self.columns(tenant, names)
            held = {name: column.kind for name, column in columns.items() if name not in TYPED_COLUMNS}
            refusals = [self._refusal(held, kinds, document) for kinds, document in zip(wanted, documents, strict=True)]
            new = {name: kind for name, kind in held.items() if name not in columns}
            if not new or await self._made(tenant, new):
                return refusals
        raise Unavailable("the tenant's custom fields are changing too fast; try again")

    async def _made(self, tenant: str, new: Mapping[str, Kind]) -> bool:
        """Makes columns before anything is written to them; False if someone was faster, and chose another type.

        Left to itself the engine would take a number for a text, where both came first at once.
        """
        self._columns.pop(tenant, None)
        body = {"properties": {name: _COLUMNS[kind] for name, kind in new.items()}}
        try:
            await self._store.call("PUT", f"/{incidents_of(tenant)}/_mapping", orjson.dumps(body), write=True)
        except NotFound:
            if not self._provisions:
                raise
            await self._mend(incidents_of(tenant))
            return False
        except QueryError as error:
            if "cannot be changed from type" not in error.reason:
                raise
            return False
        return True

    def _refusal(
        self, held: dict[str, Kind], kinds: Mapping[str, Kind | None], document: Mapping[str, Any]
    ) -> QueryError | None:
        for name, kind in kinds.items():
            if kind and kind != held.get(name, kind):
                sent = orjson.dumps(document[name]).decode()[:80]
                return QueryError(
                    f'field "{name}" holds {_SAID[held[name]]}; {sent} is {_SAID[kind]}', name, "wrong_type"
                )
        new = {name: kind for name, kind in kinds.items() if kind and name not in held}
        if new and len(held) + len(new) > self._most:
            return QueryError(f"a tenant may have {self._most} custom fields", next(iter(new)), "too_many_fields")
        held |= new
        return None

    async def _read_columns(self, tenant: str) -> Columns:
        reply = await self._store.call("GET", f"/{incidents_of(tenant)}/_mapping", missing_ok=True)
        mapping = parsed(reply).get(incidents_of(tenant), {}).get("mappings", {}).get("properties", {})
        custom = {
            name: Column(name, _KINDS[column["type"]])
            for name, column in mapping.items()
            if is_custom(name) and column.get("type") in _KINDS
        }
        columns = {**custom, **TYPED_COLUMNS}
        self._columns[tenant] = columns
        return columns

    async def _exists(self, index: str) -> bool:
        reply = await self._store.call("GET", f"/{index}/_settings", missing_ok=True)
        return index in parsed(reply)

    async def _create(self, kind: str, index: str, tenant: str) -> None:
        mapped = _count(index_templates.load(kind)["template"]["mappings"])
        body: Json = {
            "settings": {"index.mapping.total_fields.limit": mapped + 2 * self._most + 100},
            "mappings": {"properties": {"tenant": {"type": "constant_keyword", "value": tenant}}},
        }
        try:
            await self._store.call("PUT", f"/{index}", orjson.dumps(body), write=True)
        except QueryError as error:
            if "already exists" not in error.reason:
                raise Unavailable(f"the engine makes no index for this tenant: {error.reason}") from error


def _count(mapping: Mapping[str, Any]) -> int:
    """How many columns a mapping has, objects and sub-fields counted as the engine counts them."""
    inner = [*mapping.get("properties", {}).values(), *mapping.get("fields", {}).values()]
    return len(inner) + sum(_count(each) for each in inner)
