"""What a caller may try so as to see another tenant's incidents: bodies, parameters, paths."""

import base64
import json
from typing import Any

Json = dict[str, Any]

INDEX = "im-incidents-VICTIM"
LOOKUP = {"index": INDEX, "id": "i1", "path": "title"}
EVERYTHING: Json = {"match_all": {}}
SCRIPT = {"source": "true", "lang": "painless"}
COUNT = {"all": {"global": {}, "aggs": {"titles": {"terms": {"field": "title.keyword", "min_doc_count": 0}}}}}

QUERIES: list[Any] = [
    EVERYTHING,
    {"bool": {"should": [{"term": {"tenant": "VICTIM"}}, EVERYTHING], "minimum_should_match": 0}},
    {"bool": {"must_not": [{"term": {"tenant": "nobody"}}]}},
    {"bool": {"filter": [{"term": {"tenant": "VICTIM"}}]}},
    {"term": {"tenant": "VICTIM"}},
    {"term": {"tenant.keyword": "VICTIM"}},
    {"terms": {"tenant": ["VICTIM"]}},
    {"exists": {"field": "tenant"}},
    {"match": {"tenant": "VICTIM"}},
    {"prefix": {"tenant": "t"}},
    {"wildcard": {"tenant": "*"}},
    {"range": {"tenant": {"gte": ""}}},
    {"fuzzy": {"tenant": "VICTIM"}},
    {"regexp": {"tenant": ".*"}},
    {"multi_match": {"query": "VICTIM", "fields": ["tenant"]}},
    {"multi_match": {"query": "VICTIM", "fields": ["*"]}},
    {"multi_match": {"query": "VICTIM", "fields": ["ten*"]}},
    {"term": {"_index": INDEX}},
    {"terms": {"_index": [INDEX]}},
    {"wildcard": {"_index": "im-*"}},
    {"prefix": {"_index": "im-"}},
    {"term": {"_id": "i1"}},
    {"exists": {"field": "_id"}},
    {"exists": {"field": "_routing"}},
    {"term": {"_tier": "x"}},
    {"terms": {"title": LOOKUP}},
    {"terms": {"title.keyword": LOOKUP}},
    {"terms": {"title": {**LOOKUP, "routing": "1"}}},
    {"terms": {"title": ["x"], "value_type": "bitmap"}},
    {"terms_set": {"tags": {"terms": ["x"], "minimum_should_match_script": SCRIPT}}},
    {"more_like_this": {"fields": ["title"], "like": [{"_index": INDEX, "_id": "i1"}], "min_term_freq": 1}},
    {"percolate": {"field": "title", "index": INDEX, "id": "i1"}},
    {"geo_shape": {"place": {"indexed_shape": {"index": INDEX, "id": "i1"}}}},
    {"script": {"script": SCRIPT}},
    {"script_score": {"query": EVERYTHING, "script": SCRIPT}},
    {"function_score": {"query": EVERYTHING, "script_score": {"script": SCRIPT}}},
    {"function_score": {"query": EVERYTHING, "random_score": {}}},
    {"wrapper": {"query": base64.b64encode(json.dumps(EVERYTHING).encode()).decode()}},
    {"template": {"source": json.dumps(EVERYTHING)}},
    {"has_child": {"type": "note", "query": EVERYTHING}},
    {"has_parent": {"parent_type": "incident", "query": EVERYTHING}},
    {"parent_id": {"type": "note", "id": "i1"}},
    {"nested": {"path": "services", "query": EVERYTHING, "inner_hits": {}}},
    {"span_term": {"tenant": "VICTIM"}},
    {"span_multi": {"match": {"prefix": {"tenant": ""}}}},
    {"field_masking_span": {"query": {"span_term": {"title": "x"}}, "field": "tenant"}},
    {"intervals": {"tenant": {"match": {"query": "VICTIM"}}}},
    {"distance_feature": {"field": "started_at", "origin": "now", "pivot": "1d"}},
    {"rank_feature": {"field": "severity_rank"}},
    {"pinned": {"ids": ["i1"], "organic": EVERYTHING}},
    {"hybrid": {"queries": [EVERYTHING]}},
    {"neural": {"title": {"query_text": "x"}}},
    {"knn": {"title": {"vector": [1], "k": 1}}},
    {"ids": {"values": ["i1", "rule~r1"]}},
    {"ids": {"type": "_doc", "values": ["i1"]}},
    {"query_string": {"query": "tenant:VICTIM"}},
    {"query_string": {"query": "ten\\ant:VICTIM"}},
    {"query_string": {"query": "title:x OR tenant:VICTIM"}},
    {"query_string": {"query": "_exists_:tenant"}},
    {"query_string": {"query": "_index:im-incidents-VICTIM"}},
    {"query_string": {"query": '_index:"im-incidents-VICTIM" OR *:*'}},
    {"query_string": {"query": "VICTIM", "default_field": "*"}},
    {"query_string": {"query": "VICTIM", "fields": ["tenant"]}},
    {"query_string": {"query": "*:*"}},
    {"query_string": {"query": "(*:* AND NOT tenant:x) OR *"}},
    {"query_string": {"query": "/.*/"}},
    {"simple_query_string": {"query": "tenant:VICTIM"}},
    {"simple_query_string": {"query": "VICTIM", "fields": ["tenant", "_all"]}},
    {"simple_query_string": {"query": "* | -x", "fields": ["*"]}},
    {"bool": {"should": EVERYTHING, "_name": "x"}},
    {"constant_score": {"filter": {"term": {"tenant": "VICTIM"}}}},
    {"dis_max": {"queries": [EVERYTHING, {"term": {"tenant": "VICTIM"}}]}},
    {"boosting": {"positive": EVERYTHING, "negative": {"exists": {"field": "tenant"}}, "negative_boost": 0}},
    {"match_all": {}, "query": {"match_all": {}}},
    {"indices": {"indices": [INDEX], "query": EVERYTHING}},
    {"type": {"value": "_doc"}},
    {"common": {"title": {"query": "x"}}},
    json.dumps(EVERYTHING) + "}, " + json.dumps({"aggs": {"all": {"global": {}}}}),
    '{"match_all": {}, "match_all": {}}',
    '{"bool": {"filter": []}, "bool": {"should": [{"match_all": {}}]}}',
]
"""Guests' queries that look elsewhere: at other indices, the tenant's mark, scripts, joins, the engine's own fields."""

BODIES: list[Json] = [
    *({"search_query": each} for each in QUERIES),
    *({word: INDEX} for word in ("index", "indices", "_index", "routing", "preference", "tenant", "scroll")),
    {"aggs": COUNT},
    {"aggregations": COUNT},
    {"post_filter": {"match_all": {}}},
    {"suggest": {"all": {"text": "a", "term": {"field": "title", "suggest_mode": "always"}}}},
    {"collapse": {"field": "tenant", "inner_hits": {"name": "all", "size": 100}}},
    {"runtime_mappings": {"title": {"type": "keyword"}}},
    {"derived": {"all": {"type": "keyword", "script": "emit('a')"}}},
    {"script_fields": {"all": {"script": {"source": "doc"}}}},
    {"highlight": {"fields": {"*": {}}}},
    {"rescore": {"query": {"rescore_query": {"match_all": {}}}}},
    {"ext": {"rerank": {}}},
    {"search_pipeline": {"request_processors": []}},
    *({"sort": [{"field": each}]} for each in ("tenant", "_id", "_index", "_score", "_doc", "_shard_doc", "_script")),
    {"sort": [{"field": {"_script": {"script": "1"}}}]},
    *({"fields": each} for each in (["*"], ["tenant"], ["_index"], ["-title"], ["**"], [""], ["ten*", "kind"])),
    *(
        {"additional_fields": [{"name": each, "type": "text", "value": "*"}]}
        for each in ("tenant", "_index", "_id", "kind", "*", "title.keyword", "", "tenant.x", "__proto__")
    ),
    {"additional_fields": [{"name": "title", "type": "select", "value": {"index": INDEX, "id": "i1"}}]},
    {"additional_fields": [{"name": "title", "type": "multiselect", "value": [{"index": INDEX}]}]},
    {"additional_fields": [{"name": "region", "type": "text", "value": "*\\*?*"}]},
    {"start_time": "0001-01-01", "end_time": "9999-12-31", "size": 1000, "explain": True},
    {"from": 9000, "size": 1000},
    {"is_show_aggs": True, "with_total_docs": True, "size": 1000},
]
"""Searches with words, beside the query too, that would reach past it."""


def bodies(victim: str) -> list[Json]:
    """Every search, aimed at a tenant."""
    found: list[Json] = json.loads(json.dumps(BODIES).replace("VICTIM", victim))
    return found
