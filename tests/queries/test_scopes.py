"""The tenant's filter, and the last gate that asks for it."""

from typing import Any

import pytest

from queries.scopes import require, scoped

OWN = {"term": {"tenant": "acme"}}
ALL: dict[str, Any] = {"match_all": {}}


def test_scoped() -> None:
    assert scoped(ALL, "acme") == {"bool": {"filter": [ALL, OWN]}}


@pytest.mark.parametrize(
    "body",
    [
        pytest.param({"query": scoped(ALL, "acme"), "size": 1}, id="a scoped query"),
        pytest.param(
            {
                "query": scoped(ALL, "acme"),
                "aggs": {"values": {"terms": {"field": "status"}}},
                "pit": {"id": "x"},
                "sort": [],
                "from": 1,
                "search_after": [1],
                "track_total_hits": True,
                "_source": False,
                "seq_no_primary_term": True,
                "docvalue_fields": ["alert_id", "incident_id"],
                "stored_fields": "_none_",
            },
            id="with everything that a search of ours may carry",
        ),
    ],
)
def test_passes(body: dict[str, Any]) -> None:
    require(body, "acme")


@pytest.mark.parametrize(
    "body",
    [
        pytest.param({}, id="no query"),
        pytest.param({"query": ALL}, id="no filter"),
        pytest.param({"query": scoped(ALL, "other")}, id="another tenant's filter"),
        pytest.param({"query": {"bool": {"should": [OWN]}}}, id="the filter where it promises nothing"),
        pytest.param({"query": {"bool": {"must_not": [OWN]}}}, id="the filter turned around"),
        pytest.param({"query": {"bool": {"filter": [{"bool": {"filter": [OWN]}}]}}}, id="the filter further in"),
        pytest.param({"query": {"bool": {"filter": [OWN]}, "match_all": {}}}, id="a second clause beside it"),
        pytest.param(
            {"query": scoped(ALL, "acme"), "aggs": {"all": {"global": {}}}}, id="an aggregation that looks past it"
        ),
        pytest.param({"query": scoped(ALL, "acme"), "suggest": {}}, id="a suggester"),
        pytest.param({"query": scoped(ALL, "acme"), "docvalue_fields": ["via_key"]}, id="values of another column"),
        pytest.param(
            {"query": scoped(ALL, "acme"), "docvalue_fields": [{"field": "alert_id"}]}, id="values in other words"
        ),
        pytest.param({"query": scoped(ALL, "acme"), "stored_fields": ["_source"]}, id="fields that are stored"),
        pytest.param({"query": scoped(ALL, "acme"), "post_filter": ALL}, id="a word that no search of ours has"),
    ],
)
def test_refused(body: dict[str, Any]) -> None:
    with pytest.raises(AssertionError):
        require(body, "acme")
