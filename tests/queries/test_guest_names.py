"""What a guest may name: fields of the wire document; the tenant's and the engine's own are closed."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from queries.errors import QueryError
from queries.guest import guest

NOW = datetime(2026, 11, 22, 4, 15, 30, 123456, tzinfo=UTC)

NAMES = (
    *("_id", "_index", "_source", "_type", "_routing", "_field_names", "_doc", "_", "ext._id", "title._x", "*", "ti*"),
    *("?itle", "", " ", "title ", "title.", ".title", "a..b", "1a", "ext.1", "-a", "tïtle", "title\n", "a,b", "a/b"),
    *("a^2", "a:b", "x" * 257, "\ud800", "a\x00"),
)
BY_FIELD = ("term", "match", "match_phrase", "match_phrase_prefix", "match_bool_prefix", "prefix", "wildcard", "fuzzy")


def refused(given: Any) -> tuple[str, str | None]:
    with pytest.raises(QueryError) as caught:
        guest(given, now=NOW)
    return caught.value.reason, caught.value.where


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("clause", BY_FIELD)
def test_a_name_of_no_wire_field_is_refused(clause: str, name: str) -> None:
    reason, where = refused({clause: {name: "x"}})
    assert reason == f"{json.dumps(name[:64])} does not name a field"
    assert where is not None
    assert where.isprintable()
    assert where.startswith(f"search_query.{clause}.")


@pytest.mark.parametrize("name", ["tenant", "tenant.keyword", "tenant.x.y"])
@pytest.mark.parametrize("clause", BY_FIELD)
def test_the_tenant_is_closed_to_queries(clause: str, name: str) -> None:
    reason = 'the field "tenant" is not open to queries'
    assert refused({clause: {name: "x"}}) == (reason, f"search_query.{clause}.{name}")
    assert refused({"terms": {name: ["x"]}}) == (reason, f"search_query.terms.{name}")
    assert refused({"range": {name: {"gte": "x"}}}) == (reason, f"search_query.range.{name}")
    assert refused({"exists": {"field": name}}) == (reason, "search_query.exists.field")
    assert refused({"multi_match": {"query": "x", "fields": [f"{name}^2"]}}) == (
        reason,
        "search_query.multi_match.fields[0]",
    )
