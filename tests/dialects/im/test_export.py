"""Exports: one snapshot, whole or from a checkpoint on, and its last line says which."""

from collections.abc import AsyncIterator
from functools import partial
from typing import Any

import httpx2
import orjson
import pytest

from gateway.dialects.settings import load
from gateway.serving.app import create_app
from tests.cluster import searched
from tests.conftest import Serve, live
from tests.dialects.im.calls import (
    IM,
    Client,
    Json,
    Refusal,
    answer,
    created,
    fields_of,
    found,
    loaded,
    opened,
    put,
    read,
    refusal,
)  # fmt: skip

pytestmark = pytest.mark.anyio

NAMES = [f"n{i}" for i in range(7)]
NEWEST = NAMES[::-1]


@pytest.fixture(scope="module")
async def shared(opensearch_url: str, shared_tenant: str) -> AsyncIterator[Client]:
    """A client of a gateway that reads three documents at once, so that seven are several pages."""
    async with live(create_app(load(opensearch_url=opensearch_url, export_page=3))) as client:
        client.headers["X-Scope-OrgID"] = shared_tenant
        yield client


@pytest.fixture(scope="module")
async def corpus(shared: Client) -> Client:
    """Seven incidents, one of them with all that a cell can hold, and an aggregation result."""
    odd = {"title": '=1+1, "x"\n', "x": -1, "tags": ["a", "b"], "y": {"z": [1]}, "flag": True, "reviewer": "@ann"}
    await loaded(shared, [{"id": name, "started_at": i, **(odd if i == 0 else {})} for i, name in enumerate(NAMES)])
    body = {"title": "r", "started_at": 100}
    assert (await shared.post(f"{IM}/aggregations/results/r/1?refresh=true", json=body)).status_code == 201
    return shared


def rows(response: httpx2.Response) -> tuple[list[Json], Json]:
    """The documents of an NDJSON export, and its last line."""
    assert response.status_code == 200, response.text
    lines = [orjson.loads(each) for each in response.content.splitlines()]
    assert lines[-1].keys() == {"_status"}
    return lines[:-1], lines[-1]["_status"]


def names(documents: list[Json]) -> list[str]:
    return [each["_meta"]["id"] for each in documents]


async def test_everything(corpus: Client) -> None:
    response = await corpus.post(f"{IM}/incidents/export", json={})
    documents, status = rows(response)
    assert sorted(names(documents)) == [*NAMES, "r~1"]
    by_id = {each["_meta"]["id"]: each for each in documents}
    assert [by_id[name] for name in NAMES] == [await read(corpus, name) for name in NAMES]
    assert status == {"complete": True, "count": 8, "next": None, "pit": None}
    assert response.headers["Content-Type"].startswith("application/x-ndjson")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        pytest.param({"is_show_aggs": False}, NAMES, id="is_show_aggs"),
        pytest.param({"search_query": {"term": {"tags": "a"}}}, ["n0"], id="search_query"),
        pytest.param(
            {"additional_fields": [{"name": "x", "type": "number", "value": -1}]}, ["n0"], id="additional_fields"
        ),
        pytest.param({"start_time": 5}, ["n5", "n6", "r~1"], id="start_time"),
        pytest.param({"end_time": 1}, ["n0", "n1"], id="end_time"),
        pytest.param({"start_time": 4_102_444_800_000}, [], id="nothing at all"),
    ],
)
async def test_each_parameter(corpus: Client, words: Json, expected: list[str]) -> None:
    by_body = await corpus.post(f"{IM}/incidents/export", json=words)
    query = {name: orjson.dumps(value).decode() for name, value in words.items()}
    by_query = await corpus.get(f"{IM}/incidents/export", params=query)
    for response in (by_body, by_query):
        documents, status = rows(response)
        assert (sorted(names(documents)), status["count"], status["complete"]) == (expected, len(expected), True)


@pytest.mark.parametrize("order", ["asc", "desc"])
async def test_an_order(corpus: Client, order: str) -> None:
    words = {"sort": [{"field": "started_at", "order": order}], "is_show_aggs": False}
    documents, _ = rows(await corpus.post(f"{IM}/incidents/export", json=words))
    assert names(documents) == {"asc": NAMES, "desc": NEWEST}[order]


@pytest.mark.parametrize("words", [{"format": "csv"}, {"sort": [{"field": "numeric_id"}]}], ids=["rows", "an order"])
async def test_a_cursor_of_another_order(corpus: Client, words: Json) -> None:
    pit = await opened(corpus)
    checkpoints = await corpus.post(f"{IM}/incidents/export", json={"checkpoints": True, "pit": pit})
    after = orjson.loads(checkpoints.content.splitlines()[3])["_status"]["next"]
    response = await corpus.post(f"{IM}/incidents/export", json={**words, "pit": pit, "after": after})
    assert refusal(response) == (400, "bad_cursor", "after")
    assert (await corpus.delete(f"{IM}/incidents/pit?id={pit}")).status_code == 200


async def test_fields(corpus: Client) -> None:
    documents, _ = rows(await corpus.get(f"{IM}/incidents/export?fields=title,x&end_time=0"))
    assert [fields_of(each) for each in documents] == [{"title": '=1+1, "x"\n', "x": -1}]


async def test_resumed_at_a_checkpoint(corpus: Client) -> None:
    response = await corpus.post(f"{IM}/incidents/export", json={"checkpoints": True, "is_show_aggs": False})
    lines = [orjson.loads(each) for each in response.content.splitlines()]
    marks = [i for i, each in enumerate(lines) if "_status" in each]
    assert marks == [3, 7, 9]
    checkpoint = lines[3]["_status"]
    pit = response.headers["X-Pit"]
    assert checkpoint == {"complete": False, "count": 3, "next": checkpoint["next"], "pit": pit}
    assert lines[-1]["_status"] == {"complete": True, "count": 7, "next": None, "pit": None}


async def test_a_cut_stream_goes_on(serve: Serve) -> None:
    async with serve(export_page=3) as client:
        await loaded(client, [{"id": name, "started_at": i} for i, name in enumerate(NAMES)])
        pit = await opened(client)
        words: Json = {"pit": pit, "checkpoints": True}
        first = await client.post(f"{IM}/incidents/export", json=words)
        checkpoint = orjson.loads(first.content.splitlines()[3])["_status"]
        await put(client, "n0", title="changed since")
        await created(client, "new")
        rest = await client.post(f"{IM}/incidents/export", json={"pit": pit, "after": checkpoint["next"]})
        documents, status = rows(rest)
    before = [orjson.loads(each)["_meta"]["id"] for each in first.content.splitlines()[:3]]
    assert sorted(before + names(documents)) == NAMES
    assert {each["title"] for each in documents} <= set(NAMES)
    assert status == {"complete": True, "count": 4, "next": None, "pit": pit}


async def test_a_point_in_time_of_its_own_is_given_back(client: Client) -> None:
    await created(client, "a")
    await client.post(f"{IM}/incidents/export", json={})
    assert answer(await client.get(f"{IM}/incidents/pits"))["active_pits"] == 0
    pit = await opened(client)
    await client.post(f"{IM}/incidents/export", json={"pit": pit})
    assert await found(client, pit=pit) == ["a"]


async def test_of_no_incidents(client: Client) -> None:
    documents, status = rows(await client.get(f"{IM}/incidents/export"))
    assert (documents, status) == ([], {"complete": True, "count": 0, "next": None, "pit": None})


PLAIN = {"Accept-Encoding": "identity"}


async def test_its_headers_alone(corpus: Client, opensearch_url: str, shared_tenant: str) -> None:
    searches, path = partial(searched, opensearch_url, shared_tenant), f"{IM}/incidents/export?format=csv"
    began = await searches()
    whole, exported = await corpus.get(path, headers=PLAIN), await searches()
    response = await corpus.head(path, headers=PLAIN)
    assert 0 < await searches() - exported < exported - began
    omitted = {"x-pit", "x-request-id"}
    told = {name: value for name, value in whole.headers.items() if name not in omitted}
    assert (response.status_code, {**response.headers, "x-request-id": ""}) == (200, {**told, "x-request-id": ""})
    assert answer(await corpus.get(f"{IM}/incidents/pits"))["active_pits"] == 0
    pit = await opened(corpus)
    assert (await corpus.head(f"{IM}/incidents/export?pit={pit}")).headers["X-Pit"] == pit
    assert (await corpus.head(f"{IM}/incidents/export?sort=1")).status_code == 400
    assert (await corpus.delete(f"{IM}/incidents/pit?id={pit}")).status_code == 200


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        pytest.param({"format": "xml"}, (400, "bad_request", "format"), id="an unknown format"),
        pytest.param({"size": 5}, (400, "unknown_field", "size"), id="no size"),
        pytest.param({"from": 5}, (400, "unknown_field", "from"), id="no offset"),
        pytest.param({"start_time": "x"}, (400, "bad_request", "start_time"), id="no time"),
        pytest.param(
            {"search_query": {"script": {}}}, (400, "bad_request", "search_query.script"), id="a guarded query"
        ),
        pytest.param({"after": "x"}, (400, "bad_cursor", "after"), id="a cursor of one's own"),
        pytest.param({"pit": "x"}, (404, "not_found", "pit"), id="no point in time"),
        pytest.param({"checkpoints": "yes"}, (400, "bad_request", "checkpoints"), id="a wrong type"),
        pytest.param({"keep_alive": "2h"}, (400, "bad_request", "keep_alive"), id="over the longest"),
    ],
)
async def test_refused_before_anything_is_sent(corpus: Client, words: Any, expected: Refusal) -> None:
    before = answer(await corpus.get(f"{IM}/incidents/pits"))["active_pits"]
    response = await corpus.post(f"{IM}/incidents/export", json=words)
    assert refusal(response) == expected
    assert answer(await corpus.get(f"{IM}/incidents/pits"))["active_pits"] == before


async def test_a_point_in_time_of_incidents_only(corpus: Client) -> None:
    pit = await opened(corpus, "is_show_aggs=false")
    response = await corpus.post(f"{IM}/incidents/export", json={"pit": pit})
    assert refusal(response) == (400, "pit_scope", "is_show_aggs")
    documents, _ = rows(await corpus.post(f"{IM}/incidents/export", json={"pit": pit, "is_show_aggs": False}))
    assert sorted(names(documents)) == NAMES
