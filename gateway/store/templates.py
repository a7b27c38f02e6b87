"""Index templates put in place, and carried over to the indices that are there; what cannot be is refused clearly."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import orjson

import index_templates
from gateway.store.client import Client
from gateway.store.errors import AlreadyExists
from gateway.store.names import REGISTRY
from gateway.store.replies import Json, parsed
from queries.errors import QueryError
from queries.extensions import Extension
from queries.fields import Field, Kind

_LONGEST = 8191
_KEYWORD = {"type": "keyword", "ignore_above": _LONGEST}
_MAPPINGS: Mapping[Kind, Json] = {
    "text": {"type": "text", "fields": {"keyword": _KEYWORD}},
    "keyword": _KEYWORD,
    "whole": {"type": "long"},
    "number": {"type": "double"},
    "date": {"type": "date", "format": "strict_date_optional_time||epoch_millis"},
    "boolean": {"type": "boolean"},
    "object": {"type": "flat_object"},
}
_CHANGED = {"max_regex_length"}
"""Settings of a template that older indices are given too."""
_UNINDEXED = {"type": "object", "enabled": False}


class TemplateError(Exception):
    """Templates that cannot be put in place; the message says which and why."""


def composed(name: str, extensions: Iterable[Extension]) -> Json:
    """The template of that name with the columns of every extension; its version rises with each of theirs."""
    template, extra = index_templates.load(name), tuple(extensions)
    if name == "registry" or not extra:
        return template
    mappings = template["template"]["mappings"]
    added = {each.name: _column_of(name, each) for each in extra}
    mappings["properties"]["ext"] = {
        "dynamic": "strict",
        "properties": {name: column for name, column in added.items() if column},
    }
    template["version"] += sum(each.version for each in extra)
    mappings["_meta"]["version"] = template["version"]
    return template


def _column_of(name: str, extension: Extension) -> Json | None:
    fields = extension.fields if name == "incidents" else extension.alert_fields
    if fields is None:
        return {"type": "flat_object"}
    root: Json = {}
    for field in fields:
        _put(root, field.name.removeprefix(f"ext.{extension.name}.").split("."), field)
    return root or None


def _put(mapping: Json, path: Sequence[str], field: Field) -> None:
    """Adds the field's column; the objects that it stands in are strict, as all of them are declared."""
    mapping.setdefault("dynamic", "strict")
    columns = mapping.setdefault("properties", {})
    if len(path) == 1:
        columns[path[0]] = _MAPPINGS[field.kind] if field.indexed else _UNINDEXED
    else:
        _put(columns.setdefault(path[0], {}), path[1:], field)


async def apply(client: Client, extensions: Sequence[Extension]) -> list[str]:
    """Puts every template, then its mapping onto the indices made from an older one; what was done, a line each.

    Running it again does nothing more. Raises TemplateError for newer templates than these, and for an index whose
    mapping cannot become the template's.
    """
    done: list[str] = []
    for name in index_templates.NAMES:
        done += await _apply_one(client, name, composed(name, extensions))
    return done


async def in_place(client: Client, extensions: Sequence[Extension]) -> bool:
    """Whether the templates of this gateway, or newer ones, are there."""
    for name in index_templates.NAMES:
        held = await _held_version(client, name) or 0
        if held < composed(name, extensions)["version"]:
            return False
    return True


async def _apply_one(client: Client, name: str, template: dict[str, Any]) -> list[str]:
    held, wanted = await _held_version(client, name), template["version"]
    if held is not None and held > wanted:
        raise TemplateError(f"template im-{name} is at version {held}, newer than this gateway's {wanted}")
    done = [] if held == wanted else [f"template im-{name}: version {wanted}"]
    if done:
        await client.call("PUT", f"/_index_template/im-{name}", orjson.dumps(template), write=True)
    if name == "registry":
        done += await _make_registry(client)
    for index, version in await _indices(client, template["index_patterns"][0]):
        if version < wanted:
            await _upgrade(client, index, template)
            done.append(f"index {index}: mapping version {version} to {wanted}")
    return done


async def _held_version(client: Client, name: str) -> int | None:
    reply = parsed(await client.call("GET", f"/_index_template/im-{name}", missing_ok=True))
    result = reply.get("index_templates", [])
    return result[0]["index_template"].get("version", 0) if result else None


async def _indices(client: Client, pattern: str) -> list[tuple[str, int]]:
    reply = parsed(await client.call("GET", f"/{pattern}/_mapping", missing_ok=True))
    return [
        (index, item["mappings"].get("_meta", {}).get("version", 0))
        for index, item in sorted(reply.items())
        if isinstance(item, dict) and "mappings" in item
    ]


async def _upgrade(client: Client, index: str, template: dict[str, Any]) -> None:
    mappings = template["template"]["mappings"]
    properties = {name: field for name, field in mappings["properties"].items() if name != "tenant"}
    longest = {name: value for name, value in template["template"]["settings"]["index"].items() if name in _CHANGED}
    try:
        await client.call("PUT", f"/{index}/_settings", orjson.dumps({"index": longest}), write=True)
        await client.call("PUT", f"/{index}/_mapping", orjson.dumps(mappings | {"properties": properties}), write=True)
    except QueryError as error:
        raise TemplateError(f"index {index} cannot be upgraded in place: {error.reason}; reindex it") from error


async def _make_registry(client: Client) -> list[str]:
    """Makes the registry if nobody did, and waits until it can be read."""
    made = REGISTRY not in parsed(await client.call("GET", f"/{REGISTRY}/_settings", missing_ok=True))
    if made:
        try:
            await client.call("PUT", f"/{REGISTRY}", b"{}", write=True)
        except AlreadyExists:
            made = False
    await client.started(REGISTRY)
    return [f"index {REGISTRY}: made"] if made else []
