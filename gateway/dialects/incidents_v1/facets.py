"""Facets: how many incidents there are of each value, under every filter but the facet's own."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from gateway.dialects.incidents_v1.requests import Filters
from gateway.dialects.incidents_v1.translate import ACKNOWLEDGED, COLUMNS, wanted
from gateway.dialects.incidents_v1.words import ENUMERATIONS, criterion
from queries.clauses import Clause, clause
from queries.criteria import Not
from queries.fields import TYPED_COLUMNS

MOST_VALUES = 100
"""Values that a facet of free text lists, most frequent first."""

NAMES = ("type", "status", "category", "resolution", "service", "namespace", "metric", "source", "acknowledged")


def aggregations(filters: Filters) -> dict[str, Any]:
    """Each facet's values, counted among the incidents that pass the other filters."""
    every = clause(wanted(filters))
    return {
        name: {"filter": clause(wanted(others)) if others else every, "aggs": {"values": _values(name)}}
        for name, others in ((name, _without(filters, name)) for name in NAMES)
    }


def rows(counted: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The facets as they are answered."""
    return [{"name": name, "values": _counts(name, counted.get(name, {}).get("values", {}))} for name in NAMES]


def _without(filters: Filters, name: str) -> Filters | None:
    """The other filters; None where there is none of that name."""
    absent = Filters.model_fields[name].get_default(call_default_factory=True)
    return None if getattr(filters, name) == absent else filters.model_copy(update={name: absent})


@cache
def _values(name: str) -> dict[str, Any]:
    if name in COLUMNS:
        return {"terms": {"field": TYPED_COLUMNS[COLUMNS[name]].path, "size": MOST_VALUES}}
    return {"filters": {"filters": _enumerated(name)}}


@cache
def _enumerated(name: str) -> dict[str, Clause]:
    if name == "acknowledged":
        return {"true": clause(ACKNOWLEDGED), "false": clause(Not(ACKNOWLEDGED))}
    return {word: clause(criterion(name, word)) for word in ENUMERATIONS[name]}


def _counts(name: str, counted: Mapping[str, Any]) -> list[dict[str, Any]]:
    if name in COLUMNS:
        return [{"value": each["key"], "count": each["doc_count"]} for each in counted.get("buckets", [])]
    counts = counted.get("buckets", {})
    return [{"value": word, "count": counts.get(word, {}).get("doc_count", 0)} for word in _enumerated(name)]
