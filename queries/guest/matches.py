"""Clauses that analyse a text: the `match` family and `multi_match`, with what their words cost."""

from queries.budgets import Cost
from queries.costs import CLAUSE, FUZZY, SHORT
from queries.guest.columns import bare, compared, compared_in_all, named, require_short
from queries.guest.forms import Clause
from queries.guest.places import Place, charge, refusal, spend
from queries.guest.syntax import words
from queries.guest.values import (
    ALL,
    Checks,
    analyzer,
    boost,
    fields,
    flag,
    fuzziness,
    max_expansions,
    minimum_should_match,
    number,
    operator,
    prefix_length,
    rewrite,
    scalar,
    slop,
    word,
    zero_terms_query,
)

FUZZY_EXPANSIONS = 20
FUZZY_TYPES = ("best_fields", "most_fields", "bool_prefix")

TYPES: Checks = {
    "type": word("best_fields", "most_fields", "cross_fields", "phrase", "phrase_prefix", "bool_prefix"),
    "tie_breaker": number(0, 1),
}
_ANALYSED: Checks = {"query": scalar, "analyzer": analyzer}
_WORDS: Checks = {
    **_ANALYSED,
    "operator": operator,
    "minimum_should_match": minimum_should_match,
    "fuzziness": fuzziness,
    "prefix_length": prefix_length,
    "max_expansions": max_expansions,
    "fuzzy_transpositions": flag,
    "fuzzy_rewrite": rewrite,
}
_OF_NONE: Checks = {"zero_terms_query": zero_terms_query, "boost": boost}

BOOL_PREFIX: Checks = {**_WORDS, "boost": boost}
MATCH: Checks = {**_WORDS, **_OF_NONE, "auto_generate_synonyms_phrase_query": flag, "lenient": flag}
PHRASE: Checks = {**_ANALYSED, "slop": slop, **_OF_NONE}
PHRASE_PREFIX: Checks = {**PHRASE, "max_expansions": max_expansions}
MULTI_MATCH: Checks = {**MATCH, "fields": fields, "slop": slop, **TYPES}


def match(name: str, built: Clause, place: Place) -> Clause:
    """A text in one field."""
    built["query"] = compared(built["query"], name, place)
    _spend_words(built, 1, place)
    return built


def prefixed(name: str, built: Clause, place: Place) -> Clause:
    """A text in one field, its last word the beginning of one."""
    require_short([name], place)
    charge(Cost(SHORT // 10, built.get("max_expansions", 50)), place)
    return match(name, built, place)


def multi_match(built: Clause, place: Place) -> Clause:
    """A text in several fields."""
    kind = built.get("type", "best_fields")
    if "fuzziness" in built and kind not in FUZZY_TYPES:
        raise refusal(f"fuzziness is not for the type {kind}", place)
    if built.get("slop") and kind == "bool_prefix":
        raise refusal("slop is not for the type bool_prefix", place)
    if ALL in bare(built.get("fields", ())):
        # As the engine has it of every field: what one cannot be asked is no reason to refuse the others.
        built.setdefault("lenient", True)
    built["fields"] = named(built.get("fields", ()), place)
    built["query"] = compared_in_all(built["query"], bare(built["fields"]), place)
    if kind in ("phrase_prefix", "bool_prefix"):
        require_short(bare(built["fields"]), place)
        charge(Cost(SHORT // 10, built.get("max_expansions", 50)) * len(built["fields"]), place)
    _spend_words(built, len(built["fields"]), place)
    return built


def _spend_words(built: Clause, width: int, place: Place) -> None:
    count = words(str(built["query"]), built.get("analyzer")) * width
    if built.get("fuzziness"):
        spend_fuzzy(built, count, place)
    else:
        spend_plain(count, place)


def spend_plain(count: int, place: Place) -> None:
    """Spends words that are looked for as they are."""
    spend("words", count, place)
    charge(Cost(CLAUSE, 1) * count, place)


def spend_fuzzy(built: Clause, count: int, place: Place) -> None:
    """Spends fuzzy words, each of which the engine makes several of."""
    built.setdefault("prefix_length", 1)
    expansions = built.setdefault("max_expansions", FUZZY_EXPANSIONS)
    spend("words", count * expansions, place)
    charge(Cost(FUZZY, expansions) * count, place)
