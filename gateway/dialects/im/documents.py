"""The wire document of `_im`: `_meta` beside the fields, and the version that a write may carry."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from starlette.requests import Request

from gateway.dialects.dialect import Header
from gateway.incidents.writing.outcomes import Outcome
from gateway.state import State
from queries.errors import QueryError
from queries.fields import HIDDEN

IF_MATCH = Header("If-Match", "the version that the write is of, as `ETag` had it, or `*` for any")

_META = {"id", "type", "version"}
_OF_UPDATES = frozenset(
    {"doc", "script", "upsert", "doc_as_upsert", "scripted_upsert", "detect_noop"}
    | {"if_seq_no", "if_primary_term", "retry_on_conflict"}
)
"""Words of the engine's own update requests, which its clients send: as fields they would be stored unseen."""


@dataclass(frozen=True, slots=True)
class Meta:
    """What a document says of itself; with a version, a write is of that version only."""

    id: str | None = None
    type: str | None = None
    version: str | None = None


def split_meta(
    sent: Mapping[str, Any], path_id: str | None = None, kind: str = "incident"
) -> tuple[Meta, dict[str, Any]]:
    """`_meta`, with the path's id where there is one, and the fields. Raises QueryError if they disagree."""
    foreign = next((name for name in sent if name in _OF_UPDATES), None)
    if foreign is not None:
        raise QueryError(f'"{foreign}" is no field, and nothing is done by it; send the fields themselves', foreign)
    raw = sent.get("_meta", {})
    if not isinstance(raw, dict):
        raise QueryError("_meta is an object of id, type and version", "_meta")
    unknown = next((name for name in raw if name not in _META), None)
    if unknown is not None:
        raise QueryError("_meta is an object of id, type and version", f"_meta.{unknown}", "unknown_field")
    wrong = next((name for name, value in raw.items() if not isinstance(value, str)), None)
    if wrong is not None:
        raise QueryError("a text is wanted here", f"_meta.{wrong}")
    meta = Meta(**raw)
    if meta.type not in {None, kind}:
        raise QueryError(f'this is no "{meta.type}" but an {kind.replace("_", " ")}', "_meta.type")
    if path_id is not None and meta.id not in {None, path_id}:
        raise QueryError(f'the path names "{path_id}"', "_meta.id")
    fields = {name: value for name, value in sent.items() if name != "_meta"}
    return Meta(id=path_id or meta.id, type=meta.type, version=meta.version), fields


def lock(request: Request[State], meta: Meta | None = None) -> str | None:
    """The version that the write is of, from `_meta` or `If-Match`. Raises QueryError if they disagree."""
    header = request.headers.get("if-match", "*").strip()
    tag = None if header == "*" else header.removeprefix("W/").strip('"')
    said = meta.version if meta else None
    if tag is not None and said is not None and tag != said:
        raise QueryError("If-Match and _meta.version name different versions", "_meta.version")
    return said if said is not None else tag


def rendered(outcome: Outcome) -> bytes:
    """The document that a write left behind."""
    fields = {name: value for name, value in outcome.document.items() if name not in HIDDEN}
    meta = {"id": outcome.id, "type": outcome.document["kind"], "version": outcome.version}
    return orjson.dumps({"_meta": meta, **fields})


def etag(version: str | None) -> dict[str, str]:
    """The header that says a document's version."""
    return {"ETag": f'"{version}"'}
