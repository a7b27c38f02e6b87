"""Writes of many documents at once: the lines of a bulk request, and what became of each."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

import msgspec
import orjson

from gateway.problems import TimedOut, Unavailable
from gateway.store.client import Client
from gateway.store.errors import BLOCK
from gateway.store.hits import Stored
from gateway.store.loads import SMALL
from gateway.store.replies import NO_REPLY
from queries.fields import SIZE

Mode = Literal["create", "index"]

CALL = 2**23
"""Bytes of documents after which a call to the engine ends, which refuses what is too much of its heap at once."""


# Of documents no cycle is made: the collector need not look here.
class Write(msgspec.Struct, frozen=True, gc=False):
    """A document to be put in place: of the version that was `seen`, else of none, or, with `index`, of any.

    Without a document, the one that was seen is deleted. A version may be given by its numbers alone.
    """

    id: str
    document: dict[str, Any] | None
    seen: Stored | tuple[int, int] | None = None
    mode: Mode = "create"

    @property
    def version(self) -> tuple[int, int] | None:
        """The sequence number and the term of the version that was seen."""
        return (self.seen.seq_no, self.seen.primary_term) if isinstance(self.seen, Stored) else self.seen


# Of documents no cycle is made: the collector need not look here.
class Item(msgspec.Struct, gc=False):
    """What became of one write: the engine's status, the version that it made, or its error."""

    status: int
    id: str = msgspec.field(name="_id", default="")
    index: str = msgspec.field(name="_index", default="")
    seq_no: int = msgspec.field(name="_seq_no", default=0)
    primary_term: int = msgspec.field(name="_primary_term", default=0)
    error: dict[str, Any] | None = None

    @property
    def done(self) -> bool:
        """Whether it was written."""
        return self.status < 300

    @property
    def overtaken(self) -> bool:
        """Whether another writer was faster."""
        return self.status == 409

    @property
    def blocked(self) -> bool:
        """Whether the engine takes no writes to its index."""
        return self.status == 403 and bool(self.error and self.error.get("type") == BLOCK)

    @property
    def in_no_index(self) -> bool:
        """Whether it failed for want of its index."""
        return bool(self.error and self.error.get("type") == "index_not_found_exception")

    @property
    def version(self) -> str:
        """The version that was written, as callers see it."""
        return f"{self.primary_term}-{self.seq_no}"


class _Reply(msgspec.Struct):
    items: list[dict[str, Item]]


_reply = msgspec.json.Decoder(_Reply)


def encoded(document: Mapping[str, Any]) -> bytes:
    """The document as it is stored: one that is large says how large it is."""
    plain = document if SIZE not in document else {name: document[name] for name in document if name != SIZE}
    text = orjson.dumps(plain)
    return text if len(text) <= SMALL else orjson.dumps({**plain, SIZE: len(text)})


def line(index: str, write: Write) -> bytes:
    """The write as the lines of a bulk request."""
    target: dict[str, Any] = {"_index": index, "_id": write.id}
    version = write.version
    if version:
        target |= {"if_seq_no": version[0], "if_primary_term": version[1]}
    if write.document is None:
        return b"%b\n" % orjson.dumps({"delete": target})
    mode = "index" if version else write.mode
    return b"%b\n%b\n" % (orjson.dumps({mode: target}), encoded(write.document))


def lines(index: str, writes: Sequence[Write]) -> Iterator[bytes]:
    """The first of the writes, as many as one call takes, each as its lines; one at least."""
    held = 0
    for write in writes:
        if held > CALL:
            return
        text = line(index, write)
        held += len(text)
        yield text


async def called(client: Client, index: str, made: Sequence[bytes], refresh: str) -> list[Item]:
    """What became of the lines of some writes. Raises GatewayError."""
    client.loads.note(index, max(map(len, made)))
    sent = b"".join(made)
    # The engine holds them as they came, and once more as they are to be stored.
    async with client.moving(2 * len(sent)):
        reply = await client.call("POST", "/_bulk", sent, params={"refresh": refresh}, write=True)
    try:
        return items(reply)
    except Unavailable as error:
        raise TimedOut(f"{error.reason}; it may have done this") from error


def failed(error: TimedOut | Unavailable) -> Item:
    """What became of a write whose call failed, or that was not tried as another's had."""
    return Item(504 if isinstance(error, TimedOut) else 503, error={"type": error.kind, "reason": error.reason})


def items(reply: str) -> list[Item]:
    """What became of each line, in order. Raises Unavailable for what is no reply."""
    try:
        return [item for row in _reply.decode(reply).items for item in row.values()]
    except msgspec.DecodeError as error:
        raise Unavailable(NO_REPLY) from error
