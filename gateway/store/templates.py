"""Index templates put in place, and carried over to the indices that are there; what cannot be is refused clearly."""

from typing import Any

import orjson

import index_templates
from gateway.store import OpenSearch, parsed
from queries.errors import QueryError


class TemplateError(Exception):
    """Templates that cannot be put in place; the message says which and why."""


async def apply(store: OpenSearch) -> list[str]:
    """Puts every template, then its mapping onto the indices made from an older one; what was done, a line each.

    Running it again does nothing more. Raises TemplateError for newer templates than these, and for an index whose
    mapping cannot become the template's.
    """
    done: list[str] = []
    for name in index_templates.NAMES:
        done += await _apply_one(store, name, index_templates.load(name))
    return done


async def in_place(store: OpenSearch) -> bool:
    """Whether the templates of this gateway, or newer ones, are there."""
    versions = [(await _held_version(store, name)) or 0 for name in index_templates.NAMES]
    wanted = [index_templates.load(name)["version"] for name in index_templates.NAMES]
    return all(held >= version for held, version in zip(versions, wanted, strict=True))


async def _apply_one(store: OpenSearch, name: str, template: dict[str, Any]) -> list[str]:
    held, wanted = await _held_version(store, name), template["version"]
    if held is not None and held > wanted:
        raise TemplateError(f"template im-{name} is at version {held}, newer than this gateway's {wanted}")
    done = [] if held == wanted else [f"template im-{name}: version {wanted}"]
    if done:
        await store.call("PUT", f"/_index_template/im-{name}", orjson.dumps(template), write=True)
    if name == "registry":
        done += await _make_registry(store)
    for index, version in await _indices(store, template["index_patterns"][0]):
        if version < wanted:
            await _upgrade(store, index, template)
            done.append(f"index {index}: mapping version {version} to {wanted}")
    return done


async def _held_version(store: OpenSearch, name: str) -> int | None:
    reply = parsed(await store.call("GET", f"/_index_template/im-{name}", missing_ok=True))
    found = reply.get("index_templates", [])
    return found[0]["index_template"].get("version", 0) if found else None


async def _indices(store: OpenSearch, pattern: str) -> list[tuple[str, int]]:
    reply = parsed(await store.call("GET", f"/{pattern}/_mapping", missing_ok=True))
    return [
        (index, found["mappings"].get("_meta", {}).get("version", 0))
        for index, found in sorted(reply.items())
        if isinstance(found, dict) and "mappings" in found
    ]


async def _upgrade(store: OpenSearch, index: str, template: dict[str, Any]) -> None:
    mappings = template["template"]["mappings"]
    properties = {name: field for name, field in mappings["properties"].items() if name != "tenant"}
    try:
        await store.call("PUT", f"/{index}/_mapping", orjson.dumps(mappings | {"properties": properties}), write=True)
    except QueryError as error:
        raise TemplateError(f"index {index} cannot be upgraded in place: {error.reason}; reindex it") from error


async def _make_registry(store: OpenSearch) -> list[str]:
    """Makes the registry if nobody did, and waits until it can be read."""
    made = "im-registry" not in parsed(await store.call("GET", "/im-registry/_settings", missing_ok=True))
    if made:
        try:
            await store.call("PUT", "/im-registry", b"{}", write=True)
        except QueryError as error:
            if "already exists" not in error.reason:
                raise
    await store.started("im-registry")
    return ["index im-registry: made"] if made else []
