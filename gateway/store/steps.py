"""Steps over what a search finds, of which only the place of the last row is wanted."""

from dataclasses import replace
from typing import Any

import msgspec
import orjson

from gateway.problems import Unavailable
from gateway.store import searching
from gateway.store.client import Client
from gateway.store.hits import require_whole
from gateway.store.replies import NO_REPLY
from gateway.store.searching import Scope
from queries.searches import Search

_PARTS = "timed_out,_shards.failed,hits.hits.sort"


class _Row(msgspec.Struct):
    sort: msgspec.Raw


class _Rows(msgspec.Struct):
    hits: list[_Row]


class _Shards(msgspec.Struct):
    failed: int


class _Step(msgspec.Struct):
    timed_out: bool
    shards: _Shards = msgspec.field(name="_shards")
    found: _Rows = msgspec.field(name="hits", default_factory=lambda: _Rows([]))


_step = msgspec.json.Decoder(_Step)


async def last(client: Client, scope: Scope, search: Search) -> list[Any] | None:
    """The sort values of the last of the `size` rows; None if there are fewer, or no index. Raises GatewayError.

    Of rows that carry neither an id nor a version the engine opens no stored field: 10,000 cost it a seventh.
    """
    wanted, cost = searching.priced(scope, replace(search, source=False))
    body = orjson.dumps(wanted | {"stored_fields": "_none_", "seq_no_primary_term": False})
    async with client.turn(scope.tenant, cost):
        rows = _rows(await searching.exchanged(client, scope, body, f"filter_path={_PARTS}"))
    after: list[Any] | None = orjson.loads(bytes(rows[-1].sort)) if len(rows) == search.size else None
    return after


def _rows(text: str) -> list[_Row]:
    try:
        step = _step.decode(text)
    except msgspec.DecodeError as error:
        raise Unavailable(NO_REPLY) from error
    require_whole(step.timed_out, step.shards.failed)
    return step.found.hits
