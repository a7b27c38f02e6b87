"""Lists, facets and pages, over a real engine."""

from typing import Any

import pytest

from tests.dialects.incidents_v1.bodies import BODY, SHOWN
from tests.dialects.incidents_v1.calls import Client, Json, Refresh, T, get, made

pytestmark = pytest.mark.anyio


def titles(page: Json) -> str:
    return "".join(each["title"] for each in page["data"])


async def listed(client: Client, query: str = "", path: str = "incidents") -> Json:
    page: Json = await get(client, f"{path}?{query}")
    return page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        pytest.param("", "edcba", id="everything, newest first"),
        pytest.param("whatever=1", "edcba", id="an unknown parameter is ignored"),
        pytest.param(f"startTimestamp={T + 200}", "edc", id="started at or after"),
        pytest.param(f"endTimestamp={T + 200}", "cba", id="started before or within a second"),
        pytest.param(f"startTimestamp={T + 100}&endTimestamp={T + 199}", "b", id="started between"),
        pytest.param("type=ANOMALY", "b", id="of a type"),
        pytest.param("type=ANOMALY&type=ALERT", "cb", id="of two types"),
        pytest.param("type=ANOMALY,ALERT", "cb", id="of two types, with a comma"),
        pytest.param("type=INCIDENT", "eda", id="of the type that others are shown as"),
        pytest.param("status=OPEN", "eba", id="open"),
        pytest.param("status=RESOLVED", "dc", id="resolved"),
        pytest.param("resolution=fixed", "dc", id="of a resolution"),
        pytest.param("resolution=", "ba", id="of an empty resolution"),
        pytest.param("category=SECURITY", "c", id="of a category"),
        pytest.param("category=RELIABILITY", "eb", id="of the category that others are shown as"),
        pytest.param("service=api", "ba", id="of a service"),
        pytest.param("service=api&service=web", "cba", id="of two services"),
        pytest.param("namespace=prod", "dba", id="of a namespace"),
        pytest.param("service=api&namespace=prod", "a", id="of a service in a namespace"),
        pytest.param("metric=mem", "b", id="of a metric"),
        pytest.param("source=zabbix", "b", id="of a source"),
        pytest.param("source=a,b", "c", id="of a source with a comma"),
        pytest.param("acknowledged=true", "b", id="acknowledged"),
        pytest.param("acknowledged=false", "edca", id="not acknowledged"),
        pytest.param("type=INCIDENT&status=OPEN", "ea", id="every filter holds"),
        pytest.param("pageSize=2", "ed", id="a page size"),
        pytest.param("limit=2", "edcba", id="the other list's page size is ignored"),
        pytest.param("direction=PREVIOUS&pageSize=2", "ba", id="backwards from the end"),
    ],
)
async def test_a_list(corpus: Client, query: str, found: str) -> None:
    page = await listed(corpus, query)
    assert titles(page) == found
    if "pageSize" not in query:
        faceted = await listed(corpus, query.replace("limit", "pageSize"), "incidents/facets")
        assert (faceted["data"], faceted["paging"]) == (page["data"], page["paging"])


async def test_an_incident_in_a_list_is_whole(corpus: Client) -> None:
    [row] = (await listed(corpus, "acknowledged=true"))["data"]
    assert row == SHOWN | {
        "id": row["id"],
        "incidentId": "b",
        "title": "b",
        "category": "RELIABILITY",
        "source": "zabbix",
        "services": [{"name": "api", "namespace": "test"}, {"name": "db", "namespace": "prod"}],
        "metricNames": ["cpu", "mem"],
        "startTime": "2026-11-21T22:28:20Z",
        "endTime": None,
        "severity": "Sev2",
        "ackTime": "2026-11-22T12:00:00Z",
        "ackUserId": "ann",
    }


@pytest.mark.parametrize(
    ("query", "found", "has_next", "has_previous"),
    [
        pytest.param("pageSize=5", "edcba", False, False, id="all on one page"),
        pytest.param("pageSize=4", "edcb", True, False, id="one is left"),
        pytest.param("pageSize=2&cursor={d}", "cb", True, True, id="a page in the middle"),
        pytest.param("pageSize=2&cursor={c}", "ba", False, True, id="the last page, full"),
        pytest.param("pageSize=2&cursor={a}", "", False, False, id="after the last row"),
        pytest.param("pageSize=2&cursor={c}&direction=PREVIOUS", "ed", True, False, id="back to the first page"),
        pytest.param("pageSize=2&cursor={a}&direction=PREVIOUS", "cb", True, True, id="back to the middle"),
        pytest.param("pageSize=2&direction=PREVIOUS", "ba", False, True, id="backwards from the end"),
        pytest.param("pageSize=1&cursor={d}&status=OPEN", "b", True, True, id="from a row that is filtered out"),
        pytest.param("pageSize=1&cursor={d}&type=ALERT", "c", False, False, id="with nothing on either side"),
        pytest.param("pageSize=2&cursor=999999999999999999", "ed", True, False, id="from a row that never was"),
    ],
)
async def test_a_page(corpus: Client, query: str, found: str, has_next: bool, has_previous: bool) -> None:
    ids = {each["title"]: each["id"] for each in (await listed(corpus))["data"]}
    edges = {"firstId": ids[found[0]], "lastId": ids[found[-1]]} if found else None
    paging = {"cursor": edges, "hasNext": has_next, "hasPrevious": has_previous}
    for path, size in (("incidents", "pageSize"), ("incidents/facets", "limit")):
        page = await listed(corpus, query.format(**ids).replace("pageSize", size), path)
        assert (titles(page), page["paging"]) == (found, paging)


async def test_facets_are_counted_without_their_own_filter(corpus: Client) -> None:
    page = await listed(corpus, "status=OPEN&namespace=prod&type=INCIDENT", "incidents/facets")
    facets = {each["name"]: {row["value"]: row["count"] for row in each["values"]} for each in page["facets"]}
    assert titles(page) == "a"
    assert list(facets.items()) == [
        ("type", {"INCIDENT": 1, "ANOMALY": 1, "ALERT": 0}),
        ("status", {"OPEN": 1, "RESOLVED": 1}),
        ("category", {"PERFORMANCE": 1, "RELIABILITY": 0, "SECURITY": 0, "CONFIGURATION": 0}),
        ("resolution", {"": 1}),
        ("service", {"api": 1}),
        ("namespace", {"prod": 1}),
        ("metric", {"cpu": 1}),
        ("source", {"nagios": 1}),
        ("acknowledged", {"true": 0, "false": 1}),
    ]


async def test_facets_without_a_filter(corpus: Client) -> None:
    page = await listed(corpus, "limit=1", "incidents/facets")
    facets = {each["name"]: {row["value"]: row["count"] for row in each["values"]} for each in page["facets"]}
    assert titles(page) == "e"
    assert facets == {
        "type": {"INCIDENT": 3, "ANOMALY": 1, "ALERT": 1},
        "status": {"OPEN": 3, "RESOLVED": 2},
        "category": {"PERFORMANCE": 1, "RELIABILITY": 2, "SECURITY": 1, "CONFIGURATION": 1},
        "resolution": {"": 2, "fixed": 2},
        "service": {"api": 2, "db": 2, "web": 1},
        "namespace": {"prod": 3, "test": 1},
        "metric": {"cpu": 2, "disk.latency": 1, "mem": 1},
        "source": {"nagios": 2, "a,b": 1, "zabbix": 1},
        "acknowledged": {"true": 1, "false": 4},
    }


async def test_a_tenant_without_incidents(client: Client) -> None:
    page = await listed(client, "", "incidents/facets")
    assert (page["data"], page["paging"]) == ([], {"cursor": None, "hasNext": False, "hasPrevious": False})
    status = [{"value": "OPEN", "count": 0}, {"value": "RESOLVED", "count": 0}]
    assert page["facets"][1] == {"name": "status", "values": status}
    assert await listed(client) == {"data": [], "paging": page["paging"]}


async def test_paging_both_ways_is_exact_while_others_write(client: Client, tenant: str, refreshed: Refresh) -> None:
    """Forward: what was there at the start, each once. Back: what is there now, each once."""
    first = [await made(client, f"n{i}", {}) for i in range(13)]
    await refreshed()
    seen, query = [], "pageSize=3"
    late = 0
    while True:
        page = await listed(client, query)
        seen += [each["id"] for each in page["data"]]
        if not page["paging"]["hasNext"]:
            break
        query = f"pageSize=3&cursor={page['paging']['cursor']['lastId']}&direction=NEXT"
        await made(client, f"late{late}", {})
        await client.patch(f"/v1/incidents/{seen[-1]}", json=_patch("seen and changed"))
        late += 1
        await refreshed()
    assert seen == first[::-1]

    back: list[int] = []
    while True:
        edge = page["paging"]["cursor"]["firstId"]
        page = await listed(client, f"pageSize=4&cursor={edge}&direction=PREVIOUS")
        back = [each["id"] for each in page["data"]] + back
        if not page["paging"]["hasPrevious"]:
            break
        await client.patch(f"/v1/incidents/{first[0]}", json=_patch("changed again"))
        await refreshed()
    everything = [each["id"] for each in (await listed(client, "pageSize=100"))["data"]]
    assert len(everything) == 13 + late
    assert back == [each for each in everything if each > first[0]]


def _patch(title: str) -> dict[str, Any]:
    names = ("description", "recommendation", "status", "resolution", "severity", "priority")
    return {"title": title} | {name: BODY[name] for name in names}
