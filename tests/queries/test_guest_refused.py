"""What a guest may not use, each with the sentence that says so and the place it names."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from queries.errors import QueryError
from queries.guest import guest
from queries.guest.clauses import CLAUSES
from queries.guest.ranges import FORMATS

NOW = datetime(2026, 11, 22, 4, 15, 30, 123456, tzinfo=UTC)

ALLOWED = (
    *("bool", "boosting", "constant_score", "dis_max", "exists", "fuzzy", "ids", "match", "match_all"),
    *("match_bool_prefix", "match_none", "match_phrase", "match_phrase_prefix", "multi_match", "prefix"),
    *("query_string", "range", "simple_query_string", "term", "terms", "wildcard"),
)
REFUSED = (
    *("combined_fields", "common", "distance_feature", "function_score", "geo_bounding_box", "geo_distance"),
    *("geo_polygon", "geo_shape", "has_child", "has_parent", "intervals", "more_like_this", "nested", "parent_id"),
    *("percolate", "rank_feature", "regexp", "script", "script_score", "template", "terms_set", "wrapper", "xy_shape"),
    *("field_masking_span", "span_containing", "span_first", "span_gap", "span_multi", "span_near", "span_not"),
    *("span_or", "span_term", "span_within"),
    *("agentic", "hybrid", "knn", "neural", "neural_sparse", "pinned", "semantic", "sltr", "mlt", "type", "indices"),
    *("Match_all", "match_al", "match_all ", "", "_name", "query"),
)

REWRITES = (
    "one of constant_score, constant_score_blended, constant_score_boolean, scoring_boolean,"
    " or top_terms_N, top_terms_boost_N, top_terms_blended_freqs_N up to 50"
)
A_TERM: dict[str, Any] = {"term": {"status": "new"}}
ROWS: dict[str, list[tuple[Any, str]]] = {
    'the query "wrapper" is not allowed': [
        ({"bool": {"must": [A_TERM, {"wrapper": {"query": "e30="}}]}}, ".bool.must[1].wrapper"),
    ],
    'the query "script" is not allowed': [
        ({"constant_score": {"filter": {"script": {}}}}, ".constant_score.filter.script"),
    ],
    'the query "knn" is not allowed': [
        ({"dis_max": {"queries": [{"knn": {}}]}}, ".dis_max.queries[0].knn"),
    ],
    'the query "percolate" is not allowed': [
        (
            {"boosting": {"positive": A_TERM, "negative": {"percolate": {}}, "negative_boost": 1}},
            ".boosting.negative.percolate",
        ),
    ],
    'the query "drop it" is not allowed': [
        ({"drop it": {}}, '."drop it"'),
    ],
    "one query per object is wanted: here none": [
        ({}, ""),
    ],
    'one query per object is wanted: here "match_all", "term"': [
        ({"match_all": {}, "term": {}}, ""),
    ],
    "an object is wanted here": [
        ({"bool": {"must": None}}, ".bool.must"),
        ({"bool": {"must": [[A_TERM]]}}, ".bool.must[0]"),
        ({"match_all": None}, ".match_all"),
        ({"term": ["status", "new"]}, ".term"),
        ({"range": {"cost": 5}}, ".range.cost"),
        ({"query_string": "a"}, ".query_string"),
    ],
    "at least one query is wanted here": [
        ({"dis_max": {"queries": []}}, ".dis_max.queries"),
    ],
    'the parameter "negative_boost" is missing': [
        ({"boosting": {"positive": A_TERM, "negative": A_TERM}}, ".boosting"),
    ],
    'one field per object is wanted: here "status", "type"': [
        ({"term": {"status": "new", "type": "x"}}, ".term"),
        ({"terms": {"status": ["new"], "type": ["x"], "boost": 1}}, ".terms"),
    ],
    "one field per object is wanted: here none": [
        ({"match": {}}, ".match"),
        ({"terms": {"boost": 1}}, ".terms"),
    ],
    'the parameter "value" is missing': [
        ({"term": {"status": {"boost": 1}}}, ".term.status"),
    ],
    "text, a finite number, or true or false is wanted here": [
        ({"term": {"status": None}}, ".term.status"),
        ({"term": {"status": ["new"]}}, ".term.status"),
        ({"terms": {"status": ["new", {"index": "secret"}]}}, ".terms.status[1]"),
        ({"terms": {"status": [None]}}, ".terms.status[0]"),
    ],
    "a list of values is wanted here": [
        ({"ids": {"values": 1}}, ".ids.values"),
        ({"terms": {"status": {"index": "secret", "id": "1", "path": "x"}}}, ".terms.status"),
        ({"terms": {"status": {"index": "secret", "path": "x", "query": {"match_all": {}}}}}, ".terms.status"),
        ({"terms": {"status": {"index": "secret", "id": "1", "path": "x"}, "boost": 1}}, ".terms.status"),
    ],
    "one of default is wanted here": [
        ({"terms": {"status": ["OjAA"], "value_type": "bitmap"}}, ".terms.value_type"),
    ],
    "text is wanted here": [
        ({"ids": {"values": [1]}}, ".ids.values[0]"),
        ({"simple_query_string": {"query": "a", "flags": 1}}, ".simple_query_string.flags"),
        ({"simple_query_string": {"query": "a", "flags": 2048}}, ".simple_query_string.flags"),
        ({"simple_query_string": {"query": "a", "flags": -2}}, ".simple_query_string.flags"),
        ({"simple_query_string": {"query": "a", "flags": True}}, ".simple_query_string.flags"),
        ({"match_all": {"_name": 1}}, ".match_all._name"),
        ({"terms": {"status": ["new"], "_name": 1}}, ".terms._name"),
    ],
    "gte and gt exclude each other": [
        ({"range": {"cost": {"gt": 1, "gte": 1}}}, ".range.cost"),
    ],
    "lte and lt exclude each other": [
        ({"range": {"cost": {"lt": 1, "lte": 1}}}, ".range.cost"),
    ],
    "gte and from exclude each other": [
        ({"range": {"cost": {"from": 1, "gte": 1}}}, ".range.cost"),
    ],
    "include_upper belongs to to": [
        ({"range": {"cost": {"lt": 1, "include_upper": True}}}, ".range.cost.include_upper"),
    ],
    "include_lower belongs to from": [
        ({"range": {"cost": {"gt": 1, "include_lower": False}}}, ".range.cost.include_lower"),
    ],
    "value and wildcard exclude each other": [
        ({"wildcard": {"status": {"value": "a", "wildcard": "b"}}}, ".wildcard.status"),
    ],
    "value and term exclude each other": [
        ({"term": {"status": {"value": "a", "term": "b"}}}, ".term.status"),
    ],
    "one of standard, simple, whitespace, stop, keyword is wanted here": [
        ({"match": {"title": {"query": "a", "analyzer": "english"}}}, ".match.title.analyzer"),
        ({"query_string": {"query": "a", "quote_analyzer": "cjk"}}, ".query_string.quote_analyzer"),
    ],
    "one of intersects, contains, within is wanted here": [
        ({"range": {"cost": {"relation": "disjoint"}}}, ".range.cost.relation"),
    ],
    "the name of a part of a field is wanted here, such as .keyword": [
        ({"query_string": {"query": "a", "quote_field_suffix": "ant"}}, ".query_string.quote_field_suffix"),
        (
            {"simple_query_string": {"query": "a", "quote_field_suffix": "._x"}},
            ".simple_query_string.quote_field_suffix",
        ),
    ],
    REWRITES: [
        ({"wildcard": {"title": {"value": "a", "rewrite": "top_terms_51"}}}, ".wildcard.title.rewrite"),
        ({"prefix": {"title": {"value": "a", "rewrite": "top_terms_0"}}}, ".prefix.title.rewrite"),
        ({"fuzzy": {"title": {"value": "a", "rewrite": "best"}}}, ".fuzzy.title.rewrite"),
    ],
    '"now-1x" is not a time: ISO 8601, epoch milliseconds or date math such as now-1d/d': [
        ({"range": {"started_at": {"gte": "now-1x"}}}, ".range.started_at.gte"),
    ],
    '"now+9999y" is not a time: ISO 8601, epoch milliseconds or date math such as now-1d/d': [
        ({"range": {"started_at": {"lt": "now+9999y"}}}, ".range.started_at.lt"),
    ],
    "one of none, all is wanted here": [
        (
            {"match_phrase": {"title": {"query": "a", "zero_terms_query": "some"}}},
            ".match_phrase.title.zero_terms_query",
        ),
    ],
    f"formats of these are wanted here, with || between them: {', '.join(FORMATS)}": [
        ({"range": {"started_at": {"format": "'now'"}}}, ".range.started_at.format"),
        ({"range": {"started_at": {"format": "epoch_millis||basic_date"}}}, ".range.started_at.format"),
    ],
    '"Europe/Lutetia" is not a time zone such as Europe/Paris or +01:00': [
        ({"range": {"started_at": {"time_zone": "Europe/Lutetia"}}}, ".range.started_at.time_zone"),
        ({"query_string": {"query": "a", "time_zone": "Europe/Lutetia"}}, ".query_string.time_zone"),
    ],
    'a fuzziness of 0, 1 or "AUTO" is wanted here': [
        ({"match": {"title": {"query": "a", "fuzziness": 2}}}, ".match.title.fuzziness"),
        ({"query_string": {"query": "a", "fuzziness": "AUTO:6,3"}}, ".query_string.fuzziness"),
    ],
    "fuzziness is not for the type phrase": [
        ({"multi_match": {"query": "a", "type": "phrase", "fuzziness": 1}}, ".multi_match"),
    ],
    "slop is not for the type bool_prefix": [
        ({"multi_match": {"query": "a", "type": "bool_prefix", "slop": 1}}, ".multi_match"),
    ],
    '"ti*" does not name a field': [
        ({"multi_match": {"query": "a", "fields": ["title", "ti*"]}}, ".multi_match.fields[1]"),
    ],
    '"*" does not name a field': [
        ({"exists": {"field": "*"}}, ".exists.field"),
    ],
    "the name of a field is wanted here": [
        ({"multi_match": {"query": "a", "fields": [1]}}, ".multi_match.fields[0]"),
    ],
    "a boost from 0 to 1000 is wanted after ^": [
        ({"multi_match": {"query": "a", "fields": ["title^x"]}}, ".multi_match.fields[0]"),
    ],
    '"_all" does not name a field': [
        ({"query_string": {"query": "a", "default_field": "_all"}}, ".query_string.default_field"),
    ],
    "default_field and fields exclude each other": [
        ({"query_string": {"query": "a", "default_field": "title", "fields": ["title"]}}, ".query_string"),
    ],
    'no flag "XOR"': [
        ({"simple_query_string": {"query": "a", "flags": "AND|XOR"}}, ".simple_query_string.flags"),
    ],
    "one of and, or is wanted here": [
        ({"match": {"title": {"query": "a", "operator": "xor"}}}, ".match.title.operator"),
    ],
    "true or false is wanted here": [
        ({"term": {"status": {"value": "a", "case_insensitive": "true"}}}, ".term.status.case_insensitive"),
    ],
    "a number from 0 to 1000 is wanted here": [
        ({"match_all": {"boost": "2"}}, ".match_all.boost"),
    ],
}
PARAMETERS: list[tuple[Any, str]] = [
    ({"bool": {"mustNot": []}}, ".bool.mustNot"),
    ({"match": {"title": {"query": "a", "cutoff_frequency": 1}}}, ".match.title.cutoff_frequency"),
    ({"match": {"title": {"query": "a", "type": "phrase"}}}, ".match.title.type"),
    ({"ids": {"type": "x", "values": []}}, ".ids.type"),
    ({"query_string": {"query": "a", "split_on_whitespace": True}}, ".query_string.split_on_whitespace"),
    ({"simple_query_string": {"query": "a", "all_fields": True}}, ".simple_query_string.all_fields"),
    ({"wildcard": {"title": {"value": "a", "flags": "ALL"}}}, ".wildcard.title.flags"),
]


def refused(given: Any, where: str = "search_query") -> tuple[str, str | None]:
    with pytest.raises(QueryError) as caught:
        guest(given, now=NOW, where=where)
    return caught.value.reason, caught.value.where


def test_the_allowed_clauses_are_these() -> None:
    assert sorted(CLAUSES) == sorted(ALLOWED)


@pytest.mark.parametrize("name", REFUSED)
def test_any_other_clause_is_refused_by_name(name: str) -> None:
    where = f"search_query.{name if name and ' ' not in name else json.dumps(name)}"
    assert refused({name: {}}) == (f"the query {json.dumps(name)} is not allowed", where)


@pytest.mark.parametrize(
    ("given", "where", "reason"),
    [pytest.param(*row, reason, id=f"{row[1]}: {reason}") for reason, rows in ROWS.items() for row in rows],
)
def test_a_refusal_names_the_place(given: Any, where: str, reason: str) -> None:
    assert refused(given, "q") == (reason, f"q{where}")


@pytest.mark.parametrize(("given", "where"), [pytest.param(*row, id=f"{row[1]} is unknown") for row in PARAMETERS])
def test_an_unknown_parameter_is_refused_by_name(given: Any, where: str) -> None:
    name = where.rpartition(".")[2]
    assert refused(given, "q") == (f'"{name}" is not a parameter that is allowed here', f"q{where}")
