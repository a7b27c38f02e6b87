"""Replies to searches that come again: what was found is not read again where it is what was found before."""

import sys
from collections.abc import Hashable

import msgspec

from gateway.store import hits
from gateway.store.hits import Reply
from gateway.work.remembered import Remembered

_FOUND = ',"hits":{'
"""What stands between how a reply came about and what was found; no text can hold it, as its quotes are escaped."""
_COPIES = 3
"""What is kept of a reply takes so many times its text: what was read of it holds it, as does what is compared."""


class _Shards(msgspec.Struct):
    failed: int


class _Beginning(msgspec.Struct):
    took: int
    timed_out: bool
    shards: _Shards = msgspec.field(name="_shards")


_beginning = msgspec.json.Decoder(_Beginning)


class Unchanged:
    """The latest reply to each search, of each tenant apart, within so many bytes.

    A front end that looks again is mostly told the same; to compare the bytes takes a hundredth of reading them.
    """

    def __init__(self, most: int) -> None:
        self._latest = Remembered[Hashable, tuple[str, Reply]](most)

    def read(self, tenant: str, search: Hashable, text: str) -> Reply:
        """The reply of that text to a search, which is known by what tells it from others; raises as `hits.reply`."""
        before = self._latest.get(tenant, search)
        reply = _as_before(text, *before) if before else None
        if reply is None:
            reply = hits.reply(text)
            rest = text[text.find(_FOUND) :]
            self._latest.put(tenant, search, (rest, reply), _COPIES * sys.getsizeof(text))
        return reply


def _as_before(text: str, rest: str, before: Reply) -> Reply | None:
    """The reply with what an earlier one found, if the rest of the text is that of the earlier one."""
    start = text.find(_FOUND)
    if start < 0 or len(text) - start != len(rest) or not text.endswith(rest):
        return None
    try:
        read = _beginning.decode(text[:start] + "}")
    except msgspec.DecodeError:
        return None
    hits.require_whole(read.timed_out, read.shards.failed)
    return Reply(read.took, read.timed_out, before.found, before.shards, before.raw_aggregations)
