"""Clauses that hold a query as text: `query_string` and `simple_query_string`."""

import re

from queries.budgets import Cost
from queries.costs import CLAUSE, FUZZY, of_pattern, of_range
from queries.guest import syntax
from queries.guest.columns import bare, column, named, require_short
from queries.guest.forms import Clause
from queries.guest.matches import FUZZY_EXPANSIONS, TYPES
from queries.guest.places import Place, charge, inside, refusal, shown, spend
from queries.guest.syntax import Sought
from queries.guest.values import (
    Checks,
    analyzer,
    any_field,
    boost,
    fields,
    flag,
    fuzziness,
    max_expansions,
    minimum_should_match,
    operator,
    prefix_length,
    query,
    rewrite,
    slop,
    suffix,
    text,
    time_zone,
    top_terms,
    whole,
)
from queries.zones import zone

_FLAGS = {
    **{"NONE": 0, "AND": 2, "NOT": 4, "OR": 8, "PREFIX": 16, "PHRASE": 32, "PRECEDENCE": 64, "ESCAPE": 128},
    **{"WHITESPACE": 256, "FUZZY": 512, "NEAR": 1024, "SLOP": 1024},
}
"""Names and, as builders print them, bits: -1 is all of them."""
_BITS = (-1, *range(0, 2 * max(_FLAGS.values()), 2))
_ESCAPED = re.compile(r'[\\+\-!():^\[\]"{}~*?|&/]')


def flags(value: object, place: Place) -> str:
    """What of the syntax of a `simple_query_string` counts."""
    if isinstance(value, int) and not isinstance(value, bool) and value in _BITS:
        return _names_of(value)
    said = text(value, place)
    for each in said.split("|"):
        if each not in _FLAGS and each != "ALL":
            raise refusal(f"no flag {shown(each)}", place)
    return said


def _names_of(bits: int) -> str:
    if bits in (-1, 0):
        return "ALL" if bits else "NONE"
    return "|".join(name for name, bit in _FLAGS.items() if bits & bit)


_SEARCHED: Checks = {
    "fields": fields,
    "default_operator": operator,
    "analyzer": analyzer,
    "analyze_wildcard": flag,
    "quote_field_suffix": suffix,
    "minimum_should_match": minimum_should_match,
    "fuzzy_prefix_length": prefix_length,
    "fuzzy_max_expansions": max_expansions,
    "fuzzy_transpositions": flag,
    "auto_generate_synonyms_phrase_query": flag,
    "lenient": flag,
    "boost": boost,
}
SIMPLE_QUERY_STRING: Checks = {"query": text, "flags": flags, **_SEARCHED}
QUERY_STRING: Checks = {
    "query": query,
    "default_field": any_field,
    "quote_analyzer": analyzer,
    "fuzziness": fuzziness,
    "fuzzy_rewrite": rewrite,
    "rewrite": rewrite,
    "phrase_slop": slop,
    "time_zone": time_zone,
    "escape": flag,
    "allow_leading_wildcard": flag,
    "enable_position_increments": flag,
    # It bounds the work for regular expressions, of which there are none.
    "max_determinized_states": whole(0, 1_000_000),
    **_SEARCHED,
    **TYPES,
}


def query_string(built: Clause, place: Place) -> Clause:
    """Lucene's syntax, within bounds, its date math fixed."""
    default = built.pop("default_field", None)
    if default is not None and built.get("fields"):
        raise refusal("default_field and fields exclude each other", place)
    if default is not None:
        built["fields"] = [default]
    if built.pop("escape", False):
        built["query"] = _ESCAPED.sub(r"\\\g<0>", built["query"])
    built.pop("max_determinized_states", None)
    built |= {"allow_leading_wildcard": False, "fuzziness": built.get("fuzziness", 1)}
    _add_ours(built, place)
    there = zone(built["time_zone"], place.path) if "time_zone" in built else None
    at = inside(place, "query")
    built["query"], sought = syntax.query_text(built["query"], bare(built["fields"]), there, at)
    for each in sought:
        _spend(each, built, at)
    return built


def simple_query_string(built: Clause, place: Place) -> Clause:
    """The syntax that reads any text, within bounds."""
    _add_ours(built, place)
    at = inside(place, "query")
    for each in syntax.simple_text(built["query"], bare(built["fields"]), at):
        _spend(each, built, at)
    return built


def _add_ours(built: Clause, place: Place) -> None:
    built["fields"] = named(built.get("fields", ()), place)
    built.setdefault("lenient", True)
    built.setdefault("fuzzy_prefix_length", 1)
    built.setdefault("fuzzy_max_expansions", FUZZY_EXPANSIONS)


def _spend(sought: Sought, built: Clause, place: Place) -> None:
    """Spends what one operand needs in each of its fields; raises QueryError for what is not true of one."""
    if sought.kind in ("wild", "range"):
        require_short(sought.fields, place)
    count = max(1, syntax.words(sought.text, built.get("analyzer"))) * len(sought.fields)
    match sought.kind:
        case "plain":
            spend("words", count, place)
            charge(Cost(CLAUSE, 1) * count, place)
        case "fuzzy":
            spend("words", count * built["fuzzy_max_expansions"], place)
            charge(Cost(FUZZY, built["fuzzy_max_expansions"]) * count, place)
        case "wild":
            kept = max(1, top_terms(built.get("rewrite", "")))
            spend("words", count * kept, place)
            for name in sought.fields:
                charge(of_pattern(column(name, place), sought.text, place.path) + Cost(0, kept), place)
        case "range":
            spend("words", count, place)
            for name in sought.fields:
                charge(of_range(column(name, place)), place)
    syntax.require_true(sought, place)
