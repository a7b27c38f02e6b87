"""A tenant's index as the engine is told to make it: behind an alias, of how many shards and copies."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

import index_templates
from gateway.problems import Unavailable
from gateway.store import templates
from gateway.store.client import Client
from gateway.store.errors import AlreadyExists, Refused
from gateway.store.names import alias_of, by_alias, events_of, incidents_of, numbered
from gateway.store.replies import Json, parsed


@dataclass(frozen=True, slots=True)
class Shape:
    """How many shards a tenant's incidents have, and how many copies besides the first; None: one where a node is."""

    shards: int = 1
    replicas: int | None = None


async def make(client: Client, kind: str, tenant: str, most: int, shape: Shape) -> None:
    """Makes the tenant's first index of that kind; one that another was faster to make is as good.

    Raises NoRoom at the engine's limit of shards, Unavailable where it refuses.
    """
    alias = incidents_of(tenant) if kind == "incidents" else events_of(tenant)
    behind = await templates.is_finished(client)
    index = numbered(alias, 1) if behind else alias
    try:
        await put(client, index, body(kind, tenant, most, shape) | ({"aliases": {alias: {}}} if behind else {}))
    except AlreadyExists:
        return
    except Refused as error:
        # Both names cannot be, so that of two gateways which know different ones the second comes to nothing.
        if by_alias(parsed(await client.call("GET", f"/{alias}/_settings", missing_ok=True)), alias) is None:
            raise Unavailable("the engine makes no index for this tenant; the log says why") from error


async def put(client: Client, index: str, wanted: Json) -> None:
    """Makes an index. Raises AlreadyExists, Refused, NoRoom."""
    await client.call("PUT", f"/{index}", orjson.dumps(wanted), write=True)


def body(kind: str, tenant: str, most: int, shape: Shape) -> Json:
    """What an index of that kind is made of beside its template; of one shard, if what is in it is read in turn."""
    mapped = _count(index_templates.load(kind)["template"]["mappings"])
    settings: Json = {"index.mapping.total_fields.limit": mapped + 2 * most + 200}
    if kind == "incidents":
        settings["index.number_of_shards"] = shape.shards
    if shape.replicas is not None:
        settings |= {"index.auto_expand_replicas": "false", "index.number_of_replicas": shape.replicas}
    tenant_column = {"tenant": {"type": "constant_keyword", "value": tenant}}
    return {"settings": settings, "mappings": {"properties": tenant_column}}


async def shape_of(client: Client, index: str) -> Shape:
    """The shape that an index has."""
    reply = parsed(await client.call("GET", f"/{index}/_settings", params={"flat_settings": "true"}))
    settings = reply[index]["settings"]
    expands = settings.get("index.auto_expand_replicas", "false") != "false"
    return Shape(
        int(settings["index.number_of_shards"]), None if expands else int(settings["index.number_of_replicas"])
    )


async def in_use(client: Client, pattern: str) -> dict[str, str]:
    """The index of that pattern that is read and written, by the name that it is known by.

    One that is just being filled, or kept for a point in time, is none.
    """
    reply = parsed(await client.call("GET", f"/{pattern}/_alias", missing_ok=True))
    held = {index: each["aliases"] for index, each in reply.items() if isinstance(each, dict) and "aliases" in each}
    return {alias_of(index): index for index, aliases in held.items() if alias_of(index) in {index, *aliases}}


def _count(mapping: Mapping[str, Any]) -> int:
    """How many columns a mapping has, objects and sub-fields counted as the engine counts them."""
    inner = [*mapping.get("properties", {}).values(), *mapping.get("fields", {}).values()]
    return len(inner) + sum(_count(column) for column in inner)
