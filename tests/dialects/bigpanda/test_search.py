"""The search of incidents: what each parameter does to what is found."""

from typing import Any

import pytest
from dirty_equals import IsPartialDict

from gateway.dialects.bigpanda import searching
from gateway.dialects.bigpanda.extension import COLUMNS as TYPED_COLUMNS
from gateway.dialects.bigpanda.membership import LISTED
from gateway.dialects.bigpanda.requests import Search
from gateway.incidents.session import Context
from queries.criteria import And, Between, Equals, Everything, Not, Or, Present, Where
from queries.searches import body
from tests.clock import START, Clock
from tests.conftest import Serve
from tests.dialects.bigpanda.calls import (
    NOW,
    Client,
    Json,
    attach,
    change,
    found,
    hold,
    iso,
    make,
    refusal,
    searched,
    settle,
    within,
)

pytestmark = pytest.mark.anyio

HOUR = 3600
TIE = {"numeric_id": {"order": "desc"}}
ALERT = {"status": "critical"}


@pytest.fixture(scope="module")
async def incidents(shared: Client, clock: Clock, ctx: Context) -> dict[str, str]:
    """Six incidents, each made a minute after the one before; one merged, which no search finds; hex ids by name."""
    made: dict[str, Json] = {}
    for name, fields in {
        "long": {"started_at": iso(NOW - 5 * HOUR), "severity": "info"},
        "over": {
            "started_at": iso(NOW - 4 * HOUR),
            "severity": "critical",
            "status": "closed",
            "resolved_at": iso(NOW - 2 * HOUR),
        },
        "late": {"started_at": "2026-03-01T09:00:00.999Z", "severity": "low"},
        "last": {"started_at": iso(NOW - HOUR // 2)},
        "gone": {"started_at": iso(NOW - HOUR // 2), "status": "closed"},
        "soon": {"started_at": iso(NOW + HOUR)},
    }.items():
        clock.move(minutes=1)
        made[name] = await make(shared, **fields)
    await hold(ctx, shared, made["gone"], merged_into=made["last"]["_meta"]["id"])
    await attach(shared, made["last"], ALERT, ALERT)
    clock.move(minutes=1)
    await attach(shared, made["long"], {"status": "ok"}, {"status": "unknown"}, {"source": "a log"})
    clock.move(minutes=1)
    await change(shared, made["over"], title="changed last")
    clock.now = START
    return {each["hex_id"]: name for name, each in made.items()}


@pytest.mark.parametrize(
    ("query", "names"),
    [
        pytest.param({}, "over long last late", id="last changed first; what starts later is not there yet"),
        pytest.param({"sort_by": "last_change"}, "over long last late", id="by the last change"),
        pytest.param({"sort_by": "start"}, "last late over long", id="by start"),
        pytest.param({"sort_by": "status"}, "last late long over", id="most severe status first"),
        pytest.param({"sort_by": "alerts"}, "long last late over", id="most alerts first, and of none the newest"),
        pytest.param({"query": "*"}, "over long last late", id="a query for everything"),
        pytest.param({"query": ""}, "over long last late", id="an empty query"),
        pytest.param({"query": "status = critical OR severity = warning"}, "last late", id="a query"),
        pytest.param({"to": NOW + HOUR}, "over long soon last late", id="to what starts later"),
        pytest.param({"to": NOW + HOUR - 1}, "over long last late", id="to a second before it starts"),
        pytest.param({"to": NOW - HOUR}, "over long late", id="the end is a whole second"),
        pytest.param({"to": NOW - HOUR - 1}, "over long", id="before that second"),
        pytest.param({"from": NOW - 2 * HOUR}, "over long last late", id="resolved in the first second"),
        pytest.param({"from": NOW - 2 * HOUR + 1}, "long last late", id="resolved a second before"),
        pytest.param({"from": NOW - 3 * HOUR, "to": NOW - 3 * HOUR}, "over long", id="active within one second"),
        pytest.param({"from": NOW, "to": NOW}, "long last late", id="active now"),
        pytest.param({"from": 0, "to": NOW - 6 * HOUR}, "", id="before there was any"),
        pytest.param({"folder": "resolved"}, "over", id="a folder, without what was merged"),
        pytest.param({"folder": "active", "from": NOW - HOUR, "sort_by": "start"}, "last late long", id="all at once"),
        pytest.param({"page_size": 3}, "over long last", id="the first page"),
        pytest.param({"page_size": 3, "page": 2}, "late", id="the second page"),
        pytest.param({"page_size": 3, "page": 3}, "", id="a page past the last"),
        pytest.param({"page_size": 100, "page": 100}, "", id="the last page that there can be"),
        pytest.param({"limit": 1, "from_": 1}, "over long last late", id="unknown parameters are ignored"),
    ],
)
async def test_what_is_found(shared: Client, incidents: dict[str, str], query: Json, names: str) -> None:
    assert [incidents[each] for each in await found(shared, **query)] == names.split()


@pytest.mark.parametrize(
    ("query", "total", "page"),
    [({}, 4, 1), ({"page_size": 3, "page": 2}, 4, 2), ({"page": 9}, 4, 9), ({"folder": "snoozed"}, 0, 1)],
)
async def test_the_envelope(shared: Client, incidents: dict[str, str], query: Json, total: int, page: int) -> None:
    answer = await searched(shared, **query)
    assert answer == {"items": answer["items"], "total": total, "page": page}


async def test_alerts_by_id_and_whole(shared: Client, incidents: dict[str, str]) -> None:
    bare, whole = await searched(shared, sort_by="alerts"), await searched(shared, sort_by="alerts", expand="alerts")
    assert [len(each["alerts"]) for each in bare["items"]] == [3, 2, 0, 0]
    for shown, expanded in zip(bare["items"], whole["items"], strict=True):
        assert shown | {"alerts": 0} == expanded | {"alerts": 0}
        assert shown["alerts"] == [{"alert_id": each["alert_id"]} for each in expanded["alerts"]]
    assert [each["status"] for each in whole["items"][0]["alerts"]] == ["ok", "unknown", None]
    assert whole["items"][0]["alerts"][2] == IsPartialDict(source_system="a log", active=True, tags=[])


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ({"page": 101, "page_size": 100}, "page: pages reach to the 10,000th incident"),
        ({"page": 1001}, "page: pages reach to the 10,000th incident"),
        ({"expand": "alerts", "page_size": 11}, "page_size: with expand=alerts, a page has at most 10 incidents"),
        ({"from": NOW + 1}, f"from: {NOW + 1} is after to, which is {NOW}"),
        ({"from": 7, "to": 6}, "from: 7 is after to, which is 6"),
        ({"to": [1, 2]}, 'to: "to" is given twice'),
        ({"query": "host = = a"}, "query: column 8: a value is wanted here\nhost = = a\n       ^"),
    ],
)
async def test_what_is_refused(shared: Client, query: Json, told: str) -> None:
    response = await shared.get(within(), params=query)
    assert (response.status_code, response.json()) == (400, refusal(400, told))


async def test_an_environment_that_there_is_not(shared: Client) -> None:
    response = await shared.get(within("5f" * 12))
    assert (response.status_code, response.json()) == (404, refusal(404, f'no environment "{"5f" * 12}"'))


async def test_pages_meet_each_incident_once(serve: Serve) -> None:
    async with serve(clock=Clock()) as client:
        made = [(await make(client, severity=word))["hex_id"] for word in ("low", "critical") * 4]
        await settle(client)
        for sort_by in ("last_change", "status", "start", "alerts"):
            query: Json = {"sort_by": sort_by, "page_size": 3}
            pages = [await found(client, page=page, **query) for page in (1, 2, 3, 4)]
            assert [len(each) for each in pages] == [3, 3, 2, 0]
            met = [each for page in pages for each in page]
            assert met == (made[1::2][::-1] + made[::2][::-1] if sort_by == "status" else made[::-1])


async def test_results_of_aggregations_are_no_incidents(serve: Serve) -> None:
    async with serve() as client:
        incident = await make(client)
        response = await client.post("/_im/aggregations/results/r/1", json={"title": "r"})
        assert response.status_code == 201
        assert await found(client) == [incident["hex_id"]]


async def test_a_tenant_without_anything(serve: Serve) -> None:
    async with serve() as client:
        assert await searched(client) == {"items": [], "total": 0, "page": 1}


BEGUN = Where(TYPED_COLUMNS["started_at"], Between(lt="2026-03-01T10:00:01.000Z"))
BEGUN_CLAUSE = {"range": {"started_at": {"lt": "2026-03-01T10:00:01.000Z"}}}
LISTED_CLAUSE: Json = {
    "bool": {
        "filter": [
            {"term": {"kind": "incident"}},
            {"bool": {"must_not": [{"exists": {"field": "ext.bigpanda.merged_into"}}]}},
        ]
    }
}
TITLED = Where(TYPED_COLUMNS["title"], Equals("t"))
TITLED_CLAUSE = {"term": {"title.keyword": {"value": "t", "case_insensitive": True}}}


@pytest.mark.parametrize(
    ("asked", "criteria", "clauses", "order"),
    [
        pytest.param({}, (BEGUN,), [BEGUN_CLAUSE], {"updated_at": {"order": "desc"}}, id="nothing asked for"),
        pytest.param(
            {"from": 0, "to": NOW, "sort_by": "status"},
            (
                BEGUN,
                Or(
                    (
                        Not(Where(TYPED_COLUMNS["resolved_at"], Present())),
                        Where(TYPED_COLUMNS["resolved_at"], Between(gte="1970-01-01T00:00:00.000Z")),
                    )
                ),
            ),
            [
                BEGUN_CLAUSE,
                {
                    "bool": {
                        "should": [
                            {"bool": {"must_not": [{"exists": {"field": "resolved_at"}}]}},
                            {"range": {"resolved_at": {"gte": "1970-01-01T00:00:00.000Z"}}},
                        ],
                        "minimum_should_match": 1,
                    }
                },
            ],
            {"status_rank": {"order": "desc", "missing": "_last"}},
            id="a period",
        ),
    ],
)
def test_a_search_as_criteria_and_as_a_body(asked: Json, criteria: Any, clauses: list[Any], order: Json) -> None:
    search = searching.search(Search.model_validate(asked), [TITLED], {"e1": Everything()}, START)
    assert search.criterion == And((LISTED, TITLED, *criteria))
    sent = body(search, "acme")
    assert sent["query"]["bool"]["filter"][0] == {"bool": {"filter": [LISTED_CLAUSE, TITLED_CLAUSE, *clauses]}}
    assert sent["query"]["bool"]["should"] == [{"bool": {"filter": [{"match_all": {}}], "_name": "e1"}}]
    assert (sent["sort"], sent["size"], sent["track_total_hits"]) == ([order, TIE], 10, True)
