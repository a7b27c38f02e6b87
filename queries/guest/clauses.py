"""Every clause that a guest may use; one that is not in the table is refused by name."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial

from queries.criteria import Guest
from queries.fields import TYPED_COLUMNS, Columns
from queries.guest.forms import Clause, plain, single
from queries.guest.leaves import LEAVES, Rebuild
from queries.guest.places import Place, Request, deeper, inside, refusal, shown, spend
from queries.guest.reading import read, require_size
from queries.guest.texts import running
from queries.guest.values import Checks, boost, flag, minimum_should_match, number


def guest(
    search_query: str | Mapping[str, object] | None,
    *,
    now: datetime,
    columns: Columns = TYPED_COLUMNS,
    where: str = "search_query",
) -> Guest:
    """What a guest's `search_query` asks for, JSON text or an object; for none, or blank text, everything.

    Raises QueryError naming the first clause or parameter that is not allowed or past a bound, and its place.
    """
    request = Request(now, columns)
    return Guest(_rebuilt(search_query, request, where), request.budget.spent)


def names(search_query: str | Mapping[str, object] | None, *, now: datetime, where: str = "search_query") -> set[str]:
    """The fields that a guest's query names, `*` among them; raises what `guest` raises."""
    request = Request(now, TYPED_COLUMNS)
    _rebuilt(search_query, request, where)
    return request.names


def _rebuilt(search_query: str | Mapping[str, object] | None, request: Request, where: str) -> Clause:
    if search_query is None or (isinstance(search_query, str) and not search_query.strip()):
        return {"match_all": {}}
    said = read(search_query, where) if isinstance(search_query, str) else search_query
    rebuilt = _clause(said, Place(where, request))
    require_size(rebuilt, where)
    return rebuilt


def _clause(value: object, place: Place) -> Clause:
    spend("clauses", 1, place)
    name, body = single(value, place, "query")
    rebuild = CLAUSES.get(name) if isinstance(name, str) else None
    if rebuild is None:
        raise refusal(f"the query {shown(name)} is not allowed", inside(place, name))
    at = deeper(inside(place, name))
    return running(str(name), rebuild(body, at), at)


def _clauses(value: object, place: Place) -> list[Clause]:
    if not isinstance(value, list):
        return [_clause(value, place)]
    return [_clause(each, inside(place, position)) for position, each in enumerate(value)]


def _some_clauses(value: object, place: Place) -> list[Clause]:
    if value == []:
        raise refusal("at least one query is wanted here", place)
    return _clauses(value, place)


_BOOL: Checks = {
    **dict.fromkeys(("must", "filter", "should", "must_not"), _clauses),
    "minimum_should_match": minimum_should_match,
    "adjust_pure_negative": flag,
    "boost": boost,
}
_DIS_MAX: Checks = {"queries": _some_clauses, "tie_breaker": number(0, 1), "boost": boost}
_BOOSTING: Checks = {"positive": _clause, "negative": _clause, "negative_boost": number(0, 1000), "boost": boost}

CLAUSES: Mapping[str, Rebuild] = {
    **LEAVES,
    "bool": partial(plain, _BOOL, (), None),
    "constant_score": partial(plain, {"filter": _clause, "boost": boost}, ("filter",), None),
    "dis_max": partial(plain, _DIS_MAX, ("queries",), None),
    "boosting": partial(plain, _BOOSTING, ("positive", "negative", "negative_boost"), None),
}
