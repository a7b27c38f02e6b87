"""Every allowed clause as OpenSearch's own builders print it, their defaults and everything that can be set."""

from datetime import UTC, datetime
from typing import Any

import pytest

from queries.guest import DEFAULT_FIELDS, guest
from queries.guest.clauses import CLAUSES

NOW = datetime(2026, 11, 22, 4, 15, 30, 123456, tzinfo=UTC)

_BOOST = {"boost": 1.0}
_NAMED = {**_BOOST, "_name": "mine"}
_TERM: dict[str, Any] = {"term": {"status": {"value": "new", **_BOOST}}}
_PARTS: dict[str, Any] = {
    **{occur: [_TERM] for occur in ("must", "filter", "must_not", "should")},
    **{"adjust_pure_negative": True, "minimum_should_match": "1"},
}
_FIELDS = list(DEFAULT_FIELDS)
_FUZZY = {"prefix_length": 0, "max_expansions": 50, "fuzzy_transpositions": True}
_SYNONYMS = {"auto_generate_synonyms_phrase_query": True}
_PHRASE = {"query": "disk", "analyzer": "standard", "slop": 0}
_QUERY_STRING = {
    "query": "disk",
    "type": "best_fields",
    "default_operator": "or",
    "enable_position_increments": True,
    "fuzzy_prefix_length": 0,
    "fuzzy_max_expansions": 50,
    "phrase_slop": 0,
    **_SYNONYMS,
    "fuzzy_transpositions": True,
    **_BOOST,
}
_SIMPLE = {
    "query": "disk",
    "default_operator": "or",
    "analyze_wildcard": False,
    **_SYNONYMS,
    "fuzzy_prefix_length": 0,
    "fuzzy_max_expansions": 50,
    "fuzzy_transpositions": True,
    **_BOOST,
}

_SIMPLE_ONES: dict[str, dict[str, Any]] = {
    "boosting": {"positive": _TERM, "negative": _TERM, "negative_boost": 0.5},
    "constant_score": {"filter": _TERM},
    "dis_max": {"tie_breaker": 0.0, "queries": [_TERM]},
    "exists": {"field": "title"},
    "ids": {"values": ["i1", "i2"]},
    "terms": {"status": ["new", "closed"]},
}

# A clause, what its builder prints, and what runs.
PRINTED: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("match_all", _NAMED, _BOOST),
    ("match_none", _BOOST, _BOOST),
    ("bool", {"adjust_pure_negative": True, **_BOOST}, {"adjust_pure_negative": True, **_BOOST}),
    ("bool", {**_PARTS, **_NAMED}, {**_PARTS, **_BOOST}),
    *((name, {**body, **_NAMED}, {**body, **_BOOST}) for name, body in _SIMPLE_ONES.items()),
    (
        "fuzzy",
        {
            "title": {
                **{"value": "disk", "fuzziness": "AUTO", "prefix_length": 0, "max_expansions": 50},
                **{"transpositions": True, "rewrite": "constant_score", **_NAMED},
            }
        },
        {
            "title": {
                **{"value": "disk", "fuzziness": "AUTO:3,9999", "prefix_length": 0, "max_expansions": 50},
                **{"transpositions": True, "rewrite": "constant_score", **_BOOST},
            }
        },
    ),
    (
        "match",
        {
            "title": {
                **{"query": "disk", "operator": "OR", **_FUZZY, "lenient": False, "zero_terms_query": "NONE"},
                **{**_SYNONYMS, **_BOOST},
            }
        },
        {
            "title": {
                **{"query": "disk", "operator": "or", **_FUZZY, "lenient": False, "zero_terms_query": "none"},
                **{**_SYNONYMS, **_BOOST},
            }
        },
    ),
    (
        "match",
        {
            "title": {
                **{"query": "disk", "operator": "AND", "analyzer": "standard", "fuzziness": "AUTO", **_FUZZY},
                **{"minimum_should_match": "1", "fuzzy_rewrite": "constant_score", "zero_terms_query": "ALL", **_NAMED},
            }
        },
        {
            "title": {
                **{"query": "disk", "operator": "and", "analyzer": "standard", "fuzziness": "AUTO:3,9999", **_FUZZY},
                **{"minimum_should_match": "1", "fuzzy_rewrite": "constant_score", "zero_terms_query": "all", **_BOOST},
            }
        },
    ),
    (
        "match_bool_prefix",
        {
            "title": {
                **{"query": "disk", "analyzer": "standard", "operator": "OR", "minimum_should_match": "1"},
                **{"fuzziness": "AUTO", **_FUZZY, "fuzzy_rewrite": "constant_score", **_NAMED},
            }
        },
        {
            "title": {
                **{"query": "disk", "analyzer": "standard", "operator": "or", "minimum_should_match": "1"},
                **{"fuzziness": "AUTO:3,9999", **_FUZZY, "fuzzy_rewrite": "constant_score", **_BOOST},
            }
        },
    ),
    (
        "match_phrase",
        {"title": {**_PHRASE, "zero_terms_query": "NONE", **_NAMED}},
        {"title": {**_PHRASE, "zero_terms_query": "none", **_BOOST}},
    ),
    (
        "match_phrase_prefix",
        {"title": {**_PHRASE, "max_expansions": 50, "zero_terms_query": "NONE", **_NAMED}},
        {"title": {**_PHRASE, "max_expansions": 50, "zero_terms_query": "none", **_BOOST}},
    ),
    (
        "multi_match",
        {
            **{"query": "disk", "fields": ["status^1.0", "title^1.0"], "type": "best_fields", "operator": "OR"},
            **{"slop": 0, **_FUZZY, "zero_terms_query": "NONE", **_SYNONYMS, **_NAMED},
        },
        {
            **{"query": "disk", "fields": ["status^1.0", "title^1.0"], "type": "best_fields", "operator": "or"},
            **{"slop": 0, **_FUZZY, "zero_terms_query": "none", **_SYNONYMS, **_BOOST},
        },
    ),
    (
        "multi_match",
        {
            **{"query": "disk", "fields": [], "type": "bool_prefix", "operator": "OR", "analyzer": "standard"},
            **{"slop": 0, "fuzziness": "AUTO", **_FUZZY, "minimum_should_match": "1"},
            **{"fuzzy_rewrite": "constant_score", "tie_breaker": 0.5, "lenient": True, "zero_terms_query": "NONE"},
        },
        {
            **{"query": "disk", "fields": _FIELDS, "type": "bool_prefix", "operator": "or", "analyzer": "standard"},
            **{"slop": 0, "fuzziness": "AUTO:3,9999", **_FUZZY, "minimum_should_match": "1"},
            **{"fuzzy_rewrite": "constant_score", "tie_breaker": 0.5, "lenient": True, "zero_terms_query": "none"},
        },
    ),
    (
        "prefix",
        {"status": {"value": "ne", "rewrite": "top_terms_5", "case_insensitive": True, **_NAMED}},
        {"status": {"value": "ne", "rewrite": "top_terms_5", "case_insensitive": True, **_BOOST}},
    ),
    (
        "query_string",
        {**_QUERY_STRING, "fields": [], "max_determinized_states": 10000, "fuzziness": "AUTO", "escape": False},
        {
            **{**_QUERY_STRING, "fields": _FIELDS, "fuzziness": "AUTO:3,9999"},
            **{"lenient": True, "allow_leading_wildcard": False},
        },
    ),
    (
        "query_string",
        {
            **{**_QUERY_STRING, "default_field": "title", "fields": [], "fuzziness": "AUTO", "tie_breaker": 0.2},
            **{"analyzer": "standard", "quote_analyzer": "keyword", "max_determinized_states": 10000},
            **{"allow_leading_wildcard": True, "fuzzy_rewrite": "constant_score", "analyze_wildcard": True},
            **{"rewrite": "constant_score", "minimum_should_match": "1", "quote_field_suffix": ".keyword"},
            **{"lenient": False, "time_zone": "Europe/Paris", "escape": True, "_name": "mine"},
        },
        {
            **{**_QUERY_STRING, "fields": ["title"], "fuzziness": "AUTO:3,9999", "tie_breaker": 0.2},
            **{"analyzer": "standard", "quote_analyzer": "keyword"},
            **{"allow_leading_wildcard": False, "fuzzy_rewrite": "constant_score", "analyze_wildcard": True},
            **{"rewrite": "constant_score", "minimum_should_match": "1", "quote_field_suffix": ".keyword"},
            **{"lenient": False, "time_zone": "Europe/Paris"},
        },
    ),
    (
        "range",
        {"cost": {"from": None, "to": None, "include_lower": True, "include_upper": True, **_BOOST}},
        {"cost": _BOOST},
    ),
    (
        "range",
        {
            "started_at": {
                **{"from": "2026-03-29", "to": None, "include_lower": False, "include_upper": True},
                **{"time_zone": "Europe/Paris", "format": "strict_date_optional_time", "relation": "within", **_NAMED},
            }
        },
        {"started_at": {"gt": "2026-03-29T21:59:59.999Z", **_BOOST}},
    ),
    (
        "range",
        {"cost": {"from": 1, "to": 5, "include_lower": True, "include_upper": False, **_BOOST}},
        {"cost": {"gte": 1, "lt": 5, **_BOOST}},
    ),
    (
        "simple_query_string",
        {**_SIMPLE, "flags": -1},
        {**_SIMPLE, "flags": "ALL", "fields": _FIELDS, "lenient": True},
    ),
    (
        "simple_query_string",
        {
            **{**_SIMPLE, "fields": ["title^1.0"], "analyzer": "standard", "flags": 18, "lenient": False},
            **{"analyze_wildcard": True, "quote_field_suffix": ".keyword", "minimum_should_match": "1"},
        },
        {
            **{**_SIMPLE, "fields": ["title^1.0"], "analyzer": "standard", "flags": "AND|PREFIX", "lenient": False},
            **{"analyze_wildcard": True, "quote_field_suffix": ".keyword", "minimum_should_match": "1"},
        },
    ),
    (
        "term",
        {"status": {"value": "new", "case_insensitive": True, **_NAMED}},
        {"status": {"value": "new", "case_insensitive": True, **_BOOST}},
    ),
    (
        "wildcard",
        {"status": {"wildcard": "n*", "rewrite": "scoring_boolean", "case_insensitive": True, **_NAMED}},
        {"status": {"value": "n*", "rewrite": "constant_score", "case_insensitive": True, **_BOOST}},
    ),
]

ROWS = [pytest.param({name: said}, {name: runs}, id=f"{name} {i}") for i, (name, said, runs) in enumerate(PRINTED)]


@pytest.mark.parametrize(("printed", "runs"), ROWS)
def test_what_a_builder_prints_is_taken(printed: dict[str, Any], runs: dict[str, Any]) -> None:
    assert guest(printed, now=NOW).clause == runs
    assert guest(runs, now=NOW).clause == runs


def test_every_allowed_clause_is_printed_here() -> None:
    assert {name for name, *_ in PRINTED} == set(CLAUSES)
