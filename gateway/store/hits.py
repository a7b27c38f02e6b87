"""Documents cut out of the engine's replies: the stored bytes, spliced into the wire document and never rebuilt."""

from typing import Any

import msgspec
import orjson

from gateway.problems import TimedOut, Unavailable
from gateway.store import NO_REPLY, parsed
from queries.fields import HIDDEN

_KIND = b',"kind":"'


class Hit(msgspec.Struct):
    """One found document, its source still as the bytes that were stored."""

    id: str = msgspec.field(name="_id")
    source: msgspec.Raw = msgspec.field(name="_source", default=msgspec.Raw(b"{}"))
    seq_no: int = msgspec.field(name="_seq_no", default=0)
    primary_term: int = msgspec.field(name="_primary_term", default=0)
    sort: list[Any] | None = None
    matched_queries: list[str] = []
    found: bool = True


class _Total(msgspec.Struct):
    value: int


class _Hits(msgspec.Struct):
    hits: list[Hit]
    total: _Total | None = None


class _Shards(msgspec.Struct):
    failed: int


class Reply(msgspec.Struct):
    """A search's reply; only what we read of it."""

    took: int
    timed_out: bool
    hits: _Hits
    shards: _Shards = msgspec.field(name="_shards")
    aggregations: msgspec.Raw = msgspec.Raw(b"")


_reply = msgspec.json.Decoder(Reply)
_hit = msgspec.json.Decoder(Hit)


def reply(text: str) -> Reply:
    """The reply, if it is a whole one: what was found in part is never shown as all. Raises TimedOut, Unavailable."""
    try:
        read = _reply.decode(text)
    except msgspec.DecodeError as error:
        raise Unavailable(NO_REPLY) from error
    if read.timed_out:
        raise TimedOut("the engine did not finish the search in time")
    if read.shards.failed:
        raise Unavailable("a part of the engine failed")
    return read


def hit(text: str) -> Hit | None:
    """The document in the engine's reply to a read by id; None if there is none. Raises Unavailable."""
    if '"found":true' not in text:
        parsed(text)
        return None
    try:
        return _hit.decode(text)
    except msgspec.DecodeError as error:
        raise Unavailable(NO_REPLY) from error


def version(found: Hit) -> str:
    """The document's version as callers see it."""
    return f"{found.primary_term}-{found.seq_no}"


def kind(found: Hit) -> str:
    """Whether the document, read whole, is an incident or an aggregation result."""
    return _cut(bytes(found.source))[1].decode()


def document(found: Hit) -> dict[str, Any]:
    """The stored document, hidden fields and all."""
    stored: dict[str, Any] = orjson.loads(bytes(found.source))
    return stored


def wire(found: Hit) -> bytes:
    """The document as `_im` shows it: `_meta`, then every stored field but the hidden ones, which stand last."""
    return _joined(found, *_cut(bytes(found.source)))


def wire_of_some(found: Hit) -> bytes:
    """The same of a document read in part, whose fields the engine puts in any order."""
    fields = orjson.loads(bytes(found.source))
    shown = {name: value for name, value in fields.items() if name not in HIDDEN}
    return _joined(found, orjson.dumps(shown)[1:-1], fields["kind"].encode())


def _joined(found: Hit, fields: bytes, name: bytes) -> bytes:
    version = f'{found.id}","type":"{name.decode()}","version":"{found.primary_term}-{found.seq_no}"}}'
    return b"".join((b'{"_meta":{"id":"', version.encode(), b"," if fields else b"", fields, b"}"))


def _cut(source: bytes) -> tuple[bytes, bytes]:
    """The shown fields and the kind; no text in a document can hold the mark, as its quotes would be escaped."""
    start = source.rindex(_KIND)
    name = start + len(_KIND)
    return source[1:start], source[name : source.index(b'"', name)]
