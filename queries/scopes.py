"""Whose incidents a search may see: the tenant's filter, put outside everything else and checked last."""

from typing import Any

from queries.fields import SIZE

Body = dict[str, Any]


def scoped(clause: dict[str, Any], tenant: str) -> dict[str, Any]:
    """The clause, confined to one tenant."""
    return {"bool": {"filter": [clause, {"term": {"tenant": tenant}}]}}


def require(body: Body, tenant: str) -> None:
    """Refuses a body that could show another tenant's documents.

    Only a filter at the top of the query counts: a tenant clause inside `should` promises nothing. And nothing beside
    the query may look past it, as a `global` aggregation does.
    """
    query = body.get("query", {})
    filters = query.get("bool", {}).get("filter", []) if query.keys() == {"bool"} else []
    if {"term": {"tenant": tenant}} not in filters:
        raise AssertionError("a search without its tenant's filter must not run")
    beside = body.keys() - _ALLOWED or body.get("collapse", {}).keys() - {"field"}
    beside = beside or any(each not in _VALUES for each in body.get("docvalue_fields", ()))
    beside = beside or body.get("stored_fields", _NONE) != _NONE
    if beside or any("global" in aggregation for aggregation in body.get("aggs", {}).values()):
        raise AssertionError("a search may carry nothing that escapes its query")


_ALLOWED = frozenset(
    {"query", "sort", "size", "from", "search_after", "track_total_hits", "_source", "seq_no_primary_term"}
    | {"pit", "aggs", "collapse", "docvalue_fields", "stored_fields"}
)
_VALUES, _NONE = (SIZE, "alert_id", "incident_id"), "_none_"
