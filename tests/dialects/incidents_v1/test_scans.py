"""Scan reports, over a real engine."""

import pytest

from gateway.dialects.incidents_v1.endpoints_scans import graded, score
from tests.dialects.incidents_v1.calls import Client, answer, get, refusal

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("payload", "found"),
    [
        pytest.param('{"score": 91.5}', 91.5, id="a score"),
        pytest.param('{"score": 0}', 0, id="the least"),
        pytest.param('{"score": 100}', 100, id="the most"),
        pytest.param('{"score": 100.5}', None, id="more than the most"),
        pytest.param('{"score": -1}', None, id="less than the least"),
        pytest.param('{"score": "91"}', None, id="a text"),
        pytest.param('{"score": true}', None, id="a boolean"),
        pytest.param('{"result": {"score": 1}}', None, id="a score elsewhere"),
        pytest.param("[91]", None, id="no object"),
        pytest.param("<report/>", None, id="no JSON"),
        pytest.param("[" * 2000, None, id="nested without end"),
    ],
)
def test_the_score_in_a_payload(payload: str, found: float | None) -> None:
    assert score(payload) == found


@pytest.mark.parametrize(
    ("scores", "answered"),
    [
        pytest.param([], {"score": 0, "grade": "N/A"}, id="none"),
        pytest.param([90], {"score": 90, "grade": "A"}, id="A from 90 on"),
        pytest.param([89.99], {"score": 89.99, "grade": "B"}, id="B below it"),
        pytest.param([80, 79.9], {"score": 79.95, "grade": "C"}, id="C, by the mean"),
        pytest.param([60], {"score": 60, "grade": "D"}, id="D from 60 on"),
        pytest.param([50], {"score": 50, "grade": "E"}, id="E from 50 on"),
        pytest.param([49], {"score": 49, "grade": "F"}, id="F below it"),
        pytest.param([1, 1, 2], {"score": 1.33, "grade": "F"}, id="two decimals"),
        pytest.param([0], {"score": 0, "grade": "F"}, id="the least"),
    ],
)
def test_the_grade_of_scores(scores: list[float], answered: dict[str, object]) -> None:
    assert graded(scores) == answered


async def stored(client: Client, source: str, created_at: str, payload: str) -> None:
    sent = {"source": source, "createdAt": created_at, "payload": payload}
    assert answer(await client.post("/v1/scan-reports", json=sent), 201) == sent


async def test_the_latest_report_of_a_source_is_shown_and_scored(client: Client, tenant: str) -> None:
    assert await get(client, "scan-reports/score") == {"score": 0, "grade": "N/A"}
    assert refusal(await client.get("/v1/scan-reports?source=trivy")) == (404, 'no scan report from "trivy"', "source")
    await stored(client, "trivy", "2026-11-22T09:00:00Z", '{"score": 60}')
    await stored(client, "trivy", "2026-11-22T10:00:00Z", '{"score": 70}')
    await stored(client, "trivy", "2026-11-22T08:00:00Z", '{"score": 10}')
    latest = {"source": "trivy", "createdAt": "2026-11-22T10:00:00Z", "payload": '{"score": 70}'}
    assert await get(client, "scan-reports?source=trivy") == latest
    assert await get(client, "scan-reports/score") == {"score": 70, "grade": "C"}

    await stored(client, "trivy", "2026-11-22T10:00:00Z", '{"score": 80}')
    await stored(client, "a longer name, as far as it goes".ljust(255, "."), "2026-11-22T00:00:00Z", '{"score": 95}')
    await stored(client, "unscored", "2026-11-22T00:00:00Z", "not JSON")
    assert await get(client, "scan-reports/score") == {"score": 87.5, "grade": "B"}
