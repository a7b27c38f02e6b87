"""Filters as criteria, and the clauses that the criteria are."""

from typing import Any

import pytest

from gateway.dialects.actian.extension import COLUMNS as TYPED_COLUMNS
from gateway.dialects.actian.requests import AlertFilters, Filters
from gateway.dialects.actian.translate import alerts, wanted
from queries.clauses import clause
from queries.criteria import And, Between, Criterion, Equals, Is, Like, Not, Or, Present, Where
from queries.fields import Column
from queries.kinds import ALERTS, INCIDENTS
from tests.dialects.actian.calls import Json

C = TYPED_COLUMNS
KIND = {"term": {"kind": "incident"}}
OWN = "ext.actian."


def like(name: str, pattern: str) -> Criterion:
    return Where(C[name], Like(pattern))


def wildcard(path: str, pattern: str) -> Json:
    return {"wildcard": {path: {"value": pattern, "case_insensitive": True}}}


def any_of(*clauses: Any) -> Json:
    return {"bool": {"should": list(clauses), "minimum_should_match": 1}}


def all_of(*clauses: Any) -> Json:
    return {"bool": {"filter": list(clauses)}}


def none_of(operand: Any) -> Json:
    return {"bool": {"must_not": [operand]}}


@pytest.mark.parametrize(
    ("sent", "criteria", "clauses"),
    [
        pytest.param({}, [], [], id="nothing asked"),
        pytest.param(
            {"project_ids": ["0,24"]},
            [Where(C[OWN + "project_id"], Is((0, 24)))],
            [{"terms": {"ext.actian.project_id": [0, 24]}}],
            id="numbers",
        ),
        pytest.param(
            {"connection_types": ["GCS"], "connection_ids": ["c1"]},
            [Where(C[OWN + "connection_type"], Is(("GCS",))), Where(C[OWN + "connection_id"], Is(("c1",)))],
            [{"term": {"ext.actian.connection_type": "GCS"}}, {"term": {"ext.actian.connection_id": "c1"}}],
            id="words",
        ),
        pytest.param(
            {"severities": ["HIGH", "LOW"]},
            [
                Or(
                    (
                        Where(C["severity"], Is(("critical", "high"))),
                        And(
                            (
                                Where(C["severity"], Present()),
                                Not(Where(C["severity"], Is(("critical", "high", "medium")))),
                            )
                        ),
                    )
                )
            ],
            [
                any_of(
                    {"terms": {"severity": ["critical", "high"]}},
                    all_of(
                        {"exists": {"field": "severity"}},
                        none_of({"terms": {"severity": ["critical", "high", "medium"]}}),
                    ),
                )
            ],
            id="LOW is whatever has no other word",
        ),
        pytest.param(
            {"impacts": ["medium"]},
            [Or((Where(C["impact"], Equals("medium")),))],
            [any_of({"term": {"impact": {"value": "medium", "case_insensitive": True}}})],
            id="impact in any case",
        ),
        pytest.param(
            {"text_to_search": "a*b?\\"},
            [
                Or(
                    (
                        like(OWN + "alert_policy_name", "*a\\*b\\?\\\\*"),
                        And(
                            (Not(Where(C[OWN + "alert_policy_name"], Present())), like("title", "*a\\*b\\?\\\\*")),
                        ),
                        like(OWN + "source_name", "*a\\*b\\?\\\\*"),
                    )
                )
            ],
            [
                any_of(
                    wildcard("ext.actian.alert_policy_name", "*a\\*b\\?\\\\*"),
                    all_of(
                        none_of({"exists": {"field": "ext.actian.alert_policy_name"}}),
                        wildcard("title.keyword", "*a\\*b\\?\\\\*"),
                    ),
                    wildcard("ext.actian.source_name", "*a\\*b\\?\\\\*"),
                )
            ],
            id="text is literal",
        ),
    ],
)
def test_filters(sent: Any, criteria: list[Criterion], clauses: list[Json]) -> None:
    found = wanted(Filters.model_validate(sent))
    assert found == And((And((INCIDENTS, *criteria)),))
    assert clause(found) == all_of(all_of(KIND, *clauses))


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        pytest.param({"from_time": "2026-03-01"}, Between(gte="2026-03-01T00:00:00.000Z"), id="an open end"),
        pytest.param({"to_time": "2026-03-31"}, Between(lte="2026-03-31T23:59:59.999Z"), id="a day, to its end"),
        pytest.param(
            {"from_time": "2025-07-15T12:14:54.123Z", "to_time": "2025-07-15T14:14:54.123456+02:00"},
            Between(gte="2025-07-15T12:14:54.123Z", lte="2025-07-15T12:14:54.123Z"),
            id="one and the same millisecond",
        ),
    ],
)
def test_periods(sent: Any, expected: Between) -> None:
    assert wanted(Filters.model_validate(sent)) == And((And((INCIDENTS,)), Where(C["created_at"], expected)))


def test_alerts() -> None:
    """Of each thing asked for: the alert's own word, or where it has none what stands in for it."""
    asked = AlertFilters(sources=["s"], upload_dates=["2026-01-02"], violation_names=["v"])
    asset, incident = Column("ext.actian.asset_id", "keyword"), Column("incident_id", "keyword")
    at = Is(("2026-01-02T00:00:00.000Z",))
    metric_time, started_at, created_at = (
        Column(each, "date") for each in ("ext.actian.metric_time", "started_at", "created_at")
    )
    name, alert_id = Column("ext.actian.violation_name", "keyword"), Column("alert_id", "keyword")
    direct = [Where(asset, Is(("s",)))]
    direct += [Where(Column(each, "keyword"), Is(("s",))) for each in ("ext.actian.source", "source")]
    attached = And((Not(Where(asset, Present())), Where(incident, Is(("i1", "i2")))))
    later = Or((Where(started_at, at), And((Not(Where(started_at, Present())), Where(created_at, at)))))
    assert alerts(asked, ["i1", "i2"]) == And(
        (
            ALERTS,
            Or((*direct, attached)),
            Or((Where(metric_time, at), And((Not(Where(metric_time, Present())), later)))),
            Or((Where(name, Is(("v",))), And((Not(Where(name, Present())), Where(alert_id, Is(("v",))))))),
        )
    )
