"""Index templates put in place, and carried over to the indices that are there; what cannot be is refused clearly."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

import index_templates
from gateway.store.client import Client
from gateway.store.errors import AlreadyExists, Refused
from gateway.store.names import REGISTRY, incidents_of
from gateway.store.replies import Json, parsed
from queries.extensions import Extension
from queries.fields import Field, Kind

_log = logging.getLogger("gateway.store")
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


VERSION = 100
"""Of templates that no gateway of the version before starts with: their tenants are behind aliases."""
BEFORE: Mapping[str, int] = {"incidents": 8, "events": 9, "registry": 2}
"""What that one has, which starts with no later one; its revisions are its versions."""


@dataclass(frozen=True, slots=True)
class _Mark:
    """Who can start beside a template, and which columns it has."""

    version: int
    revision: int


class TemplateError(Exception):
    """Templates that cannot be put in place; the message says which and why."""


def composed(name: str, extensions: Iterable[Extension], *, finished: bool = True) -> Json:
    """The template of that name with the columns of every extension.

    Its revision rises with each column, here and there; its version says who may start beside who made it.
    """
    template, extra = index_templates.load(name), tuple(extensions)
    mappings = template["template"]["mappings"]
    added = {each.name: _column_of(name, each) for each in extra}
    if name != "registry":
        columns = {dialect: column for dialect, column in added.items() if column}
        mappings["properties"]["ext"] = {"dynamic": "strict", "properties": columns}
    versions = 0 if name == "registry" else sum(each.version for each in extra)
    revision, version = template["version"] + versions, VERSION if finished else BEFORE[name]
    template |= {"version": version, "_meta": template["_meta"] | {"revision": revision}}
    mappings["_meta"] = {"version": version, "revision": revision}
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


async def apply(
    client: Client, extensions: Sequence[Extension], *, finish: bool = False, upgrade: bool = True
) -> list[str]:
    """Puts every template, then its mapping onto the indices made from an older one; what was done, a line each.

    Those that gateways of the version before have are left such that these can start, until all is to be finished.
    Running it again does nothing more. Raises TemplateError for templates that this gateway does not know, and for an
    index whose mapping cannot become the template's, if indices are to be upgraded at all.
    """
    held = {name: await _held(client, name) for name in index_templates.NAMES}
    finished = finish or all(each is None or each.version >= VERSION for each in held.values())
    done: list[str] = []
    for name, mark in held.items():
        done += await _apply_one(client, name, mark, composed(name, extensions, finished=finished))
    for name in held if upgrade else ():
        done += await _upgrade_all(client, composed(name, extensions, finished=finished))
    return done


async def in_place(client: Client, extensions: Sequence[Extension]) -> bool:
    """Whether the templates of this gateway, or newer ones, are there."""
    for name in index_templates.NAMES:
        held = await _held(client, name)
        if held is None or held.version < BEFORE[name] or held.revision < _mark(composed(name, extensions)).revision:
            return False
    return True


async def is_finished(client: Client) -> bool:
    """Whether no gateway of the version before can start any more, which knows no aliases."""
    held = await _held(client, "incidents")
    return held is not None and held.version >= VERSION


async def _apply_one(client: Client, name: str, held: _Mark | None, template: Json) -> list[str]:
    wanted = _mark(template)
    if held is not None and held.version > VERSION:
        raise TemplateError(
            f"template im-{name} is at version {held.version}, newer than this gateway's {VERSION}: "
            "start the gateway that put it there, or restore a snapshot from before"
        )
    done = []
    if held is None or held.version < wanted.version or held.revision < wanted.revision:
        await client.call("PUT", f"/_index_template/im-{name}", orjson.dumps(template), write=True)
        done.append(f"template im-{name}: version {wanted.version}, revision {wanted.revision}")
    if name == "registry" and await make_registry(client):
        done.append(f"index {REGISTRY}: made")
    return done


async def _upgrade_all(client: Client, template: Json) -> list[str]:
    done, wanted = list[str](), _mark(template)
    for index, revision in await _indices(client, template["index_patterns"][0]):
        if revision < wanted.revision:
            await _upgrade(client, index, template)
            done.append(f"index {index}: mapping revision {revision} to {wanted.revision}")
    return done


async def _held(client: Client, name: str) -> _Mark | None:
    reply = parsed(await client.call("GET", f"/_index_template/im-{name}", missing_ok=True))
    result = reply.get("index_templates", [])
    return _mark(result[0]["index_template"]) if result else None


def _mark(template: Json) -> _Mark:
    version: int = template.get("version", 0)
    return _Mark(version, template.get("_meta", {}).get("revision", version))


async def _indices(client: Client, pattern: str) -> list[tuple[str, int]]:
    reply = parsed(await client.call("GET", f"/{pattern}/_mapping", missing_ok=True))
    return [
        (index, _revision(item["mappings"].get("_meta", {})))
        for index, item in sorted(reply.items())
        if isinstance(item, dict) and "mappings" in item
    ]


def _revision(marks: Json) -> int:
    return int(marks["revision"] if "revision" in marks else marks.get("version", 0))


async def _upgrade(client: Client, index: str, template: dict[str, Any]) -> None:
    mappings = template["template"]["mappings"]
    properties = {name: field for name, field in mappings["properties"].items() if name != "tenant"}
    longest = {name: value for name, value in template["template"]["settings"]["index"].items() if name in _CHANGED}
    try:
        await client.call("PUT", f"/{index}/_settings", orjson.dumps({"index": longest}), write=True)
        await client.call("PUT", f"/{index}/_mapping", orjson.dumps(mappings | {"properties": properties}), write=True)
    except Refused as error:
        way = "incident-gateway tenant reindex makes it anew"
        raise TemplateError(f"index {index} cannot be upgraded in place: {error.words}; {way}") from error


async def make_registry(client: Client) -> bool:
    """Makes the registry if nobody did, and waits until it can be read; whether it was made."""
    made = REGISTRY not in parsed(await client.call("GET", f"/{REGISTRY}/_settings", missing_ok=True))
    if made:
        try:
            await client.call("PUT", f"/{REGISTRY}", b"{}", write=True)
        except AlreadyExists:
            made = False
    await client.started(REGISTRY)
    if made and await _indices(client, incidents_of("*")):
        _log.warning("%s was lost; the keys, views and definitions that it held are gone", REGISTRY)
    return made
