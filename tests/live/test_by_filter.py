"""A change by filter that is cut: by its client, or by a stop; and gone on with by its token."""

from collections import Counter
from typing import Any

import httpx2
import orjson
import pytest

from gateway.dialects.settings import Settings
from gateway.serving.app import create_app
from tests.serving import served, serving

pytestmark = pytest.mark.anyio

PATH = "/_im/incidents/bulkUpdate/byFilter"
LINES = {"accept": "application/x-ndjson"}
COUNT = 60
CHANGE = {"reviewer": "alice", "comment": "seen"}

Client = httpx2.AsyncClient


def reaching(url: str, tenant: str) -> Client:
    """A client of the tenant's."""
    return httpx2.AsyncClient(base_url=url, headers={"X-Scope-OrgID": tenant}, timeout=60)


async def token(client: Client) -> str:
    """The token of a change of so many new incidents."""
    lines = b"".join(orjson.dumps({"_meta": {"id": f"i{at}"}, "title": "t"}) + b"\n" for at in range(COUNT))
    headers = {"content-type": "application/x-ndjson"}
    made = await client.post("/_im/incidents/bulkCreate?refresh=true", content=lines, headers=headers)
    assert made.json()["errors"] is False
    told = (await client.post(PATH, json={"dry_run": True, "change": CHANGE})).json()
    assert told["total"] == COUNT
    given: str = told["token"]
    return given


async def outcomes(client: Client, given: str, stop: Any = None) -> list[Any]:
    """The lines of a run; where it is to be stopped, that is once the first has come."""
    lines = []
    async with client.stream(
        "POST", f"{PATH}?refresh=true", json={"token": given, "change": CHANGE}, headers=LINES
    ) as answer:
        assert answer.status_code == 200, await answer.aread()
        async for line in answer.aiter_lines():
            lines.append(orjson.loads(line))
            if stop is not None and stop():
                break
    return lines


async def notes(client: Client) -> Counter[int]:
    """How many incidents have how many notes."""
    page = await client.post("/_im/incidents_full_types", json={"size": COUNT, "fields": ["note_count"]})
    return Counter(each["note_count"] for each in page.json()["docs"])


async def test_a_run_whose_client_left_ends_and_the_next_does_the_rest(opensearch_url: str, tenant: str) -> None:
    with serving(Settings(opensearch_url=opensearch_url, bulk_slice=1)) as url:
        async with reaching(url, tenant) as client:
            given = await token(client)
            await outcomes(client, given, lambda: True)
            *rows, status = await outcomes(client, given)
            again = (await outcomes(client, given))[-1]["_status"]
            counted = await notes(client)
    results = Counter(each["result"] for each in rows)
    assert results["done_before"] >= 1
    assert (results["updated"] > COUNT // 2, results.total(), status["_status"]["complete"]) == (True, COUNT, True)
    assert (again["done_before"], again["complete"]) == (COUNT, True)
    assert counted == {1: COUNT}


async def test_a_run_that_a_stop_ended_says_so_and_is_done_elsewhere(opensearch_url: str, tenant: str) -> None:
    settings = Settings(opensearch_url=opensearch_url, bulk_slice=1)

    with served(create_app(settings), settings) as gateway, serving(settings) as other:
        host, port = gateway.address[:2]

        def stop() -> bool:
            gateway.server.should_exit = True
            return False

        async with reaching(f"http://{host}:{port}", tenant) as client, reaching(other, tenant) as second:
            given = await token(client)
            *rows, status = await outcomes(client, given, stop)
            *rest, ending = await outcomes(second, given)
    assert (status["_status"]["complete"], status["_status"]["error"]["type"]) == (False, "stopping")
    done = Counter(each["result"] for each in rest)
    assert done == {"done_before": len(rows), "updated": COUNT - len(rows)}
    assert ending["_status"]["complete"] is True
