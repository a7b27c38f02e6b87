"""The columns of a tenant's custom fields: what this process knows of them, and whether a document fits."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from typing import Any

import orjson

import index_templates
from gateway.problems import NotFound
from gateway.store.attempts import Attempts
from gateway.store.client import Client
from gateway.store.errors import Refused
from gateway.store.names import by_alias, incidents_of
from gateway.store.replies import Json, parsed
from gateway.work.turns import in_turns
from queries.custom import custom_kind, customs, is_custom
from queries.errors import QueryError
from queries.fields import Column, Columns, Kind

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
_MAPPINGS: Mapping[Kind, Json] = {
    _KINDS[rule["mapping"]["type"]]: rule["mapping"]
    for template in index_templates.load("incidents")["template"]["mappings"]["dynamic_templates"]
    for rule in template.values()
}

Mend = Callable[[str], Awaitable[None]]


def _kinds(document: Mapping[str, Any]) -> dict[str, Kind | None]:
    return {name: custom_kind(name, value) for name, value in customs(document).items()}


class CustomColumns:
    """What is known of each tenant's columns; the engine is asked again for a field that is not known."""

    def __init__(self, client: Client, typed: Columns, most: int) -> None:
        self._client = client
        self._typed = typed
        self._most = most
        self._known: dict[str, Columns] = {}

    def forget(self, tenant: str) -> None:
        """Has the engine be asked again."""
        self._known.pop(tenant, None)

    async def of(self, tenant: str, names: Collection[str] = ()) -> Columns:
        """Columns by field name, typed and custom; asked of the engine anew if one of `names` is not known."""
        columns = self._known.get(tenant, self._typed)
        if all(name in columns or name.partition(".")[0] in columns for name in names):
            return columns
        return await self._read(tenant)

    async def all(self, tenant: str) -> Columns:
        """Every column by field name, typed and custom, as the engine has them now."""
        return await self._read(tenant)

    async def admit(self, tenant: str, documents: Sequence[Mapping[str, Any]], mend: Mend) -> list[QueryError | None]:
        """For each document, why its custom fields cannot be stored, or None.

        Columns that are wanting are made before anything is written to them: left to itself the engine would take a
        number for a text, where both came first at once.
        """
        wanted = await in_turns(documents, _kinds)
        names = {name for kinds in wanted for name in kinds}
        refusals: list[QueryError | None] = []
        async for _ in Attempts("the tenant's custom fields"):
            columns = await self.of(tenant, names)
            held = {name: column.kind for name, column in columns.items() if name not in self._typed}
            refusals = [self._refusal(held, kinds, document) for kinds, document in zip(wanted, documents, strict=True)]
            new = {name: kind for name, kind in held.items() if name not in columns}
            if not new or await self._make(tenant, new, mend):
                break
        return refusals

    async def refusal(self, tenant: str, document: Mapping[str, Any]) -> QueryError | None:
        """Why its custom fields cannot be stored, or None; no column is made."""
        kinds = _kinds(document)
        columns = await self.of(tenant, kinds)
        held = {name: column.kind for name, column in columns.items() if name not in self._typed}
        return self._refusal(held, kinds, document)

    async def _make(self, tenant: str, new: Mapping[str, Kind], mend: Mend) -> bool:
        """Makes columns; False if someone was faster, and chose another type, or if the index had to be made first."""
        self.forget(tenant)
        body = {"properties": {name: _MAPPINGS[kind] for name, kind in new.items()}}
        index = incidents_of(tenant)
        try:
            await self._client.call("PUT", f"/{index}/_mapping", orjson.dumps(body), write=True)
        except NotFound:
            await mend(index)
            return False
        except Refused:
            return False
        return True

    def _refusal(
        self, held: dict[str, Kind], kinds: Mapping[str, Kind | None], document: Mapping[str, Any]
    ) -> QueryError | None:
        if kinds.items() <= held.items():
            return None
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

    async def _read(self, tenant: str) -> Columns:
        index = incidents_of(tenant)
        reply = parsed(await self._client.call("GET", f"/{index}/_mapping", missing_ok=True))
        mapping = (by_alias(reply, index) or {}).get("mappings", {}).get("properties", {})
        custom = {
            name: Column(name, _KINDS[column["type"]])
            for name, column in mapping.items()
            if is_custom(name) and column.get("type") in _KINDS
        }
        columns = {**custom, **self._typed}
        self._known[tenant] = columns
        return columns
