"""Exports as CSV: a table of rows alone, unless checkpoints are asked for."""

import csv
import io
from collections.abc import AsyncIterator

import httpx2
import orjson
import pytest

from gateway.dialects.settings import load
from gateway.serving.app import create_app
from tests.conftest import live
from tests.dialects.im.calls import IM, Client, loaded, opened, read

pytestmark = pytest.mark.anyio

NAMES = [f"n{i}" for i in range(7)]
NEWEST = NAMES[::-1]


@pytest.fixture(scope="module")
async def corpus(opensearch_url: str, shared_tenant: str) -> AsyncIterator[Client]:
    """A client of a gateway that reads three documents at once; of seven incidents one has all that a cell can hold."""
    odd = {"title": '=1+1, "x"\n', "x": -1, "tags": ["a", "b"], "y": {"z": [1]}, "flag": True, "reviewer": "@ann"}
    async with live(create_app(load(opensearch_url=opensearch_url, export_page=3))) as client:
        client.headers["X-Scope-OrgID"] = shared_tenant
        await loaded(client, [{"id": name, "started_at": i, **({} if i else odd)} for i, name in enumerate(NAMES)])
        yield client


def table(response: httpx2.Response) -> list[list[str]]:
    return list(csv.reader(io.StringIO(response.text, newline="")))


async def test_csv(corpus: Client) -> None:
    fields = ["title", "x", "tags", "y", "y.z", "flag", "reviewer", "nobody_has"]
    response = await corpus.post(f"{IM}/incidents/export", json={"format": "csv", "fields": fields, "end_time": 1})
    versions = [(await read(corpus, name))["_meta"]["version"] for name in ("n1", "n0")]
    odd = ['\'=1+1, "x"\n', "-1", '["a","b"]', '{"z":[1]}', "[1]", "true", "'@ann", ""]
    assert table(response) == [
        ["_id", "_type", "_version", *fields],
        ["n1", "incident", versions[0], "n1", *[""] * 7],
        ["n0", "incident", versions[1], *odd],
    ]
    assert response.headers["Content-Type"].startswith("text/csv")
    assert response.headers["X-Total-Docs"] == "2"


async def test_csv_as_a_stranger_reads_it(corpus: Client) -> None:
    """With nothing known but that it is a table with a head: each line is a row of as many cells."""
    query = "format=csv&fields=title,reviewer&is_show_aggs=false"
    response = await corpus.get(f"{IM}/incidents/export?{query}")
    read_rows = list(csv.DictReader(io.StringIO(response.text, newline=""), strict=True))
    assert [row["_id"] for row in read_rows] == NEWEST
    assert {tuple(row) for row in read_rows} == {("_id", "_type", "_version", "title", "reviewer")}
    assert (read_rows[0]["title"], read_rows[-1]["reviewer"], response.headers["X-Total-Docs"]) == ("n6", "'@ann", "7")


async def test_csv_with_checkpoints_tells_how_far_it_is(corpus: Client) -> None:
    pit = await opened(corpus)
    query = f"format=csv&fields=title&is_show_aggs=false&checkpoints=true&pit={pit}"
    response = await corpus.get(f"{IM}/incidents/export?{query}")
    told = [orjson.loads(row[1]) for row in table(response) if row[0] == "_status"]
    assert [(each["complete"], each["count"]) for each in told] == [(False, 3), (False, 6), (True, 7)]
    assert "X-Total-Docs" not in response.headers
    rest = table(await corpus.get(f"{IM}/incidents/export?{query}&after={told[0]['next']}"))
    assert [row[0] for row in rest if row[0] != "_status"] == ["_id", *NEWEST[3:]]
    assert (await corpus.delete(f"{IM}/incidents/pit?id={pit}")).status_code == 200


async def test_csv_of_the_usual_columns(corpus: Client) -> None:
    head, *body = table(await corpus.get(f"{IM}/incidents/export?format=csv&is_show_aggs=false"))
    assert (head[:5], [each[0] for each in body]) == (
        ["_id", "_type", "_version", "title", "severity"],
        NEWEST,
    )


async def test_csv_of_the_usual_columns_has_the_tenants_own_too(corpus: Client) -> None:
    response = await corpus.get(f"{IM}/incidents/export?format=csv&is_show_aggs=false&bom=true")
    assert response.headers["Content-Disposition"] == 'attachment; filename="incidents.csv"'
    assert response.content.startswith(b"\xef\xbb\xbf_id,")
    head, *_ = table(response)
    assert {"x", "y", "flag"} <= set(head[20:])
