"""Documents in the engine's replies: the stored bytes, spliced into the wire document and never rebuilt."""

from collections.abc import Sequence
from typing import Any, TypeVar

import msgspec
import orjson

from gateway.problems import TimedOut, Unavailable
from gateway.store.errors import NO_SHARD, NotStarted
from gateway.store.replies import IN_PART, NO_REPLY, parsed
from queries.fields import HIDDEN, SIZE

Read = TypeVar("Read")

_KIND = b',"kind":"'
"""What stands before the kind, behind which the hidden fields are; no text can hold it, as its quotes are escaped."""
_INCIDENT = b',"kind":"incident"'
_SORT, _END = ',"sort":[', "]}]}}"
"""What stands before a document's place, and after the last one's; no text can hold a comma and a bare quote."""
_DOCUMENT = ',"_score":null,"_source":{'
"""In every sorted document; counted in a sixth of the time that reading takes, as it is long."""
_WIRE = b'{"_meta":{"id":"%b","type":"%b","version":"%d-%d"}%b%b}'


class _Versioned(msgspec.Struct):
    id: str = msgspec.field(name="_id", default="")
    seq_no: int = msgspec.field(name="_seq_no", default=0)
    primary_term: int = msgspec.field(name="_primary_term", default=0)

    @property
    def version(self) -> str:
        """The document's version as callers see it."""
        return f"{self.primary_term}-{self.seq_no}"


class Stored(_Versioned):
    """A document as it was read by its id, to be changed on that version."""

    source: dict[str, Any] = msgspec.field(name="_source", default_factory=dict)


class Hit(_Versioned, gc=False):
    """One found document, its source still as the bytes that were stored."""

    source: msgspec.Raw = msgspec.field(name="_source", default=msgspec.Raw(b"{}"))
    sort: list[Any] | None = None
    # Neither is made anew for each of a thousand that have none.
    matched_queries: tuple[str, ...] = ()
    fields: dict[str, list[Any]] | None = None

    @property
    def size(self) -> int | None:
        """The bytes of the document, if it is large and that was asked."""
        size: int | None = self.value(SIZE)
        return size

    def value(self, column: str) -> Any:
        """What the document has in the column, if that was asked."""
        return self.fields[column][0] if self.fields and column in self.fields else None

    @property
    def document(self) -> dict[str, Any]:
        """The stored document, hidden fields and all."""
        stored: dict[str, Any] = orjson.loads(bytes(self.source))
        return stored

    @property
    def kind(self) -> str:
        """Whether the document, read whole, is an incident or an aggregation result."""
        source = bytes(self.source)
        name = source.rindex(_KIND) + len(_KIND)
        return source[name : source.index(b'"', name)].decode()

    def wire(self) -> bytes:
        """The document as `_im` shows it: `_meta`, then every stored field but the hidden ones, which stand last."""
        source = bytes(self.source)
        start = source.rindex(_KIND)
        if start > 1 and source.startswith(_INCIDENT, start):
            # Most are: a page of a thousand is written in seven eighths of the time.
            meta = f'{{"_meta":{{"id":"{self.id}","type":"incident","version":"{self.primary_term}-{self.seq_no}"}},'
            return meta.encode() + source[1:start] + b"}"
        name = start + len(_KIND)
        comma = b"," if start > 1 else b""
        kind = source[name : source.index(b'"', name)]
        return _WIRE % (self.id.encode(), kind, self.primary_term, self.seq_no, comma, source[1:start])

    def wire_of_some(self) -> bytes:
        """The same of a document read in part, whose fields the engine puts in any order."""
        shown = self.document
        kind = shown["kind"].encode()
        for name in HIDDEN:
            shown.pop(name, None)
        comma, text = b"," if shown else b"", orjson.dumps(shown)[1:-1]
        return _WIRE % (self.id.encode(), kind, self.primary_term, self.seq_no, comma, text)


class _Total(msgspec.Struct):
    value: int


class _Hits(msgspec.Struct):
    hits: list[Hit]
    total: _Total | None = None
    written: bytes | None = None


class _Shards(msgspec.Struct):
    failed: int


class Reply(msgspec.Struct):
    """A search's reply; only what we read of it."""

    took: int
    timed_out: bool
    found: _Hits = msgspec.field(name="hits")
    shards: _Shards = msgspec.field(name="_shards")
    raw_aggregations: msgspec.Raw = msgspec.field(name="aggregations", default=msgspec.Raw(b""))

    def wire(self) -> bytes:
        """The whole documents as `_im` shows them, with commas between; written once for all who share the reply."""
        if self.found.written is None:
            self.found.written = b",".join([hit.wire() for hit in self.hits])
        return self.found.written

    @property
    def hits(self) -> list[Hit]:
        """The documents, in the order asked for."""
        return self.found.hits

    def take(self, whole: Sequence[Hit]) -> bool:
        """Takes the documents themselves, as they are now; False if one of them is gone."""
        by_id = {each.id: each for each in whole}
        for each in self.hits:
            document = by_id.get(each.id)
            if document is None:
                return False
            each.source, each.seq_no, each.primary_term = document.source, document.seq_no, document.primary_term
        return True

    @property
    def total(self) -> int:
        """How many there are in all; 0 where that was not asked."""
        return self.found.total.value if self.found.total else 0

    @property
    def aggregations(self) -> dict[str, Any]:
        """What was counted; nothing where there is no index."""
        counted: dict[str, Any] = orjson.loads(bytes(self.raw_aggregations) or b"{}")
        return counted


class _Looked(msgspec.Struct):
    """One document of a read by ids: there, not there, or an error."""

    id: str = msgspec.field(name="_id")
    found: bool = False
    seq_no: int = msgspec.field(name="_seq_no", default=0)
    primary_term: int = msgspec.field(name="_primary_term", default=0)
    source: dict[str, Any] = msgspec.field(name="_source", default_factory=dict)
    error: dict[str, Any] | None = None


class _Documents(msgspec.Struct):
    docs: list[_Looked] | None = None


_reply = msgspec.json.Decoder(Reply)
_hit = msgspec.json.Decoder(Hit)
_place = msgspec.json.Decoder(list[Any])
_stored = msgspec.json.Decoder(Stored)
_documents = msgspec.json.Decoder(_Documents)


def reply(text: str) -> Reply:
    """The reply, if it is a whole one: what was found in part is never shown as all. Raises TimedOut, Unavailable."""
    try:
        read = _reply.decode(text)
    except msgspec.DecodeError as error:
        raise Unavailable(NO_REPLY) from error
    require_whole(read.timed_out, read.shards.failed)
    return read


def last_place(text: str, size: int) -> list[Any] | None:
    """Where the page after this one of `size` starts, read from the end of its reply before all else is.

    None where the page is not full, and where the last thing in the reply is not for certain a document's place.
    """
    if not text.endswith(_END) or text.count(_DOCUMENT) < size:
        return None
    try:
        return _place.decode(text[text.rindex(_SORT) + len(_SORT) - 1 : 1 - len(_END)])
    except msgspec.DecodeError:
        return None


def require_whole(timed_out: bool, failed: int) -> None:
    """Raises TimedOut, Unavailable for a search that did not end in time, or failed on so many shards."""
    if timed_out:
        raise TimedOut("the engine did not finish the search in time")
    if failed:
        raise Unavailable(IN_PART)


def hit(text: str) -> Hit | None:
    """The document in the engine's reply to a read by id, as bytes; None if there is none. Raises Unavailable."""
    return _one(text, _hit)


def stored(text: str) -> Stored | None:
    """The document in the engine's reply to a read by id; None if there is none. Raises Unavailable."""
    return _one(text, _stored)


def _one(text: str, decoder: "msgspec.json.Decoder[Read]") -> Read | None:
    if '"found":true' not in text:
        parsed(text)
        return None
    try:
        return decoder.decode(text)
    except msgspec.DecodeError as error:
        raise Unavailable(NO_REPLY) from error


def documents(text: str, count: int) -> list[Stored | None]:
    """The documents of a read by ids, in the order asked for; of no index, none. Raises Unavailable."""
    try:
        looked = _documents.decode(text).docs
    except msgspec.DecodeError as error:
        raise Unavailable(NO_REPLY) from error
    return [None] * count if looked is None else [_of(each) for each in looked]


def _of(looked: _Looked) -> Stored | None:
    if looked.error and looked.error.get("type") != "index_not_found_exception":
        if looked.error.get("type") == NO_SHARD:
            raise NotStarted("the engine could not read a document")
        raise Unavailable("the engine could not read a document")
    if not looked.found:
        return None
    return Stored(looked.id, looked.seq_no, looked.primary_term, looked.source)
