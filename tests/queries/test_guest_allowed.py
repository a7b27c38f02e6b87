"""Every clause and parameter that a guest may use, with what runs for it; the engine is shown the same rows live."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from queries.guest import guest

NOW = datetime(2026, 11, 22, 4, 15, 30, 123456, tzinfo=UTC)

_ALL: dict[str, Any] = {"match_all": {}}
_SEARCHED = {
    "query": "disk",
    "fields": ["title^2.5", "status"],
    "default_operator": "and",
    "analyzer": "standard",
    "analyze_wildcard": True,
    "quote_field_suffix": ".keyword",
    "minimum_should_match": 1,
    "fuzzy_prefix_length": 3,
    "fuzzy_max_expansions": 10,
    "fuzzy_transpositions": False,
    "auto_generate_synonyms_phrase_query": False,
    "lenient": True,
    "boost": 2,
}
_MATCH = {
    "query": "disk full",
    "operator": "and",
    "minimum_should_match": "75%",
    "fuzziness": 1,
    "prefix_length": 2,
    "max_expansions": 5,
    "fuzzy_transpositions": False,
    "fuzzy_rewrite": "top_terms_5",
    "analyzer": "stop",
    "boost": 2,
}
_MATCHED = {**_MATCH, "zero_terms_query": "all", "auto_generate_synonyms_phrase_query": False, "lenient": True}

SAME: list[tuple[str, dict[str, Any]]] = [
    ("match_all with a boost", {"match_all": {"boost": 1000}}),
    ("match_none", {"match_none": {"boost": 0}}),
    ("match with every parameter", {"match": {"title": _MATCHED}}),
    ("match of a number", {"match": {"numeric_id": {"query": 7}}}),
    ("match of a boolean", {"match": {"ext.bigpanda.shared": {"query": True}}}),
    (
        "match_phrase",
        {"match_phrase": {"title": {"query": "a b", "slop": 50, "zero_terms_query": "none", "boost": 1.5}}},
    ),
    (
        "match_phrase_prefix",
        {
            "match_phrase_prefix": {
                "title": {"query": "a b", "slop": 0, "zero_terms_query": "all", "max_expansions": 50, "boost": 1}
            }
        },
    ),
    ("match_bool_prefix", {"match_bool_prefix": {"title": _MATCH}}),
    (
        "multi_match with every parameter of fuzziness",
        {"multi_match": {**_MATCHED, "fields": ["title^3", "status"], "type": "most_fields", "tie_breaker": 0.5}},
    ),
    (
        "multi_match of a phrase",
        {"multi_match": {"query": "a b", "fields": ["title"], "type": "phrase", "slop": 2, "tie_breaker": 1}},
    ),
    *(
        (f"multi_match as {kind}", {"multi_match": {"query": "disk", "fields": ["title"], "type": kind}})
        for kind in ("best_fields", "cross_fields", "phrase_prefix", "bool_prefix")
    ),
    ("term with every parameter", {"term": {"status": {"value": "NEW", "case_insensitive": True, "boost": 2}}}),
    ("term of a whole number", {"term": {"numeric_id": {"value": 2**63 - 1}}}),
    ("term of a boolean", {"term": {"ok": {"value": False}}}),
    ("terms", {"terms": {"status": ["new", "closed"], "boost": 2}}),
    ("terms of many kinds", {"terms": {"status": ["new", 1, 1.5, True]}}),
    ("terms of nothing", {"terms": {"status": []}}),
    ("terms of a field called boost", {"terms": {"boost": ["new"]}}),
    ("range of numbers", {"range": {"cost": {"gte": -1.5, "lt": 1e308}}}),
    ("range of text that only begins like now", {"range": {"status": {"gte": "new", "lte": "nowhere"}}}),
    ("range of whole numbers up to 64 bits", {"range": {"numeric_id": {"gte": -(2**63), "lte": 2**63 - 1}}}),
    ("range without bounds", {"range": {"started_at": {}}}),
    ("exists", {"exists": {"field": "ext.bigpanda.shared", "boost": 2}}),
    ("prefix", {"prefix": {"status": {"value": "ne", "case_insensitive": True, "boost": 2}}}),
    ("wildcard", {"wildcard": {"title.keyword": {"value": "*disk?\\*", "case_insensitive": True, "boost": 2}}}),
    (
        "fuzzy",
        {
            "fuzzy": {
                "title": {
                    "value": "dsk",
                    "fuzziness": 0,
                    "prefix_length": 50,
                    "max_expansions": 50,
                    "transpositions": False,
                    "boost": 2,
                }
            }
        },
    ),
    ("ids", {"ids": {"values": ["i1", "i2"], "boost": 2}}),
    (
        "bool with every part",
        {
            "bool": {
                "must": [_ALL],
                "filter": [{"exists": {"field": "title"}}],
                "should": [{"term": {"status": {"value": "new"}}}, _ALL],
                "must_not": [{"match_none": {}}],
                "minimum_should_match": "-25%",
                "adjust_pure_negative": False,
                "boost": 2,
            }
        },
    ),
    ("an empty bool", {"bool": {}}),
    ("a bool of empty lists", {"bool": {"must": [], "minimum_should_match": -1}}),
    ("constant_score", {"constant_score": {"filter": _ALL, "boost": 0.5}}),
    ("dis_max", {"dis_max": {"queries": [_ALL, {"match_none": {}}], "tie_breaker": 0.7, "boost": 2}}),
    ("boosting", {"boosting": {"positive": _ALL, "negative": _ALL, "negative_boost": 0.2, "boost": 2}}),
    ("simple_query_string with every parameter", {"simple_query_string": {**_SEARCHED, "flags": "AND|OR|PREFIX"}}),
    (
        "query_string with every parameter",
        {
            "query_string": {
                **_SEARCHED,
                "fuzziness": 0,
                "fuzzy_rewrite": "top_terms_blended_freqs_50",
                "rewrite": "constant_score_blended",
                "quote_analyzer": "keyword",
                "enable_position_increments": False,
                "phrase_slop": 3,
                "time_zone": "+01:00",
                "allow_leading_wildcard": False,
                "type": "phrase",
                "tie_breaker": 0.1,
            }
        },
    ),
]

ROWS = [pytest.param(query, id=name) for name, query in SAME]


@pytest.mark.parametrize("query", ROWS)
def test_an_allowed_query_runs_as_it_is(query: dict[str, Any]) -> None:
    assert guest(query, now=NOW).clause == query
    assert guest(json.dumps(query), now=NOW).clause == query
