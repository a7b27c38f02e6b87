"""Statistics, over a real engine: the incidents a to e, of which d starts before 600 s and ends after them."""

from typing import Any

import pytest

from tests.dialects.incidents_v1.calls import Client, T, get

pytestmark = pytest.mark.anyio

NOW = 1795348800
TYPES = ("INCIDENT", "ANOMALY", "ALERT")


def row(start: int, end: int, **counts: int) -> dict[str, Any]:
    return {"timestampFrom": start, "timestampTo": end, "counts": counts}


def by_type(start: int, end: int, *counts: int) -> dict[str, Any]:
    return row(start, end, **dict(zip(TYPES, counts, strict=True)))


FRAME = f"timestampFrom={T}&timestampTo={T + 401}"


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        pytest.param(FRAME, [by_type(T, T + 401, 2, 1, 0)], id="the open ones unless others are asked for"),
        pytest.param(f"{FRAME}&status=OPEN", [by_type(T, T + 401, 2, 1, 0)], id="the open ones"),
        pytest.param(
            f"timestampFrom={T + 500}&timestampTo={T + 1001}&status=RESOLVED&buckets=2",
            [by_type(T + 500, T + 750, 0, 0, 1), by_type(T + 750, T + 1001, 1, 0, 0)],
            id="the resolved ones by their end",
        ),
        pytest.param(
            f"timestampFrom={T}&timestampTo={T + 400}&buckets=3",
            [by_type(T, T + 133, 1, 1, 0), by_type(T + 133, T + 266, 0, 0, 0), by_type(T + 266, T + 400, 0, 0, 0)],
            id="buckets, the last with the remainder, the end not in it",
        ),
        pytest.param(f"{FRAME}&type=ANOMALY", [by_type(T, T + 401, 0, 1, 0)], id="of a type"),
        pytest.param(f"{FRAME}&resolution=", [by_type(T, T + 401, 1, 1, 0)], id="of a resolution"),
        pytest.param("", [by_type(T, NOW + 1, 2, 1, 0)], id="from the earliest until now"),
        pytest.param("status=RESOLVED", [by_type(T + 500, NOW + 1, 1, 0, 1)], id="from the earliest end until now"),
        pytest.param(f"timestampTo={T + 100}", [by_type(T, T + 100, 1, 0, 0)], id="from the earliest on"),
        pytest.param(f"timestampFrom={T + 100}", [by_type(T + 100, NOW + 1, 1, 1, 0)], id="until now"),
        pytest.param(
            f"timestampTo={T}&buckets=2", [by_type(T, T, 0, 0, 0)] * 2, id="nothing that early, and no time for it"
        ),
    ],
)
async def test_types_in_buckets(corpus: Client, query: str, rows: list[Any]) -> None:
    assert await get(corpus, f"incidents/stats/types?{query}") == rows


async def test_severities_in_buckets_whatever_became_of_them(corpus: Client) -> None:
    query = f"timestampFrom={T}&timestampTo={T + 500}&buckets=2"
    assert await get(corpus, f"incidents/stats/severities?{query}") == [
        row(T, T + 250, critical=1, Sev2=2, NONE=0, HIGH=0),
        row(T + 250, T + 500, critical=0, Sev2=0, NONE=1, HIGH=1),
    ]
    assert await get(corpus, "incidents/stats/severities") == [row(T, NOW + 1, critical=1, Sev2=2, NONE=1, HIGH=1)]


@pytest.mark.parametrize(
    ("query", "count"),
    [
        pytest.param("status=OPEN", 3, id="open"),
        pytest.param("status=RESOLVED", 2, id="resolved"),
        pytest.param("status=OPEN&type=INCIDENT", 2, id="open and of a type"),
    ],
)
async def test_the_current_ones(corpus: Client, query: str, count: int) -> None:
    assert await get(corpus, f"incidents/stats/current?{query}") == {"count": count}


@pytest.mark.parametrize(
    ("query", "counts"),
    [
        pytest.param("status=OPEN", {"NONE": 1, "P1": 1, "P2": 1}, id="open"),
        pytest.param("status=RESOLVED", {"NONE": 1, "P2": 1}, id="resolved"),
        pytest.param("status=OPEN&type=ANOMALY", {"P2": 1}, id="open and of a type"),
    ],
)
async def test_the_current_ones_by_priority(corpus: Client, query: str, counts: dict[str, int]) -> None:
    assert await get(corpus, f"incidents/stats/current/priorities?{query}") == counts


@pytest.mark.parametrize(
    ("kind", "query", "counts"),
    [
        pytest.param("INCIDENT", "", (2, 1), id="of all time"),
        pytest.param("INCIDENT", f"timestampFrom={T + 400}", (1, 1), id="started or ended since"),
        pytest.param("INCIDENT", f"timestampTo={T + 400}", (1, 0), id="started or ended before"),
        pytest.param("INCIDENT", f"timestampFrom={T + 600}&timestampTo={T + 1001}", (0, 1), id="ended within"),
        pytest.param("INCIDENT", f"timestampFrom={T + 300}&timestampTo={T + 600}", (1, 0), id="resolved, not by then"),
        pytest.param("ALERT", "", (0, 1), id="of another type"),
    ],
)
async def test_opened_and_resolved(corpus: Client, kind: str, query: str, counts: tuple[int, int]) -> None:
    found = await get(corpus, f"incidents/stats/{kind}/count?{query}")
    assert found == {"OPEN": counts[0], "RESOLVED": counts[1]}


@pytest.mark.parametrize(
    ("kind", "query", "found"),
    [
        pytest.param("INCIDENT", "", [("api", "prod", 1), ("db", "prod", 1)], id="by name where they are as many"),
        pytest.param("INCIDENT", f"startTimestampFrom={T + 1}", [("db", "prod", 1)], id="of what started since"),
        pytest.param("INCIDENT", f"startTimestampTo={T + 1}", [("api", "prod", 1)], id="of what started before"),
        pytest.param("ALERT", "", [("web", None, 1)], id="of another type, without a namespace"),
    ],
)
async def test_services(corpus: Client, kind: str, query: str, found: list[Any]) -> None:
    rows = [{"name": name, "namespace": space, "count": count} for name, space, count in found]
    assert await get(corpus, f"incidents/stats/{kind}/services?{query}") == rows


@pytest.mark.parametrize(
    ("path", "found"),
    [
        pytest.param("types?timestampTo=9&buckets=1", [by_type(9, 9, 0, 0, 0)], id="types"),
        pytest.param("severities?timestampTo=9", [row(9, 9)], id="severities"),
        pytest.param("current?status=OPEN", {"count": 0}, id="the current ones"),
        pytest.param("current/priorities?status=OPEN", {}, id="by priority"),
        pytest.param("ALERT/count", {"OPEN": 0, "RESOLVED": 0}, id="opened and resolved"),
        pytest.param("ALERT/services", [], id="services"),
    ],
)
async def test_a_tenant_without_incidents(shared: Client, tenant: str, path: str, found: Any) -> None:
    answered = await shared.get(f"/v1/incidents/stats/{path}", headers={"X-Scope-OrgID": tenant})
    assert (answered.status_code, answered.json()) == (200, found)


async def test_a_thousand_buckets(corpus: Client) -> None:
    rows = await get(corpus, f"incidents/stats/severities?timestampFrom={T}&timestampTo={T + 2000}&buckets=1000")
    assert len(rows) == 1000
    assert [each["timestampFrom"] - T for each in rows if any(each["counts"].values())] == [0, 100, 200, 300, 400]
