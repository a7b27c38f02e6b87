"""What there is to ask for: who calls, the words, the fields, and the values of a field with their counts."""

from importlib.metadata import version
from typing import Any

import pytest

from gateway.dialects import DIALECTS
from gateway.dialects.settings import load
from tests import keyring
from tests.conftest import Serve
from tests.dialects.im.calls import IM, Client, Json, Refusal, answer, created, loaded, opened, put, refusal

pytestmark = pytest.mark.anyio

DRAFTS: list[Json] = [
    {
        "id": "a",
        "title": "Power down",
        "host-1": "srv-1",
        "score": 5,
        "flag": True,
        "tags": ["Ärger", "x"],
        "due_at": 0,
    },
    {"id": "b", "title": "POWERSHELL", "host-1": "SRV-2", "score": 0.5, "flag": False, "tags": ["ärmel"]},
    {"id": "c", "title": "a.b*c", "host-1": "srv-1", "score": 5, "extra": {"os": "linux"}, "note_1": ""},
    {"id": "d", "description": "l" * 9000, "host-1": ["srv-1", "web"], "severity": "low"},
]
ABLE = {"filterable": True, "sortable": True, "groupable": True}
UNABLE = dict.fromkeys(ABLE, False)


@pytest.fixture(scope="module")
async def corpus(shared: Client) -> Client:
    """Four incidents, and an aggregation result."""
    await loaded(shared, [{"started_at": "2026-11-01", **each} for each in DRAFTS])
    body = {"title": "power of two", "started_at": "2026-11-01"}
    assert (await shared.post(f"{IM}/aggregations/results/r/1?refresh=true", json=body)).status_code == 201
    return shared


async def read(client: Client, path: str, **query: Any) -> Json:
    """The answer."""
    response = await client.get(f"{IM}/{path}", params=query)
    assert response.status_code == 200, response.text
    return answer(response)


async def values(client: Client, field: str, **query: Any) -> Json:
    """The values of a field, as pairs, beside what else is answered."""
    result = await read(client, f"fields/{field}/values", **query)
    pairs = [(each["value"], each["count"]) for each in result["values"]]
    assert result == {**result, "field": field, "values": [{"value": v, "count": c} for v, c in pairs]}
    return {"values": pairs, "others": result["others"], "missing": result["missing"]}


async def test_who_calls_without_keys(client: Client, tenant: str) -> None:
    whole = {"user": "ann", "tenant": tenant, "scopes": ["act_as", "admin", "delete", "read", "write"], "auth": "none"}
    response = await client.get(f"{IM}/whoami", headers={"User-ID": "ann"})
    assert answer(response) == whole


async def test_who_calls_with_a_key(serve: Serve, opensearch_url: str, tenant: str) -> None:
    [(_, token)] = await keyring.made(opensearch_url, tenant, ["write read"], "screen")
    async with serve(headers={"Authorization": f"Bearer {token}"}, auth="keys") as client:
        whole = {"user": "screen", "tenant": tenant, "scopes": ["read", "write"], "auth": "keys"}
        assert await read(client, "whoami") == whole


async def test_the_words(serve: Serve) -> None:
    async with serve(severities=("sev1", "sev2"), pits=7) as client:
        result = await read(client, "vocabulary")
    limits = {
        "body_limit": load().body_limit, "bulk_limit": 256 * 2**20, "search_window": 10_000, "pits": 7,
        "pit_keep_alive": "5m", "pit_max_keep_alive": "1h", "custom_fields": 500,
    }  # fmt: skip
    states = {
        "new": "open", "in_progress": "in_progress", "on_hold": "in_progress",
        "resolved": "closed", "false_positive": "closed", "closed": "closed",
    }  # fmt: skip
    statuses = [{"name": name, "state": state} for name, state in states.items()]
    workflows = [{"id": "default", "statuses": statuses}]
    said = {"version": version("incident-gateway"), "severities": ["sev1", "sev2"]}
    assert result == {**said, "workflows": workflows, "limits": limits}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        pytest.param("title", {"kind": "text", "many": False, **ABLE}, id="text that is analysed"),
        pytest.param("severity", {"kind": "select", "many": False, **ABLE}, id="a word"),
        pytest.param("tags", {"kind": "select", "many": True, **ABLE}, id="a list"),
        pytest.param("started_at", {"kind": "date", "many": False, **ABLE}, id="a time"),
        pytest.param("numeric_id", {"kind": "number", "read_only": True, **ABLE}, id="a number of the gateway's own"),
        pytest.param("assignee.name", {"kind": "select", "many": False, **ABLE}, id="a field within an object"),
        pytest.param("incidents_count", {"kind": "number", "read_only": True, **ABLE}, id="of a result alone"),
        pytest.param("services.extra", {"kind": "object", "many": True, **UNABLE}, id="an object"),
        pytest.param("ext.bigpanda.shared", {"kind": "boolean", "many": False, **ABLE}, id="of another dialect"),
        pytest.param("ext.bigpanda.correlation_matchers_log", {"kind": "object", **UNABLE}, id="what is only kept"),
        pytest.param("host-1", {"kind": "select", "many": True, "custom": True, **ABLE}, id="custom texts"),
        pytest.param("score", {"kind": "number", "many": False, "custom": True, **ABLE}, id="a custom number"),
        pytest.param("flag", {"kind": "boolean", "many": False, "custom": True, **ABLE}, id="a custom boolean"),
        pytest.param("extra", {"kind": "object", "many": True, "custom": True, **UNABLE}, id="a custom object"),
    ],
)
async def test_each_field(corpus: Client, name: str, expected: Json) -> None:
    [row] = [each for each in (await read(corpus, "fields"))["fields"] if each["name"] == name]
    assert row.keys() == {"name", "kind", "many", "custom", "read_only", *ABLE}
    assert row == {**row, "custom": False, **expected}


async def test_of_many_fields_those_with_several_values(client: Client) -> None:
    lists = {f"list_{i}": [i, i + 1] for i in range(45)}
    await created(client, **lists, **{f"one_{i}": i for i in range(45)}, both=[True, False], words=["a"])
    rows = [each for each in (await read(client, "fields"))["fields"] if each["custom"]]
    assert {each["name"] for each in rows if each["many"]} == {*lists, "both"}
    assert len(rows) == 92


async def test_fields_that_are_hidden_are_not_there_and_each_is_there_once(corpus: Client) -> None:
    names = [each["name"] for each in (await read(corpus, "fields"))["fields"]]
    assert len(set(names)) == len(names)
    assert not {"kind", "tenant", "carried", "severity_rank", "alert_pairs"} & set(names)
    assert names[-5:] == ["extra", "flag", "host-1", "note_1", "score"]
    assert {field.name for each in DIALECTS if each.extension for field in each.extension.fields} < set(names)


async def test_a_tenant_without_an_index_has_the_typed_fields(client: Client) -> None:
    rows = (await read(client, "fields"))["fields"]
    assert "title" in {each["name"] for each in rows}
    assert not [each for each in rows if each["custom"]]
    assert await values(client, "severity") == {"values": [], "others": 0, "missing": 0}


async def test_a_field_that_another_gateway_made(serve: Serve, client: Client) -> None:
    assert (await read(client, "fields"))["fields"][-1]["custom"] is False
    async with serve() as other:
        await created(other, colour="red")
    assert (await read(client, "fields"))["fields"][-1]["name"] == "colour"
    assert (await values(client, "colour"))["values"] == [("red", 1)]


@pytest.mark.parametrize(
    ("field", "query", "expected"),
    [
        pytest.param("host-1", {}, [[("srv-1", 3), ("SRV-2", 1), ("web", 1)], 0, 1], id="most frequent first"),
        pytest.param("host-1", {"size": 1}, [[("srv-1", 3)], 2, 1], id="the rest is counted"),
        pytest.param("host-1", {"prefix": "sRv"}, [[("srv-1", 3), ("SRV-2", 1)], 0, 1], id="whatever the case"),
        pytest.param("tags", {"prefix": "är"}, [[("Ärger", 1), ("ärmel", 1)], 0, 3], id="letters beyond ASCII"),
        pytest.param("title", {"prefix": "a.b*"}, [[("a.b*c", 1)], 0, 0], id="symbols are themselves"),
        pytest.param("title", {"prefix": "a?b"}, [[], 0, 0], id="no symbol is a wildcard"),
        pytest.param("title", {"prefix": "power", "size": 1}, [[("POWERSHELL", 1)], 2, 0], id="others that begin so"),
        pytest.param("description", {"prefix": "l"}, [[], 1, 4], id="a long text is another"),
        pytest.param("score", {}, [[(5, 2), (0.5, 1)], 0, 2], id="numbers"),
        pytest.param("flag", {}, [[(False, 1), (True, 1)], 0, 3], id="booleans"),
        pytest.param("due_at", {}, [[("1970-01-01T00:00:00.000Z", 1)], 0, 4], id="times"),
        pytest.param("note_1", {}, [[("", 1)], 0, 4], id="the empty text is one"),
        pytest.param("host-1", {"is_show_aggs": "false"}, [[("srv-1", 3), ("SRV-2", 1), ("web", 1)], 0, 0], id="kind"),
        pytest.param("host-1", {"search_query": '{"term":{"score":5}}'}, [[("srv-1", 2)], 0, 0], id="a query"),
        pytest.param(
            "score",
            {"additional_fields": '[{"name": "host-1", "type": "text", "value": "srv*"}]'},
            [[(5, 2), (0.5, 1)], 0, 1],
            id="a filter on another field",
        ),
        pytest.param("score", {"start_time": "2026-11-02"}, [[], 0, 0], id="a span"),
    ],
)
async def test_values_of_a_field(corpus: Client, field: str, query: Json, expected: list[Any]) -> None:
    result = await values(corpus, field, **query)
    assert [result["values"], result["others"], result["missing"]] == expected


async def test_a_prefix_of_any_symbols(client: Client) -> None:
    odd = '"#@&<>~[]{}()|\\/.*+?^$-_ é\n1\u0301中😀x'
    await created(client, "a", odd=odd)
    for length in range(1, len(odd) + 1):
        result = await values(client, "odd", prefix=odd[:length].swapcase())
        assert result["values"] == [(odd, 1)], odd[:length]
    assert (await values(client, "odd", prefix="é"))["values"] == []
    await created(client, "b", odd="w" * 200)
    assert (await values(client, "odd", prefix="W" * 128))["values"] == [("w" * 200, 1)]


async def test_values_in_a_point_in_time(client: Client) -> None:
    await created(client, "a", category="one")
    pit = await opened(client)
    await put(client, "a", category="two")
    assert (await values(client, "category", pit=pit))["values"] == [("one", 1)]
    assert (await values(client, "category"))["values"] == [("two", 1)]


async def test_values_asked_for_in_a_body(corpus: Client) -> None:
    body = {"prefix": "srv-2", "search_query": {"term": {"flag": False}}}
    response = await corpus.request("GET", f"{IM}/fields/host-1/values", json=body)
    assert answer(response) == {
        "field": "host-1",
        "values": [{"value": "SRV-2", "count": 1}],
        "others": 0,
        "missing": 0,
    }


@pytest.mark.parametrize(
    ("path", "query", "expected"),
    [
        pytest.param("whoami", {"x": 1}, (400, "unknown_field", "x"), id="a word to whoami"),
        pytest.param("vocabulary", {"x": 1}, (400, "unknown_field", "x"), id="a word to vocabulary"),
        pytest.param("fields", {"x": 1}, (400, "unknown_field", "x"), id="a word to fields"),
        pytest.param("fields/sevrity/values", {}, (400, "unknown_field", "name"), id="a misspelt field"),
        pytest.param("fields/kind/values", {}, (400, "unknown_field", "name"), id="a hidden field"),
        pytest.param("fields/a%20%2F%22b/values", {}, (400, "unknown_field", "name"), id="odd characters"),
        pytest.param("fields/extra/values", {}, (400, "bad_request", "name"), id="an object"),
        pytest.param("fields/extra.os/values", {}, (400, "bad_request", "name"), id="a key within an object"),
        pytest.param("fields/score/values", {"prefix": "5"}, (400, "bad_request", "prefix"), id="no text"),
        pytest.param("fields/tags/values", {"prefix": "x" * 129}, (400, "bad_request", "prefix"), id="a long prefix"),
        pytest.param("fields/tags/values", {"size": 0}, (400, "bad_request", "size"), id="no value"),
        pytest.param("fields/tags/values", {"pit": "x"}, (404, "not_found", "pit"), id="no point in time"),
        pytest.param("fields/tags/values", {"start_time": "x"}, (400, "bad_request", "start_time"), id="no time"),
    ],
)
async def test_refused(corpus: Client, path: str, query: Json, expected: Refusal) -> None:
    assert refusal(await corpus.get(f"{IM}/{path}", params=query)) == expected
