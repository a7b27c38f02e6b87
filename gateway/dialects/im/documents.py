"""The wire document of `_im`: `_meta` beside the fields, and the version that a write may carry."""

import re
from collections.abc import Mapping
from typing import Any

import msgspec
import orjson
from starlette.requests import Request

from gateway.dialects.dialect import Header
from gateway.incidents.reading.identities import get
from gateway.incidents.session import Session
from gateway.incidents.writing.outcomes import Outcome
from gateway.state import State
from queries.errors import QueryError
from queries.fields import HIDDEN

IF_MATCH = Header("If-Match", "the version that the write is of, as `ETag` had it, any of several, or `*` for any")
IF_NONE_MATCH = Header("If-None-Match", "versions that need not be sent again, as `ETag` had them, or `*` for any")
VERSIONED = ("ETag",)
"""The headers of an answer that is a document."""
MADE = ("Location", *VERSIONED)
"""And of one that says where a new document is."""

_META = {"id", "type", "version"}
_OF_UPDATES = frozenset(
    {"doc", "script", "upsert", "doc_as_upsert", "scripted_upsert", "detect_noop"}
    | {"if_seq_no", "if_primary_term", "retry_on_conflict"}
)
"""Words of the engine's own update requests, which its clients send: as fields they would be stored unseen."""
_TAG = re.compile(r'(?:W/)?"([^"]*)"|([^\s,]+)')
"""One of a list of entity tags (RFC 9110, 8.8.3); one without quotes is taken too."""


class Meta(msgspec.Struct, frozen=True):
    """What a document says of itself; with a version, a write is of that version only."""

    id: str | None = None
    type: str | None = None
    version: str | None = None


def split_meta(
    sent: Mapping[str, Any], path_id: str | None = None, kind: str = "incident"
) -> tuple[Meta, dict[str, Any]]:
    """`_meta`, with the path's id where there is one, and the fields. Raises QueryError if they disagree."""
    if not _OF_UPDATES.isdisjoint(sent):
        foreign = next(name for name in sent if name in _OF_UPDATES)
        raise QueryError(f'"{foreign}" is no field, and nothing is done by it; send the fields themselves', foreign)
    raw = sent.get("_meta")
    if raw is None and "_meta" not in sent:
        return Meta(id=path_id), dict(sent)
    if not isinstance(raw, dict):
        raise QueryError("_meta is an object of id, type and version", "_meta")
    if not raw.keys() <= _META:
        unknown = next(name for name in raw if name not in _META)
        raise QueryError("_meta is an object of id, type and version", f"_meta.{unknown}", "unknown_field")
    for name, value in raw.items():
        if not isinstance(value, str):
            raise QueryError("a text is wanted here", f"_meta.{name}")
    meta = Meta(**raw)
    if meta.type not in {None, kind}:
        raise QueryError(f'this is no "{meta.type}" but an {kind.replace("_", " ")}', "_meta.type")
    if path_id is not None and meta.id not in {None, path_id}:
        raise QueryError(f'the path names "{path_id}"', "_meta.id")
    fields = dict(sent)
    del fields["_meta"]
    return Meta(path_id, meta.type, meta.version) if path_id else meta, fields


def lock(request: Request[State], meta: Meta | None = None, held: str | None = None) -> str | None:
    """The version that the write is of, from `_meta` or `If-Match`: of several there, the one held, else the first.

    Raises QueryError if they disagree.
    """
    tags, said = _tags(request, "if-match"), meta.version if meta else None
    if not tags or "*" in tags:
        return said
    if said is not None and said not in tags:
        raise QueryError("If-Match and _meta.version name different versions", "_meta.version")
    return said or (held if held in tags else tags[0])


async def locked(
    request: Request[State], session: Session, document_id: str, meta: Meta | None = None, kind: str = "incident"
) -> str | None:
    """The same for a document that is there, which is read where several versions are named. Raises NotFound too."""
    several = len(_tags(request, "if-match")) > 1
    return lock(request, meta, (await get(session, document_id, kind)).version if several else None)


def is_known(request: Request[State], version: str) -> bool:
    """Whether the caller has that version already."""
    return not {"*", version}.isdisjoint(_tags(request, "if-none-match"))


def _tags(request: Request[State], name: str) -> list[str]:
    return [quoted or bare for quoted, bare in _TAG.findall(request.headers.get(name, ""))]


def rendered(outcome: Outcome) -> bytes:
    """The document that a write left behind."""
    fields = {name: value for name, value in outcome.document.items() if name not in HIDDEN}
    meta = {"id": outcome.id, "type": outcome.document["kind"], "version": outcome.version}
    return orjson.dumps({"_meta": meta, **fields})


def deleted(document_id: str, kind: str, version: str | None) -> dict[str, Any]:
    """What is told of a document that is no more; of a deletion that a killed gateway did, without its version."""
    last = {} if version is None else {"version": version}
    return {"_meta": {"id": document_id, "type": kind, **last}, "result": "deleted"}


def etag(version: str | None) -> dict[str, str]:
    """The header that says a document's version."""
    return {"ETag": f'"{version}"'}


async def look(request: Request[State], session: Session) -> None:
    """Looks for the incident that the path names, unless it is to be made. Raises NotFound."""
    creates = request.method == "POST" and request.scope["route"].path.endswith("/incidents/{id}")
    if "id" in request.path_params and not creates:
        await get(session, request.path_params["id"])
