"""The allowed clauses that hold no other clause, each with the table of the parameters it may have.

Date math in `range` is fixed to the request's time; elsewhere (a `term` on a date) `now` is read by the engine's
own clock.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, timezone
from functools import partial
from itertools import islice

from queries.guest.forms import Clause, by_field, mapping, plain, single
from queries.guest.places import Place, inside, refusal, spend
from queries.guest.syntax import query_text, simple_text, words
from queries.guest.values import (
    Checks,
    always,
    boost,
    date_format,
    field,
    fields,
    flag,
    flags,
    fuzziness,
    ids,
    max_expansions,
    minimum_should_match,
    never,
    number,
    operator,
    pattern,
    prefix_length,
    query,
    scalar,
    slop,
    text,
    time_zone,
    values,
    word,
)
from queries.periods import instant, is_math, iso, offset

DEFAULT_FIELDS = ("title", "description", "comment")
"""Where a guest's text is looked for when it names no fields."""

ROUND_UP = {"gt": True, "gte": False, "lt": False, "lte": True}
FUZZY_EXPANSIONS = 20
FUZZY_TYPES = ("best_fields", "most_fields", "bool_prefix")

Rebuild = Callable[[object, Place], Clause]

_boosted: Checks = {"boost": boost}
_fuzzied: Checks = {
    "fuzziness": fuzziness,
    "prefix_length": prefix_length,
    "max_expansions": max_expansions,
    "fuzzy_transpositions": flag,
}
_matched: Checks = {"query": scalar, "operator": operator, "minimum_should_match": minimum_should_match, **_fuzzied}
_any_or_none: Checks = {"zero_terms_query": word("none", "all"), "auto_generate_synonyms_phrase_query": flag}
_types: Checks = {
    "type": word("best_fields", "most_fields", "cross_fields", "phrase", "phrase_prefix", "bool_prefix"),
    "tie_breaker": number(0, 1),
}
_searched: Checks = {
    "fields": fields,
    "default_operator": operator,
    "minimum_should_match": minimum_should_match,
    "fuzzy_prefix_length": prefix_length,
    "fuzzy_max_expansions": max_expansions,
    "fuzzy_transpositions": flag,
    "auto_generate_synonyms_phrase_query": flag,
    "lenient": always,
    **_boosted,
}


def _terms(value: object, place: Place) -> Clause:
    given = mapping(value, place)
    # A list under "boost" is a field of that name: so the engine reads it too.
    held = {name: said for name, said in islice(given.items(), 3) if name != "boost" or isinstance(said, list)}
    name, said = single(held, place, "field")
    at = inside(place, name)
    found: Clause = {field(name, at): values(said, at)}
    return found if len(held) == len(given) else {**found, "boost": boost(given["boost"], inside(place, "boost"))}


def _range(built: Clause, place: Place) -> None:
    for one, other in (("gt", "gte"), ("lt", "lte")):
        if one in built and other in built:
            raise refusal(f"{one} and {other} exclude each other", place)
    zone = _zone(built, place)
    for name, round_up in ROUND_UP.items():
        said = built.get(name)
        if isinstance(said, str) and is_math(said):
            at = inside(place, name)
            if built.get("format", "").startswith("epoch"):
                raise refusal("date math is fixed as ISO 8601, which this format does not read", at)
            built[name] = iso(instant(said, place.now, round_up=round_up, where=at.path, zone=zone))


def _zone(built: Clause, place: Place) -> timezone:
    return offset(built["time_zone"], place.path) if "time_zone" in built else UTC


def _match(built: Clause, place: Place) -> None:
    _spend_words(built, 1, place)


def _multi_match(built: Clause, place: Place) -> None:
    kind = built.get("type", "best_fields")
    if "fuzziness" in built and kind not in FUZZY_TYPES:
        raise refusal(f"fuzziness is not for the type {kind}", place)
    if "slop" in built and kind == "bool_prefix":
        raise refusal("slop is not for the type bool_prefix", place)
    _spend_words(built, _width(built), place)


def _spend_words(built: Clause, width: int, place: Place) -> None:
    count = words(str(built["query"])) * width
    if built.get("fuzziness"):
        _spend_fuzzy(built, count, place)
    else:
        spend("words", count, place)


def _spend_fuzzy(built: Clause, count: int, place: Place) -> None:
    built.setdefault("prefix_length", 1)
    spend("patterns", count, place)
    spend("words", count * built.setdefault("max_expansions", FUZZY_EXPANSIONS), place)


def _width(built: Clause) -> int:
    return len(built.setdefault("fields", list(DEFAULT_FIELDS)))


def _fuzzy(built: Clause, place: Place) -> None:
    built.setdefault("fuzziness", 1)
    _spend_fuzzy(built, 1, place)


def _pattern(_: Clause, place: Place) -> None:
    spend("patterns", 1, place)


def _query_string(built: Clause, place: Place) -> None:
    if "default_field" in built:
        if "fields" in built:
            raise refusal("default_field and fields exclude each other", place)
        built["fields"] = [built.pop("default_field")]
    _add_ours(built)
    built |= {"allow_leading_wildcard": False, "fuzziness": built.get("fuzziness", 1)}
    expansions, at = built["fuzzy_max_expansions"], inside(place, "query")
    built["query"] = query_text(built["query"], _zone(built, place), _width(built), expansions, at)


def _simple_query_string(built: Clause, place: Place) -> None:
    _add_ours(built)
    simple_text(built["query"], _width(built), built["fuzzy_max_expansions"], inside(place, "query"))


def _add_ours(built: Clause) -> None:
    built["lenient"] = True
    built.setdefault("fuzzy_prefix_length", 1)
    built.setdefault("fuzzy_max_expansions", FUZZY_EXPANSIONS)


_TERM: Checks = {"value": scalar, "case_insensitive": flag, **_boosted}
_PREFIX: Checks = {"value": text, "case_insensitive": flag, **_boosted}
_WILDCARD: Checks = {"value": pattern, "case_insensitive": flag, **_boosted}
_FUZZY: Checks = {
    "value": text,
    "fuzziness": fuzziness,
    "prefix_length": prefix_length,
    "max_expansions": max_expansions,
    "transpositions": flag,
    **_boosted,
}
_RANGE: Checks = {**dict.fromkeys(ROUND_UP, scalar), "format": date_format, "time_zone": time_zone, **_boosted}
_MATCH: Checks = {**_matched, **_any_or_none, "lenient": flag, **_boosted}
_PHRASE: Checks = {"query": scalar, "slop": slop, "zero_terms_query": word("none", "all"), **_boosted}
_PHRASE_PREFIX: Checks = {**_PHRASE, "max_expansions": max_expansions}
_MULTI_MATCH: Checks = {**_MATCH, "fields": fields, "slop": slop, **_types}
_SIMPLE_QUERY_STRING: Checks = {"query": text, "flags": flags, **_searched}
_QUERY_STRING: Checks = {
    "query": query,
    "default_field": field,
    "fuzziness": fuzziness,
    "phrase_slop": slop,
    "time_zone": time_zone,
    "allow_leading_wildcard": never,
    **_searched,
    **_types,
}

LEAVES: Mapping[str, Rebuild] = {
    "match_all": partial(plain, _boosted, (), None),
    "match_none": partial(plain, _boosted, (), None),
    "match": partial(by_field, _MATCH, "query", _match),
    "match_phrase": partial(by_field, _PHRASE, "query", _match),
    "match_phrase_prefix": partial(by_field, _PHRASE_PREFIX, "query", _match),
    "match_bool_prefix": partial(by_field, {**_matched, **_boosted}, "query", _match),
    "multi_match": partial(plain, _MULTI_MATCH, ("query",), _multi_match),
    "query_string": partial(plain, _QUERY_STRING, ("query",), _query_string),
    "simple_query_string": partial(plain, _SIMPLE_QUERY_STRING, ("query",), _simple_query_string),
    "term": partial(by_field, _TERM, "value", None),
    "terms": _terms,
    "range": partial(by_field, _RANGE, None, _range),
    "exists": partial(plain, {"field": field, **_boosted}, ("field",), None),
    "prefix": partial(by_field, _PREFIX, "value", _pattern),
    "wildcard": partial(by_field, _WILDCARD, "value", _pattern),
    "fuzzy": partial(by_field, _FUZZY, "value", _fuzzy),
    "ids": partial(plain, {"values": ids, **_boosted}, ("values",), None),
}
