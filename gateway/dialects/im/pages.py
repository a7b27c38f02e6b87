"""From what `_im` was asked to one page of documents: point in time, cursor, translation, and the answer's bytes."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any, TypeVar

import orjson
from pydantic import BaseModel
from starlette.requests import Request

from gateway import wire
from gateway.dialects.im import list_words, requests, translate
from gateway.dialects.im.readings import Reading
from gateway.incidents.reading import Pit
from gateway.incidents.reading.search import Page
from gateway.incidents.session import Session
from gateway.state import State
from gateway.work.turns import in_turns
from queries import cursors, guest
from queries.criteria import Criterion, Placed
from queries.errors import QueryError
from queries.fields import Columns
from queries.searches import Search, body
from queries.sorts import AS_KEPT, sort_clauses

Asked = TypeVar("Asked", bound=BaseModel)

_AS_JSON = frozenset({"additional_fields", "sort"})


async def asked_in(request: Request[State], model: type[Asked]) -> Asked:
    """The words of a request, in its body or its query. Raises ValidationError; QueryError for one that is in both."""
    return words_in(request, await wire.body(request), model)


def words_in(request: Request[State], body: Any, model: type[Asked]) -> Asked:
    """The words of a request with that JSON as its body. Raises ValidationError, QueryError."""
    if body is not None and not isinstance(body, dict):
        raise QueryError("a JSON object is wanted as the body")
    query = {name: _word(name, text) for name, text in wire.once(request).items()}
    both = next((name for name in query if body and name in body), None)
    if both is not None:
        raise QueryError(f'"{both}" is in the body and in the query', both)
    if body and query:
        model.model_validate(body, strict=True)
    return model.model_validate({**(body or {}), **query}, strict=not query)


def queried(request: Request[State], model: type[Asked]) -> Asked:
    """The words of a request's query. Raises ValidationError, QueryError."""
    return model.model_validate({name: _word(name, text) for name, text in wire.once(request).items()})


def _word(name: str, text: str) -> Any:
    if name in _AS_JSON:
        try:
            return orjson.loads(text)
        except orjson.JSONDecodeError:
            raise QueryError(f"{name} is JSON text in a query", name) from None
    return text.split(",") if name == "fields" else text


async def used_pit(session: Session, filters: requests.Filters) -> Pit | None:
    """The point in time that the request names, extended. Raises QueryError if its scope is too narrow."""
    if filters.pit is None:
        if filters.keep_alive is not None:
            raise QueryError("keep_alive needs a pit", "keep_alive")
        return None
    pit = await session.ctx.pits.use(session.tenant, filters.pit, filters.keep_alive)
    if filters.is_show_aggs and not pit.is_show_aggs:
        raise QueryError("this point in time was opened for incidents only", "is_show_aggs", "pit_scope")
    return pit


async def columns_for(session: Session, filters: requests.Filters, others: Collection[str] = ()) -> Columns:
    """The tenant's columns, with those that the request names known as they are now."""
    return await session.columns(names(filters, session.now(), others))


def names(filters: requests.Filters, now: datetime, others: Collection[str] = ()) -> set[str]:
    """The fields that the request names. Raises QueryError."""
    filtered = {each.name for each in filters.additional_fields}
    return filtered | set(others) | guest.names(filters.search_query, now=now)


@dataclass(frozen=True, slots=True)
class Found:
    """A page, the token of the next one, and the search that found it, in a point in time or not.

    Of the fields that are filtered or ordered by, no document has those that are `unknown`.
    """

    page: Page
    token: str | None
    search: Search
    pit: Pit | None
    unknown: Sequence[str] = ()


async def find(
    session: Session,
    query: requests.Search,
    *,
    also: Callable[[datetime, Columns], Mapping[str, Criterion]] = lambda _now, _columns: {},
    words: Any = None,
    reading: Reading[requests.Search] | None = None,
    any_order: bool = False,
) -> Found:
    """The page asked for, in any order if that will do; `also`, by place, narrows it, by `words` of the caller's.

    `reading` is that of the query, where it may come again.
    """
    reading = reading or Reading(query)
    pit = await used_pit(session, query)
    identity, cursor = reading.once("walk", lambda: _walk(session, query, words))
    now = moment(session, pit, cursor)
    fields = reading.once("fields", lambda: names(query, now, _sorted_by(query)), reading.since(now))
    columns = await session.columns(fields)
    wanted = partial(_wanted, query, columns, now, cursor, any_order=any_order)
    search, unknown = reading.once("search", lambda: wanted(also(now, columns)), columns, reading.since(now))
    try:
        page = await session.find(search, pit)
    except QueryError as error:
        filters = {**translate.placed(query, columns, now), **also(now, columns)}
        raise await at_its_place(session, filters, error) from None
    return Found(page, _next(session, reading, identity, page.after, now), search, pit, unknown)


def _next(
    session: Session, reading: Reading[requests.Search], identity: bytes, after: Sequence[Any] | None, now: datetime
) -> str | None:
    """The token of the page that follows, if one does."""
    if after is None:
        return None

    def token() -> str:
        return cursors.token(cursors.Cursor(list(after), round(now.timestamp() * 1000)), identity, session.ctx.secrets)

    return reading.once("next", token, after, reading.since(now))


async def at_its_place(session: Session, filters: Mapping[str, Criterion], refused: QueryError) -> QueryError:
    """What the engine refused, told of the filter that it refuses alone, such as a pattern too complex for it."""
    if refused.where is not None:
        return refused
    for where, criterion in filters.items():
        refusal = await session.ctx.reader.takes(session.tenant, criterion)
        if refusal is not None:
            return QueryError(refusal.reason, where, refusal.kind)
    return refused


def _walk(session: Session, query: requests.Search, words: Any) -> tuple[bytes, cursors.Cursor | None]:
    """What makes it the same walk from page to page, and where it goes on. Raises QueryError."""
    identity = cursors.fingerprint(session.tenant, words, *_identity(query))
    return identity, None if query.after is None else cursors.read(query.after, identity, session.ctx.secrets)


def _sorted_by(query: requests.Search) -> list[str]:
    return [each.field for each in translate.order(query.sort)]


def _identity(search: requests.Search) -> tuple[Any, ...]:
    """What makes a search the same one from page to page."""
    fields = [(each.name, each.type, each.value) for each in search.additional_fields]
    order = [(each.field, each.order) for each in search.sort]
    return search.pit, search.search_query, fields, search.start_time, search.end_time, search.is_show_aggs, order


def _wanted(
    query: requests.Search,
    columns: Columns,
    now: datetime,
    cursor: cursors.Cursor | None,
    also: Mapping[str, Criterion],
    *,
    any_order: bool,
) -> tuple[Search, Sequence[str]]:
    """The search, and the fields that no document has. Raises QueryError at the place."""
    order = AS_KEPT if any_order else sort_clauses(translate.order(query.sort), columns)
    if cursor is not None and len(cursor.after) != len(order):
        raise QueryError("a field of the order came to be since; begin anew", "after", "bad_cursor")
    filters = [Placed(where, each) for where, each in also.items()]
    search = Search(
        translate.wanted(query, columns, now, filters),
        order,
        query.size,
        offset=query.from_,
        after=cursor.after if cursor else None,
        fields=None if query.fields is None else tuple(query.fields),
        total=query.with_total_docs,
    )
    named = [*(each.name for each in query.additional_fields), *_sorted_by(query)]
    return search, list_words.unknown(named, columns)


def moment(session: Session, pit: Pit | None, cursor: cursors.Cursor | None) -> datetime:
    """What `now` means: the opening of the point in time, the start of the walk, or this request."""
    if pit is not None:
        return pit.opened_at
    if cursor is not None:
        return datetime.fromtimestamp(cursor.now / 1000, UTC)
    return session.now()


async def rendered(session: Session, result: Found, search: requests.Search) -> bytes:
    """A page as `incidents_full_types` answers it."""
    page, tail = result.page, dict[str, Any](next=result.token)
    if page.total is not None:
        tail["total_docs"] = page.total
    if result.unknown:
        tail["unknown_fields"] = result.unknown
    if search.explain:
        tail["explain"] = explanation(session, result.search, result.pit)
    head = b'{"took":%d,"timed_out":false,"pit":%b,"docs":[' % (page.took, orjson.dumps(search.pit))
    return await documents(page, head, b"],%b" % orjson.dumps(tail)[1:])


def explanation(session: Session, search: Search, pit: Pit | None) -> dict[str, Any]:
    """What the engine was asked, but for its own id of a point in time; nothing where it was not asked."""
    return {} if pit is not None and pit.engine_id is None else body(search, session.tenant)


async def documents(page: Page, head: bytes = b"", tail: bytes = b"") -> bytes:
    """The page's documents with commas between, behind the head; of those read in part there may be ten thousand."""
    if page.reply and page.whole:
        return b"".join((head, page.reply.wire(), tail))
    made = await in_turns(each_document(page), bytes) or [b""]
    # All is joined once: a page may have 30 MB, which take 20 ms to be moved.
    made[0] = head + made[0]
    made[-1] += tail
    return b",".join(made)


def each_document(page: Page) -> Iterator[bytes]:
    """The page's documents as `_im` shows them, each made when it is wanted."""
    return (hit.wire() if page.whole else hit.wire_of_some() for hit in page.hits)
