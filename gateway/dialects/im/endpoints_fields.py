"""Endpoints that say what there is to ask for: who calls, the words, the fields and their values."""

from functools import partial

from starlette.requests import Request
from starlette.responses import Response

from gateway import wire
from gateway.access.principals import principal
from gateway.dialects.im import repeated, requests
from gateway.dialects.im.counting import Frame, aggregated, countable, frame_of, search, shown
from gateway.dialects.im.describing import described, words
from gateway.dialects.im.readings import Reading
from gateway.dialects.im.requests_stats import FieldValues
from gateway.incidents.reading.count import of_several
from gateway.incidents.session import Session
from gateway.state import State
from queries.errors import QueryError
from queries.fields import Column
from queries.patterns import beginning
from queries.searches import Search
from queries.stats import top, top_of

_TEXTS = frozenset({"text", "keyword"})


async def whoami(request: Request[State], session: Session) -> Response:
    """`GET whoami`."""
    wire.query(request, requests.Strict)
    caller = await principal(request, "read")
    told = {"user": caller.name, "tenant": caller.tenant, "scopes": sorted(caller.scopes), "auth": caller.auth}
    return wire.reply(told if caller.via is None else told | {"via": caller.via})


async def vocabulary(request: Request[State], session: Session) -> Response:
    """`GET vocabulary`."""
    wire.query(request, requests.Strict)
    return wire.reply(words(session.rules.words, session.ctx.settings))


async def fields(request: Request[State], session: Session) -> Response:
    """`GET fields`: the typed ones, then the tenant's own."""
    wire.query(request, requests.Strict)
    typed = session.rules.fields
    own = {name: column for name, column in (await session.all_columns()).items() if name not in typed.columns}
    several = await of_several(session, [column for column in own.values() if column.kind != "object"])
    return wire.reply({"fields": described(typed.fields, own, several)})


async def values(request: Request[State], session: Session) -> Response:
    """`GET fields/{name}/values`: those of the documents that the filters ask for, most frequent first."""
    field: str = request.path_params["name"]
    reading = await repeated.read(request, session, FieldValues)
    return await repeated.answered(session, reading, partial(_values, session, reading, field))


async def _values(session: Session, reading: Reading[FieldValues], field: str) -> bytes:
    query = reading.words
    frame = await frame_of(session, reading, [field])
    column = countable(field, frame.columns, "name")
    wanted = reading.once("search", lambda: _listing(query, frame, column), frame.columns, frame.since)
    counted = await aggregated(session, query, frame, wanted)
    result = shown(top_of(column, counted.aggregations))
    return wire.dumps({"field": field, "values": result.pop("buckets"), **result})


def _listing(query: FieldValues, frame: Frame, column: Column) -> Search:
    return search(query, frame, top(column, query.size, _include(column, query.prefix)))


def _include(column: Column, prefix: str) -> str | None:
    if not prefix:
        return None
    if column.kind not in _TEXTS:
        raise QueryError("only a text begins with one; this field holds none", "prefix")
    return beginning(prefix)
