"""What a caller may try so as to see another tenant's incidents: bodies, parameters, paths."""

import base64
import json
from typing import Any

Json = dict[str, Any]


def queries(victim: str) -> list[Any]:
    """Guests' queries that look elsewhere: at other indices, the tenant's mark, scripts, joins, the engine's fields."""
    index = f"im-incidents-{victim}"
    lookup = {"index": index, "id": "i1", "path": "title"}
    everything: Json = {"match_all": {}}
    script = {"source": "true", "lang": "painless"}
    return [
        everything,
        {"bool": {"should": [{"term": {"tenant": victim}}, everything], "minimum_should_match": 0}},
        {"bool": {"must_not": [{"term": {"tenant": "nobody"}}]}},
        {"bool": {"filter": [{"term": {"tenant": victim}}]}},
        {"term": {"tenant": victim}},
        {"term": {"tenant.keyword": victim}},
        {"terms": {"tenant": [victim]}},
        {"exists": {"field": "tenant"}},
        {"match": {"tenant": victim}},
        {"prefix": {"tenant": victim[:3]}},
        {"wildcard": {"tenant": "*"}},
        {"range": {"tenant": {"gte": ""}}},
        {"fuzzy": {"tenant": victim}},
        {"regexp": {"tenant": ".*"}},
        {"multi_match": {"query": victim, "fields": ["tenant"]}},
        {"multi_match": {"query": victim, "fields": ["*"]}},
        {"multi_match": {"query": victim, "fields": ["ten*"]}},
        {"term": {"_index": index}},
        {"terms": {"_index": [index]}},
        {"wildcard": {"_index": "im-*"}},
        {"prefix": {"_index": "im-"}},
        {"term": {"_id": "i1"}},
        {"exists": {"field": "_id"}},
        {"exists": {"field": "_routing"}},
        {"term": {"_tier": "x"}},
        {"terms": {"title": lookup}},
        {"terms": {"title.keyword": lookup}},
        {"terms": {"title": {**lookup, "routing": "1"}}},
        {"terms": {"title": ["x"], "value_type": "bitmap"}},
        {"terms_set": {"tags": {"terms": ["x"], "minimum_should_match_script": script}}},
        {"more_like_this": {"fields": ["title"], "like": [{"_index": index, "_id": "i1"}], "min_term_freq": 1}},
        {"percolate": {"field": "title", "index": index, "id": "i1"}},
        {"geo_shape": {"place": {"indexed_shape": {"index": index, "id": "i1"}}}},
        {"script": {"script": script}},
        {"script_score": {"query": everything, "script": script}},
        {"function_score": {"query": everything, "script_score": {"script": script}}},
        {"function_score": {"query": everything, "random_score": {}}},
        {"wrapper": {"query": base64.b64encode(json.dumps(everything).encode()).decode()}},
        {"template": {"source": json.dumps(everything)}},
        {"has_child": {"type": "note", "query": everything}},
        {"has_parent": {"parent_type": "incident", "query": everything}},
        {"parent_id": {"type": "note", "id": "i1"}},
        {"nested": {"path": "services", "query": everything, "inner_hits": {}}},
        {"span_term": {"tenant": victim}},
        {"span_multi": {"match": {"prefix": {"tenant": ""}}}},
        {"field_masking_span": {"query": {"span_term": {"title": "x"}}, "field": "tenant"}},
        {"intervals": {"tenant": {"match": {"query": victim}}}},
        {"distance_feature": {"field": "started_at", "origin": "now", "pivot": "1d"}},
        {"rank_feature": {"field": "severity_rank"}},
        {"pinned": {"ids": ["i1"], "organic": everything}},
        {"hybrid": {"queries": [everything]}},
        {"neural": {"title": {"query_text": "x"}}},
        {"knn": {"title": {"vector": [1], "k": 1}}},
        {"ids": {"values": ["i1", "rule~r1"]}},
        {"ids": {"type": "_doc", "values": ["i1"]}},
        {"query_string": {"query": f"tenant:{victim}"}},
        {"query_string": {"query": f"ten\\ant:{victim}"}},
        {"query_string": {"query": f"title:x OR tenant:{victim}"}},
        {"query_string": {"query": "_exists_:tenant"}},
        {"query_string": {"query": f"_index:{index}"}},
        {"query_string": {"query": f'_index:"{index}" OR *:*'}},
        {"query_string": {"query": victim, "default_field": "*"}},
        {"query_string": {"query": victim, "fields": ["tenant"]}},
        {"query_string": {"query": "*:*"}},
        {"query_string": {"query": "(*:* AND NOT tenant:x) OR *"}},
        {"query_string": {"query": "/.*/"}},
        {"simple_query_string": {"query": f"tenant:{victim}"}},
        {"simple_query_string": {"query": victim, "fields": ["tenant", "_all"]}},
        {"simple_query_string": {"query": "* | -x", "fields": ["*"]}},
        {"bool": {"should": everything, "_name": "x"}},
        {"constant_score": {"filter": {"term": {"tenant": victim}}}},
        {"dis_max": {"queries": [everything, {"term": {"tenant": victim}}]}},
        {"boosting": {"positive": everything, "negative": {"exists": {"field": "tenant"}}, "negative_boost": 0}},
        {"match_all": {}, "query": {"match_all": {}}},
        {"indices": {"indices": [index], "query": everything}},
        {"type": {"value": "_doc"}},
        {"common": {"title": {"query": "x"}}},
        json.dumps(everything) + "}, " + json.dumps({"aggs": {"all": {"global": {}}}}),
        '{"match_all": {}, "match_all": {}}',
        '{"bool": {"filter": []}, "bool": {"should": [{"match_all": {}}]}}',
    ]


def bodies(victim: str) -> list[Json]:
    """Searches with words beside the query that would reach past it."""
    index = f"im-incidents-{victim}"
    count = {"all": {"global": {}, "aggs": {"titles": {"terms": {"field": "title.keyword", "min_doc_count": 0}}}}}
    return [
        *({"search_query": each} for each in queries(victim)),
        *({word: index} for word in ("index", "indices", "_index", "routing", "preference", "tenant", "scroll")),
        {"aggs": count},
        {"aggregations": count},
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
        *(
            {"sort": [{"field": each}]}
            for each in ("tenant", "_id", "_index", "_score", "_doc", "_shard_doc", "_script")
        ),
        {"sort": [{"field": {"_script": {"script": "1"}}}]},
        *({"fields": each} for each in (["*"], ["tenant"], ["_index"], ["-title"], ["**"], [""], ["ten*", "kind"])),
        *(
            {"additional_fields": [{"name": each, "type": "text", "value": "*"}]}
            for each in ("tenant", "_index", "_id", "kind", "*", "title.keyword", "", "tenant.x", "__proto__")
        ),
        {"additional_fields": [{"name": "title", "type": "select", "value": {"index": index, "id": "i1"}}]},
        {"additional_fields": [{"name": "title", "type": "multiselect", "value": [{"index": index}]}]},
        {"additional_fields": [{"name": "region", "type": "text", "value": "*\\*?*"}]},
        {"start_time": "0001-01-01", "end_time": "9999-12-31", "size": 1000, "explain": True},
        {"from": 9000, "size": 1000},
        {"is_show_aggs": True, "with_total_docs": True, "size": 1000},
    ]
