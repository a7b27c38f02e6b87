"""v1's filters as criteria, and the clauses that the engine is asked with."""

from typing import Any

import pytest
from starlette.requests import Request

from gateway.dialects.incidents_v1 import facets, requests
from gateway.dialects.incidents_v1.reading import query
from gateway.dialects.incidents_v1.translate import wanted
from queries.clauses import clause
from queries.criteria import And, Between, Criterion, Is, Not, Or, Present, Where
from queries.errors import QueryError
from queries.fields import TYPED_COLUMNS, Column

INCIDENTS = Where(Column("kind", "keyword"), Is(("incident",)))
CLOSED = Where(TYPED_COLUMNS["state"], Is(("closed",)))
ACKNOWLEDGED = Where(TYPED_COLUMNS["acknowledged_at"], Present())
KIND = {"term": {"kind": "incident"}}


def asked(text: str) -> requests.Listed:
    return query(Request({"type": "http", "query_string": text.encode(), "headers": []}), requests.Listed)


def terms(column: str, *values: str) -> Where:
    return Where(TYPED_COLUMNS[column], Is(values))


def some(*clauses: Any) -> dict[str, Any]:
    return {"bool": {"should": list(clauses), "minimum_should_match": 1}}


@pytest.mark.parametrize(
    ("text", "criterion", "filtered"),
    [
        pytest.param(
            "startTimestamp=0&endTimestamp=1",
            Where(
                TYPED_COLUMNS["started_at"],
                Between(gte="1970-01-01T00:00:00.000Z", lte="1970-01-01T00:00:01.999Z"),
            ),
            {"range": {"started_at": {"gte": "1970-01-01T00:00:00.000Z", "lte": "1970-01-01T00:00:01.999Z"}}},
            id="times, the last second whole",
        ),
        pytest.param(
            "startTimestamp=-62135596800",
            Where(TYPED_COLUMNS["started_at"], Between(gte="0001-01-01T00:00:00.000Z")),
            {"range": {"started_at": {"gte": "0001-01-01T00:00:00.000Z"}}},
            id="the earliest time",
        ),
        pytest.param(
            "endTimestamp=253402300799",
            Where(TYPED_COLUMNS["started_at"], Between(lte="9999-12-31T23:59:59.999Z")),
            {"range": {"started_at": {"lte": "9999-12-31T23:59:59.999Z"}}},
            id="the latest time",
        ),
        pytest.param(
            "type=ANOMALY,ALERT",
            Or((terms("type", "ANOMALY"), terms("type", "ALERT"))),
            some({"term": {"type": "ANOMALY"}}, {"term": {"type": "ALERT"}}),
            id="types with a comma",
        ),
        pytest.param(
            "type=INCIDENT",
            Or((Not(terms("type", "ANOMALY", "ALERT")),)),
            some({"bool": {"must_not": [{"terms": {"type": ["ANOMALY", "ALERT"]}}]}}),
            id="the type that every other word is shown as",
        ),
        pytest.param(
            "status=RESOLVED&status=OPEN",
            Or((CLOSED, Not(CLOSED))),
            some({"term": {"state": "closed"}}, {"bool": {"must_not": [{"term": {"state": "closed"}}]}}),
            id="a repeated status",
        ),
        pytest.param(
            "category=SECURITY",
            Or((terms("category", "SECURITY"),)),
            some({"term": {"category": "SECURITY"}}),
            id="a category",
        ),
        pytest.param("resolution=", terms("resolution", ""), {"term": {"resolution": ""}}, id="an empty resolution"),
        pytest.param(
            "metric=a,b&metric=c",
            terms("metric_names", "a,b", "c"),
            {"terms": {"metric_names": ["a,b", "c"]}},
            id="metrics, whose commas are their own",
        ),
        pytest.param("source=x", terms("source", "x"), {"term": {"source": "x"}}, id="a source"),
        pytest.param("service=a", terms("services.name", "a"), {"term": {"services.name": "a"}}, id="a service"),
        pytest.param(
            "namespace=n", terms("services.namespace", "n"), {"term": {"services.namespace": "n"}}, id="a namespace"
        ),
        pytest.param(
            "service=a&service=b&namespace=n",
            Where(Column("service_pairs", "keyword"), Is(("n\u001fa", "n\u001fb"))),
            {"terms": {"service_pairs": ["n\u001fa", "n\u001fb"]}},
            id="service and namespace are one and the same service's",
        ),
        pytest.param(
            "acknowledged=true", ACKNOWLEDGED, {"exists": {"field": "acknowledged_at"}}, id="what was acknowledged"
        ),
        pytest.param(
            "acknowledged=false",
            Not(ACKNOWLEDGED),
            {"bool": {"must_not": [{"exists": {"field": "acknowledged_at"}}]}},
            id="what was not",
        ),
    ],
)
def test_a_filter(text: str, criterion: Criterion, filtered: dict[str, Any]) -> None:
    found = wanted(asked(text))
    assert found == And((INCIDENTS, criterion))
    assert clause(found) == {"bool": {"filter": [KIND, filtered]}}


def test_no_filter_is_every_incident() -> None:
    found = wanted(asked("whatever=1&whatever=2"))
    assert (found, clause(found)) == (And((INCIDENTS,)), {"bool": {"filter": [KIND]}})


def test_a_start_after_the_end_is_refused() -> None:
    with pytest.raises(QueryError) as refused:
        wanted(asked("startTimestamp=2&endTimestamp=1"))
    told = (refused.value.reason, refused.value.where)
    assert told == ("startTimestamp 2 is after endTimestamp 1", "startTimestamp")


def test_a_facet_is_counted_under_every_filter_but_its_own() -> None:
    found = facets.aggregations(asked("type=ALERT&source=x&service=s&namespace=n&acknowledged=true&resolution=r"))
    alert, source = some({"term": {"type": "ALERT"}}), {"term": {"source": "x"}}
    resolution, acknowledged = {"term": {"resolution": "r"}}, {"exists": {"field": "acknowledged_at"}}
    pair = {"term": {"service_pairs": "n\u001fs"}}
    closed = {"term": {"state": "closed"}}
    assert {name: each["filter"]["bool"]["filter"] for name, each in found.items()} == {
        "type": [KIND, source, resolution, pair, acknowledged],
        "status": [KIND, alert, source, resolution, pair, acknowledged],
        "category": [KIND, alert, source, resolution, pair, acknowledged],
        "resolution": [KIND, alert, source, pair, acknowledged],
        "service": [KIND, alert, source, resolution, {"term": {"services.namespace": "n"}}, acknowledged],
        "namespace": [KIND, alert, source, resolution, {"term": {"services.name": "s"}}, acknowledged],
        "metric": [KIND, alert, source, resolution, pair, acknowledged],
        "source": [KIND, alert, resolution, pair, acknowledged],
        "acknowledged": [KIND, alert, source, resolution, pair],
    }
    assert found["service"]["aggs"] == {"values": {"terms": {"field": "services.name", "size": 100}}}
    status = {"OPEN": {"bool": {"must_not": [closed]}}, "RESOLVED": closed}
    assert found["status"]["aggs"] == {"values": {"filters": {"filters": status}}}
