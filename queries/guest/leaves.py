"""The allowed clauses that hold no other clause, each with the table of the parameters it may have."""

from collections.abc import Callable, Mapping
from functools import partial
from itertools import islice

from queries.budgets import Cost
from queries.costs import CLAUSE, FUZZY, ID, of_pattern, of_text, of_values
from queries.guest.columns import column, compared
from queries.guest.forms import NAME, Clause, by_field, mapping, plain, single
from queries.guest.matches import (
    BOOL_PREFIX,
    FUZZY_EXPANSIONS,
    MATCH,
    MULTI_MATCH,
    PHRASE,
    PHRASE_PREFIX,
    match,
    multi_match,
    prefixed,
)
from queries.guest.places import Place, charge, inside, spend
from queries.guest.ranges import RANGE, range_of
from queries.guest.strings import QUERY_STRING, SIMPLE_QUERY_STRING, query_string, simple_query_string
from queries.guest.values import (
    Check,
    Checks,
    boost,
    field,
    flag,
    fuzziness,
    ids,
    max_expansions,
    pattern,
    prefix_length,
    rewrite,
    scalar,
    text,
    top_terms,
    values,
    word,
)

Rebuild = Callable[[object, Place], Clause]

_BOOSTED: Checks = {"boost": boost}
_TERM: Checks = {"value": scalar, "term": scalar, "case_insensitive": flag, **_BOOSTED}
_PREFIX: Checks = {"value": text, "rewrite": rewrite, "case_insensitive": flag, **_BOOSTED}
_WILDCARD: Checks = {"value": pattern, "wildcard": pattern, "rewrite": rewrite, "case_insensitive": flag, **_BOOSTED}
_FUZZY: Checks = {
    "value": text,
    "term": text,
    "fuzziness": fuzziness,
    "prefix_length": prefix_length,
    "max_expansions": max_expansions,
    "transpositions": flag,
    "rewrite": rewrite,
    **_BOOSTED,
}
_OF_TERMS: Mapping[str, Check] = {"boost": boost, NAME: text, "value_type": word("default")}


def _terms(value: object, place: Place) -> Clause:
    given = mapping(value, place)
    # A list under "boost" is a field of that name: so the engine reads it too.
    held = {name: said for name, said in islice(given.items(), 5) if name not in _OF_TERMS or isinstance(said, list)}
    name, said = single(held, place, "field")
    at = inside(place, name)
    column_name = field(name, at)
    checked = {
        each: _OF_TERMS[each](given[each], inside(place, each)) for each in _OF_TERMS if each in given.keys() - held
    }
    sought = [compared(each, column_name, inside(at, i)) for i, each in enumerate(values(said, at))]
    charge(of_values(column(column_name, place), len(sought)), at)
    return {column_name: sought, **{each: checked[each] for each in checked if each == "boost"}}


def _term(name: str, built: Clause, place: Place) -> Clause:
    built["value"] = compared(built["value"], name, place)
    if built.get("case_insensitive"):
        charge(of_text(str(built["value"])), place)
    else:
        charge(of_values(column(name, place), 1), place)
    return built


def _prefix(name: str, built: Clause, place: Place) -> Clause:
    return _expanded(name, _literal(built["value"]) + "*", built, place)


def _wildcard(name: str, built: Clause, place: Place) -> Clause:
    return _expanded(name, built["value"], built, place)


def _expanded(name: str, sought: str, built: Clause, place: Place) -> Clause:
    charge(of_pattern(column(name, place), sought, place.path) + Cost(0, top_terms(built.get("rewrite", ""))), place)
    return built


def _literal(said: str) -> str:
    return "".join(f"\\{symbol}" if symbol in "\\*?" else symbol for symbol in said)


def _fuzzy(_: str, built: Clause, place: Place) -> Clause:
    built.setdefault("fuzziness", 1)
    built.setdefault("prefix_length", 1)
    expansions = built.setdefault("max_expansions", FUZZY_EXPANSIONS)
    spend("words", expansions, place)
    charge(Cost(FUZZY, expansions), place)
    return built


def _exists(built: Clause, place: Place) -> Clause:
    charge(Cost(CLAUSE, 1), place)
    held = column(built["field"], place)
    if held is not None and held.long_path:
        built["field"] = held.held_path
    return built


def _ids(built: Clause, place: Place) -> Clause:
    charge(Cost(CLAUSE + ID * len(built["values"]), 1), place)
    return built


LEAVES: Mapping[str, Rebuild] = {
    "match_all": partial(plain, _BOOSTED, (), None),
    "match_none": partial(plain, _BOOSTED, (), None),
    "match": partial(by_field, MATCH, ("query",), match),
    "match_phrase": partial(by_field, PHRASE, ("query",), match),
    "match_phrase_prefix": partial(by_field, PHRASE_PREFIX, ("query",), prefixed),
    "match_bool_prefix": partial(by_field, BOOL_PREFIX, ("query",), prefixed),
    "multi_match": partial(plain, MULTI_MATCH, ("query",), multi_match),
    "query_string": partial(plain, QUERY_STRING, ("query",), query_string),
    "simple_query_string": partial(plain, SIMPLE_QUERY_STRING, ("query",), simple_query_string),
    "term": partial(by_field, _TERM, ("value", "term"), _term),
    "terms": _terms,
    "range": partial(by_field, RANGE, (), range_of),
    "exists": partial(plain, {"field": field, **_BOOSTED}, ("field",), _exists),
    "prefix": partial(by_field, _PREFIX, ("value",), _prefix),
    "wildcard": partial(by_field, _WILDCARD, ("value", "wildcard"), _wildcard),
    "fuzzy": partial(by_field, _FUZZY, ("value", "term"), _fuzzy),
    "ids": partial(plain, {"values": ids, **_BOOSTED}, ("values",), _ids),
}
