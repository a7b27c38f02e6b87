"""Canonical documents as Actian's JSON: words, history, and alerts whose values the engine takes in any form."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import orjson
import pytest

from gateway.dialects.actian import counting, history, replies, words
from gateway.incidents.reading import Hit
from queries.periods import Span

EVENT = {"alert_id": "a1", "created_at": "2026-01-01T00:00:00.000Z"}
TOLD: dict[str, Any] = {
    "create_time": EVENT["created_at"],
    "save_time": EVENT["created_at"],
    "metric_time": EVENT["created_at"],
    "violation_data": {},
    "violation_name": "a1",
    "notification_channels": [],
    "description": {},
    "tags": [],
}
SILENT = (
    "type", "source", "attribute", "job_id", "is_notification_enabled", "is_notified", "metric_value", "policy_name",
    "segment", "priority", "source_name", "source_type", "project_name",
)  # fmt: skip
ALERT = dict.fromkeys(SILENT) | TOLD


@pytest.mark.parametrize(
    ("held", "severity", "level"),
    [
        pytest.param("critical", "HIGH", "HIGH", id="critical"),
        pytest.param("high", "HIGH", "HIGH", id="high"),
        pytest.param("medium", "MEDIUM", "MEDIUM", id="medium"),
        pytest.param("low", "LOW", "LOW", id="low"),
        pytest.param("info", "LOW", "LOW", id="info"),
        pytest.param("urgent", "LOW", None, id="a level of a deployment's own is the lowest, and no impact"),
        pytest.param(None, None, None, id="none"),
    ],
)
def test_levels(held: str | None, severity: str | None, level: str | None) -> None:
    assert (words.severity(held), words.level(held)) == (severity, level)
    assert words.level(held and held.upper()) == level


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        pytest.param({}, {}, id="what nobody told"),
        pytest.param({"started_at": "2026-01-02T00:00:00.000Z"}, {"create_time": 2, "metric_time": 2}, id="its start"),
        pytest.param({"description": "x"}, {"description": {"": ["x"]}}, id="a text without a level"),
        pytest.param(
            {"severity": "warning", "tags": [{"name": "a", "value": "b"}]}, {"tags": ["a:b"]}, id="no level of ours"
        ),
        pytest.param({"ext": {"actian": {"asset_id": "x"}}}, {"source": "x"}, id="an asset is a source"),
        pytest.param({"ext": {"actian": {"tags": None, "job_id": []}}}, {}, id="nothing is nothing"),
        pytest.param(
            {"ext": {"actian": {"job_id": 5, "tags": "a", "metric_value": "1.5", "is_notified": "true"}}},
            {"job_id": "5", "tags": ["a"], "metric_value": 1.5, "is_notified": True},
            id="what the engine takes as another type",
        ),
        pytest.param(
            {"ext": {"actian": {"metric_time": 1767312000000, "save_time": ["2026-01-02"], "create_time": "x"}}},
            {"metric_time": 2, "save_time": 2, "create_time": "x"},
            id="times in any form",
        ),
        pytest.param({"ext": {"log360": {"hostname": "h"}}}, {}, id="another dialect's own words"),
    ],
)
def test_alerts(event: Any, expected: dict[str, Any]) -> None:
    times = {name: "2026-01-02T00:00:00.000Z" for name, value in expected.items() if value == 2}
    assert replies.alert(EVENT | event) == ALERT | expected | times


BARE = {"numeric_id": 7, "created_at": "2026-01-01T00:00:00.000Z", "state": "open"}
LISTED: dict[str, Any] = {
    "id": 7, "project_id": None, "asset_id": None, "last_upload_timestamp": None,
    "created_time": BARE["created_at"], "severity": None, "impact": None, "status": "OPEN", "ticket_id": None,
    "alert_policy_id": None, "alert_policy_name": None, "description": None, "tags": [],
}  # fmt: skip
TEXT = 'quoted "x", \\ and \n, п \u2028'


@pytest.mark.parametrize(
    ("stored", "expected"),
    [
        pytest.param({}, {}, id="what nobody told"),
        pytest.param(
            {"title": TEXT, "description": TEXT, "tags": [TEXT], "last_seen_at": "t"},
            {"alert_policy_name": TEXT, "description": TEXT, "tags": [TEXT], "last_upload_timestamp": "t"},
            id="texts as they are; a title where no policy is named",
        ),
        pytest.param(
            {"state": "closed", "severity": "urgent", "impact": "Medium"},
            {"status": "CLOSED", "severity": "LOW", "impact": "MEDIUM"},
            id="words that are told otherwise",
        ),
        pytest.param(
            {"title": "t", "ext": {"actian": {"alert_policy_name": [], "project_id": None, "asset_id": []}}},
            {"alert_policy_name": "t"},
            id="nothing is nothing",
        ),
        pytest.param(
            {"title": "t", "ext": {"actian": {"alert_policy_name": "p", "project_id": 0, "asset_id": ["a", "b"]}}},
            {"alert_policy_name": "p", "project_id": 0, "asset_id": ["a", "b"]},
            id="what is held, in any form",
        ),
        pytest.param({"ext": {"log360": {"hostname": "h"}}}, {}, id="another dialect's own words"),
    ],
)
def test_incidents(stored: dict[str, Any], expected: dict[str, Any]) -> None:
    hit = Hit("a", source=msgspec.Raw(orjson.dumps(BARE | stored)))
    assert list(orjson.loads(replies.incident(hit)).items()) == list((LISTED | expected).items())
    assert orjson.loads(replies.detail(hit, [])) == LISTED | expected | {"metrics": [], "history": []}


def test_a_history_leaves_out_alerts_that_are_no_more() -> None:
    activities: list[dict[str, Any]] = [
        {"type": "created", "at": "t1", "params": {}},
        {"type": "alerts_added", "at": "t2", "params": {"alert_ids": ["gone", "a1"]}},
    ]
    ref = {"metric_time": EVENT["created_at"], "violation_name": "a1"}
    assert history.entries(activities, {"a1": EVENT}) == [
        {"timestamp": "t1", "state": "NEW", "alert_refs": []},
        {"timestamp": "t2", "state": "ONGOING", "alert_refs": [ref]},
    ]


def at(day: int, **more: int) -> datetime:
    return datetime(2026, 5, day, tzinfo=UTC) + timedelta(**more)


FIRST = datetime.min.replace(tzinfo=UTC)
LAST = datetime(9999, 12, 31, tzinfo=UTC)


@pytest.mark.parametrize(
    ("asked", "current", "previous"),
    [
        pytest.param(
            Span(at(4), at(5)), Span(at(4), at(5)), Span(at(3, milliseconds=-1), at(4, milliseconds=-1)), id="as asked"
        ),
        pytest.param(
            Span(), Span(at(1), at(31)), Span(at(1, days=-30, milliseconds=-1), at(1, milliseconds=-1)), id="30 days"
        ),
        pytest.param(
            Span(None, at(31)),
            Span(at(1), at(31)),
            Span(at(1, days=-30, milliseconds=-1), at(1, milliseconds=-1)),
            id="30 days before an end",
        ),
        pytest.param(
            Span(at(30)), Span(at(30), at(31)), Span(at(29, milliseconds=-1), at(30, milliseconds=-1)), id="until now"
        ),
        pytest.param(
            Span(at(40 - 9, days=9)),
            Span(at(31, days=9), at(31, days=9)),
            Span(at(31, days=9, milliseconds=-1), at(31, days=9, milliseconds=-1)),
            id="a start to come",
        ),
        pytest.param(Span(FIRST, LAST), Span(FIRST, LAST), None, id="no room before"),
        pytest.param(
            Span(FIRST + timedelta(days=1), LAST),
            Span(FIRST + timedelta(days=1), LAST),
            Span(FIRST, FIRST + timedelta(days=1, milliseconds=-1)),
            id="less room than wanted",
        ),
        pytest.param(Span(None, FIRST), Span(FIRST, FIRST), None, id="an end at the start of all"),
    ],
)
def test_periods_of_resolution(asked: Span, current: Span, previous: Span | None) -> None:
    found = counting.resolve_period(asked, at(31))
    assert (found, counting.period_before(found)) == (current, previous)


def test_a_mean_is_never_below_none() -> None:
    """Of an incident that was entered after it was resolved."""
    means = {"doc_count": 1, "resolved_at": {"value": 0.0}, "created_at": {"value": 7_200_000.0}}
    found = counting.summary({"current": means})
    assert found["mean_time_to_resolve"] == 0
